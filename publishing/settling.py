"""What follows from the outcome of a try: the next state, when it is due, and why. Sums only.

    ok, unchanged          -> landed        auth, configuration -> paused, the target is suspended
    accepted               -> accepted      business, defect    -> dead
    transient, conflict    -> waiting       manual              -> manual
    unknown, duplicate     -> unknown       not supported       -> skipped

A newer version wanted meanwhile is queued at once wherever this one has come to rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from publishing import retry
from publishing.connectors.base import Outcome, Result
from publishing.models import Replica

State = Replica.State
GOOD = frozenset({Outcome.OK, Outcome.OK_UNCHANGED})
TRY_AGAIN = frozenset({Outcome.TRANSIENT, Outcome.CONFLICT, Outcome.UNKNOWN, Outcome.DUPLICATE})
SUSPENDS = frozenset({Outcome.AUTH, Outcome.CONFIGURATION})
RESTING = {
    Outcome.ACCEPTED_ASYNC: State.ACCEPTED,
    Outcome.MANUAL: State.MANUAL,
    Outcome.NOT_SUPPORTED: State.SKIPPED,
    Outcome.BUSINESS_REJECT: State.DEAD,
    Outcome.DEFECT: State.DEAD,
}
FIRST_LOOK = timedelta(seconds=5)  # after which something accepted is asked about; then doubled
RAREST_LOOK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Tried:
    """A replica as its try ended."""

    sent: int
    wanted: int
    tries: int
    first_tried_at: datetime
    last_outcome: str
    now: datetime
    was_accepted: bool = False  # it was only asked whether it has landed by now


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a replica goes from here. `gave_up_because` is set when the tries are used up."""

    state: State
    due_at: datetime | None
    landed: bool = False
    counts_as_try: bool = True
    is_in_doubt: bool = True
    gave_up_because: str = ""


def settle(result: Result, tried: Tried, *, draw: Callable[[], float]) -> Settled:
    """The next state of a replica."""
    outcome = result.outcome
    if outcome in GOOD and not is_partial(result):
        return _rest(tried, State.LANDED, landed=True, is_in_doubt=False)
    if outcome in SUSPENDS:
        return Settled(State.PAUSED, None, counts_as_try=False)
    if outcome in TRY_AGAIN and tried.was_accepted:
        return _rest(tried, State.ACCEPTED, due_at=_next_look(tried), is_in_doubt=False)
    if outcome in TRY_AGAIN and not _again_by_hand(outcome, tried):
        return _again(result, tried, draw)
    state = RESTING.get(outcome, State.DEAD)
    in_doubt = outcome not in (Outcome.ACCEPTED_ASYNC, Outcome.MANUAL, Outcome.NOT_SUPPORTED)
    due_at = _next_look(tried) if state is State.ACCEPTED else None
    return _rest(tried, state, due_at=due_at, is_in_doubt=in_doubt)


def is_partial(result: Result) -> bool:
    """Whether only the blocks of the record were sent, because the rest has problems."""
    return any(error.severity == "warning" and error.canonical_path for error in result.errors)


def health(outcome: Outcome) -> bool | None:
    """What a try says of the target's health: well, ill, or nothing."""
    if outcome in (Outcome.TRANSIENT, Outcome.UNKNOWN):
        return False
    return None if outcome in (*SUSPENDS, Outcome.DEFECT, Outcome.NOT_SUPPORTED) else True


def _again_by_hand(outcome: Outcome, tried: Tried) -> bool:
    """Twice in a row changed by somebody else over there: a person must look."""
    return outcome is Outcome.CONFLICT and tried.last_outcome == Outcome.CONFLICT


def _next_look(tried: Tried) -> datetime:
    return tried.now + min(FIRST_LOOK * 2 ** min(max(tried.tries - 1, 0), 10), RAREST_LOOK)


def _rest(
    tried: Tried,
    state: State,
    *,
    due_at: datetime | None = None,
    landed: bool = False,
    is_in_doubt: bool,
) -> Settled:
    if tried.wanted > tried.sent:
        return Settled(State.READY, tried.now, landed=landed, is_in_doubt=is_in_doubt)
    return Settled(state, due_at, landed=landed, is_in_doubt=is_in_doubt)


def _again(result: Result, tried: Tried, draw: Callable[[], float]) -> Settled:
    state = State.WAITING
    if result.outcome in (Outcome.UNKNOWN, Outcome.DUPLICATE):
        state = State.UNKNOWN
    wait = timedelta(seconds=result.retry_after) if result.retry_after is not None else None
    following = retry.next_try(
        tried.tries,
        now=tried.now,
        first_tried_at=tried.first_tried_at,
        draw=draw,
        retry_after=wait,
    )
    if following.at is None:
        if tried.wanted > tried.sent:
            return Settled(State.READY, tried.now)
        return Settled(State.DEAD, None, gave_up_because=following.gave_up_because)
    return Settled(state, following.at)
