"""A patch as the rows that pages show: label, what was, what will be; in words, secrets masked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mdm import vault
from mdm.domains import patch as patches
from mdm.domains.spec import Attribute, Collection, Kind, Subject
from mdm.queries import words as say
from mdm.queries.words import Words


@dataclass(frozen=True, slots=True)
class Row:
    """One path that differs; an item that comes or goes as lines of label and value."""

    path: str
    label: str
    kind: str  # changed, added, removed
    old: str
    new: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    is_code: bool = False
    now: str = ""


def rows(
    kind: Subject,
    patch: Mapping[str, Any],
    before: Mapping[str, Any],
    words: Words | None = None,
) -> list[Row]:
    """The rows of a stored patch against what was there before it; sealed values are masked."""
    words = words or Words(kind).learn_patches(patch, before)
    shown, was = vault.mask_patch(dict(patch)), vault.mask_patch(dict(before))
    return [_row(words, path, value, was.get(path)) for path, value in shown.items()]


def _row(words: Words, path: str, value: Any, before: Any) -> Row:
    what = say.declared(words.kind, path)
    label = say.label(words.kind, path)
    if not isinstance(what, Collection):
        old, new = _said(words, what, path, before), _said(words, what, path, value)
        kind = "added" if not old else "removed" if not new else "changed"
        return Row(path, label, kind, old, new, is_code=patches.parse(path).code == "code")
    gone = value is None
    item = before if gone else value
    kind = "removed" if gone else "changed" if before else "added"
    lines = words.item(what, item) if item else []
    return Row(path, label, kind, words.path(path, before), words.path(path, value), lines)


def _said(words: Words, what: Attribute, path: str, value: Any) -> str:
    """A scalar in words; a flag that is not set says so."""
    return "No" if what.kind is Kind.FLAG and not value else words.path(path, value)
