"""Every button of a change: what it does, and every way in which it is refused."""

from typing import Any

import pytest
from django.test import Client

from mdm import changes
from mdm.domains.supplier import Supplier
from mdm.models import Change, Review
from tests import make
from tests.mdm.web.reviewing import bank_change, browser, imported, in_conflict, submitted, words

State = Change.State


def post(client: Client, change: Change, verb: str, **sent: str) -> Any:
    """Press a button on the page as it was read."""
    sent.setdefault("content_hash", change.content_hash)
    return client.post(f"/changes/{change.number}/{verb}/", sent)


@pytest.fixture
def change(people: dict[str, Any], acme: Supplier) -> Change:
    return submitted(people, acme, {"trade_name": "Nordwind"})


def state(change: Change) -> str:
    change.refresh_from_db()
    return str(change.state)


def test_approving_applies_it_and_opens_the_next(people: dict[str, Any], change: Change) -> None:
    answer = post(browser(people["approver"]), change, "approve", next="/inbox/?item=CR-9")

    assert (answer.status_code, answer["Location"]) == (302, "/inbox/?item=CR-9")
    assert state(change) == State.APPLIED


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_it_never_leads_to_another_site(
    people: dict[str, Any], change: Change, elsewhere: str
) -> None:
    answer = post(browser(people["approver"]), change, "approve", next=elsewhere)

    assert answer["Location"] == f"/changes/{change.number}/"


@pytest.mark.parametrize("is_superuser", [False, True])
def test_an_author_approves_nothing_by_any_post(
    people: dict[str, Any], acme: Supplier, is_superuser: bool
) -> None:
    author = make.person(
        "both", "requester", "approver", "payment_approver", is_superuser=is_superuser
    )
    people["both"] = author
    change = submitted(people, acme, {"trade_name": "Mine"}, by="both")
    client = browser(author)

    for verb in ("approve", "reject", "ask"):
        answer = post(client, change, verb, comment="Fine")
        assert answer.status_code == 403
        assert "somebody else decides" in words(answer)

    assert (state(change), change.reviews.count()) == (State.SUBMITTED, 0)


def test_an_editor_approves_nothing_either(people: dict[str, Any], change: Change) -> None:
    editor = make.person("editor", "requester", "approver")
    changes.edit(change, change.parts.get(), {"trade_name": "Edited"}, by=editor)
    change.refresh_from_db()

    assert post(browser(editor), change, "approve").status_code == 403
    assert state(change) == State.SUBMITTED


@pytest.mark.parametrize("name", ["requester", "steward", "integrator", "auditor", "approver"])
def test_payment_data_is_approved_only_with_the_role_for_it(
    people: dict[str, Any], rich: Supplier, name: str
) -> None:
    change = bank_change(people, rich)

    answer = post(browser(people[name]), change, "approve", comment="Fine")

    assert answer.status_code == 403
    assert change.reviews.count() == 0


def test_the_same_person_does_not_approve_twice(people: dict[str, Any], rich: Supplier) -> None:
    change = bank_change(people, rich)
    client = browser(people["payer"])

    before = words(client.get(f"/changes/{change.number}/"))
    assert post(client, change, "approve").status_code == 302
    told = words(client.get(f"/changes/{change.number}/"))
    answer = post(client, change, "approve")

    assert "You and payer_too waiting" in before
    assert f"You approved {change.number}; one more person must." in told
    assert answer.status_code == 403
    assert "You have approved it already" in words(answer)
    assert state(change) == State.SUBMITTED


@pytest.mark.parametrize("verb", ["approve", "reject", "ask"])
def test_what_was_edited_since_it_was_read_is_not_decided(
    people: dict[str, Any], change: Change, verb: str
) -> None:
    read = change.content_hash
    changes.edit(change, change.parts.get(), {"trade_name": "Another"}, by=people["requester"])

    answer = post(browser(people["approver"]), change, verb, comment="As seen", content_hash=read)

    assert answer.status_code == 409
    assert "changed since you looked" in words(answer)
    assert "As seen" in answer.content.decode()
    assert (state(change), change.reviews.count()) == (State.SUBMITTED, 0)


def test_a_form_that_does_not_say_what_was_read_decides_nothing(
    people: dict[str, Any], change: Change
) -> None:
    answer = post(browser(people["approver"]), change, "approve", content_hash="")

    assert answer.status_code == 409
    assert state(change) == State.SUBMITTED


@pytest.mark.parametrize("verb", ["reject", "ask"])
def test_a_refusal_says_why_or_is_none(people: dict[str, Any], change: Change, verb: str) -> None:
    client = browser(people["approver"])

    assert post(client, change, verb, comment=" ").status_code == 422
    answer = post(client, change, verb, comment="The contract says otherwise")

    assert answer.status_code == 302
    assert state(change) == {"reject": State.REJECTED, "ask": State.ASKED}[verb]
    assert "The contract says otherwise" in words(client.get(f"/changes/{change.number}/"))


