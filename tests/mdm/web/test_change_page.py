"""The page of a change: what it says in each state, what it hides, and what it costs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mdm import changes
from mdm.domains.supplier import Supplier
from mdm.models import Change, ChangePart, LedgerEntry
from tests import make
from tests.mdm.web.conftest import SECRETS
from tests.mdm.web.reviewing import (
    NEW_IBAN,
    OLD_IBAN,
    bank_change,
    browser,
    imported,
    in_conflict,
    submitted,
    words,
)

TABS = ("", "conversation/", "checks/", "impact/", "history/", "preview/", "?fields=all")


@pytest.mark.parametrize("tab", TABS)
def test_no_tab_shows_a_secret_in_its_source(
    people: dict[str, Any], rich: Supplier, tab: str
) -> None:
    change = bank_change(people, rich)

    page = browser(people["payer"]).get(f"/changes/{change.number}/{tab}", HTTP_HX_REQUEST="true")

    source = page.content.decode()
    assert page.status_code == 200
    assert [secret for secret in (*SECRETS, NEW_IBAN) if secret in source] == []
    assert "sealed:" not in source


@pytest.mark.parametrize("tab", TABS)
def test_who_may_not_see_a_part_of_it_finds_no_change(
    people: dict[str, Any], rich: Supplier, tab: str
) -> None:
    change = bank_change(people, rich)
    stranger = make.person("stranger")
    elsewhere = make.person("elsewhere", "approver", domain="cost_center")

    for user in (stranger, elsewhere):
        assert browser(user).get(f"/changes/{change.number}/{tab}").status_code == 404


def test_a_difference_is_said_in_labels_and_names_with_where_it_came_from(
    people: dict[str, Any], rich: Supplier
) -> None:
    change = submitted(
        people, rich, {"payment_terms": "NET60", "bank_accounts[B1].bank_name": "ING"}
    )

    text = words(browser(people["payer"]).get(f"/changes/{change.number}/"))

    for said in (
        "2 attributes change",
        "NET 3 0, 3 0 days net",
        "NET 6 0, 6 0 days net",
        "Bank account / Bank",
        "from requester, since",
        "Now (version 2)",
        "Every value is well formed",
    ):
        assert said in text


def test_the_decision_box_says_what_is_missing_and_who_may_not(
    people: dict[str, Any], rich: Supplier
) -> None:
    change = bank_change(people, rich)
    changes.decide(change, "approve", by=people["payer"])

    seen = {
        name: words(browser(people[name]).get(f"/changes/{change.number}/"))
        for name in ("payer", "payer_too", "requester", "approver")
    }

    for text in seen.values():
        assert "Needs one more approval" in text
        assert "1 of 2 approvals" in text
    assert "You have approved it already; another person must too." in seen["payer"]
    assert "You waiting" in seen["payer_too"]
    assert "You requested or edited it; somebody else decides." in seen["requester"]
    assert "It takes the role Payment approver" in seen["approver"]


def test_only_who_may_approve_is_offered_the_button(people: dict[str, Any], rich: Supplier) -> None:
    change = bank_change(people, rich)

    offered = {
        name: f'action="/changes/{change.number}/approve/"'
        in browser(people[name]).get(f"/changes/{change.number}/").content.decode()
        for name in ("payer", "payer_too", "requester", "approver", "steward", "auditor")
    }

    assert [name for name, is_there in offered.items() if is_there] == ["payer", "payer_too"]


def test_a_reveal_takes_the_right_shows_one_part_once_and_leaves_a_note(
    people: dict[str, Any], rich: Supplier
) -> None:
    change = bank_change(people, rich)
    url = f"/changes/{change.number}/reveal/"

    assert browser(people["approver"]).post(url, {"part": "1"}).status_code == 403
    page = browser(people["payer"]).post(url, {"part": "1"})

    shown = words(page).replace(" ", "")  # the letters that differ are marked one by one
    assert [secret in shown for secret in (OLD_IBAN, NEW_IBAN)] == [True, True]
    assert page["Cache-Control"] == "no-store"
    note = LedgerEntry.objects.get(kind="change.revealed")
    assert (note.person, note.subject, note.facts["paths"]) == (
        "payer", change.number, "bank_accounts[B1].iban",
    )  # fmt: skip
    assert NEW_IBAN not in str(note.facts)
    assert browser(people["payer"]).post(url, {"part": "9"}).status_code == 404


def test_a_change_that_cools_off_says_how_long_and_offers_to_stop_it(
    people: dict[str, Any], rich: Supplier
) -> None:
    change = make.approved(
        changes.draft(
            subject="supplier",
            golden_id=rich.pk,
            patch={"bank_accounts[B1].bank_name": "ING"},
            by=people["requester"],
        ),
        people["payer"],
        people["payer_too"],
    )

    text = words(browser(people["payer"]).get(f"/changes/{change.number}/"))

    assert "Nothing is written before" in text
    assert "Stop it" in text


def test_a_scheduled_change_says_its_day(people: dict[str, Any], acme: Supplier) -> None:
    day = timezone.now().date() + timedelta(days=30)
    change = submitted(people, acme, {"trade_name": "Soon"}, effective_from=day)
    changes.decide(change, "approve", by=people["approver"])

    text = words(browser(people["approver"]).get(f"/changes/{change.number}/"))

    assert f"It takes effect on {day.day}" in text


def test_a_conflict_is_shown_three_ways_and_its_author_chooses(
    people: dict[str, Any], acme: Supplier
) -> None:
    change = in_conflict(people, acme)
    author = browser(people["requester"])

    text = words(author.get(f"/changes/{change.number}/"))
    others = browser(people["approver"]).get(f"/changes/{change.number}/").content.decode()

    for said in (
        "It is now (version 2)",
        "When proposed (version 1)",
        "Changed meanwhile, it is now First (version 2)",
        "Trading name empty",
        "Leave First",
        "Still Second",
        "Changed since it was seen: Trading name.",
    ):
        assert said in text
    assert "Now (version" not in text
    assert 'value="theirs"' not in others


def test_a_merge_is_shown_with_all_that_comes_along(people: dict[str, Any], rich: Supplier) -> None:
    other = make.record(
        "supplier",
        {"legal_name": "Altes Kontor AG", "website": "nordwind.example"},
        by=people["requester"],
        approvers=people["approver"],
    )
    change = changes.draft(
        subject="supplier",
        golden_id=other.pk,
        action="merge",
        other_id=rich.pk,
        by=people["steward"],
    )
    change = changes.submit(change, by=people["steward"])
    client = browser(people["payer"])

    page = client.get(f"/changes/{change.number}/")
    text, source = words(page), page.content.decode()

    assert "becomes a redirect" in text
    for said in ("•••• 3000", "Commerzbank", "VAT number", "strategic"):
        assert said in text
    assert [secret for secret in SECRETS if secret in source] == []


def test_a_large_change_shows_figures_and_what_needs_a_look_first(
    people: dict[str, Any], reference: None
) -> None:
    change = imported(people, 7)
    part = change.parts.get(position=6)
    ChangePart.objects.filter(pk=part.pk).update(
        state="conflicted", problem="Changed since it was seen: trade_name."
    )
    Change.objects.filter(pk=change.pk).update(state="partly_applied")
    client = browser(people["approver"])

    page = client.get(f"/changes/{change.number}/")
    text = words(page)

    assert page.context["listed"].rows[0].number == 7
    assert "1 part was not written." in text
    assert "Changed since it was seen: Trading name." in text
    odd = client.get(f"/changes/{change.number}/?show=exceptions").context["listed"]
    assert [row.number for row in odd.rows] == [7]
    found = client.get(f"/changes/{change.number}/?q=haus+003").context["listed"]
    assert [row.label for row in found.rows] == ["Haus 003 AG"]
    one = words(client.get(f"/changes/{change.number}/?part=4"))
    assert "Part 4 of 7" in one
    assert "Haus 003 AG" in one
    assert client.get(f"/changes/{change.number}/?part=99").status_code == 404


def test_it_names_what_else_is_open_on_the_same_record(
    people: dict[str, Any], acme: Supplier
) -> None:
    first = submitted(people, acme, {"trade_name": "One"}, title="The first")
    second = submitted(people, acme, {"industry": "Steel"}, title="The second")
    elsewhere = browser(people["approver"])

    assert "The second" in words(elsewhere.get(f"/changes/{first.number}/"))
    assert "The first" in words(elsewhere.get(f"/changes/{second.number}/"))


def test_a_page_costs_the_same_for_one_part_and_for_four(
    people: dict[str, Any], reference: None
) -> None:
    client, costs = browser(people["approver"]), []
    for count in (7, 28):
        change = imported(people, count)
        client.get(f"/changes/{change.number}/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"/changes/{change.number}/")
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[0] <= 36


def test_its_past_is_told_once_and_in_order(people: dict[str, Any], rich: Supplier) -> None:
    change = submitted(people, rich, {"payment_terms": "NET60"}, reason="As agreed")
    changes.decide(change, "ask", by=people["approver"], comment="And the language?")
    patch = {"trade_name": "Nordi", "bank_accounts[B1].iban": NEW_IBAN}
    changes.edit(change, change.parts.get(), patch, by=people["requester"])
    again = {"title": "", "reason": "As agreed by phone", "effective_from": None}
    changes.describe(change, by=people["requester"], **again)
    changes.submit(change, by=people["requester"])
    client = browser(people["payer"])

    talk, past = (
        words(client.get(f"/changes/{change.number}/{tab}/")) for tab in ("conversation", "history")
    )

    for text, told in (
        (talk, ("proposed it", "As agreed", "asked for changes", "And the language?")),
        (past, ("drafted it (Page)", "submitted it", "asked for changes", "And the language?")),
    ):
        edit = ("edited it", "Trading name: as it was → Nordi", "NET60, 60 days net → as it was")
        order = (*told, *edit, "gave another reason", "As agreed by phone", "submitted it again")
        assert re.search(".*".join(map(re.escape, order)), text, re.S), text
        assert NEW_IBAN not in text
