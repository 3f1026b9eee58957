"""Query parameters: declared once, read strictly, described in the OpenAPI from the same lines."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.http import QueryDict

from mdm.api.errors import Problem
from mdm.errors import Invalid


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter: how its text is read, and how it is described."""

    name: str
    description: str
    read: Callable[[str], Any] = str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    repeated: bool = False
    default: Any = None


def read_query(query: QueryDict, parameters: Iterable[Parameter]) -> dict[str, Any]:
    """Every declared parameter's value. An unknown, repeated or unreadable one is a `Problem`."""
    known = {parameter.name: parameter for parameter in parameters}
    for name in query:
        if name not in known:
            raise _unknown(name, known)
    return {
        name: _read(parameter, query.getlist(name)) if name in query else parameter.default
        for name, parameter in known.items()
    }


def _read(parameter: Parameter, texts: list[str]) -> Any:
    if len(texts) > 1 and not parameter.repeated:
        raise invalid(parameter.name, f"It is given {len(texts)} times, and may be given once.")
    try:
        values = [parameter.read(_printable(text)) for text in texts]
    except Invalid as error:
        raise invalid(parameter.name, str(error)) from error
    return values if parameter.repeated else values[0]


def _printable(text: str) -> str:
    if "\x00" in text:
        raise Invalid(text, "text without the character U+0000")
    return text


def invalid(name: str, detail: str) -> Problem:
    """A parameter that cannot have the value it has."""
    error = {"parameter": name, "code": "invalid", "detail": detail}
    return Problem("invalid-parameter", f"{name}: {detail}", errors=[error])


def _unknown(name: str, known: Iterable[str]) -> Problem:
    there_are = f"There are: {', '.join(sorted(known))}." if known else "There are none here."
    detail = str(Invalid(name, "a parameter of this resource", there_are))
    error = {"parameter": name[:120], "code": "unknown", "detail": detail}
    return Problem("unknown-parameter", detail, errors=[error])


def whole(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number within limits."""

    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
            raise Invalid(text, f"a whole number from {least} to {most}")
        return int(text)

    return read


def flag(text: str) -> bool:
    """Reads true or false."""
    if text not in ("true", "false"):
        raise Invalid(text, "true or false")
    return text == "true"


def day(text: str) -> date:
    """Reads a day such as 2026-05-31."""
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(text, "a day such as 2026-05-31") from None


def moment(text: str) -> datetime:
    """Reads an RFC 3339 time with its offset."""
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
        if at.tzinfo is None:
            raise ValueError
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(text, "a time such as 2026-05-31T08:00:00Z") from None


def identifier(text: str) -> UUID:
    """Reads a golden id."""
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(text, "a golden id, such as 0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b11") from None


def one_of(choices: Iterable[str]) -> Callable[[str], str]:
    """Reads one of the words."""
    words = tuple(choices)

    def read(text: str) -> str:
        if text not in words:
            raise Invalid(text, f"one of {', '.join(words)}")
        return text

    return read


def words_of(choices: Iterable[str]) -> Callable[[str], list[str]]:
    """Reads words of a list, written with commas."""
    one = one_of(choices)

    def read(text: str) -> list[str]:
        return [one(word) for word in text.split(",")]

    return read


LIMIT = Parameter(
    "limit",
    "How many at most.",
    whole(1, 200),
    {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
    default=50,
)
CURSOR = Parameter("cursor", "Where to go on: `next` or `previous` of an earlier answer.")
PAGED = (LIMIT, CURSOR)
AS_OF = Parameter(
    "as_of",
    "The values that were, or will be, valid on this day.",
    day,
    {"type": "string", "format": "date"},
)
KNOWN_AT = Parameter(
    "known_at",
    "Only what was known at this time.",
    moment,
    {"type": "string", "format": "date-time"},
)
CLOCKS = (AS_OF, KNOWN_AT)
REVEAL = Parameter(
    "reveal",
    "Give sealed values in full. Needs the right and the scope `reveal`; the ledger notes it.",
    flag,
    {"type": "boolean", "default": False},
    default=False,
)
