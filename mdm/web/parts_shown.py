"""The parts of a change as its page shows them: what each does to what, row by row, in words.

Sealed values leave masked, except those of the parts in `revealed`. A merge that is not applied yet
is shown with everything it would bring along.
"""

from collections.abc import Collection as Several
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mdm import seams, vault
from mdm.domains import patch as patches
from mdm.domains.spec import Collection, Subject, Values
from mdm.domains.values import read
from mdm.models import Change, ChangePart
from mdm.queries import differences
from mdm.queries import steps as pins
from mdm.queries import words as say
from mdm.queries.words import Words
from mdm.web.merge_sides import Sides
from mdm.web.page import row_url
from mdm.web.part_contents import Content, Known, content_of, texts, touched_rows
from mdm.web.record_shown import CODES

Action = ChangePart.Action
VERBS = {
    Action.CREATE: "New",
    Action.UPDATE: "Change",
    Action.BLOCK: "Block",
    Action.UNBLOCK: "Unblock",
    Action.RETIRE: "Retire",
    Action.REACTIVATE: "Reactivate",
    Action.LINK: "Link",
    Action.UNLINK: "Unlink",
    Action.MERGE: "Merge",
    Action.UNMERGE: "Unmerge",
}


@dataclass(frozen=True, slots=True)
class DiffRow:
    """One value that a part touches, as the difference component takes it."""

    path: str
    label: str
    kind: str  # changed, added, removed, kept
    old: str = ""
    new: str = ""
    item: str = ""  # which item of a collection it is in
    old_note: str = ""
    new_note: str = ""
    is_code: bool = False
    lines: list[tuple[str, str]] = field(default_factory=list)
    now: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    comment_url: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A value that was changed since it was seen: then, now, and as it is proposed."""

    path: str
    label: str
    seen: str
    now: str
    proposed: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One part: what it is about, what it does, and every value it touches."""

    part: ChangePart
    kind: Subject
    verb: str
    name: str
    url: str
    rows: list[DiffRow]
    kept: list[DiffRow]
    has_secrets: bool
    is_revealed: bool
    other: Any = None
    other_url: str = ""
    source: str = ""
    moved: list[Moved] = field(default_factory=list)
    edit_url: str = ""
    may_reveal: bool = False
    now_version: int = 0  # of the record
    sides: Sides | None = None  # of a merge
    last: int = 1  # the number of the change's last part

    @property
    def earlier(self) -> int:
        """The number of the part before it; 0 when it is the first."""
        return self.number - 1

    @property
    def later(self) -> int:
        """The number of the part after it; 0 when it is the last."""
        return self.number + 1 if self.number < self.last else 0

    @property
    def number(self) -> int:
        """Its place among the parts, from one."""
        return int(self.part.position) + 1

    @property
    def now_label(self) -> str:
        """What the values before it are called: those of the version it was made against."""
        version = self.part.seen_version
        done = self.part.state in (ChangePart.State.APPLIED, ChangePart.State.UNCHANGED)
        word = "Before" if done else "When proposed" if self.now_version > version else "Now"
        return f"{word} (version {version})" if version else word

    @property
    def problem(self) -> str:
        """Why it was not written."""
        return problem_of(self.part)

    @property
    def returns(self) -> bool:
        """Whether it is the side of an unmerge that stops being a redirect."""
        return self.part.action == Action.UNMERGE and self.part.seen.get("status") == "merged"

    @property
    def is_new(self) -> bool:
        """Whether the record does not exist before it."""
        return bool(self.part.action == Action.CREATE)

    @property
    def in_conflict(self) -> bool:
        """Whether it has to be taken up again by its author."""
        return bool(self.part.state == ChangePart.State.CONFLICTED)


def shown(
    change: Change, parts: Sequence[ChangePart], *, revealed: Several[int] = (), whole: bool = False
) -> list[Shown]:
    """The parts with their rows; `whole` adds what a part leaves as it is."""
    rows = touched_rows(parts)
    contents = {
        part.pk: content_of(change, part, rows, is_revealed=part.position in revealed)
        for part in parts
    }
    words: dict[str, Words] = {}
    for part in parts:
        kind = seams.subject(part.subject)
        known = words.setdefault(part.subject, Words(kind))
        known.learn_patches(*contents[part.pk])
        if part.golden_id in rows and whole:
            known.learn(read(kind, rows[part.golden_id]))
    return [
        _shown(part, words[part.subject], contents[part.pk], rows, part.position in revealed, whole)
        for part in parts
    ]


