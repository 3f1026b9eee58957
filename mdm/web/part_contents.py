"""What a part of a change writes, and what was there before: as stored, then masked or opened."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from mdm import history, merging, seams, vault
from mdm.checks.findings import STATUS_AFTER
from mdm.domains import patch as patches
from mdm.domains.spec import Values
from mdm.domains.values import read
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
    if part.action == Action.MERGE:
        patch, seen = _merged(change, part, rows, patch, seen)
    if part.action in STATUS_AFTER and part.action != Action.CREATE:
        patch["status"] = STATUS_AFTER[Action(part.action)]
    if is_revealed:
        return vault.open_patch(patch), vault.open_patch(seen)
    return vault.mask_patch(patch), vault.mask_patch(seen)


def _merged(
    change: Change, part: ChangePart, rows: Known, patch: patches.Patch, seen: patches.Patch
) -> Content:
    """What a merge writes into the survivor: as recorded when it is applied, else as planned."""
    kind = seams.subject(part.subject)
    seen = {path: value for path, value in seen.items() if path != "status"}
    if part.applied_version and part.applied_version > 1:
        before = history.values_at(kind, part.golden_id, part.applied_version - 1)
        after = history.values_at(kind, part.golden_id, part.applied_version)
        written = patches.diff(kind, before, after)
        return written, patches.seen(before, written)
    survivor, loser = rows.get(part.golden_id), rows.get(part.other_id or part.golden_id)
    if survivor is None or loser is None or change.state not in (*Change.OPEN, Change.State.DRAFT):
        return patch, seen
    held, other = read(kind, survivor), read(kind, loser)
    plain = vault.open_values(kind, held)
    planned = merging.merge(kind, plain, vault.open_values(kind, other), vault.open_patch(patch))
    return _sealed(planned, (held, other), patch), patches.seen(held, planned)


def _sealed(planned: patches.Patch, held: Sequence[Values], patch: patches.Patch) -> patches.Patch:
    """The plan with each secret as the token it is stored as, so that it can be masked."""
    tokens = {vault.unseal(v): v for v in texts([*held, patch]) if vault.is_sealed(v)}

    def hidden(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {k: tokens.get(v, v) for k, v in value.items()}
        return tokens.get(value, value) if isinstance(value, str) else value

    return {path: hidden(value) for path, value in planned.items()}


def texts(values: Any) -> Iterable[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        for value in values.values():
            yield from texts(value)
    elif isinstance(values, list):
        for value in values:
            yield from texts(value)
