"""Merges, parents, codes and numbers wanted by many at once: never a circle, never twice."""

from collections import Counter
from typing import Any

import pytest

from mdm import changes
from mdm.domains.cost_center import CostCenter
from mdm.domains.supplier import Supplier
from mdm.errors import Conflict
from mdm.models import Change, Status
from tests import make
from tests.crowd import Act, approving, at_once

State = Change.State


@pytest.fixture
def cast(committed_db: None) -> dict[str, Any]:
    """The people, for everybody to see."""
    return make.people()


def supplier(cast: dict[str, Any], name: str) -> Supplier:
    row: Supplier = make.record(
        "supplier", {"legal_name": name}, by=cast["steward"], approvers=cast["approver"]
    )
    return row


def merge(cast: dict[str, Any], survivor: Supplier, loser: Supplier) -> Change:
    change = changes.draft(
        subject="supplier",
        action="merge",
        golden_id=survivor.pk,
        other_id=loser.pk,
        by=cast["steward"],
    )
    return changes.submit(change, by=cast["steward"])


@pytest.mark.parametrize("size", [2, 3, 5])
def test_merges_in_a_circle_at_once_never_make_one(cast: dict[str, Any], size: int) -> None:
    ring = [supplier(cast, f"Ring {n}") for n in range(size)]
    crowd = [make.person(f"approver{n}", "approver") for n in range(size)]
    circle = [merge(cast, ring[n], ring[(n + 1) % size]) for n in range(size)]

    outcomes = at_once(
        [approving(c, by, comment="The same") for c, by in zip(circle, crowd, strict=True)]
    )

    states = states_after(circle, outcomes)
    redirects = dict(Supplier.objects.values_list("pk", "merged_into"))
    assert set(states) <= {State.APPLIED, State.CONFLICTED}
    assert states[State.APPLIED] >= 1
    assert states[State.APPLIED] == Supplier.objects.filter(status=Status.MERGED).count()
    assert [end_of(pk, redirects) for pk in redirects].count(None) == 0


def states_after(many: list[Change], outcomes: list[Any]) -> Counter[str]:
    """How often each state is among the changes; whoever was refused was told of a conflict."""
    raised = [one for one in outcomes if not isinstance(one, Change)]
    assert [one for one in raised if not isinstance(one, Conflict)] == []
    ids = [change.pk for change in many]
    return Counter(Change.objects.filter(pk__in=ids).values_list("state", flat=True))


def end_of(pk: Any, redirects: dict[Any, Any]) -> Any:
    """The record that redirects lead to; None when they lead round and round."""
    for _ in redirects:
        if redirects[pk] is None:
            return pk
        pk = redirects[pk]
    return pk if redirects[pk] is None else None


@pytest.mark.parametrize("size", [2, 4])
def test_parents_in_a_circle_at_once_never_make_one(cast: dict[str, Any], size: int) -> None:
    ring = [
        make.record(
            "cost_center", {"name": f"Ring {n}"}, by=cast["steward"], approvers=cast["approver"]
        )
        for n in range(size)
    ]
    crowd = [make.person(f"approver{n}", "approver") for n in range(size)]
    circle = []
    for n, center in enumerate(ring):
        change = changes.draft(
            subject="cost_center",
            golden_id=center.pk,
            patch={"parent": str(ring[(n + 1) % size].pk)},
            by=cast["requester"],
        )
        circle.append(changes.submit(change, by=cast["requester"]))

    outcomes = at_once(
        [approving(c, by, comment="All the same") for c, by in zip(circle, crowd, strict=True)]
    )

    parents = dict(CostCenter.objects.values_list("pk", "parent_id"))
    assert [end_of(pk, parents) for pk in parents].count(None) == 0
    assert Counter(change.state for change in outcomes) == {
        State.APPLIED: size - 1,
        State.CONFLICTED: 1,
    }


def test_one_code_wanted_by_ten_creations_at_once_is_given_once(cast: dict[str, Any]) -> None:
    crowd = [make.person(f"approver{n}", "approver") for n in range(10)]
    many = []
    for n in range(10):
        patch = {"legal_name": f"Claimant {n}", "code": "S-WANTED"}
        change = changes.draft(
            subject="supplier", action="create", patch=patch, by=cast["requester"]
        )
        many.append(changes.submit(change, by=cast["requester"]))

    outcomes = at_once(
        [approving(c, by, comment="Mine first") for c, by in zip(many, crowd, strict=True)]
    )

    assert Counter(change.state for change in outcomes) == {State.APPLIED: 1, State.CONFLICTED: 9}
    assert Supplier.objects.filter(code="S-WANTED").count() == 1


def test_numbers_taken_at_once_are_all_different(cast: dict[str, Any]) -> None:
    crowd = [make.person(f"steward{n}", "requester", "approver") for n in range(12)]

    def create(n: int) -> Act:
        def act() -> Any:
            return make.record(
                "supplier",
                {"legal_name": f"Newcomer {n}"},
                by=crowd[n],
                approvers=crowd[n - 1],
            )

        return act

    outcomes = at_once([create(n) for n in range(12)])

    codes = sorted(row.code for row in outcomes)
    assert codes == [f"S-{100001 + n}" for n in range(12)]
    assert Change.objects.filter(domain="supplier").values("number").distinct().count() == 12


def test_twenty_people_who_merge_in_all_directions_at_once_make_no_circle(
    cast: dict[str, Any],
) -> None:
    rows = [supplier(cast, name) for name in ("Alpha", "Bravo", "Charlie", "Delta", "Echo")]
    crowd = [make.person(f"approver{n}", "approver") for n in range(20)]
    pairs = [(a, b) for a in rows for b in rows if a.pk != b.pk]
    many = [merge(cast, survivor, loser) for survivor, loser in pairs]

    outcomes = at_once(
        [approving(c, by, comment="The same") for c, by in zip(many, crowd, strict=True)]
    )

    redirects = dict(Supplier.objects.values_list("pk", "merged_into"))
    states = states_after(many, outcomes)
    assert set(states) <= {State.APPLIED, State.CONFLICTED}
    assert states[State.APPLIED] == Supplier.objects.filter(status=Status.MERGED).count()
    assert 1 <= states[State.APPLIED] < len(rows)
    assert [end_of(pk, redirects) for pk in redirects].count(None) == 0
