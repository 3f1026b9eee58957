"""Put a version, or some values of it, back: as a proposed change, never as a write."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from mdm import history, vault
from mdm.changes.drafting import PartSpec, current, draft_many
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.spec import Subject
from mdm.errors import Invalid, NotFound, Refused
from mdm.models import Change, ChangePart

Action = ChangePart.Action
STATUS_PATH = "status"
SHOWN = 20
BETWEEN = {
    (Status.ACTIVE, Status.BLOCKED): Action.BLOCK,
    (Status.BLOCKED, Status.ACTIVE): Action.UNBLOCK,
    (Status.ACTIVE, Status.RETIRED): Action.RETIRE,
    (Status.BLOCKED, Status.RETIRED): Action.RETIRE,
    (Status.RETIRED, Status.ACTIVE): Action.REACTIVATE,
}
"""Which action leads from a status to another."""


@dataclass(frozen=True, slots=True)
class Return:
    """What would put a version back: the patch against what is there now, and the action."""

    version: int
    patch: patches.Patch  # plain values
    before: patches.Patch  # what is there now, plain
    action: str
    status: str = ""  # the status of then, where it differs

    @property
    def paths(self) -> list[str]:
        """What may be chosen of it."""
        return [*self.patch, *([STATUS_PATH] if self.action != Action.UPDATE else [])]


def plan(kind: Subject, golden_id: UUID, version: int) -> Return:
    """What differs between the record as it is now and one of its versions.

    Raises `NotFound` for a version there is not, `Refused` for a record that was merged away.
    """
    then = vault.open_values(kind, history.values_at(kind, golden_id, version))
    now = current(kind, golden_id)
    if now["status"] == Status.MERGED:
        raise Refused("This record was merged. Undo the merge, or restore its survivor.")
    patch = patches.diff(kind, now, then)
    action = Action.UPDATE
    if then["status"] != now["status"]:
        action = BETWEEN.get((now["status"], then["status"]), Action.UPDATE)
    status = str(then["status"]) if action != Action.UPDATE else ""
    return Return(version, patch, patches.seen(now, patch), action, status)


def restore(
    kind: Subject,
    golden_id: UUID,
    *,
    version: int,
    by: Any,
    paths: Collection[str] | None = None,
    reason: str = "",
    channel: str = Change.Channel.PAGE,
    effective_from: date | None = None,
) -> Change:
    """A draft that puts a version back, or those of its values that `paths` name.

    A path names a value, an item with all its fields, or `status`. Raises `Refused` when nothing
    of it differs from what is there now, `Invalid` for a path that the kind does not have.
    """
    back = plan(kind, golden_id, version)
    patch, action = back.patch, back.action
    if paths is not None:
        for path in paths:
            if path != STATUS_PATH:
                patches.declared(kind, path)
        wanted = [path for path in paths if path != STATUS_PATH]
        patch = {p: v for p, v in patch.items() if any(within(p, w) for w in wanted)}
        action = action if STATUS_PATH in paths else Action.UPDATE
        if not patch and action == Action.UPDATE and back.paths:
            raise Refused(
                f"Nothing that was chosen of version {version} differs from what the record says "
                f"now. Choose at least one of: {', '.join(back.paths[:SHOWN])}."
            )
    if not patch and action == Action.UPDATE:
        raise Refused(f"Nothing of version {version} differs from what the record says now.")
    spec = PartSpec(kind.code, action, patch, golden_id, is_clean=True)
    what = f"Version {version}" if paths is None else _named(kind, [*patch], version)
    return draft_many(
        [spec],
        by=by,
        title=f"{what} of {_label(kind, golden_id)} back",
        reason=reason.strip() or f"What version {version} said is put back.",
        channel=channel,
        effective_from=effective_from,
    )


def within(path: str, wanted: str) -> bool:
    """A path of a patch is what was named, lies in it, or is the item that holds it."""
    try:
        return patches.clashes(path, wanted) or patches.parse(path).code == wanted
    except Invalid:
        return False


def _named(kind: Subject, paths: Sequence[str], version: int) -> str:
    labels = list(dict.fromkeys(patches.label(kind, path).partition(" / ")[0] for path in paths))
    shown = ", ".join(labels[:3]) + (" …" if len(labels) > 3 else "")
    return f"{shown or 'Status'} of version {version}"


def _label(kind: Subject, golden_id: UUID) -> str:
    row = kind.model.objects.filter(pk=golden_id).first()
    if row is None:
        raise NotFound(f"There is no {kind.label.lower()} {golden_id}.")
    return f"{getattr(row, kind.name)} ({row.code})"
