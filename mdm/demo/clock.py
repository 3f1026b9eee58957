"""Eighteen months in a few seconds: while a moment lasts, it is the time that everything reads.

Only for made-up data. History rows, reviews and ledger entries are written with the moment they are
told, because nothing can be dated back afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

MONTHS_BACK = 18
DAYS_BACK = MONTHS_BACK * 30 + 8


def day(number: int, today: date) -> date:
    """The day of the story with that number; the last one is today."""
    return today - timedelta(days=DAYS_BACK - number)


def moment(number: int, today: date, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of a day of the story; never later than now."""
    at = datetime.combine(day(number, today), time(hour, minute), UTC)
    return min(at, datetime.now(UTC) - timedelta(minutes=5))


@contextmanager
def at(when: datetime) -> Iterator[datetime]:
    """While it lasts, now is then, and moves on a little at each look."""
    real, ticks = timezone.now, iter(range(1_000_000))
    timezone.now = lambda: when + timedelta(milliseconds=next(ticks))
    try:
        yield when
    finally:
        timezone.now = real
