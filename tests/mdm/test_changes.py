"""The life of a change: proposed, reviewed by somebody else, applied, and what is left behind."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from mdm import changes, vault
from mdm.domains.supplier import Supplier
from mdm.errors import NotAllowed, Refused
from mdm.models import Change, ChangeAuthor, Event, Fact, Key, LiveVersion, Review, Status
from tests import make

APPROVE = Review.Verdict.APPROVE
BANK = {"holder": "Nordwind", "country": "DE", "iban": "DE89 3704 0044 0532 0130 00"}

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def acme(people: dict[str, Any], reference: None) -> Supplier:
    return make.record(
        "supplier", make.SUPPLIER, by=people["requester"], approvers=people["approver"]
    )


def propose(
    people: dict[str, Any], record: Supplier, patch: dict[str, Any], **facts: Any
) -> Change:
    return changes.draft(
        subject="supplier", golden_id=record.pk, patch=patch, by=people["requester"], **facts
    )


def test_an_approved_creation_makes_version_one_with_history_event_and_payload(
    acme: Supplier,
) -> None:
    history = acme.history.get()
    event = Event.objects.get(golden_id=acme.pk)

    assert (acme.version, acme.status, acme.code) == (1, Status.ACTIVE, "S-100001")
    assert (history.person, history.reason, history.change) == (
        "requester",
        "For a test",
        "CR-1002",
    )
    assert (event.type, event.version, event.sequence) == ("supplier.created.v1", 1, None)
    assert LiveVersion.objects.get(golden_id=acme.pk).payload == event.payload


def test_two_changes_to_different_attributes_both_land(
    acme: Supplier, people: dict[str, Any]
) -> None:
    first = propose(people, acme, {"trade_name": "Nordwind"})
    second = propose(people, acme, {"addresses[A1].city": "Bremen"})
    make.approved(first, people["approver"])

    make.approved(second, people["approver"])

    acme.refresh_from_db()
    assert (acme.trade_name, acme.addresses[0]["city"], acme.version) == ("Nordwind", "Bremen", 3)


def test_a_value_changed_since_it_was_seen_is_a_conflict_and_can_be_rebased(
    acme: Supplier, people: dict[str, Any]
) -> None:
    first = propose(people, acme, {"trade_name": "First"})
    second = propose(people, acme, {"trade_name": "Second", "industry": "Logistics"})
    make.approved(first, people["approver"])

    second = make.approved(second, people["approver"])

    assert second.state == Change.State.CONFLICTED
    view = {row["path"]: row for row in changes.conflicts(second.parts.get())}
    assert view["trade_name"] == {
        "path": "trade_name", "seen": "", "proposed": "Second", "now": "First", "in_conflict": True,
    }  # fmt: skip
    assert not view["industry"]["in_conflict"]

    second = changes.rebase(second, {"trade_name": "theirs"}, by=people["requester"])
    changes.decide(second, APPROVE, by=people["approver"])

    acme.refresh_from_db()
    assert (acme.trade_name, acme.industry, acme.version) == ("First", "Logistics", 3)


@pytest.mark.parametrize("is_superuser", [False, True])
def test_nobody_approves_what_they_proposed(
    acme: Supplier, people: dict[str, Any], is_superuser: bool
) -> None:
    author = make.person("both", "requester", "approver", is_superuser=is_superuser)
    change = changes.draft(
        subject="supplier", golden_id=acme.pk, patch={"trade_name": "Mine"}, by=author
    )
    change = changes.submit(change, by=author)

    with pytest.raises(NotAllowed, match="somebody else"):
        changes.decide(change, APPROVE, by=author)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(
            change=change, by=author, verdict=APPROVE, content_hash=change.content_hash
        )


def test_who_edits_a_change_may_not_approve_it_and_earlier_approvals_fall(
    acme: Supplier, people: dict[str, Any]
) -> None:
    editor = make.person("editor", "requester", "payment_approver")
    change = propose(people, acme, {"bank_accounts[B1]": BANK})
    changes.submit(change, by=people["requester"])
    changes.decide(change, APPROVE, by=people["payer"])

    changes.edit(
        change, change.parts.get(), {"bank_accounts[B1]": BANK | {"holder": "Other"}}, by=editor
    )

    change.refresh_from_db()
    assert changes.missing(change)[1] == 2
    with pytest.raises(NotAllowed, match="somebody else"):
        changes.decide(change, APPROVE, by=editor)


def test_payment_data_takes_two_payment_approvers_and_cools_off_before_it_is_applied(
    acme: Supplier, people: dict[str, Any]
) -> None:
    change = changes.submit(
        propose(people, acme, {"bank_accounts[B1]": BANK}), by=people["requester"]
    )
    with pytest.raises(NotAllowed, match="Payment approver"):
        changes.decide(change, APPROVE, by=people["approver"])
    change = changes.decide(change, APPROVE, by=people["payer"])
    with pytest.raises(NotAllowed, match="approved it already"):
        changes.decide(change, APPROVE, by=people["payer"])

    change = changes.decide(change, APPROVE, by=people["payer_too"])

    assert change.state == Change.State.COOLING
    assert changes.apply_due() == 0
    acme.refresh_from_db()
    assert acme.bank_accounts == []

    Change.objects.filter(pk=change.pk).update(cooling_until=timezone.now() - timedelta(seconds=1))
    changes.apply_due()

    acme.refresh_from_db()
    stored = acme.bank_accounts[0]["iban"]
    assert vault.is_sealed(stored)
    assert vault.unseal(stored) == "DE89370400440532013000"


def test_an_iban_hidden_in_a_text_field_needs_payment_approval(
    acme: Supplier, people: dict[str, Any]
) -> None:
    change = propose(people, acme, {"industry": "pay to DE89 3704 0044 0532 0130 00"})

    change = changes.submit(change, by=people["requester"])

    assert change.policy["action"] == "approve_payment"


def test_a_future_dated_change_waits_for_its_day(acme: Supplier, people: dict[str, Any]) -> None:
    tomorrow = timezone.now().date() + timedelta(days=1)
    change = propose(people, acme, {"trade_name": "Soon"}, effective_from=tomorrow)

    change = make.approved(change, people["approver"])

    assert change.state == Change.State.SCHEDULED
    assert changes.apply_due() == 0
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        changes.apply_due()
    acme.refresh_from_db()
    assert acme.trade_name == "Soon"


def test_a_back_dated_value_does_not_overwrite_a_later_one(
    acme: Supplier, people: dict[str, Any]
) -> None:
    today = timezone.now().date()
    make.approved(propose(people, acme, {"trade_name": "Later"}), people["approver"])

    patch = {"trade_name": "Earlier", "industry": "Logistics"}
    make.approved(
        propose(people, acme, patch, effective_from=today - timedelta(days=30)), people["approver"]
    )

    acme.refresh_from_db()
    assert (acme.trade_name, acme.industry) == ("Later", "Logistics")
    assert Fact.objects.filter(golden_id=acme.pk).order_by("id").last().values == patch


def test_values_that_cannot_be_right_are_named_before_anything_is_written(
    people: dict[str, Any],
) -> None:
    patch = {"legal_name": "X", "lei": "123", "country": "Atlantis", "colour": "red"}

    with pytest.raises(changes.Malformed) as refused:
        changes.draft(subject="supplier", action="create", patch=patch, by=people["requester"])

    assert [p.path for p in refused.value.problems] == ["lei", "country", "colour"]
    assert Change.objects.filter(domain="supplier").count() == 0


def test_a_code_that_a_reference_list_does_not_have_is_refused_at_submission(
    people: dict[str, Any],
) -> None:
    patch = make.SUPPLIER | {"payment_terms": "NET99"}
    change = changes.draft(subject="supplier", action="create", patch=patch, by=people["requester"])

    with pytest.raises(Refused, match="Payment terms NET99 is not in the reference list"):
        changes.submit(change, by=people["requester"])


@pytest.mark.parametrize(
    ("action", "status"),
    [("block", Status.BLOCKED), ("retire", Status.RETIRED)],
)
def test_status_changes_are_changes_too_and_can_be_undone(
    acme: Supplier, people: dict[str, Any], action: str, status: str
) -> None:
    back = {"block": "unblock", "retire": "reactivate"}[action]
    for step in (action, back):
        change = changes.draft(
            subject="supplier", golden_id=acme.pk, action=step, by=people["requester"]
        )
        make.approved(change, people["approver"])
        acme.refresh_from_db()
        assert acme.status == (status if step == action else Status.ACTIVE)


def test_a_merge_leaves_a_redirect_and_moves_keys(acme: Supplier, people: dict[str, Any]) -> None:
    other = make.record(
        "supplier",
        {"legal_name": "Nordwind Logistik", "website": "nordwind.example"},
        by=people["requester"],
        approvers=[people["approver"]],
    )
    change = changes.draft(
        subject="supplier",
        golden_id=acme.pk,
        action="merge",
        other_id=other.pk,
        by=people["steward"],
    )

    make.approved(change, people["approver"], comment="The same company")

    acme.refresh_from_db()
    other.refresh_from_db()
    assert (other.status, other.merged_into, acme.version) == (Status.MERGED, acme.pk, 2)
    assert acme.website.endswith("nordwind.example")
    assert not Key.objects.filter(golden_id=other.pk).exists()
    assert ChangeAuthor.objects.filter(change=change).count() == 1


def test_a_rejected_or_withdrawn_change_can_never_be_approved(
    acme: Supplier, people: dict[str, Any]
) -> None:
    change = changes.submit(propose(people, acme, {"trade_name": "No"}), by=people["requester"])
    with pytest.raises(Refused, match="Say why"):
        changes.decide(change, Review.Verdict.REJECT, by=people["approver"])
    changes.decide(change, Review.Verdict.REJECT, by=people["approver"], comment="Not needed")

    with pytest.raises(Refused, match="It is rejected"):
        changes.decide(change, APPROVE, by=people["approver"])
