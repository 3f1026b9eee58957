"""What surrounds a part of a change: values that moved since, and where each one came from."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mdm import changes, lineage
from mdm.models import ChangePart
from mdm.queries import words as say
from mdm.queries.words import Words
from mdm.web.parts_shown import DiffRow, Moved, Shown


def with_conflicts(one: Shown) -> Shown:
    """The part with what its values are now, where they have moved since they were seen."""
    waits = one.part.state in (ChangePart.State.PENDING, ChangePart.State.CONFLICTED)
    ways = [] if one.is_new or not waits else changes.conflicts(one.part)
    found = [row for row in ways if row["in_conflict"]]
    if not found:
        return one
    words = Words(one.kind).learn_patches(
        *({row["path"]: row[column]} for row in found for column in ("seen", "now", "proposed"))
    )
    moved = {row["path"]: _moved(words, row) for row in found}
    rows = [_overtaken(row, moved[row.path], one) if row.path in moved else row for row in one.rows]
    return replace(one, moved=list(moved.values()), rows=rows)


def _overtaken(row: DiffRow, moved: Moved, one: Shown) -> DiffRow:
    """A row whose value is another by now: what was seen is not what is there."""
    now = f"{moved.now} (version {one.now_version})"
    return replace(row, now=now, new_note="the same as when proposed" if row.new_note else "")


def _moved(words: Words, row: Mapping[str, Any]) -> Moved:
    path = row["path"]
    seen, now, wanted = (
        words.path(path, row[column]) or "empty" for column in ("seen", "now", "proposed")
    )
    return Moved(path, say.label(words.kind, path), seen, now, wanted)


def with_origins(one: Shown) -> Shown:
    """The part with where each value it replaces came from."""
    if one.is_new or not one.url:
        return one
    origins = lineage.provenance(one.kind, one.part.golden_id)
    people = say.people({o.source for o in origins.values()})
    rows = [
        replace(row, old_note=_origin(origins[row.path], people))
        if row.path in origins and row.kind in ("changed", "removed")
        else row
        for row in one.rows
    ]
    return replace(one, rows=rows)


def _origin(found: lineage.Provenance, people: Mapping[str, str]) -> str:
    who = people.get(found.source, found.source)
    since = f", since {say.day(found.since.date().isoformat())}" if found.since else ""
    return f"from {who}{since}"
