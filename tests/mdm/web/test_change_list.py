"""The list of changes: what it shows to whom, how it is narrowed, what it costs."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mdm import changes
from mdm.domains.supplier import Supplier
from mdm.models import Change
from tests import make
from tests.mdm.web.reviewing import bank_change, browser, submitted, words


def numbers(page: Any) -> list[str]:
    return [row["change"].number for row in page.context["rows"]]


@pytest.fixture
def several(people: dict[str, Any], rich: Supplier) -> dict[str, Change]:
    """One change of each sort."""
    terms = submitted(people, rich, {"payment_terms": "NET60"}, title="Terms")
    bank = bank_change(people, rich)
    rejected = submitted(people, rich, {"trade_name": "Nord"}, title="Name", by="steward")
    changes.decide(rejected, "reject", by=people["approver"], comment="No")
    draft = changes.draft(
        subject="supplier", golden_id=rich.pk, patch={"industry": "X"}, by=people["requester"]
    )
    return {"terms": terms, "bank": bank, "rejected": rejected, "draft": draft}


def test_it_is_narrowed_by_state_risk_person_and_text_and_counts_each(
    people: dict[str, Any], several: dict[str, Change]
) -> None:
    client = browser(people["approver"])

    wanted = {
        "state=submitted": ["bank", "terms"],
        "state=rejected": ["rejected"],
        "risk=high&state=submitted": ["bank"],
        "person=steward&domain=supplier": ["rejected"],
        "q=Terms&state=submitted": ["terms"],
        f"q={several['bank'].number}": ["bank"],
    }
    for query, names in wanted.items():
        found = numbers(client.get(f"/changes/?{query}"))
        assert found == [several[name].number for name in names], query
    facets = {f.name: f for f in client.get("/changes/?risk=high").context["facets"]}
    assert {o.value: o.count for o in facets["risk"].options}["low"] >= 1
    assert {o.value: o.count for o in facets["state"].options}["submitted"] == 1


def test_drafts_of_others_are_left_out(people: dict[str, Any], several: dict[str, Change]) -> None:
    draft = several["draft"].number

    assert draft in numbers(browser(people["requester"]).get("/changes/"))
    assert draft not in numbers(browser(people["steward"]).get("/changes/"))


def test_only_changes_that_one_may_see_are_listed_and_counted(
    people: dict[str, Any], several: dict[str, Change]
) -> None:
    elsewhere = make.person("elsewhere", "approver", domain="cost_center")

    page = browser(elsewhere).get("/changes/")

    assert (numbers(page), page.context["found"].whole) == ([], 0)
    assert "No change yet" in words(page)
    assert browser(make.person("stranger")).get("/changes/").status_code == 403


def test_it_sorts_and_refuses_what_it_does_not_know(
    people: dict[str, Any], several: dict[str, Change]
) -> None:
    client = browser(people["approver"])

    by_risk = numbers(client.get("/changes/?sort=-risk&state=submitted"))
    assert by_risk == [several["bank"].number, several["terms"].number]
    for query in ("sort=secret", "colour=red"):
        page = client.get(f"/changes/?{query}")
        assert (page.status_code, "cannot be shown like that" in words(page)) == (400, True)
    assert "No change fits" in words(client.get("/changes/?q=nothing-has-this"))


def test_a_list_costs_the_same_for_one_row_and_for_four(
    people: dict[str, Any], acme: Supplier
) -> None:
    client, costs = browser(people["approver"]), []
    for count in (1, 4):
        for n in range(count):
            submitted(people, acme, {"trade_name": f"Name {count} {n}"})
        with CaptureQueriesContext(connection) as queries:
            client.get("/changes/?state=submitted")
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[0] <= 20