def test_a_failed_check_is_overridden_only_with_a_reason(
    people: dict[str, Any], acme: Supplier
) -> None:
    tax_id = {"tax_ids[T1]": {"type": "vat", "country": "DE", "number": "DE136695976"}}
    make.approved(
        changes.draft(subject="supplier", golden_id=acme.pk, patch=tax_id, by=people["requester"]),
        people["approver"],
    )
    other = make.record(
        "supplier", {"legal_name": "Quite Other AG"}, by=people["requester"],
        approvers=people["approver"],
    )  # fmt: skip
    change = submitted(people, other, tax_id)
    client = browser(people["approver"])

    refused = post(client, change, "approve")
    assert refused.status_code == 422
    assert "A check failed" in words(refused)
    assert "Why, although a check fails" in words(client.get(f"/changes/{change.number}/"))
    assert post(client, change, "approve", comment="A VAT group").status_code == 302
    assert state(change) == State.APPLIED


def test_the_second_to_decide_is_told_who_was_faster(
    people: dict[str, Any], change: Change
) -> None:
    changes.decide(change, "reject", by=people["payer"], comment="No")

    answer = post(browser(people["approver"]), change, "approve")

    assert answer.status_code == 422
    assert "It is rejected. payer was faster: rejected." in words(answer)


def test_a_comment_on_a_value_stands_beside_it(people: dict[str, Any], change: Change) -> None:
    client = browser(people["auditor"])

    asked = client.get(f"/changes/{change.number}/?about=trade_name")
    assert "Comment on Trading name" in words(asked)
    answer = post(client, change, "comment", comment="Says who?", path="trade_name")

    assert answer["Location"] == f"/changes/{change.number}/"
    assert words(client.get(f"/changes/{change.number}/")).count("Says who?") == 2
    assert post(client, change, "comment", comment="x", path="no_such").status_code == 400
    assert post(client, change, "comment", comment=" ").status_code == 422
    assert post(client, change, "comment", comment="x" * 4001).status_code == 422


def test_a_draft_is_submitted_and_taken_back_by_its_author_alone(
    people: dict[str, Any], acme: Supplier
) -> None:
    draft = changes.draft(
        subject="supplier", golden_id=acme.pk, patch={"trade_name": "X"}, by=people["requester"],
        reason="As agreed",
    )  # fmt: skip
    stranger, author = browser(people["steward"]), browser(people["requester"])

    assert post(stranger, draft, "submit").status_code == 403
    assert post(stranger, draft, "withdraw").status_code == 403
    assert state(draft) == State.DRAFT
    assert post(author, draft, "submit").status_code == 302
    assert state(draft) == State.SUBMITTED
    assert post(author, draft, "withdraw").status_code == 302
    assert state(draft) == State.WITHDRAWN
    assert post(author, draft, "withdraw").status_code == 422
    assert post(author, draft, "submit").status_code == 422


def test_a_conflict_is_taken_up_again_by_its_author_with_a_choice_for_each_value(
    people: dict[str, Any], acme: Supplier
) -> None:
    change = in_conflict(people, acme)

    refused = post(browser(people["approver"]), change, "rebase", **{"take:trade_name": "theirs"})
    assert refused.status_code == 403
    answer = post(browser(people["requester"]), change, "rebase", **{"take:trade_name": "theirs"})

    assert (answer.status_code, state(change)) == (302, State.SUBMITTED)
    assert post(browser(people["approver"]), change, "approve").status_code == 302
    acme.refresh_from_db()
    assert (acme.trade_name, acme.industry) == ("First", "Logistics")
    assert post(browser(people["requester"]), change, "rebase").status_code == 422


def test_what_failed_of_a_large_change_is_taken_up_as_a_new_one(
    people: dict[str, Any], reference: None
) -> None:
    change = imported(people, 7)
    client = browser(people["steward"])
    assert post(client, change, "take-up").status_code == 422
    change.parts.filter(position__lt=6).update(state="applied")
    change.parts.filter(position=6).update(state="failed", problem="The disk was full.")
    Change.objects.filter(pk=change.pk).update(state=State.PARTLY_APPLIED)

    assert post(browser(people["approver"]), change, "take-up").status_code == 403
    answer = post(client, change, "take-up")

    fresh = Change.objects.order_by("id").last()
    assert fresh is not None
    assert answer["Location"] == f"/changes/{fresh.number}/"
    assert (fresh.state, fresh.parts.get().label) == (State.DRAFT, "Haus 006 AG")


def test_buttons_are_no_links(people: dict[str, Any], change: Change) -> None:
    client = browser(people["approver"])

    for verb in ("approve", "reject", "ask", "comment", "submit", "withdraw", "rebase", "take-up"):
        assert client.get(f"/changes/{change.number}/{verb}/").status_code == 405
    assert Review.objects.filter(change=change).count() == 0
