"""How much a target bears: buckets, gates and breakers, as values over time."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from publishing import limits
from publishing.limits import Breaker, Bucket, Gate, Limits

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
COUPA = Limits(per_second=20, parallel=4, burst=20)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_burst_goes_through_and_the_next_waits_for_one_token() -> None:
    bucket = limits.full(COUPA, now=NOW)
    for _ in range(20):
        bucket, wait = limits.take(bucket, COUPA, now=NOW)
        assert wait == timedelta(0)

    bucket, wait = limits.take(bucket, COUPA, now=NOW)

    assert wait == timedelta(seconds=0.05)
    assert bucket.tokens == 0


@given(st.lists(st.floats(0, 2), max_size=200))
def test_never_more_than_burst_and_rate_together(gaps: list[float]) -> None:
    bucket, at, granted = limits.full(COUPA, now=NOW), 0.0, 0
    for gap in gaps:
        at += gap
        bucket, wait = limits.take(bucket, COUPA, now=after(at))
        granted += wait == timedelta(0)

    assert granted <= COUPA.burst + COUPA.per_second * at + 1e-6
    assert 0 <= bucket.tokens <= COUPA.burst


def test_a_clock_set_back_gives_and_takes_nothing() -> None:
    bucket = Bucket(3.0, NOW)

    assert limits.refill(bucket, COUPA, now=after(-3600)) == bucket


def test_a_gate_stays_shut_for_the_longest_wait_anybody_was_told() -> None:
    gate = limits.close(Gate(), now=NOW, wait=timedelta(seconds=30))
    gate = limits.close(gate, now=after(1), wait=timedelta(seconds=5))

    assert limits.wait_at(gate, now=after(10)) == timedelta(seconds=20)
    assert limits.wait_at(gate, now=after(30)) == timedelta(0)
    assert limits.wait_at(Gate(), now=NOW) == timedelta(0)


def noted(breaker: Breaker, *results: bool, at: float = 0) -> Breaker:
    for ok in results:
        breaker = limits.note(breaker, ok=ok, now=after(at))
    return breaker


def test_a_breaker_opens_when_half_of_ten_failed() -> None:
    closed = noted(Breaker(NOW), *[True] * 5, *[False] * 4)
    opened = noted(closed, False)

    assert limits.may_try(closed, now=NOW)
    assert not limits.may_try(opened, now=after(29))
    assert limits.may_try(opened, now=after(30))


def test_nine_failures_are_not_enough_and_a_minute_forgets() -> None:
    nine = noted(Breaker(NOW), *[False] * 9)
    later = noted(nine, False, at=60)

    assert (nine.open_until, later.open_until, later.tries) == (None, None, 1)


def test_each_failed_probe_doubles_the_pause_up_to_a_quarter_of_an_hour() -> None:
    breaker, pauses = noted(Breaker(NOW), *[False] * 10), []
    for _ in range(7):
        assert breaker.open_until is not None
        at = (breaker.open_until - NOW).total_seconds()
        breaker = noted(breaker, False, at=at)
        assert breaker.open_until is not None
        pauses.append((breaker.open_until - NOW).total_seconds() - at)

    assert pauses == [60, 120, 240, 480, 900, 900, 900]


def test_a_good_probe_closes_it_and_late_answers_say_nothing() -> None:
    opened = noted(Breaker(NOW), *[False] * 10)

    assert noted(opened, True, False, at=10) == opened
    assert noted(opened, True, at=30) == Breaker(after(30))
