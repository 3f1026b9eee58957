"""Found by another system's key, or by example."""

import pytest

from mdm import keys, seams
from mdm.authorship import acting
from mdm.models import LiveVersion, System
from mdm.seams import Found
from tests import make
from tests.api.conftest import Caller, problem


@pytest.fixture
def erp(db):
    with acting(person="test"):
        system = System(code="sap", name="SAP")
        system.save()
    return system


def test_a_record_is_read_by_the_key_another_system_has_for_it(reader, supplier, erp):
    keys.assign(erp, "supplier", "0000/100 7", supplier.golden_id, scope="100")

    response = reader.get("/suppliers/by-key/sap/0000/100 7?scope=100")

    direct = reader.get(f"/suppliers/{supplier.golden_id}")
    assert response.content == direct.content
    assert response["ETag"] == direct["ETag"]
    assert response["Content-Location"] == f"/api/v1/suppliers/{supplier.golden_id}"


def test_a_key_of_a_merged_record_gives_its_survivor(reader, new_supplier, erp):
    lost, kept = new_supplier(), new_supplier()
    LiveVersion.objects.filter(pk=lost.golden_id).update(merged_into=kept.golden_id)
    keys.assign(erp, "supplier", "7", lost.golden_id)

    response = reader.get("/suppliers/by-key/sap/7")

    assert response.json()["golden_id"] == str(kept.golden_id)


@pytest.mark.parametrize(
    "path",
    ["by-key/sap/8", "by-key/nobody/7", "by-key/sap/7?scope=other", "by-key/sap/7%00"],
)
def test_a_key_that_names_nothing_is_not_found(reader, supplier, erp, path):
    keys.assign(erp, "supplier", "7", supplier.golden_id)

    assert problem(reader.get(f"/suppliers/{path}")) == (404, "not-found")
    assert problem(reader.get("/projects/by-key/sap/7")) == (404, "not-found")


def test_a_key_of_what_may_not_be_seen_names_nothing(people, reference, erp):
    center = {"code": "CC-1", "name": "Marketing", "company_code": "1010"}
    record = make.record("cost_center", center, by=people["steward"], approvers=people["approver"])
    keys.assign(erp, "cost_center", "7", record.golden_id)
    elsewhere = Caller(make.person("elsewhere", "auditor", company_code="2020"))

    response = elsewhere.get("/cost-centers/by-key/sap/7")

    assert problem(response) == (404, "not-found")


def test_the_keys_of_a_record_are_listed(reader, supplier, erp):
    keys.assign(erp, "supplier", "7", supplier.golden_id)

    (row,) = reader.get(f"/suppliers/{supplier.golden_id}/keys").json()["data"]

    assert row.pop("since")
    assert row == {"system": "sap", "scope": "", "key": "7", "part": ""}


@pytest.fixture
def matcher(monkeypatch):
    """A matcher that knows what it is told, and remembers what it was asked."""
    asked, known = [], []

    def find(domain, values, *, exclude=(), limit=10):
        asked.append((domain, values, limit))
        return known[:limit]

    monkeypatch.setattr(seams, "find_candidates", find)
    return asked, known


def found(golden_id, probability, kind="record"):
    evidence = [{"attribute": "legal_name", "weight": 4.2}]
    zone = "same" if probability > 0.99 else "review"
    return Found(kind, str(golden_id), "Nordwind", probability, evidence, zone)


def test_an_example_is_cleaned_and_gets_candidates_with_evidence(reader, supplier, matcher):
    asked, known = matcher
    known += [found(supplier.golden_id, 0.97314159), found(supplier.golden_id, 0.2)]
    body = {
        "values": {"legal_name": " Nordwind ", "country": "de"},
        "probability_from": 0.5,
        "limit": 5.0,
    }

    response = reader.post("/suppliers/match", body)

    assert response.json() == {
        "candidates": [
            {
                "kind": "record",
                "id": str(supplier.golden_id),
                "label": "Nordwind",
                "probability": 0.9731,
                "zone": "review",
                "evidence": [{"attribute": "legal_name", "weight": 4.2}],
            }
        ]
    }
    ((domain, values, limit),) = asked
    assert (domain, values["legal_name"], values["country"], limit) == (
        "supplier",
        "Nordwind",
        "DE",
        5,
    )


def test_examples_of_a_batch_each_have_an_answer_or_a_problem(reader, supplier, matcher):
    matcher[1].append(found(supplier.golden_id, 0.9))
    examples = [{"legal_name": "Nordwind"}, {"country": "Atlantis"}]

    response = reader.post("/suppliers/match", {"examples": examples})

    good, bad = response.json()["data"]
    assert response.status_code == 207
    assert (good["status"], len(good["candidates"])) == (200, 1)
    assert (bad["status"], bad["type"]) == (422, "/api/problems/invalid")
    assert bad["errors"][0]["pointer"] == "/examples/1/country"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"values": {}, "examples": []},
        {"examples": []},
        {"examples": [{}] * 101},
        {"values": {}, "limit": 51},
        {"values": {}, "probability_from": 2},
    ],
)
def test_a_match_without_bounds_is_refused(reader, db, body):
    assert problem(reader.post("/suppliers/match", body)) == (422, "invalid")


def test_candidates_that_may_not_be_seen_are_left_out(people, reference, matcher):
    center = {"code": "CC-1", "name": "Marketing", "company_code": "1010"}
    record = make.record("cost_center", center, by=people["steward"], approvers=people["approver"])
    matcher[1].extend([found(record.golden_id, 0.9), found("7", 0.8, kind="source")])
    here = Caller(people["auditor"])
    elsewhere = Caller(make.person("elsewhere", "auditor", company_code="2020"))
    body = {"values": {"name": "Marketing"}}

    assert len(here.post("/cost-centers/match", body).json()["candidates"]) == 2
    assert elsewhere.post("/cost-centers/match", body).json()["candidates"] == []
