"""Deliveries over the API: what is where, every try, replay; targets and their code maps."""

import pytest

from mdm import changes
from mdm.models import Change, LedgerEntry
from publishing import relay
from publishing.connectors import CONNECTORS
from publishing.models import Replica
from tests import make
from tests.api.conftest import Caller, problem
from tests.publishing.fake import Fake
from tests.publishing.making import make_target

UNKNOWN = "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b11"


@pytest.fixture
def coupa(people, reference, monkeypatch):
    monkeypatch.setitem(CONNECTORS, "coupa", Fake())
    return make_target(people, "coupa")


@pytest.fixture
def dead(coupa, supplier):
    """A delivery that stands still, because a code is missing."""
    relay.run()
    replica = Replica.objects.get(golden_id=supplier.golden_id)
    Replica.objects.update(
        state="dead",
        due_at=None,
        cause="missing_code · payment_terms · NET30",
        last_sentence="Coupa has no code for payment terms NET30.",
    )
    return replica


@pytest.fixture
def publisher(people):
    return Caller(people["integrator"], "read", "publish")


def test_deliveries_say_what_is_where_and_why_not(reader, dead, supplier):
    (row,) = reader.get("/deliveries?state=needs_person").json()["data"]

    assert row["id"] == str(dead.pk)
    assert (row["target"], row["domain"], row["code"]) == ("coupa", "supplier", supplier.code)
    assert (row["state"], row["wanted_version"], row["landed_version"]) == ("dead", 1, 0)
    assert "NET30" in row["sentence"]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 1),
        ("state=dead&target=coupa&domain=supplier", 1),
        ("state=landed", 0),
        ("target=nobody", 0),
        ("q=Nordwind", 1),
        ("q=Südwind", 0),
        ("cause=missing_code · payment_terms · NET30", 1),
        (f"golden_id={UNKNOWN}", 0),
    ],
)
def test_deliveries_are_narrowed(reader, dead, query, count):
    assert len(reader.get(f"/deliveries?{query}").json()["data"]) == count


def test_a_delivery_is_read_with_its_payload_masked(reader, dead):
    shape = reader.get(f"/deliveries/{dead.pk}").json()

    assert shape["payload"]["legal_name"] == "Nordwind Logistik GmbH"
    assert shape["attempts"] == []
    assert shape["correlation_id"]


def test_a_replay_queues_it_again_and_is_in_the_ledger(publisher, dead):
    response = publisher.post(f"/deliveries/{dead.pk}/replay", {"reason": "Mapped now"})

    assert response.status_code == 202
    assert response.json()["state"] == "ready"
    entry = LedgerEntry.objects.get(kind="delivery_replayed")
    assert (entry.person, entry.facts["reason"]) == ("integrator", "Mapped now")


def test_many_are_counted_before_they_are_replayed(publisher, dead):
    body = {"filter": {"cause": "missing_code · payment_terms · NET30"}, "preview": True}

    counted = publisher.post("/deliveries/replay", body)
    queued = publisher.post("/deliveries/replay", body | {"preview": False})

    assert (counted.status_code, queued.status_code) == (200, 202)
    assert counted.json() | {"preview": False} == queued.json()
    assert queued.json()["by_target"] == {"coupa": 1}
    dead.refresh_from_db()
    assert dead.state == "ready"


@pytest.mark.parametrize(
    "body", [{}, {"filter": {}}, {"filter": {"state": "asleep"}}, {"filter": {"colour": "red"}}]
)
def test_a_replay_of_everything_is_not_asked_for_by_mistake(publisher, dead, body):
    response = publisher.post("/deliveries/replay", body)

    assert response.status_code == 422
    dead.refresh_from_db()
    assert dead.state == "dead"


def test_a_replay_needs_the_scope_and_the_right(people, dead):
    path = f"/deliveries/{dead.pk}/replay"
    without_scope = Caller(people["integrator"], "read")
    without_right = Caller(people["auditor"], "read", "publish")

    assert problem(without_scope.post(path)) == (403, "scope-missing")
    assert problem(without_right.post(path)) == (403, "not-allowed")


def test_a_delivery_of_what_may_not_be_seen_does_not_exist(dead):
    other = Caller(make.person("other", "integrator", domain="project"), "read", "publish")

    assert other.get("/deliveries").json()["data"] == []
    assert problem(other.get(f"/deliveries/{dead.pk}")) == (404, "not-found")
    assert problem(other.post(f"/deliveries/{dead.pk}/replay")) == (404, "not-found")


@pytest.mark.parametrize("delivery", [UNKNOWN, "nonsense", "%00"])
def test_an_unknown_delivery_is_not_found(reader, db, delivery):
    assert problem(reader.get(f"/deliveries/{delivery}")) == (404, "not-found")


def test_targets_are_read_and_show_no_credentials(reader, coupa):
    (row,) = reader.get("/targets").json()["data"]
    response = reader.get("/targets/coupa")

    assert response.json() == row
    assert (row["code"], row["is_stopped"], row["status"]) == ("coupa", False, "active")
    assert "credentials" not in row
    assert reader.get("/targets/coupa", If_None_Match=response["ETag"]).status_code == 304
    assert reader.get("/targets/coupa/code-maps").json()["data"] == []
    for path in ("/targets/nobody", "/targets/nobody/code-maps"):
        assert problem(reader.get(path)) == (404, "not-found")


def test_a_code_map_is_changed_like_a_record(people, coupa):
    caller = Caller(people["steward"], "read", "propose")
    values = {
        "code": "coupa:payment_terms:NET30",
        "target": "coupa",
        "list": "payment_terms",
        "ours": "NET30",
        "theirs": "Net 30",
    }
    part = {"subject": "code_map", "action": "create", "values": values}

    filed = caller.post("/changes", {"parts": [part], "submit": True})
    change = Change.objects.get(number=filed.json()["number"])
    changes.decide(change, "approve", by=people["approver"])

    (row,) = caller.get("/targets/coupa/code-maps?list=payment_terms").json()["data"]
    assert (row["ours"], row["theirs"], row["version"]) == ("NET30", "Net 30", 1)