def _shown(
    part: ChangePart,
    words: Words,
    content: Content,
    rows: Known,
    revealed: bool,
    whole: bool,
) -> Shown:
    kind, row = words.kind, rows.get(part.golden_id)
    held = vault.mask_values(kind, read(kind, row)) if row is not None else {}
    found = [_row(words, part, one, held) for one in differences.rows(kind, *content, words)]
    found = _with_pins(words, part, found, held)
    other = rows.get(part.other_id) if part.other_id else None
    return Shown(
        part=part,
        kind=kind,
        verb=VERBS[Action(part.action)],
        name=str(row) if row is not None else part.label,
        url=row_url(kind, part.golden_id) if row is not None else "",
        rows=found,
        kept=_kept(words, held, {r.path for r in found}) if whole else [],
        has_secrets=any(vault.is_sealed(v) for v in texts([part.patch, part.seen])),
        is_revealed=revealed,
        other=other,
        other_url=row_url(kind, other.pk) + "?follow=no" if other is not None else "",
        source=_source(part),
        now_version=row.version if row is not None else 0,
    )


MOVED = "Changed since it was seen: "


def problem_of(part: ChangePart) -> str:
    """Why the part was not written, with labels in place of paths."""
    if not part.problem.startswith(MOVED):
        return part.problem
    kind = seams.subject(part.subject)
    paths = part.problem.removeprefix(MOVED).rstrip(".").split(", ")
    return f"{MOVED}{', '.join(dict.fromkeys(say.label(kind, path) for path in paths))}."


def _row(words: Words, part: ChangePart, found: differences.Row, held: Values) -> DiffRow:
    kind = "added" if part.action == Action.CREATE and found.kind == "changed" else found.kind
    at = patches.parse(found.path)
    return DiffRow(
        path=found.path,
        label=found.label,
        kind=kind,
        old=found.old,
        new=found.new,
        new_note="the same as now" if found.old == found.new and not found.lines else "",
        item=_which(words, at, held),
        is_code=(at.field or at.code) in CODES,
        lines=found.lines,
    )


def _with_pins(
    words: Words, part: ChangePart, rows: Sequence[DiffRow], held: Values
) -> list[DiffRow]:
    """The rows with how long each value is to hold; what is pinned as it is has a row too."""
    said = {path: pins.in_words(pin) for path, pin in part.pins.items()}
    found = [
        replace(row, new_note=" ".join(filter(None, (row.new_note, said.get(row.path, "")))))
        for row in rows
    ]
    shown = {row.path for row in rows}
    for path in (path for path in said if path not in shown):
        value = words.path(path, patches.get(held, path) if held else None)
        label = say.label(words.kind, path)
        found.append(DiffRow(path, label, "changed", value, value, new_note=said[path]))
    return found


def _which(words: Words, at: patches.Path, held: Values) -> str:
    """Which of several items a field is in, by what makes it the item it is."""
    collection = words.kind.collection(at.code)
    if collection is None or not at.field or len(held.get(at.code) or []) < 2:
        return ""
    item = patches.item_of(held, at.code, at.item) or {}
    named = [
        words.say(collection.field(code), item[code])
        for code in collection.identity
        if code != at.field and item.get(code)
    ]
    return ", ".join(named[:2])


def _kept(words: Words, held: Values, touched: set[str]) -> list[DiffRow]:
    """What the record holds and the part leaves alone."""
    rows = []
    for attribute in words.kind.attributes:
        value = words.say(attribute, held.get(attribute.code, ""))
        if value and attribute.code not in touched:
            is_code = attribute.code in CODES
            rows.append(
                DiffRow(attribute.code, attribute.label, "kept", value, value, "", "", "", is_code)
            )
    for collection in words.kind.collections:
        rows += _kept_items(words, collection, held, touched)
    return rows


def _kept_items(
    words: Words, collection: Collection, held: Values, touched: set[str]
) -> Iterable[DiffRow]:
    for item in held.get(collection.code) or []:
        path = f"{collection.code}[{item['id']}]"
        if path not in touched:
            said = ", ".join(text for _, text in words.item(collection, item))
            yield DiffRow(path, collection.singular, "kept", said, said)


def _source(part: ChangePart) -> str:
    """Which source record it takes up; the revision is read with the part."""
    if part.revision is None:
        return ""
    record = part.revision.source_record
    row = f", row {part.revision.row_number}" if part.revision.row_number else ""
    return f"{record.system.name} {record.key}{row}"
