"""A version, one value of it, or a whole change comes back as a proposed change."""

from typing import Any

import pytest

from mdm import changes, vault
from mdm.changes import undoing
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.errors import Invalid, NotAllowed, NotFound, Refused
from mdm.models import Change, PaymentTerms
from tests import make

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def acme(people: dict[str, Any], reference: None) -> Supplier:
    return make.record(
        "supplier", make.SUPPLIER, by=people["requester"], approvers=people["approver"]
    )


def change(
    people: dict[str, Any], row: Any, patch: dict[str, Any], action: str = "update"
) -> Change:
    draft = changes.draft(
        subject="supplier", golden_id=row.pk, patch=patch, action=action,
        by=people["requester"], reason="Moved",
    )  # fmt: skip
    return approved(draft, people)


def approved(draft: Change, people: dict[str, Any]) -> Change:
    done = make.approved(draft, people["approver"], comment="Agreed")
    assert done.state == Change.State.APPLIED, [p.problem for p in done.parts.all()]
    return done


def test_a_version_comes_back_as_a_change_that_somebody_approves(
    acme: Supplier, people: dict[str, Any]
) -> None:
    change(people, acme, {"legal_name": "Other", "addresses[A1].city": "Kiel"})
    change(people, acme, {"addresses[A2]": {"street": "Wall", "city": "Bremen"}})

    draft = changes.restore(SUPPLIER, acme.pk, version=1, by=people["steward"])
    before = Supplier.objects.get(pk=acme.pk)
    approved(draft, people)

    after = Supplier.objects.get(pk=acme.pk)
    assert (draft.title, before.legal_name) == (
        f"Version 1 of Other ({acme.code}) back", "Other",
    )  # fmt: skip
    assert (after.legal_name, after.addresses, after.version) == (
        acme.legal_name, acme.addresses, 4,
    )  # fmt: skip


def test_one_value_of_a_version_comes_back_alone(acme: Supplier, people: dict[str, Any]) -> None:
    change(people, acme, {"legal_name": "Other", "addresses[A1].city": "Kiel"})

    draft = changes.restore(
        SUPPLIER, acme.pk, version=1, paths=["addresses[A1].city"], by=people["steward"]
    )

    assert draft.parts.get().patch == {"addresses[A1].city": "Hamburg"}
    assert draft.title.startswith("Address of version 1 of Other")


def test_a_collection_comes_back_with_its_items(acme: Supplier, people: dict[str, Any]) -> None:
    change(people, acme, {"legal_name": "Other", "addresses[A1]": None})

    draft = changes.restore(
        SUPPLIER, acme.pk, version=1, paths=["addresses[A1]"], by=people["steward"]
    )

    assert list(draft.parts.get().patch) == ["addresses[A1]"]


def test_a_status_comes_back_by_the_action_that_leads_there(
    acme: Supplier, people: dict[str, Any]
) -> None:
    change(people, acme, {}, "block")

    approved(changes.restore(SUPPLIER, acme.pk, version=1, by=people["steward"]), people)

    assert Supplier.objects.get(pk=acme.pk).status == "active"


def test_sealed_values_come_back_sealed(
    acme: Supplier, people: dict[str, Any], settings: Any
) -> None:
    change(people, acme, {"contacts[C1]": {"last_name": "Brandt", "email": "i@n.example"}})
    change(people, acme, {"contacts[C1]": None})

    draft = changes.restore(SUPPLIER, acme.pk, version=2, by=people["steward"])

    item = draft.parts.get().patch["contacts[C1]"]
    assert vault.is_sealed(item["last_name"])
    approved(draft, people)
    held = Supplier.objects.get(pk=acme.pk).contacts[0]
    assert vault.unseal(held["last_name"]) == "Brandt"


def test_what_cannot_come_back_says_why(acme: Supplier, people: dict[str, Any]) -> None:
    change(people, acme, {"legal_name": "Other"})
    by = people["steward"]

    with pytest.raises(Refused, match="Nothing of version 2 differs"):
        changes.restore(SUPPLIER, acme.pk, version=2, by=by)
    with pytest.raises(Refused, match="Choose at least one of: legal_name"):
        changes.restore(SUPPLIER, acme.pk, version=1, paths=["trade_name"], by=by)
    with pytest.raises(NotFound, match="no version 7"):
        changes.restore(SUPPLIER, acme.pk, version=7, by=by)
    with pytest.raises(Invalid, match="an attribute of a supplier"):
        changes.restore(SUPPLIER, acme.pk, version=1, paths=["colour"], by=by)
    with pytest.raises(NotAllowed):
        changes.restore(SUPPLIER, acme.pk, version=1, by=people["auditor"])


def many(people: dict[str, Any], acme: Supplier) -> Change:
    """One change of three parts: an edit, a creation, a block."""
    other = make.record(
        "supplier", make.SUPPLIER | {"legal_name": "Alpenmilch AG"},
        by=people["requester"], approvers=people["approver"],
    )  # fmt: skip
    specs = [
        changes.PartSpec("supplier", "update",
                         {"legal_name": "Other", "addresses[A1].city": "Kiel"}, acme.pk),
        changes.PartSpec("supplier", "create", make.SUPPLIER | {"legal_name": "Hansa Kabel KG"}),
        changes.PartSpec("supplier", "block", {}, other.pk),
    ]  # fmt: skip
    return approved(changes.draft_many(specs, by=people["requester"], reason="All at once"), people)


