"""The rows of a list of records: which columns it has, and each cell in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from mdm import vault
from mdm.domains.spec import Attribute, Collection, Kind, Sensitivity, Subject, Values, never
from mdm.domains.values import read
from mdm.errors import Invalid
from mdm.queries.words import Words
from mdm.standardise.masks import HIDDEN
from mdm.web.page import row_url

MOST = 4
CHOSEN_FIRST = (Kind.LISTED, Kind.CHOICE, Kind.DATE, Kind.REFERENCE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column beside name and code."""

    code: str
    label: str
    declared: Attribute | Collection
    is_right: bool = False

    @property
    def sort(self) -> str:
        """What it sorts by; "" when it cannot be sorted by."""
        if isinstance(self.declared, Collection):
            return ""
        kind = self.declared.kind
        return "" if kind in (Kind.REFERENCE, Kind.LONG_TEXT) else self.code


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row: in short, what the short form stands for, and where it leads."""

    label: str
    text: str
    hint: str = ""
    url: str = ""
    is_right: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a list."""

    name: str
    code: str
    url: str
    cells: list[Cell]
    status: str
    version: int
    updated_at: datetime


def choosable(kind: Subject) -> dict[str, Column]:
    """Every column that a list of this kind can show; nothing secret is among them."""
    shown: list[Attribute | Collection] = [
        a for a in kind.attributes if a.code not in ("code", kind.name)
    ]
    shown += [c for c in kind.collections if c.sensitivity in OPEN]
    return {d.code: Column(d.code, d.label, d, _is_number(d)) for d in shown}


OPEN = (Sensitivity.ROUTINE, Sensitivity.IDENTITY)


def columns(kind: Subject, chosen: Sequence[str] = ()) -> list[Column]:
    """The chosen columns, or those the kind declares. Raises `Invalid` for an unknown one."""
    known = choosable(kind)
    for code in chosen:
        if code not in known:
            raise Invalid(code, "a column of this list", "It has: " + ", ".join(known) + ".")
    wanted = list(dict.fromkeys(chosen)) or list(kind.columns) or _usual(kind)
    return [known[code] for code in wanted]


def _usual(kind: Subject) -> list[str]:
    own = [a for a in kind.attributes if a.code not in ("code", kind.name)]
    first = [a.code for a in own if a.kind in CHOSEN_FIRST]
    rest = [a.code for a in own if a.kind not in (*CHOSEN_FIRST, Kind.FLAG, Kind.LONG_TEXT)]
    return (first + rest)[:MOST]


def rows(kind: Subject, records: Iterable[Any], shown: Sequence[Column]) -> list[Row]:
    """The records as rows; names of what they refer to cost one query per list or domain."""
    held = [(record, _narrowed(kind, read(kind, record), shown)) for record in records]
    words = Words(kind).learn(*(values for _, values in held))
    return [
        Row(
            name=getattr(record, kind.name) or record.code,
            code=record.code,
            url=row_url(kind, record.pk),
            cells=[cell(words, column, values) for column in shown],
            status=record.status,
            version=record.version,
            updated_at=record.updated_at,
        )
        for record, values in held
    ]


def _narrowed(kind: Subject, values: Values, shown: Sequence[Column]) -> Values:
    """Only what is shown, so that nothing else is looked up."""
    return {column.code: values[column.code] for column in shown}


def cell(words: Words, column: Column, values: Values, on: date | None = None) -> Cell:
    """One value of a row, in words; of items with periods the one that is valid on the day."""
    declared, value = column.declared, values[column.code]
    if isinstance(declared, Collection):
        return _collected(words, column, declared, value, on or timezone.localdate())
    found = words.named(declared, value) if declared.refers_to else None
    if found is not None and found.link:
        return Cell(column.label, found.name, found.code, found.link)
    if found is not None:
        return Cell(column.label, found.code, "" if found.name == found.code else found.name)
    return Cell(column.label, words.say(declared, value), is_right=column.is_right)


def _collected(
    words: Words, column: Column, declared: Collection, items: Sequence[dict[str, str]], on: date
) -> Cell:
    """Of several items the first, and how many more there are."""
    if not items:
        return Cell(column.label, "")
    main = _main_field(declared)
    beside = next((f for f in declared.fields if f.code != main.code and f.kind in NAMING), None)
    first = _in_force(items, on)
    hint = words.say(beside, first.get(beside.code, "")) if beside else ""
    more = f"and {len(items) - 1} more" if len(items) > 1 else ""
    text = _open(words, main, first)
    return Cell(column.label, text, ", ".join(p for p in (hint, more) if p))


NAMING = (Kind.CHOICE, Kind.DATE)


def _in_force(items: Sequence[dict[str, str]], on: date) -> dict[str, str]:
    """The item that is valid on the day, of those that say when they are; else the first."""
    day = on.isoformat()
    for item in items:
        if item.get("valid_from", "") <= day <= (item.get("valid_to") or day):
            return item
    return items[0]


def _main_field(declared: Collection) -> Attribute:
    """The field that says most: the last one needed."""
    needed = [f for f in declared.fields if f.required]
    plain = [f for f in needed if f.kind not in NAMING]
    return (plain or needed or list(declared.fields))[-1]


def _open(words: Words, field: Attribute, item: dict[str, str]) -> str:
    value = item.get(field.code, "")
    if vault.is_sealed(value) or (field.sealed is not never and field.sealed(item)):
        return HIDDEN
    return words.say(field, value)


def _is_number(declared: Attribute | Collection) -> bool:
    return isinstance(declared, Attribute) and declared.kind in (Kind.INTEGER, Kind.DECIMAL)
