"""What was approved is what is applied: an altered part or date writes nothing."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from mdm import changes
from mdm.domains.supplier import Supplier
from mdm.models import Change, ChangePart, Review
from tests import make

BANK = {"holder": "Nordwind", "country": "DE", "iban": "DE89 3704 0044 0532 0130 00"}
THIEF = BANK | {"id": "B1", "iban": "NL91 ABNA 0417 1643 00"}


@pytest.fixture
def cooling(people: dict[str, Any], reference: None) -> Change:
    """An approved change of a bank account and a name, which waits to be applied."""
    acme = make.record(
        "supplier", make.SUPPLIER, by=people["requester"], approvers=people["approver"]
    )
    change = changes.draft(
        subject="supplier",
        golden_id=acme.pk,
        patch={"bank_accounts[B1]": BANK, "trade_name": "Acme"},
        by=people["requester"],
    )
    change = make.approved(change, people["payer"], people["payer_too"])
    assert change.state == Change.State.COOLING
    return change


def _after_cooling(change: Change) -> Change:
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        changes.apply_due()
    change.refresh_from_db()
    return change


def test_content_that_stands_as_approved_is_applied(cooling: Change) -> None:
    assert _after_cooling(cooling).state == Change.State.APPLIED


@pytest.mark.parametrize(
    "altered",
    [
        {"patch": {"bank_accounts[B1]": THIEF, "trade_name": "Acme"}},
        {"patch": {"trade_name": "Acme"}},
        {"seen": {}},
        {"action": "retire"},
        {"subject": "project"},
    ],
)
def test_a_part_altered_past_the_reviewers_writes_nothing(
    cooling: Change, altered: dict[str, Any]
) -> None:
    ChangePart.objects.filter(change=cooling).update(**altered)

    change = _after_cooling(cooling)

    assert change.state == Change.State.CONFLICTED
    assert "not what was approved" in change.parts.get().problem
    acme = Supplier.objects.get()
    assert (acme.version, acme.bank_accounts, acme.trade_name) == (1, [], "")


def test_a_date_altered_past_the_reviewers_writes_nothing(cooling: Change) -> None:
    Change.objects.filter(pk=cooling.pk).update(effective_from="2020-01-01")

    assert _after_cooling(cooling).state == Change.State.CONFLICTED
    assert Supplier.objects.get().version == 1


def test_a_part_that_was_slipped_in_writes_nothing(cooling: Change) -> None:
    part = cooling.parts.get()
    ChangePart.objects.create(
        change=cooling, position=1, subject="supplier", golden_id=part.golden_id, patch={"name": 1}
    )

    assert _after_cooling(cooling).state == Change.State.CONFLICTED
    assert Supplier.objects.get().version == 1


def test_it_can_be_taken_up_again_and_takes_new_approvals(
    cooling: Change, people: dict[str, Any]
) -> None:
    ChangePart.objects.filter(change=cooling).update(patch={"trade_name": "Other"})
    change = _after_cooling(cooling)

    change = changes.rebase(change, {}, by=people["requester"])

    assert change.state == Change.State.SUBMITTED
    assert not change.reviews.filter(verdict=Review.Verdict.APPROVE, voided_at=None).exists()
    change = changes.decide(change, Review.Verdict.APPROVE, by=people["approver"])
    assert change.state == Change.State.APPLIED
