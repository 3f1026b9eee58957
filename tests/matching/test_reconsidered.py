"""A verdict of "the same" follows what becomes of its change: given up, applied, taken back."""

from typing import Any

import pytest

from matching import candidates, verdicts
from matching.models import Candidate
from mdm import changes, intake
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.models import Change, Review, SourceRecord
from tests import make

State = Candidate.State


@pytest.fixture
def pair(people: dict[str, Any]) -> tuple[Supplier, Supplier]:
    """Two records that look the same, found."""
    rows = tuple(
        make.record("supplier", {"legal_name": name}, by=people["steward"],
                    approvers=people["approver"])
        for name in ("Nordwind Logistik GmbH", "Nordwind Logistik Gmbh.")
    )  # fmt: skip
    candidates.sweep("supplier")
    return rows[0], rows[1]


def judged(people: dict[str, Any], survivor: Supplier) -> tuple[Candidate, Change]:
    candidate = Candidate.objects.get()
    change = verdicts.decide(candidate, State.SAME, by=people["steward"], survivor=survivor.pk)
    assert change is not None
    return candidate, change


def state(candidate: Candidate) -> str:
    return Candidate.objects.get(pk=candidate.pk).state


@pytest.mark.parametrize("end", ["rejected", "withdrawn"])
def test_a_pair_whose_merge_came_to_nothing_waits_again(
    people: dict[str, Any], pair: tuple[Supplier, Supplier], end: str
) -> None:
    candidate, change = judged(people, pair[0])
    assert state(candidate) == State.SAME

    if end == "rejected":
        changes.decide(change, Review.Verdict.REJECT, by=people["approver"], comment="Two firms")
    else:
        changes.withdraw(change, by=people["steward"])

    assert state(candidate) == State.OPEN
    assert candidates.pending(people["steward"]).get() == candidate
    assert candidate.verdicts.get().undone_at is not None


def test_a_pair_that_was_unmerged_is_different_until_somebody_says_otherwise(
    people: dict[str, Any], pair: tuple[Supplier, Supplier]
) -> None:
    survivor, loser = pair
    candidate, change = judged(people, survivor)
    changes.decide(change, Review.Verdict.APPROVE, by=people["approver"], comment="Yes")
    assert state(candidate) == State.SAME

    back = changes.unmerge(SUPPLIER, survivor.pk, loser.pk, by=people["steward"], reason="Two")
    make.approved(back, people["approver"], comment="Yes")

    assert state(candidate) == State.DIFFERENT
    assert [v.verdict for v in candidate.verdicts.order_by("id")] == ["same", "different"]
    assert not candidates.pending(people["steward"]).exists()
    verdicts.undo(Candidate.objects.get(), by=people["steward"])
    assert candidates.pending(people["steward"]).get() == candidate


def test_an_unlinked_source_is_not_linked_again_by_itself(
    people: dict[str, Any], pair: tuple[Supplier, Supplier],
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    first, _ = pair
    Candidate.objects.all().delete()
    make.record("system", {"code": "crm", "name": "CRM"}, by=people["integrator"],
                approvers=people["approver"])  # fmt: skip
    values = {"legal_name": "Nordwind Logistik GmbH"}
    intake.receive("crm", "supplier", "C1", values, by=people["integrator"])
    source = SourceRecord.objects.get(key="C1")
    candidate = Candidate.objects.get(left=first.pk, right=source.pk)
    link = verdicts.decide(candidate, State.SAME, by=people["steward"])
    assert link is not None
    changes.decide(link, Review.Verdict.APPROVE, by=people["approver"], comment="Yes")

    with django_capture_on_commit_callbacks(execute=True):
        change = changes.unlink(SUPPLIER, first.pk, source.pk, by=people["steward"])
        change = make.approved(change, people["approver"], comment="Yes")
        verdicts.follow_up("supplier", [first.pk])

    source.refresh_from_db()
    assert (change.state, source.state, source.golden_id) == ("applied", "waiting", None)
    assert state(candidate) == State.DIFFERENT
