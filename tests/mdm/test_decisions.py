"""What a reviewer may say when: of what was read, of what waits, of what failed."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mdm import changes
from mdm.changes import applying
from mdm.domains.supplier import Supplier
from mdm.errors import Conflict, NotAllowed, Refused
from mdm.models import Change, ChangePart, Review
from tests import make

Verdict = Review.Verdict
BANK = {"holder": "Nordwind", "country": "DE", "iban": "DE89 3704 0044 0532 0130 00"}

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def acme(people: dict[str, Any], reference: None) -> Supplier:
    return make.record(
        "supplier", make.SUPPLIER, by=people["requester"], approvers=people["approver"]
    )


def submitted(people: dict[str, Any], record: Supplier, patch: dict[str, Any]) -> Change:
    change = changes.draft(
        subject="supplier", golden_id=record.pk, patch=patch, by=people["requester"]
    )
    return changes.submit(change, by=people["requester"])


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.REJECT, Verdict.ASK])
def test_a_decision_on_what_was_edited_since_it_was_read_is_refused(
    acme: Supplier, people: dict[str, Any], verdict: str
) -> None:
    change = submitted(people, acme, {"trade_name": "One"})
    read = change.content_hash
    changes.edit(change, change.parts.get(), {"trade_name": "Two"}, by=people["requester"])

    with pytest.raises(Conflict, match="changed since you looked"):
        changes.decide(change, verdict, by=people["approver"], comment="Fine", content_hash=read)

    change.refresh_from_db()
    assert (change.state, change.reviews.count()) == (Change.State.SUBMITTED, 0)


def test_an_edit_before_reviewers_is_checked_like_what_was_submitted(
    acme: Supplier, people: dict[str, Any]
) -> None:
    change = submitted(people, acme, {"payment_terms": "NET60"})
    part = change.parts.get()

    with pytest.raises(Refused, match="NET99 is not in the reference list"):
        changes.edit(change, part, {"payment_terms": "NET99"}, by=people["requester"])
    kept = change.parts.get().patch
    change = changes.edit(change, part, {"country": "US"}, by=people["requester"])

    assert kept == {"payment_terms": "NET60"}
    assert {check.content_hash for check in change.checks.all()} == {change.content_hash}


def test_a_change_that_cools_off_can_be_stopped_by_a_reviewer_but_not_by_its_author(
    acme: Supplier, people: dict[str, Any]
) -> None:
    author = make.person("author", "requester", "payment_approver")
    change = changes.draft(
        subject="supplier", golden_id=acme.pk, patch={"bank_accounts[B1]": BANK}, by=author
    )
    change = make.approved(change, people["payer"], people["payer_too"])
    assert change.state == Change.State.COOLING

    with pytest.raises(NotAllowed, match="somebody else"):
        changes.decide(change, Verdict.REJECT, by=author, comment="Stop")
    with pytest.raises(Refused, match="cooling off"):
        changes.decide(change, Verdict.APPROVE, by=people["payer"])
    change = changes.decide(change, Verdict.REJECT, by=people["payer"], comment="They did not ask")

    assert change.state == Change.State.REJECTED
    acme.refresh_from_db()
    assert acme.bank_accounts == []


def test_a_part_that_failed_is_tried_again_once_its_change_is_taken_up(
    people: dict[str, Any],
) -> None:
    change = changes.draft(
        subject="payment_terms",
        action="create",
        patch={"code": "NET45", "name": "45 days net"},
        by=people["steward"],
    )
    changes.submit(change, by=people["steward"])
    change.parts.update(state=ChangePart.State.FAILED, problem="The disk was full.")
    Change.objects.filter(pk=change.pk).update(state=Change.State.CONFLICTED)

    change.refresh_from_db()
    change = changes.rebase(change, {}, by=people["steward"])
    change = changes.decide(change, Verdict.APPROVE, by=people["approver"])

    assert change.state == Change.State.APPLIED


def test_a_change_of_which_nothing_would_be_left_is_not_taken_up(
    acme: Supplier, people: dict[str, Any]
) -> None:
    change = submitted(people, acme, {"trade_name": "Second"})
    make.approved(
        changes.draft(
            subject="supplier",
            golden_id=acme.pk,
            patch={"trade_name": "First"},
            by=people["requester"],
        ),
        people["approver"],
    )
    change = changes.decide(change, Verdict.APPROVE, by=people["approver"])

    with pytest.raises(Refused, match="Nothing would be left"):
        changes.rebase(change, {"trade_name": "theirs"}, by=people["requester"])


def said(change: Change) -> list[tuple[str, str]]:
    """What the check for other changes says now."""
    rows = change.checks.filter(code="conflicts")
    return [(row.outcome, row.sentence) for row in rows]


QUIET = [("pass", "No other open change touches these values.")]


def test_what_a_check_says_of_other_changes_keeps_up_with_them(
    acme: Supplier, people: dict[str, Any]
) -> None:
    first = submitted(people, acme, {"trade_name": "One"})
    assert said(first) == QUIET
    second = submitted(people, acme, {"trade_name": "Two"})
    both = (said(first), said(second))
    changes.withdraw(second, by=people["requester"])
    alone = said(first)
    third = submitted(people, acme, {"trade_name": "Three"})
    changes.decide(third, Verdict.APPROVE, by=people["approver"])
    overtaken = said(first)
    first = changes.decide(first, Verdict.APPROVE, by=people["approver"])

    wants = "wants the same values; the second one applied is in conflict."
    assert both == (
        [("warn", f"{second.number} {wants}")],
        [("warn", f"{first.number} {wants}")],
    )
    assert alone == QUIET
    moved = "trade_name: changed since it was seen;"
    assert overtaken == [("warn", f"{moved} it would be in conflict.")]
    assert first.state == Change.State.CONFLICTED
    assert said(first) == [("fail", f"{moved} it was not written.")]


def test_a_check_that_fails_by_now_is_found_before_an_approval_counts(
    acme: Supplier, people: dict[str, Any]
) -> None:
    change = submitted(people, acme, {"duns": "315369934"})
    other = make.SUPPLIER | {"legal_name": "Elbe AG", "duns": "315369934"}
    make.record("supplier", other, by=people["requester"], approvers=people["approver"])
    assert not change.checks.filter(outcome="fail").exists()

    with pytest.raises(Refused, match="315369934 already belongs to Elbe AG"):
        changes.decide(change, Verdict.APPROVE, by=people["approver"])

    assert [row.code for row in change.checks.filter(outcome="fail")] == ["identifiers"]


def test_what_a_decision_is_about_to_apply_nobody_else_takes_up(
    acme: Supplier, people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    change = submitted(people, acme, {"trade_name": "Nord"})
    with monkeypatch.context() as patch:  # the request ends before it comes to it
        patch.setattr(applying, "apply_change", lambda change, **_: change)
        changes.decide(change, Verdict.APPROVE, by=people["approver"])

    assert changes.apply_due() == 0
    Change.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert changes.apply_due() == 1
    acme.refresh_from_db()
    assert acme.trade_name == "Nord"
