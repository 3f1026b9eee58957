"""What a part of a change writes, and what was there before: as stored, then masked or opened."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from mdm import seams, vault
from mdm.checks.findings import STATUS_AFTER
from mdm.domains import patch as patches
from mdm.models import Change, ChangePart

Action = ChangePart.Action
Known = Mapping[UUID, Any]
Content = tuple[patches.Patch, patches.Patch]
"""The patch, and what was seen at its paths."""


def touched_rows(parts: Iterable[ChangePart]) -> dict[UUID, Any]:
    """The records that the parts are about, and those that they merge away."""
    wanted: dict[str, set[UUID]] = {}
    for part in parts:
        ids = wanted.setdefault(part.subject, set())
        ids.update(i for i in (part.golden_id, part.other_id) if i)
    found: dict[UUID, Any] = {}
    for code, ids in wanted.items():
        found |= seams.subject(code).model.objects.in_bulk(ids)
    return found


def content_of(change: Change, part: ChangePart, rows: Known, *, is_revealed: bool) -> Content:
    """What the part writes and what was there before, opened when it is revealed."""
    patch, seen = dict(part.patch), dict(part.seen)
    seen.pop("other_version", None)
    if part.action in (Action.MERGE, Action.UNLINK):
        seen.pop("status", None)
    if part.action in STATUS_AFTER and part.action != Action.CREATE:
        patch["status"] = STATUS_AFTER[Action(part.action)]
    if is_revealed:
        return vault.open_patch(patch), vault.open_patch(seen)
    return vault.mask_patch(patch), vault.mask_patch(seen)


def texts(values: Any) -> Iterable[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        for value in values.values():
            yield from texts(value)
    elif isinstance(values, list):
        for value in values:
            yield from texts(value)