def test_a_whole_change_is_undone_as_one_change(acme: Supplier, people: dict[str, Any]) -> None:
    done = many(people, acme)

    fresh, undone = changes.undo(done, by=people["steward"])
    approved(fresh, people)

    made, blocked = done.parts.order_by("position")[1:]
    assert undone.left_out == []
    assert fresh.title == f"Undo {done.number}: {done.title}"
    back = Supplier.objects.get(pk=acme.pk)
    assert (back.legal_name, back.addresses) == (acme.legal_name, acme.addresses)
    assert Supplier.objects.get(pk=made.golden_id).status == "retired"
    assert Supplier.objects.get(pk=blocked.golden_id).status == "active"


def test_an_undo_leaves_out_what_was_edited_since(acme: Supplier, people: dict[str, Any]) -> None:
    done = many(people, acme)
    change(people, acme, {"legal_name": "Third name"})
    created = done.parts.get(action="create").golden_id
    change(people, Supplier.objects.get(pk=created), {}, "retire")

    fresh, undone = changes.undo(done, by=people["steward"])

    assert [(one.choice, one.why, one.may_choose) for one in undone.left_out] == [
        ("0:legal_name", "It was edited since.", True),
        ("1:status", "It is retired already.", False),
    ]
    assert [(p.action, p.patch) for p in fresh.parts.all()] == [
        ("update", {"addresses[A1].city": "Hamburg"}), ("unblock", {}),
    ]  # fmt: skip
    assert fresh.reason == f"{done.number} is taken back. 2 values left as they are now."


def test_what_was_edited_since_is_taken_back_when_it_is_chosen(
    acme: Supplier, people: dict[str, Any]
) -> None:
    done = change(people, acme, {"legal_name": "Other"})
    change(people, acme, {"legal_name": "Third name"})

    with pytest.raises(Refused, match="Nothing of CR-1003 can be taken back"):
        changes.undo(done, by=people["steward"])
    fresh, undone = changes.undo(done, by=people["steward"], chosen=["0:legal_name"])

    assert undone.left_out == []
    assert fresh.parts.get().patch == {"legal_name": acme.legal_name}


def test_a_change_is_undone_by_one_change_at_a_time(acme: Supplier, people: dict[str, Any]) -> None:
    done = change(people, acme, {"legal_name": "Other"})
    first, _ = changes.undo(done, by=people["steward"])

    with pytest.raises(Refused, match=f"{first.number} already undoes {done.number}"):
        changes.undo(done, by=people["steward"])
    assert undoing.already(done, people["requester"]) is None  # a draft is its author's alone
    first = changes.submit(first, by=people["steward"])
    with pytest.raises(Refused, match=f"{first.number} already undoes {done.number}"):
        changes.undo(done, by=people["requester"])
    changes.withdraw(first, by=people["steward"])
    again, _ = changes.undo(done, by=people["steward"])

    assert again.parts.get().patch == {"legal_name": acme.legal_name}


def test_an_item_that_was_added_goes_and_one_that_was_removed_returns(
    acme: Supplier, people: dict[str, Any]
) -> None:
    new = {"street": "Wall", "city": "Bremen"}
    done = change(people, acme, {"addresses[A1]": None, "addresses[A2]": new})

    fresh, _ = changes.undo(done, by=people["steward"])
    approved(fresh, people)

    assert Supplier.objects.get(pk=acme.pk).addresses == acme.addresses


def test_reference_rows_are_undone_like_records(people: dict[str, Any]) -> None:
    row = PaymentTerms.objects.get(code="NET60")
    draft = changes.draft(
        subject="payment_terms", golden_id=row.pk, patch={"net_days": "61"}, by=people["steward"],
        reason="A slip",
    )  # fmt: skip
    done = approved(draft, people)

    fresh, _ = changes.undo(done, by=people["steward"])

    assert fresh.parts.get().patch == {"net_days": "60"}


def test_what_is_not_applied_cannot_be_undone(acme: Supplier, people: dict[str, Any]) -> None:
    draft = changes.draft(
        subject="supplier", golden_id=acme.pk, patch={"legal_name": "Other"},
        by=people["requester"], reason="Later",
    )  # fmt: skip

    with pytest.raises(Refused, match="is draft: nothing to undo"):
        changes.undo(draft, by=people["steward"])


def test_a_merge_is_undone_elsewhere(acme: Supplier, people: dict[str, Any]) -> None:
    other = make.record(
        "supplier", make.SUPPLIER | {"legal_name": "Meridian Textil SE"},
        by=people["requester"], approvers=people["approver"],
    )  # fmt: skip
    draft = changes.draft(
        subject="supplier", action="merge", golden_id=acme.pk, other_id=other.pk,
        by=people["steward"], reason="The same",
    )  # fmt: skip
    done = make.approved(draft, people["approver"], comment="Agreed")

    assert undoing.refusal(done).startswith("It merges, unmerges or unlinks records")
    with pytest.raises(Refused, match="undone on the page of the record"):
        changes.undo(done, by=people["steward"])
