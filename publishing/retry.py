"""When to try again, and when to give up: sums only.

n-th failure -> full jitter: rand(0, min(cap, base * 2^n)), never before Retry-After
             -> eight tries or 24 hours -> a person decides
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_EXPONENT = 62


@dataclass(frozen=True, slots=True)
class Schedule:
    """How patiently a target is tried."""

    base: timedelta = timedelta(seconds=2)
    cap: timedelta = timedelta(minutes=15)
    tries: int = 8
    patience: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Next:
    """What follows a failed try: a time, or the reason why there is none."""

    at: datetime | None
    gave_up_because: str = ""


DEFAULT = Schedule()


def ceiling(tries: int, schedule: Schedule = DEFAULT) -> timedelta:
    """The longest wait after so many failed tries (1 after the first)."""
    exponent = min(max(tries - 1, 0), MAX_EXPONENT)
    seconds = schedule.base.total_seconds() * float(2**exponent)
    return timedelta(seconds=min(schedule.cap.total_seconds(), seconds))


def wait(tries: int, draw: float, schedule: Schedule = DEFAULT) -> timedelta:
    """Full jitter: a share `draw` in [0, 1) of the ceiling, so that a crowd spreads out."""
    return ceiling(tries, schedule) * draw


def next_try(
    tries: int,
    *,
    now: datetime,
    first_tried_at: datetime,
    draw: Callable[[], float],
    retry_after: timedelta | None = None,
    schedule: Schedule = DEFAULT,
) -> Next:
    """When to try again after `tries` tries; what the target asked for is a floor, not a hint."""
    if tries >= schedule.tries:
        return Next(None, f"tried {tries} times")
    at = now + max(wait(tries, draw(), schedule), retry_after or timedelta(0))
    if at - first_tried_at > schedule.patience:
        hours = round(schedule.patience.total_seconds() / 3600)
        return Next(None, f"nothing came of it for {hours} hours")
    return Next(at)


def parse_retry_after(value: str, *, now: datetime) -> timedelta | None:
    """The wait a Retry-After header asks for, in either of its two forms; None if it is neither."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text), int(timedelta(days=1).total_seconds())))
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return min(max(at - now, timedelta(0)), timedelta(days=1))
