"""Facts about one supplier, written short."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from mdm.domains import get_domain
from mdm.survivorship import USUAL, Facts, Golden, Hold, Pick, Rules, Statement, consolidate

SUPPLIER = get_domain("supplier")
START = datetime(2026, 1, 1, 12, tzinfo=UTC)
TODAY = date(2026, 6, 1)
RHINE = {"street": "Rheinallee", "city": "Bonn", "postal_code": "53113", "country": "DE"}
DANUBE = {"street": "Donaustr.", "city": "Ulm", "postal_code": "89073", "country": "DE"}


def at(day: int) -> datetime:
    """Noon of the n-th day of the year."""
    return START + timedelta(days=day)


def says(
    source: str, values: dict[str, Any], *, n: int = 1, day: int = 0, said: int | None = None,
    joined: int = 0, deleted: bool = False,
) -> Statement:  # fmt: skip
    """A statement; its system is the first letter of the source."""
    return Statement(
        source, source[0], n, values, at(day), at(said) if said is not None else None,
        is_deleted=deleted, joined=f"{joined or ord(source[0]):04}",
    )  # fmt: skip


def chose(
    path: str, value: Any, *, day: int, hold: Hold = Hold.CHANGE, until: date | None = None
) -> Pick:
    """A pick of Pat's."""
    return Pick(path, value, "pat", at(day), f"{day:04}", hold, until)


def item(at: str, values: dict[str, str]) -> dict[str, str]:
    """An item with its id."""
    return {"id": at, **values}


def come_to(*facts: Statement | Pick, rules: Rules = USUAL, day: date = TODAY) -> Golden:
    """What the facts come to."""
    return consolidate(SUPPLIER, gathered(*facts), rules, day=day)


def gathered(*facts: Statement | Pick) -> Facts:
    """Statements and picks as facts."""
    return Facts(
        tuple(f for f in facts if isinstance(f, Statement)),
        tuple(f for f in facts if isinstance(f, Pick)),
    )
