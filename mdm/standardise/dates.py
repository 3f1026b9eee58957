"""Dates: ISO text, from the spellings that can only mean one day."""

import re
from collections.abc import Callable
from datetime import date

from mdm.errors import Invalid
from mdm.standardise import text

_ABBREVIATED = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_ABBREVIATED.split(), start=1)}
_Y, _MD = r"(\d{4})", r"(\d{1,2})"
_MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"


def iso(value: str) -> str:
    """The day as YYYY-MM-DD; a spelling that could mean two days is refused."""
    found = text.squeeze(value)
    if found in {"", "00000000", "0000-00-00"}:
        return ""
    for pattern, order in _FORMS:
        if match := pattern.fullmatch(found):
            return _day(value, *order(*match.groups()))
    raise Invalid(value, "a date such as 2026-01-31", "Write year, month and day.")


def _day(value: str, year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise Invalid(value, "a day that exists, such as 2026-01-31", "Check the day.") from error


def _year_first(year: str, month: str, day: str) -> tuple[int, int, int]:
    return int(year), int(month), int(day)


def _day_first(day: str, month: str, year: str) -> tuple[int, int, int]:
    return int(year), int(month), int(day)


def _named_month(day: str, month: str, year: str) -> tuple[int, int, int]:
    return int(year), _MONTHS.get(month[:3].lower(), 0), int(day)


def _named_month_first(month: str, day: str, year: str) -> tuple[int, int, int]:
    return _named_month(day, month, year)


def _slashed(first: str, second: str, year: str) -> tuple[int, int, int]:
    """Day and month in either order, when only one of the two can be the month."""
    if int(first) <= 12 and int(second) <= 12 and int(first) != int(second):
        raise Invalid(
            f"{first}/{second}/{year}",
            "a date that cannot be read in two ways",
            "Write it as YYYY-MM-DD: which of the two is the month is unclear.",
        )
    day, month = (first, second) if int(first) > 12 else (second, first)
    return int(year), int(month), int(day)


_Order = Callable[[str, str, str], tuple[int, int, int]]
_FORMS: tuple[tuple[re.Pattern[str], _Order], ...] = (
    (re.compile(rf"{_Y}-{_MD}-{_MD}{_MIDNIGHT}", re.ASCII), _year_first),
    (re.compile(rf"{_Y}[/.]{_MD}[/.]{_MD}", re.ASCII), _year_first),
    (re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII), _year_first),
    (re.compile(rf"{_MD}\. ?{_MD}\. ?{_Y}", re.ASCII), _day_first),
    (re.compile(rf"{_MD}[/-]{_MD}[/-]{_Y}", re.ASCII), _slashed),
    (re.compile(rf"{_MD}\.?[ -]([A-Za-z]{{3,9}})\.?,?[ -]{_Y}", re.ASCII), _named_month),
    (re.compile(rf"([A-Za-z]{{3,9}})\.? {_MD},? {_Y}", re.ASCII), _named_month_first),
)
