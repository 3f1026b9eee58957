"""The inbox: what waits for whom, how it is narrowed, what comes after a decision."""

from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mdm import changes
from mdm.domains.supplier import Supplier
from mdm.models import Change
from tests import make
from tests.mdm.web.reviewing import bank_change, browser, submitted, words


@pytest.fixture
def waiting(people: dict[str, Any], rich: Supplier) -> list[Change]:
    """Three changes in review, oldest first."""
    return [
        submitted(people, rich, {"payment_terms": "NET60"}, title="The terms"),
        submitted(people, rich, {"trade_name": "Nord"}, title="The name"),
        bank_change(people, rich),
    ]


def titles(page: Any) -> list[str]:
    return [row["what"] for row in page.context["rows"]]


def test_it_holds_what_one_may_decide_and_ones_own_that_came_back(
    people: dict[str, Any], waiting: list[Change]
) -> None:
    changes.decide(waiting[1], "ask", by=people["approver"], comment="Which one?")

    seen = {
        name: titles(browser(people[name]).get("/inbox/"))
        for name in ("approver", "payer", "requester", "steward")
    }

    assert seen == {
        "approver": ["The terms"],
        "payer": ["The terms", "Bank account of Nordwind"],
        "requester": ["The name"],
        "steward": [],
    }


def test_an_empty_inbox_and_a_stranger_each_get_a_sentence(people: dict[str, Any]) -> None:
    assert "Nothing waits for you" in words(browser(people["auditor"]).get("/inbox/"))
    page = browser(make.person("stranger")).get("/inbox/")
    assert (page.status_code, "takes the role" in words(page)) == (403, True)


def test_it_is_narrowed_by_kind_risk_and_age(people: dict[str, Any], waiting: list[Change]) -> None:
    client = browser(people["payer"])

    assert titles(client.get("/inbox/?risk=high")) == ["Bank account of Nordwind"]
    assert titles(client.get("/inbox/?kind=own")) == []
    assert len(titles(client.get("/inbox/?kind=decision&age=1"))) == 3
    assert titles(client.get("/inbox/?age=more")) == []
    facets = {f["name"]: f for f in client.get("/inbox/?risk=high").context["facets"]}
    assert {o["value"]: o["count"] for o in facets["risk"]["options"]} == {"high": 1, "low": 2}


def test_the_preview_decides_and_leads_to_the_item_that_follows(
    people: dict[str, Any], waiting: list[Change]
) -> None:
    client = browser(people["payer"])

    page = client.get(f"/inbox/?item={waiting[0].number}")
    assert page.context["preview"]["change"] == waiting[0]
    following = f"/inbox/?item={waiting[1].number}"
    assert f'name="next" value="{following}"' in page.content.decode()
    answer = client.post(
        f"/changes/{waiting[0].number}/approve/",
        {"content_hash": waiting[0].content_hash, "next": following},
    )

    after = client.get(answer["Location"])
    assert after.context["chosen"].key == waiting[1].number
    assert len(titles(after)) == 2


def test_a_preview_is_a_part_of_a_page_and_without_scripts_the_page_itself(
    people: dict[str, Any], waiting: list[Change]
) -> None:
    client, number = browser(people["payer"]), waiting[2].number
    url = f"/changes/{number}/preview/?next={quote('/inbox/?risk=high')}"

    part = client.get(url, HTTP_HX_REQUEST="true").content.decode()
    plain = client.get(url)

    assert "<html" not in part
    assert 'name="next" value="/inbox/?risk=high"' in part
    assert plain["Location"] == f"/changes/{number}/"


def test_a_change_opened_from_the_inbox_knows_its_neighbours(
    people: dict[str, Any], waiting: list[Change]
) -> None:
    client = browser(people["payer"])

    page = client.get(f"/changes/{waiting[1].number}/?queue=all")
    high = client.get(f"/changes/{waiting[2].number}/?queue=risk%3Dhigh")

    at = page.context["place"]
    assert (at.number, at.total) == (2, 3)
    assert waiting[0].number in at.earlier
    assert waiting[2].number in at.later
    assert (high.context["place"].number, high.context["place"].total) == (1, 1)
    assert high.context["place"].following == "/inbox/?risk=high"


def test_the_team_and_what_one_decided_have_their_own_tabs(
    people: dict[str, Any], waiting: list[Change]
) -> None:
    changes.decide(waiting[0], "reject", by=people["approver"], comment="No")
    client = browser(people["approver"])

    assert titles(client.get("/inbox/?tab=team")) == ["The name", "Bank account of Nordwind"]
    done = client.get("/inbox/?tab=done")
    assert titles(done) == ["The terms", "New supplier Nordwind Logistik GmbH", "Reference data"]
    assert "you rejected it" in words(done)
    assert "The team has nothing open" in words(
        browser(make.person("elsewhere", "approver", domain="project")).get("/inbox/?tab=team")
    )


def test_the_number_in_the_navigation_is_that_of_the_inbox(
    people: dict[str, Any], waiting: list[Change]
) -> None:
    page = browser(people["payer"]).get("/changes/")

    shown = {e.name: e.count for s in page.context["frame"].sections for e in s.entries}
    assert (shown["inbox"], shown["change-list"]) == (3, 3)


def test_an_inbox_costs_the_same_for_one_item_and_for_four(
    people: dict[str, Any], acme: Supplier
) -> None:
    client, costs = browser(people["approver"]), []
    for count in (1, 4):
        for n in range(count):
            submitted(people, acme, {"trade_name": f"Name {count} {n}"})
        client.get("/inbox/")  # what is worked out once is not asked again
        with CaptureQueriesContext(connection) as queries:
            client.get("/inbox/")
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[0] <= 36
