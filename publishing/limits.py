"""How much a target can bear: token bucket, gate and breaker as values.

Nothing here waits or stores. Each function takes a value and the time and returns the next value;
whoever keeps the row writes it back under a condition.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

BREAKER_WINDOW = timedelta(seconds=60)
BREAKER_LEAST_TRIES = 10
BREAKER_FIRST_PAUSE = timedelta(seconds=30)
BREAKER_LONGEST_PAUSE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connector allows itself towards one target."""

    per_second: float
    parallel: int
    burst: int = 1


@dataclass(frozen=True, slots=True)
class Bucket:
    """Tokens left at a moment."""

    tokens: float
    at: datetime


def full(limits: Limits, *, now: datetime) -> Bucket:
    """A bucket nobody has drawn from."""
    return Bucket(float(limits.burst), now)


def refill(bucket: Bucket, limits: Limits, *, now: datetime) -> Bucket:
    """The bucket as it is now; a clock set back adds nothing and takes nothing."""
    passed = max((now - bucket.at).total_seconds(), 0.0)
    tokens = min(float(limits.burst), bucket.tokens + passed * limits.per_second)
    return Bucket(tokens, max(now, bucket.at))


def take(
    bucket: Bucket, limits: Limits, *, now: datetime, cost: float = 1.0
) -> tuple[Bucket, timedelta]:
    """The bucket after drawing, and how long to wait first; after a wait nothing is drawn yet."""
    filled = refill(bucket, limits, now=now)
    if filled.tokens >= cost:
        return replace(filled, tokens=filled.tokens - cost), timedelta(0)
    return filled, timedelta(seconds=(cost - filled.tokens) / limits.per_second)


@dataclass(frozen=True, slots=True)
class Gate:
    """A whole target asked to be left alone until a time."""

    closed_until: datetime | None = None


def close(gate: Gate, *, now: datetime, wait: timedelta) -> Gate:
    """The gate after a 429: it stays shut for the longest wait anybody was told."""
    until = now + wait
    if gate.closed_until is not None and gate.closed_until >= until:
        return gate
    return Gate(until)


def wait_at(gate: Gate, *, now: datetime) -> timedelta:
    """How long the gate stays shut; zero when it is open."""
    if gate.closed_until is None:
        return timedelta(0)
    return max(gate.closed_until - now, timedelta(0))


@dataclass(frozen=True, slots=True)
class Breaker:
    """A target's recent luck. `opened` counts openings in a row, for the doubling."""

    window_from: datetime
    tries: int = 0
    failures: int = 0
    open_until: datetime | None = None
    opened: int = 0


def may_try(breaker: Breaker, *, now: datetime) -> bool:
    """Closed, or due for its one probe (the caller lets only one through)."""
    return breaker.open_until is None or now >= breaker.open_until


def note(breaker: Breaker, *, ok: bool, now: datetime) -> Breaker:
    """The breaker after a try: open when half of ten or more in a minute failed, or a probe."""
    if breaker.open_until is not None:
        if now < breaker.open_until:  # a late answer to a try begun before it opened
            return breaker
        return Breaker(window_from=now) if ok else _opened(breaker, now=now)
    if now - breaker.window_from >= BREAKER_WINDOW:
        breaker = Breaker(window_from=now)
    tries, failures = breaker.tries + 1, breaker.failures + (not ok)
    counted = replace(breaker, tries=tries, failures=failures)
    if tries >= BREAKER_LEAST_TRIES and failures * 2 >= tries:
        return _opened(counted, now=now)
    return counted


def _opened(breaker: Breaker, *, now: datetime) -> Breaker:
    pause = min(BREAKER_FIRST_PAUSE * 2 ** min(breaker.opened, 10), BREAKER_LONGEST_PAUSE)
    return Breaker(window_from=now, open_until=now + pause, opened=breaker.opened + 1)
