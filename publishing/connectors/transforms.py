"""What may be done to a value on its way to a target, each with its name and its way back."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

_V2_DATE = re.compile(r"/Date\((-?\d+)(?:[+-]\d{4})?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID_LENGTH = 20


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Transform:
    """A named change of a value. `label` is shown beside the value it made."""

    label: str
    there: Callable[[Any], Any] = _same
    back: Callable[[Any], Any] = _same
    takes_empty: bool = False  # it has an answer for nothing, too


AS_IS = Transform("as it is")
ONE_WAY = Transform("as it is", back=lambda _: None)
UPPER = Transform("upper case", lambda value: str(value).upper())
LANGUAGE = Transform(
    "upper case", lambda value: str(value)[:2].upper(), lambda value: str(value).lower()
)


def constant(value: Any) -> Transform:
    """The same value whatever the record says."""
    return Transform("always the same", lambda _: value, lambda _: None, takes_empty=True)


def one_of(choices: Mapping[str, Any]) -> Transform:
    """A fixed table; a value outside it gives None, which is a problem for a required field."""
    back: dict[str, str] = {}
    for ours, theirs in choices.items():
        back.setdefault(str(theirs), ours)
    moved = [f"{theirs} for {ours}" for ours, theirs in choices.items() if ours != theirs]
    label = ", ".join(moved) or AS_IS.label
    return Transform(label, lambda value: choices.get(str(value)), lambda v: back.get(str(v)))


def any_of(label: str) -> Transform:
    """True when any of the values is; a status counts as true unless the record is usable."""
    return Transform(label, lambda values: any(_blocks(value) for value in values), bool)


def none_of(label: str) -> Transform:
    """True when none of the values blocks."""
    return Transform(label, lambda values: not any(_blocks(value) for value in values), bool)


def _blocks(value: Any) -> bool:
    if isinstance(value, str):
        return value not in {"", "active", "draft", "created", "planned", "released"}
    return bool(value)


def joined(by: str) -> Transform:
    """Several values in one, without the empty ones."""
    return Transform(
        "joined" if by.strip() else "one after the other",
        lambda values: by.join(str(value) for value in values if value not in (None, "")),
    )


def key_of(*names: str) -> Transform:
    """Several values as the key of a code map; nothing at all when one is missing."""
    return Transform(
        f"by {' and '.join(names)}",
        lambda values: ",".join(map(str, values)) if all(values) else "",
        lambda text: tuple(str(text).split(",")),
    )


def first_of(label: str) -> Transform:
    """The first value that is there."""
    return Transform(label, lambda values: next((v for v in values if v not in (None, "")), ""))


def prefixed(text: str) -> Transform:
    """With words before it."""
    return Transform(
        f"after {text.strip()!r}",
        lambda value: f"{text}{value}" if value else "",
        lambda value: str(value).removeprefix(text),
    )


def split_at_words(size: int) -> Transform:
    """Cut at word ends into pieces of at most `size`; a longer word is cut where it must be."""
    return Transform(
        f"split at word ends, {size} each",
        lambda value: _pieces(str(value or ""), size),
        lambda parts: " ".join(part for part in parts if part),
    )


def _pieces(text: str, size: int) -> tuple[str, ...]:
    pieces: list[str] = []
    for word in text.split():
        rest = word
        if pieces and len(pieces[-1]) + 1 + len(rest) <= size:
            pieces[-1] += f" {rest}"
            continue
        while rest:
            pieces.append(rest[:size])
            rest = rest[size:]
    return tuple(pieces)


def upper_words(size: int) -> Transform:
    """Upper case, then split at word ends."""
    return Transform(
        f"upper case, split at word ends, {size} each",
        lambda value: _pieces(str(value or "").upper(), size),
        lambda parts: " ".join(part for part in parts if part),
    )


def short_or_long(size: int) -> Transform:
    """Into the first field when it fits, else into the second."""
    return Transform(
        f"over {size} characters into the long field",
        lambda v: (str(v), "") if len(str(v)) <= size else ("", str(v)),
        lambda parts: parts[0] or parts[1],
    )


def overflow(size: int) -> Transform:
    """What is over `size` goes into the second field."""
    return Transform(
        f"what is over {size} characters into the second field",
        lambda value: (str(value)[:size], str(value)[size:]),
        lambda parts: f"{parts[0] or ''}{parts[1] or ''}",
    )


def _person_name(value: Any) -> tuple[str, str]:
    """Given names and family name: the last word is the family name."""
    *given, family = str(value or "").split() or [""]
    return " ".join(given), family


PERSON_NAME = Transform(
    "last word is the family name",
    _person_name,
    lambda parts: " ".join(part for part in parts if part),
)


def without_country(value: Any) -> str:
    """`DE-HH` as `HH`."""
    return str(value).split("-", 1)[-1]


REGION = Transform("without the country prefix", without_country)


def short_id(value: Any) -> str:
    """An item id that fits a target's key of 20; a longer one as a digest of itself."""
    text = str(value)
    return text if len(text) <= _ID_LENGTH else sha256(text.encode()).hexdigest()[:_ID_LENGTH]


SHORT_ID = Transform("item id", short_id)


def v2_date(value: Any) -> str:
    """`2026-02-01` as `/Date(1769904000000)/`, at midnight UTC."""
    day = date.fromisoformat(str(value))
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return f"/Date({(at - _EPOCH) // timedelta(milliseconds=1)})/"


def from_v2_date(value: Any) -> str:
    """The day of an OData V2 date; what is none stays as it is."""
    found = _V2_DATE.fullmatch(str(value))
    if found is None:
        return str(value)
    return (_EPOCH + timedelta(milliseconds=int(found[1]))).date().isoformat()


V2_DATE = Transform("OData date", v2_date, from_v2_date)


def same(ours: Any, theirs: Any) -> bool:
    """Whether a target holds what was meant: none, empty and false are one, and 7 is 7.0."""
    return plain(ours) == plain(theirs)


def plain(value: Any) -> str:
    """A value in the one form in which values are compared."""
    if value is None or value is False:
        return ""
    if value is True:
        return "true"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return from_v2_date(value).strip()


def digest(values: Mapping[str, Any]) -> str:
    """The hash of what a part holds, whatever form its empty values have."""
    kept = {path: text for path, value in values.items() if (text := plain(value))}
    return sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
