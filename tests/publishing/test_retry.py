"""When to try again: within bounds, after what the target asked for, and not for ever."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing import retry
from publishing.retry import Next, Schedule

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
DRAWS = st.floats(0, 1, exclude_max=True)


@given(st.integers(0, 10_000), DRAWS)
def test_a_wait_is_never_longer_than_its_ceiling_or_negative(tries: int, draw: float) -> None:
    wait = retry.wait(tries, draw)

    assert timedelta(0) <= wait <= retry.ceiling(tries) <= retry.DEFAULT.cap


@given(st.integers(1, 40))
def test_the_ceiling_doubles_until_the_cap(tries: int) -> None:
    now, then = retry.ceiling(tries), retry.ceiling(tries + 1)

    assert then == min(now * 2, retry.DEFAULT.cap)


def test_the_first_waits_are_short() -> None:
    assert [retry.ceiling(n).total_seconds() for n in range(1, 6)] == [2, 4, 8, 16, 32]


@given(st.integers(1, 7), DRAWS, st.integers(0, 3600))
def test_what_the_target_asked_for_is_a_floor(tries: int, draw: float, seconds: int) -> None:
    asked = timedelta(seconds=seconds)

    found = retry.next_try(tries, now=NOW, first_tried_at=NOW, draw=lambda: draw, retry_after=asked)

    assert found.at is not None
    assert found.at >= NOW + asked
    assert found.at <= NOW + max(asked, retry.ceiling(tries))


def test_the_eighth_try_is_the_last() -> None:
    found = [
        retry.next_try(n, now=NOW, first_tried_at=NOW, draw=lambda: 0.5).at is None for n in (7, 8)
    ]

    assert found == [False, True]


def test_a_day_is_the_longest() -> None:
    begun = NOW - timedelta(hours=23, minutes=59)

    found = retry.next_try(
        2, now=NOW, first_tried_at=begun, draw=lambda: 0.0, retry_after=timedelta(minutes=2)
    )

    assert found == Next(None, "nothing came of it for 24 hours")


def test_a_schedule_may_be_more_patient() -> None:
    slow = Schedule(base=timedelta(seconds=60), tries=20)

    found = retry.next_try(9, now=NOW, first_tried_at=NOW, draw=lambda: 0.999, schedule=slow)

    assert found.at is not None
    assert found.at - NOW <= slow.cap


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("17", 17),
        (" 0 ", 0),
        ("Wed, 25 Nov 2026 12:00:30 GMT", 30),
        ("Wed, 25 Nov 2026 11:00:00 GMT", 0),
        ("999999999999", 86_400),
        ("Wed, 25 Nov 2099 12:00:30 GMT", 86_400),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("١٧", None),
    ],
)
def test_retry_after_in_both_its_forms(value: str, seconds: int | None) -> None:
    found = retry.parse_retry_after(value, now=NOW)

    assert (found.total_seconds() if found is not None else None) == seconds


@given(st.text(max_size=60))
def test_no_retry_after_is_too_odd(value: str) -> None:
    found = retry.parse_retry_after(value, now=NOW)

    assert found is None or timedelta(0) <= found <= timedelta(days=1)
