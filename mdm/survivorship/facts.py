"""What was accepted about one record: statements of sources, and picks of people. Pure.

A source is one source record; its accepted revisions are its *statements*. A person's value is a
*pick*. Both are append-only, and their order in memory never matters: each carries its own place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from mdm.domains.spec import Subject, Values

Item = dict[str, str]


class Hold(StrEnum):
    """How long a value that a person chose holds against what sources say."""

    CHANGE = "change"  # until a source that would win says something else than before
    SPEAKS = "speaks"  # until any source speaks of it again, be it the same
    DATE = "date"  # until the end of a day
    EVER = "ever"
    NONE = "none"  # not at all: it takes an earlier pick back


@dataclass(frozen=True, slots=True)
class Statement:
    """One accepted revision of one source record.

    `values` are plain, and hold only what it speaks of. `said` is the source's own date, None when
    it gives none. `joined` orders the sources of a record: the place of the fact that linked it.
    """

    source: str
    system: str
    number: int
    values: Values
    received: datetime
    said: datetime | None = None
    is_deleted: bool = False
    joined: str = ""


@dataclass(frozen=True, slots=True)
class Pick:
    """A value that a person chose for a path; a mapping or None for a whole item."""

    path: str
    value: Any
    by: str
    at: datetime
    order: str
    hold: Hold = Hold.CHANGE
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that was accepted about a record."""

    statements: tuple[Statement, ...] = ()
    picks: tuple[Pick, ...] = ()

    def with_statement(self, statement: Statement) -> "Facts":
        """The facts there would be, were this accepted too."""
        return Facts((*self.statements, statement), self.picks)

    def with_picks(self, picks: Iterable[Pick]) -> "Facts":
        """The facts there would be, had a person chosen these too."""
        return Facts(self.statements, (*self.picks, *picks))

    def without(self, source: str) -> "Facts":
        """The facts there would be, had this source never been linked."""
        return Facts(tuple(s for s in self.statements if s.source != source), self.picks)


@dataclass(frozen=True, slots=True)
class Said:
    """A value that a source says now.

    `since` is the source's own date of it, or when a change of it was received; None is unknown,
    older than every date. `changed_at` is when we learnt that it changed; None if it never did.
    """

    value: Any
    since: datetime | None
    changed_at: datetime | None
    spoke_at: datetime
    fields: Mapping[str, datetime] = field(default_factory=dict)  # when each field of it changed


@dataclass
class Voice:
    """All that one source says now."""

    source: str
    system: str
    joined: str
    is_deleted: bool = False
    scalars: dict[str, Said] = field(default_factory=dict)
    lists: dict[str, Said] = field(default_factory=dict)
    items: dict[str, dict[str, Said]] = field(default_factory=dict)

    @property
    def completeness(self) -> int:
        """How many values it has to say."""
        items = sum(len(i.value) - 1 for held in self.items.values() for i in held.values())
        return items + sum(1 for said in self.scalars.values() if said.value)


def voices(kind: Subject, statements: Iterable[Statement]) -> list[Voice]:
    """What each source says now, in the order in which they joined the record.

    A statement replaces what it speaks of; of what it is silent, the earlier word stands.
    """
    heard: dict[str, Voice] = {}
    for one in sorted(statements, key=lambda s: (s.source, s.number)):
        voice = heard.setdefault(one.source, Voice(one.source, one.system, one.joined))
        voice.joined = min(voice.joined, one.joined)
        voice.is_deleted = one.is_deleted
        _hear(kind, voice, one)
    return sorted(heard.values(), key=lambda v: (v.joined, v.source))


def _hear(kind: Subject, voice: Voice, one: Statement) -> None:
    for attribute in kind.attributes:
        if attribute.code in one.values:
            before = voice.scalars.get(attribute.code)
            voice.scalars[attribute.code] = _said(before, one.values[attribute.code], one)
    for collection in kind.collections:
        if collection.code not in one.values:
            continue
        items: list[Item] = one.values[collection.code] or []
        held = voice.items.get(collection.code, {})
        was = voice.lists.get(collection.code)
        voice.lists[collection.code] = _said(was, {i["id"]: i for i in items}, one)
        voice.items[collection.code] = {
            i["id"]: _said(held.get(i["id"]), i, one, is_late=was is not None) for i in items
        }


def _said(before: Said | None, value: Any, one: Statement, *, is_late: bool = False) -> Said:
    """What is said, and since when; `is_late` of an item that the source added to its list."""
    if before is None:
        if is_late:
            return Said(value, one.said or one.received, one.received, one.received)
        return Said(value, one.said, None, one.received)
    if before.value == value:
        return Said(value, before.since, before.changed_at, one.received, before.fields)
    fields = dict(before.fields)
    if isinstance(value, Mapping) and isinstance(before.value, Mapping):
        moved = (c for c in {*value, *before.value} if value.get(c) != before.value.get(c))
        fields |= dict.fromkeys(moved, one.received)
    return Said(value, one.said or one.received, one.received, one.received, fields)
