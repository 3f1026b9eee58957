"""OData's ways to write a moment: `/Date(ms)/`, `datetime'...'`, and the plain ISO form."""

import re
from datetime import UTC, datetime, timedelta

JSON_DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
END_OF_TIME = "/Date(253402300799000+0000)/"


def of_json(text: str) -> int | None:
    """Milliseconds since 1970 of a V2 date."""
    match = JSON_DATE.fullmatch(text)
    return int(match[1]) if match else None


def of_iso(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - EPOCH) // timedelta(milliseconds=1)


def as_iso(milliseconds: int) -> str:
    return f"{EPOCH + timedelta(milliseconds=milliseconds):%Y-%m-%dT%H:%M:%S}"


def as_json(milliseconds: int, *, offset: bool = False) -> str:
    return f"/Date({milliseconds}{'+0000' if offset else ''})/"


def day_of(iso: str) -> str:
    """The day of a moment, as a V2 date."""
    return as_json(of_iso(iso[:10]) or 0)


def moment_of(iso: str) -> str:
    return as_json(of_iso(iso) or 0, offset=True)


def time_of(iso: str) -> str:
    return f"PT{iso[11:13]}H{iso[14:16]}M{iso[17:19]}S"
