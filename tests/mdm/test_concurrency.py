"""Many people at once, with real commits: one of them wins, and nothing is half done or done twice.

Each test lets threads loose together and then asks what must hold in whatever order they came.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from mdm import changes
from mdm.domains.supplier import Supplier
from mdm.models import Change, Event, Fact, LedgerEntry, Review
from tests import make
from tests.crowd import Act, approving, at_once, kinds

APPROVE = Review.Verdict.APPROVE
State = Change.State
ROUNDS = 8  # of a race that either side may win
BANK = {"holder": "Nordwind", "country": "DE", "iban": "DE89 3704 0044 0532 0130 00"}


@pytest.fixture
def cast(committed_db: None) -> dict[str, Any]:
    """The people, and the reference data, for everybody to see."""
    people = make.people()
    make.reference(people)
    return people


def supplier(cast: dict[str, Any], name: str = "Nordwind Logistik GmbH") -> Supplier:
    patch = make.SUPPLIER | {"legal_name": name}
    row: Supplier = make.record("supplier", patch, by=cast["steward"], approvers=cast["approver"])
    return row


def submitted(cast: dict[str, Any], record: Any, patch: dict[str, Any], **facts: Any) -> Change:
    change = changes.draft(
        subject="supplier", golden_id=record.pk, patch=patch, by=cast["requester"], **facts
    )
    return changes.submit(change, by=cast["requester"])


def left_by(change: Change) -> dict[str, int]:
    """How often an applied change of one part has left each of its traces."""
    return {
        "history": Supplier.history.filter(change=change.number).count(),
        "events": Event.objects.filter(change=change).count(),
        "facts": Fact.objects.filter(part__change=change).count(),
        "ledger": LedgerEntry.objects.filter(kind="change.applied", subject=change.number).count(),
    }


def editing(change: Change, patch: dict[str, Any], by: Any) -> Act:
    part = change.parts.get()
    return lambda: changes.edit(change, part, patch, by=by)


def test_of_fifty_people_who_approve_at_once_one_applies_it(cast: dict[str, Any]) -> None:
    acme = supplier(cast)
    crowd = [make.person(f"approver{n}", "approver") for n in range(50)]
    change = submitted(cast, acme, {"trade_name": "Nordwind"})

    outcomes = at_once([approving(change, person) for person in crowd])

    acme.refresh_from_db()
    change.refresh_from_db()
    assert kinds(outcomes) == {"Change": 1, "Refused": 49}
    assert (change.state, acme.version, acme.trade_name) == (State.APPLIED, 2, "Nordwind")
    assert change.reviews.filter(verdict=APPROVE).count() == 1
    assert left_by(change) == {"history": 1, "events": 1, "facts": 1, "ledger": 1}


def test_of_twenty_payment_approvers_at_once_two_are_needed_and_two_count(
    cast: dict[str, Any], settings: Any
) -> None:
    settings.COOLING_HOURS = 0
    acme = supplier(cast)
    crowd = [make.person(f"payer{n}", "payment_approver") for n in range(20)]
    change = submitted(cast, acme, {"bank_accounts[B1]": BANK})

    outcomes = at_once([approving(change, person) for person in crowd])

    change.refresh_from_db()
    assert kinds(outcomes) == {"Change": 2, "Refused": 18}
    assert change.state == State.APPLIED
    assert change.reviews.filter(verdict=APPROVE).values("by").distinct().count() == 2
    assert left_by(change) == {"history": 1, "events": 1, "facts": 1, "ledger": 1}


def test_one_person_who_clicks_ten_times_is_still_one_person(cast: dict[str, Any]) -> None:
    acme = supplier(cast)
    change = submitted(cast, acme, {"bank_accounts[B1]": BANK})

    outcomes = at_once([approving(change, cast["payer"])] * 10)

    change.refresh_from_db()
    assert kinds(outcomes) == {"Change": 1, "NotAllowed": 9}
    assert (change.state, changes.missing(change)[1]) == (State.SUBMITTED, 1)


def test_ten_workers_that_take_up_the_same_change_write_it_once(cast: dict[str, Any]) -> None:
    acme = supplier(cast)
    change = submitted(cast, acme, {"trade_name": "Nordwind"})
    Change.objects.filter(pk=change.pk).update(state=State.APPLYING)  # as a killed worker leaves it

    at_once([changes.apply_due, lambda: changes.apply_change(change)] * 5)

    acme.refresh_from_db()
    change.refresh_from_db()
    assert (change.state, acme.version) == (State.APPLIED, 2)
    assert left_by(change) == {"history": 1, "events": 1, "facts": 1, "ledger": 1}


def test_what_is_edited_while_it_is_approved_is_never_applied_unread(cast: dict[str, Any]) -> None:
    acme = supplier(cast)
    for n in range(ROUNDS):
        change = submitted(cast, acme, {"trade_name": f"Read {n}"})
        edit = editing(change, {"trade_name": f"Slipped in {n}"}, cast["steward"])

        approved, edited = at_once([approving(change, cast["approver"]), edit])

        acme.refresh_from_db()
        change.refresh_from_db()
        if change.state == State.APPLIED:
            assert (kinds([approved]), kinds([edited])) == ({"Change": 1}, {"Refused": 1})
            assert acme.trade_name == f"Read {n}"
        else:
            assert (kinds([approved]), kinds([edited])) == ({"Conflict": 1}, {"Change": 1})
            assert (change.state, changes.missing(change)[1]) == (State.SUBMITTED, 1)
            assert not acme.trade_name.startswith("Slipped")
            changes.withdraw(change, by=cast["requester"])


def test_who_edits_while_approving_never_ends_as_both(cast: dict[str, Any]) -> None:
    both = make.person("both", "requester", "approver")
    acme = supplier(cast)
    for n in range(ROUNDS):
        change = submitted(cast, acme, {"trade_name": f"Theirs {n}"})
        edit = editing(change, {"trade_name": f"Mine {n}"}, both)

        at_once([approving(change, both), edit])

        change.refresh_from_db()
        authors = set(change.authors.values_list("user__username", flat=True))
        if change.state == State.APPLIED:
            assert authors == {"requester"}
        else:
            assert authors == {"requester", "both"}
            assert changes.approvers(change, changes.missing(change)[0]) == []
            changes.withdraw(change, by=cast["requester"])


def withdrawn(change: Change, cast: dict[str, Any]) -> Change:
    return changes.withdraw(change, by=cast["requester"])


def rejected(change: Change, cast: dict[str, Any]) -> Change:
    return changes.decide(change, Review.Verdict.REJECT, by=cast["payer"], comment="No")


@pytest.mark.parametrize(
    ("stop", "end"), [(withdrawn, State.WITHDRAWN), (rejected, State.REJECTED)]
)
def test_a_change_is_either_applied_or_taken_back(
    cast: dict[str, Any], stop: Callable[..., Change], end: str
) -> None:
    acme = supplier(cast)
    for n in range(ROUNDS):
        acme.refresh_from_db()
        before = acme.version
        change = submitted(cast, acme, {"trade_name": f"Round {n}"})

        outcomes = at_once([approving(change, cast["approver"]), partial(stop, change, cast)])

        acme.refresh_from_db()
        change.refresh_from_db()
        assert kinds(outcomes) == {"Change": 1, "Refused": 1}
        applied = change.state == State.APPLIED
        assert change.state in (State.APPLIED, end)
        assert acme.version == before + applied
        assert (acme.trade_name == f"Round {n}") == applied


def test_of_two_changes_of_one_value_one_is_applied_and_the_other_in_conflict(
    cast: dict[str, Any],
) -> None:
    acme = supplier(cast)
    for n in range(ROUNDS):
        acme.refresh_from_db()
        before = acme.version
        names = [f"First {n}", f"Second {n}"]
        rivals = [submitted(cast, acme, {"trade_name": name}) for name in names]

        outcomes = at_once(
            [
                approving(rivals[0], cast["approver"], comment="One of them"),
                approving(rivals[1], cast["payer"], comment="One of them"),
            ]
        )

        acme.refresh_from_db()
        assert sorted(change.state for change in outcomes) == [State.APPLIED, State.CONFLICTED]
        won = next(n for n, change in enumerate(outcomes) if change.state == State.APPLIED)
        assert (acme.version, acme.trade_name) == (before + 1, names[won])


def test_changes_of_different_values_at_once_all_land(cast: dict[str, Any]) -> None:
    acme = supplier(cast)
    values = {
        "trade_name": "Nordwind", "industry": "Logistics", "addresses[A1].city": "Bremen",
        "legal_form": "GmbH", "tags[T1]": {"tag": "strategic"},
    }  # fmt: skip
    crowd = [make.person(f"approver{n}", "approver") for n in range(len(values))]
    many = [submitted(cast, acme, {path: value}) for path, value in values.items()]

    outcomes = at_once([approving(c, by) for c, by in zip(many, crowd, strict=True)])

    acme.refresh_from_db()
    assert [change.state for change in outcomes] == [State.APPLIED] * len(values)
    assert acme.version == 1 + len(values)
    assert (acme.trade_name, acme.industry, acme.legal_form) == ("Nordwind", "Logistics", "GmbH")
    assert (acme.addresses[0]["city"], acme.tags[0]["tag"]) == ("Bremen", "strategic")
