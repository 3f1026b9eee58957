"""Who is believed about what, and the effect of a rule, through the API."""

import pytest

from mdm import changes
from tests import make
from tests.api.conftest import Caller
from tests.mdm import ruling


@pytest.fixture
def nord(people, reference):
    ruling.systems(people)
    return ruling.supplier(people)


@pytest.fixture
def reader(people):
    return Caller(people["auditor"])


def test_the_matrix_of_a_domain_is_read(reader, people, nord):
    change = changes.submit(ruling.trust(people, decay="10", floor="40"), by=people["steward"])
    changes.decide(change, "approve", by=people["approver"])

    rows = {row["about"]: row for row in reader.get("/authority/suppliers").json()["data"]}

    assert rows["*"]["strategies"] == ["authority", "recent", "first"]
    own = next(t for t in rows["trade_name"]["trust"] if t["system"] == "buying")
    assert own == {"system": "buying", "score": 80, "decay": 10, "floor": 40, "inherited": ""}


def test_the_effect_of_a_draft_is_read_and_nothing_is_written(reader, people, nord):
    change = ruling.rule(people)

    found = reader.get(f"/changes/{change.number}/effect?attribute=supplier.trade_name").json()

    assert (found["records"], found["values"]) == (1, 1)
    assert found["systems"] == [{"from": "ERP", "to": "Procurement", "values": 1}]
    assert [(f["before"], f["after"]) for f in found["flips"]] == [("Nord", "Nordwind")]
    assert change.parts.count() == 1


def test_records_of_another_company_are_counted_and_not_shown(people, reference):
    ruling.systems(people)
    view = [{"company_code": "1010", "payment_terms": "NET30"}]
    ruling.supplier(people, company_views=view)
    change = ruling.rule(people)
    stranger = Caller(make.person("stranger", "auditor", company_code="2020"))

    found = stranger.get(f"/changes/{change.number}/effect").json()

    assert (found["records"], found["flips"]) == (1, [])


def test_a_change_of_no_rule_has_no_effect_to_read(reader, people, nord):
    change = changes.draft(
        subject="supplier", golden_id=nord.pk, patch={"industry": "Glass"}, by=people["steward"]
    )

    answer = reader.get(f"/changes/{change.number}/effect")

    assert answer.status_code == 422, answer.content
    assert "changes no rule" in answer.json()["detail"]
    assert reader.get("/changes/CR-9/effect").status_code == 404
    assert reader.get(f"/changes/{change.number}/effect?limit=0").status_code == 400
