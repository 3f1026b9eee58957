"""Accepted facts in, golden values out, each with the reason it was chosen. Pure.

A fact is an accepted patch: what a source revision, a steward or a link put into the record. The
rule is one for every attribute: the latest accepted fact wins, in the order (effective day,
sequence). Invariant, tested per version: the values consolidated from the facts of a version are
the row of that version.

    facts of a record -> consolidate() -> value per path
                                          + source and rule that chose it
                                          + the values that lost

When a source speaks again, `news` tells what it says differently, and `proposal` which of that
would change the record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mdm.domains import patch as patches
from mdm.domains.spec import Collection, Subject, Values
from mdm.merging import identity

LATEST = "latest"
RULES = {LATEST: "The latest accepted value wins."}


@dataclass(frozen=True, slots=True)
class Fact:
    """One accepted patch: who said it, from which day it counts, and its place among the facts."""

    source: str  # the system's or the person's name
    patch: patches.Patch
    version: int
    effective_from: date = date.min
    kind: str = "source"


@dataclass(frozen=True, slots=True)
class Said:
    """A value that a fact gave to a path."""

    value: str
    source: str
    version: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a path has its value, and what it does not have instead."""

    value: str
    source: str
    version: int
    rule: str = LATEST
    losing: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Golden:
    """What the facts come to."""

    values: Values
    reasons: dict[str, Reason] = field(default_factory=dict)


def consolidate(facts: Iterable[Fact], *, blank: Values | None = None) -> Golden:
    """The values that the accepted facts give, each with its reason; `blank` are those of none."""
    values: Values = dict(blank or {})
    said: dict[str, list[Said]] = {}
    for fact in sorted(facts, key=lambda f: (f.effective_from, f.version)):
        values = patches.apply(values, fact.patch)
        for path, value in _spread(fact.patch):
            if value is None:
                _forget(said, path)
            else:
                said.setdefault(path, []).append(Said(value, fact.source, fact.version))
    return Golden(values, {path: _reason(heard) for path, heard in said.items()})


def _spread(patch: patches.Patch) -> Iterable[tuple[str, str | None]]:
    """A patch by single values: an item by its fields, a removed item as None."""
    for path, value in patch.items():
        if not isinstance(value, Mapping):
            yield path, value
            continue
        for code, text in value.items():
            if code != "id":
                yield f"{path}.{code}", text


def _forget(said: dict[str, list[Said]], item: str) -> None:
    for path in [p for p in said if p.startswith(f"{item}.")]:
        del said[path]


def _reason(heard: list[Said]) -> Reason:
    """The last one wins; of the others, the last word of each source that says something else."""
    won = heard[-1]
    last = {said.source: said for said in heard[:-1]}
    losing = tuple(s for s in reversed(last.values()) if s.value != won.value)
    return Reason(won.value, won.source, won.version, LATEST, losing)


def news(kind: Subject, before: Values, now: Values) -> patches.Patch:
    """What a source says differently from what it said before, of what it speaks of at all."""
    patch: patches.Patch = {
        a.code: now[a.code]
        for a in kind.attributes
        if a.code in now and now[a.code] != before.get(a.code, "")
    }
    for collection in kind.collections:
        if collection.code in now:
            patch |= _item_news(collection, before, now)
    return patch


def _item_news(collection: Collection, before: Values, now: Values) -> patches.Patch:
    only = Subject("", "", "", "", None, (), (collection,))
    return patches.diff(only, before, now)


def proposal(kind: Subject, record: Values, fresh: patches.Patch, source: Values) -> patches.Patch:
    """What of a source's news would change the record; `source` is all that the source now says.

    A field of an item that the record does not hold proposes the whole item, unless the record has
    the same one under another id. What a source empties, it empties only where the record still
    has the value: the reviewer sees it.
    """
    patch: patches.Patch = {}
    for path, value in fresh.items():
        at = patches.parse(path)
        if not at.item:
            if record.get(at.code, "") != value:
                patch[path] = value
            continue
        patch |= _item_proposal(kind, record, at, value, source)
    return patch


def _item_proposal(
    kind: Subject, record: Values, at: patches.Path, value: Any, source: Values
) -> patches.Patch:
    held = patches.item_of(record, at.code, at.item)
    whole = f"{at.code}[{at.item}]"
    if value is None:
        return {whole: None} if held is not None else {}
    if held is not None:
        if at.field:
            return {} if held.get(at.field, "") == value else {str(at): value}
        return {
            f"{whole}.{code}": text
            for code, text in value.items()
            if code != "id" and held.get(code, "") != text
        }
    item = patches.item_of(source, at.code, at.item) or {"id": at.item}
    collection = kind.collection(at.code)
    if collection is None:
        return {}
    known = {identity(collection, i) for i in record.get(at.code) or []}
    return (
        {} if identity(collection, item) in known else {whole: {k: v for k, v in item.items() if v}}
    )
