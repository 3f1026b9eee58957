"""Source records: what systems say, once; one at a time or many, each with its own answer."""

import pytest

from mdm.authorship import acting
from mdm.models import Change, SourceRecord, SourceRevision, System
from tests import make
from tests.api.conftest import Caller, problem

VALUES = {"legal_name": "Nordwind Logistik GmbH", "country": "de"}


@pytest.fixture
def sap(reference):
    with acting(person="test"):
        system = System(code="sap", name="SAP")
        system.save()
    return system


@pytest.fixture
def sender(people):
    return Caller(people["integrator"], "read", "source")


def item(**fields):
    return {"system": "sap", "domain": "supplier", "key": "7", "values": VALUES} | fields


def test_what_is_new_is_kept_and_proposed(sender, sap):
    response = sender.post("/source-records", item())

    shape = response.json()
    change = Change.objects.get(number=shape["change"])
    assert response.status_code == 201
    assert (shape["outcome"], shape["revision"], shape["candidates"]) == ("new", 1, [])
    assert shape["source_record"]["key"] == "7"
    assert (change.state, change.channel) == ("submitted", "api")
    assert change.parts.get().patch["country"] == "DE"


def test_the_same_twice_changes_nothing(sender, sap):
    first = sender.post("/source-records", item()).json()

    again = sender.post("/source-records", item())

    assert again.status_code == 200
    assert again.json()["revision"] is None
    assert again.json()["source_record"]["id"] == first["source_record"]["id"]
    assert SourceRevision.objects.count() == 1
    assert Change.objects.filter(channel="api").count() == 1


def test_many_are_answered_one_by_one(sender, sap):
    items = [
        item(),
        item(key="8", values={"legal_name": "Südwind", "country": "Atlantis"}),
        item(key="9", system="nobody"),
        item(key="10", values={"colour": "red"}),
        {"key": "11"},
        item(key="12", values={"legal_name": "Ostwind AG", "addresses": [{"country": "??"}]}),
    ]

    response = sender.post("/source-records/bulk", {"items": items})

    answers = response.json()["data"]
    assert response.status_code == 207
    assert [a["status"] for a in answers] == [201, 422, 404, 422, 422, 422]
    assert answers[1]["errors"][0]["pointer"] == "/items/1/values/country"
    assert "sap" in answers[2]["detail"]
    assert answers[3]["errors"][0]["pointer"] == "/items/3/values/colour"
    assert {e["pointer"] for e in answers[4]["errors"]} == {
        "/items/4/system",
        "/items/4/domain",
        "/items/4/values",
    }
    assert answers[5]["errors"][0]["pointer"] == "/items/5/values/addresses/0/country"
    assert list(SourceRecord.objects.values_list("key", flat=True)) == ["7"]


def test_repeating_a_batch_under_its_key_gives_its_first_answer(sender, sap):
    body = {"items": [item(), item(key="8")]}

    first = sender.post("/source-records/bulk", body, Idempotency_Key="one")
    again = sender.post("/source-records/bulk", body, Idempotency_Key="one")

    assert again.content == first.content
    assert [a["status"] for a in again.json()["data"]] == [201, 201]


@pytest.mark.parametrize(
    ("fields", "expected", "pointer"),
    [
        ({"domain": "planet"}, (422, "invalid"), "/domain"),
        ({"key": ""}, (422, "invalid"), "/key"),
        ({"updated_at": "yesterday"}, (422, "invalid"), "/updated_at"),
        ({"colour": "red"}, (422, "unknown-field"), "/colour"),
        ({"values": {"legal_name": 7}}, (422, "invalid"), "/values/legal_name"),
        ({"system": "nobody"}, (404, "not-found"), None),
    ],
)
def test_what_is_wrong_with_one_is_named(sender, sap, fields, expected, pointer):
    response = sender.post("/source-records", item(**fields))

    assert problem(response) == expected
    if pointer:
        assert response.json()["errors"][0]["pointer"] == pointer
    assert not SourceRecord.objects.exists()


@pytest.mark.parametrize("count", [0, 201])
def test_a_batch_has_its_size(sender, sap, count):
    response = sender.post("/source-records/bulk", {"items": [{}] * count})

    assert problem(response) == (422, "invalid")


def test_sending_needs_the_scope_and_the_right(people, sap):
    without_scope = Caller(people["integrator"], "read", "propose")
    without_right = Caller(people["auditor"], "read", "source")

    assert problem(without_scope.post("/source-records", item())) == (403, "scope-missing")
    assert problem(without_right.post("/source-records", item())) == (403, "not-allowed")


def test_source_records_are_listed_within_what_is_seen(people, sender, sap):
    sender.post("/source-records/bulk", {"items": [item(), item(key="8")]})

    def keys(caller, query=""):
        return [r["key"] for r in caller.get(f"/source-records{query}").json()["data"]]

    assert keys(sender) == ["8", "7"]
    assert keys(sender, "?system=sap&key=7&state=proposed&domain=supplier") == ["7"]
    assert keys(sender, "?system=oracle") == []
    assert keys(Caller(make.person("other", "auditor", domain="project"))) == []
    assert keys(Caller(make.person("elsewhere", "auditor", company_code="2020"))) == []
    assert keys(Caller(people["auditor"])) == ["8", "7"]
