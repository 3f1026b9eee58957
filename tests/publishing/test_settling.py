"""What follows from the outcome of a try."""

from datetime import UTC, datetime, timedelta

import pytest

from publishing.connectors.base import Error, Exchange, Outcome, Result
from publishing.models import Replica
from publishing.settling import Settled, Tried, health, settle

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
State = Replica.State


def tried(**facts: object) -> Tried:
    known = {"sent": 2, "wanted": 2, "tries": 1, "first_tried_at": NOW, "last_outcome": ""}
    return Tried(**{**known, "now": NOW, **facts})  # type: ignore[arg-type]


def settled(outcome: Outcome, **facts: object) -> Settled:
    return settle(Result(outcome), tried(**facts), draw=lambda: 0.5)


@pytest.mark.parametrize(
    ("outcome", "state", "wait", "landed", "counts", "doubt"),
    [
        (Outcome.OK, State.LANDED, None, True, True, False),
        (Outcome.OK_UNCHANGED, State.LANDED, None, True, True, False),
        (Outcome.ACCEPTED_ASYNC, State.ACCEPTED, 5, False, True, False),
        (Outcome.BUSINESS_REJECT, State.DEAD, None, False, True, True),
        (Outcome.DEFECT, State.DEAD, None, False, True, True),
        (Outcome.AUTH, State.PAUSED, None, False, False, True),
        (Outcome.CONFIGURATION, State.PAUSED, None, False, False, True),
        (Outcome.MANUAL, State.MANUAL, None, False, True, False),
        (Outcome.NOT_SUPPORTED, State.SKIPPED, None, False, True, False),
        (Outcome.TRANSIENT, State.WAITING, 1, False, True, True),
        (Outcome.CONFLICT, State.WAITING, 1, False, True, True),
        (Outcome.UNKNOWN, State.UNKNOWN, 1, False, True, True),
        (Outcome.DUPLICATE, State.UNKNOWN, 1, False, True, True),
    ],
)
def test_each_outcome_has_its_state(
    outcome: Outcome, state: str, wait: int | None, landed: bool, counts: bool, doubt: bool
) -> None:
    found = settled(outcome)

    due = NOW + timedelta(seconds=wait) if wait is not None else None
    assert found == Settled(State(state), due, landed, counts, doubt)


@pytest.mark.parametrize(
    "outcome", [Outcome.OK, Outcome.BUSINESS_REJECT, Outcome.DEFECT, Outcome.MANUAL]
)
def test_a_newer_version_is_queued_wherever_the_older_one_came_to_rest(outcome: Outcome) -> None:
    found = settled(outcome, wanted=3)

    assert (found.state, found.due_at) == (State.READY, NOW)
    assert found.landed is (outcome is Outcome.OK)


def test_eight_tries_are_enough() -> None:
    found = settled(Outcome.TRANSIENT, tries=8)

    assert (found.state, found.gave_up_because) == (State.DEAD, "tried 8 times")


def test_twenty_four_hours_are_enough() -> None:
    found = settled(Outcome.UNKNOWN, first_tried_at=NOW - timedelta(hours=25))

    assert (found.state, found.gave_up_because) == (
        State.DEAD,
        "nothing came of it for 24 hours",
    )


def test_what_the_target_asks_to_wait_is_waited() -> None:
    result = Result(Outcome.TRANSIENT, retry_after=90.0)

    found = settle(result, tried(), draw=lambda: 0.0)

    assert found.due_at == NOW + timedelta(seconds=90)


def test_a_change_by_hand_over_there_needs_a_person_when_it_happens_twice() -> None:
    assert settled(Outcome.CONFLICT).state == State.WAITING
    assert settled(Outcome.CONFLICT, last_outcome="conflict").state == State.DEAD


def test_a_record_of_which_only_the_block_was_sent_has_not_landed() -> None:
    warning = Error("too_long", "legal_name: …", "", "legal_name", "warning")
    exchange = Exchange("PUT", "/", {}, "", 200, {}, "", NOW, 0.1)
    result = Result(Outcome.OK, exchanges=(exchange,), errors=(warning,))

    found = settle(result, tried(), draw=lambda: 0.5)

    assert (found.state, found.landed) == (State.DEAD, False)


def test_what_was_accepted_stays_so_while_the_target_cannot_be_asked() -> None:
    assert settled(Outcome.TRANSIENT, was_accepted=True).state == State.ACCEPTED


@pytest.mark.parametrize(
    ("outcome", "well"),
    [
        (Outcome.OK, True),
        (Outcome.BUSINESS_REJECT, True),
        (Outcome.TRANSIENT, False),
        (Outcome.UNKNOWN, False),
        (Outcome.AUTH, None),
        (Outcome.DEFECT, None),
    ],
)
def test_a_refusal_says_nothing_against_the_target(outcome: Outcome, well: bool | None) -> None:
    assert health(outcome) is well
