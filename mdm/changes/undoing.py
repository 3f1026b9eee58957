"""Take back what an applied change did, part by part, as one proposed change.

What was edited since is listed and left out, unless it is chosen. What a change created is retired;
merges are undone where they are shown.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from mdm import seams, vault
from mdm.changes import noting
from mdm.changes.drafting import PartSpec, draft_many
from mdm.changes.restoring import BETWEEN, STATUS_PATH
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.spec import Subject, Values
from mdm.domains.values import read
from mdm.errors import Invalid, Refused
from mdm.models import Change, ChangePart

Action, State = ChangePart.Action, Change.State
UNDO_DRAFTED = "change.undo_drafted"
DONE = (State.APPLIED, State.PARTLY_APPLIED)
ELSEWHERE = (Action.MERGE, Action.UNMERGE, Action.UNLINK)
AT_ONCE = 500
SHOWN_CHOICES = 20


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A value that the undo does not touch, and why."""

    part: int  # position in the change
    label: str
    path: str
    why: str
    may_choose: bool = False

    @property
    def choice(self) -> str:
        """How it is chosen nevertheless."""
        return f"{self.part}:{self.path}"


@dataclass(frozen=True, slots=True)
class Inverse:
    """What takes one part back, against what is there now. Plain values."""

    part: ChangePart
    kind: Subject
    action: str
    patch: patches.Patch
    before: patches.Patch

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to take back."""
        return not self.patch and self.action == Action.UPDATE


@dataclass(frozen=True, slots=True)
class Undo:
    """What an undo would do, and what it leaves out."""

    parts: list[Inverse]
    left_out: list[LeftOut]


def refusal(change: Change) -> str:
    """Why a change cannot be undone; "" when it can."""
    if change.state not in DONE:
        return f"{change.number} is {change.get_state_display().lower()}: nothing to undo."
    done = (ChangePart.State.APPLIED, ChangePart.State.UNCHANGED)
    if change.parts.filter(action__in=ELSEWHERE, state__in=done).exists():
        return "It merges, unmerges or unlinks records; that is undone on the page of the record."
    if not change.parts.filter(state=ChangePart.State.APPLIED).exists():
        return f"{change.number} changed nothing that holds: nothing to undo."
    return ""


def plan(change: Change, chosen: Collection[str] = ()) -> Undo:
    """The inverse of each applied part. Raises `Refused` when it cannot be undone at all.

    `chosen` names values to put back although they were edited since: "0:payment_terms". Raises
    `Invalid` for one that the change did not write, or that cannot be put back.
    """
    if why := refusal(change):
        raise Refused(why)
    bare = _planned(change, ())
    if not chosen:
        return bare
    may_be = [one.choice for one in bare.left_out if one.may_choose]
    known = {*may_be, *(f"{one.part.position}:{path}" for one in bare.parts for path in one.patch)}
    if unknown := [choice for choice in chosen if choice not in known]:
        offered = ", ".join(may_be[:SHOWN_CHOICES]) + (" …" if len(may_be) > SHOWN_CHOICES else "")
        raise Invalid(
            ", ".join(unknown[:SHOWN_CHOICES]),
            f"values of {change.number} that were edited since",
            f"It may include: {offered}." if may_be else "It has none, so nothing may be included.",
        )
    return _planned(change, chosen)


def _planned(change: Change, chosen: Collection[str]) -> Undo:
    made: list[Inverse] = []
    left_out: list[LeftOut] = []
    parts = change.parts.filter(state=ChangePart.State.APPLIED).order_by("position")
    for part, before, after, now in _states(list(parts)):
        kind = seams.subject(part.subject)
        inverse, left = _inverse(kind, part, before, after, now, chosen)
        left_out += left
        if not inverse.is_empty:
            made.append(inverse)
    return Undo(made, left_out)


@transaction.atomic
def undo(
    change: Change,
    *,
    by: Any,
    chosen: Collection[str] = (),
    reason: str = "",
    channel: str = Change.Channel.PAGE,
    effective_from: date | None = None,
) -> tuple[Change, Undo]:
    """A draft that takes a change back, and what it leaves out. Raises `Refused`."""
    change = Change.objects.select_for_update().get(pk=change.pk)  # one undo at a time
    if other := already(change, by):
        raise Refused(f"{other.number} already undoes {change.number}, and is not decided yet.")
    found = plan(change, chosen)
    if not found.parts:
        said = " ".join(f"{one.label}: {one.why}" for one in found.left_out[:3])
        raise Refused(f"Nothing of {change.number} can be taken back. {said}".strip())
    specs = [
        PartSpec(one.kind.code, one.action, one.patch, one.part.golden_id, is_clean=True)
        for one in found.parts
    ]
    left = len(found.left_out)
    kept = f" {left} value{'' if left == 1 else 's'} left as they are now." if left else ""
    fresh = draft_many(
        specs,
        by=by,
        title=f"Undo {change.number}: {change.title}",
        reason=reason.strip() or f"{change.number} is taken back.{kept}",
        channel=channel,
        is_atomic=change.is_atomic,
        effective_from=effective_from,
    )
    noting.note(UNDO_DRAFTED, change, by, undo=fresh.number)
    return fresh, found


def already(change: Change, by: Any) -> Change | None:
    """The open change that undoes it, or the person's own draft of one."""
    numbers = [e.facts["undo"] for e in noting.past(change) if e.kind == UNDO_DRAFTED]
    going = Q(state__in=Change.OPEN) | Q(state=State.DRAFT, requested_by=by)
    return Change.objects.filter(going, number__in=numbers).first()


def _states(
    parts: Sequence[ChangePart],
) -> Iterator[tuple[ChangePart, Values, Values, Values]]:
    """Each part with its record before it, after it, and now; a few queries for many parts."""
    for start in range(0, len(parts), AT_ONCE):
        batch = parts[start : start + AT_ONCE]
        for code in dict.fromkeys(part.subject for part in batch):
            kind = seams.subject(code)
            own = [part for part in batch if part.subject == code]
            ids = [part.golden_id for part in own]
            numbers = {
                n for p in own for n in (p.applied_version or 0, (p.applied_version or 0) - 1)
            }
            rows = kind.model.history.filter(golden_id__in=ids, version__in=numbers)
            held = {(row.golden_id, row.version): read(kind, row) for row in rows}
            live = kind.model.objects.in_bulk(ids)
            for part in own:
                version = part.applied_version or 0
                yield (
                    part,
                    _opened(kind, held.get((part.golden_id, version - 1))),
                    _opened(kind, held.get((part.golden_id, version))),
                    _opened(kind, read(kind, live[part.golden_id])),
                )


def _opened(kind: Subject, stored: Values | None) -> Values:
    if stored is None:
        return patches.blank(kind) | {"status": ""}
    return vault.open_values(kind, stored)


def _inverse(
    kind: Subject,
    part: ChangePart,
    before: Values,
    after: Values,
    now: Values,
    chosen: Collection[str],
) -> tuple[Inverse, list[LeftOut]]:
    left: list[LeftOut] = []

    def leave(path: str, why: str, *, may_choose: bool = False) -> None:
        left.append(LeftOut(part.position, part.label, path, why, may_choose))

    if now["status"] == Status.MERGED:
        leave(STATUS_PATH, "It was merged into another record since.")
        return Inverse(part, kind, Action.UPDATE, {}, {}), left
    if part.action == Action.CREATE:
        action = Action.RETIRE if (now["status"], Status.RETIRED) in BETWEEN else Action.UPDATE
        if action == Action.UPDATE:
            leave(STATUS_PATH, f"It is {now['status']} already.")
        return Inverse(part, kind, action, {}, {}), left
    patch: patches.Patch = {}
    for path, value in patches.diff(kind, after, before).items():
        there = patches.get(now, path)
        if there == value:
            continue  # it is so again
        if there == patches.get(after, path) or f"{part.position}:{path}" in chosen:
            patch[path] = value
        else:
            leave(path, "It was edited since.", may_choose=_fits(now, path))
    back = _status_back(before, after, now)
    if before["status"] != after["status"] and back == Action.UPDATE:
        leave(STATUS_PATH, f"Its status is {now['status']} now.")
    return Inverse(part, kind, back, patch, patches.seen(now, patch)), left


def _fits(now: Values, path: str) -> bool:
    """Whether it can be put back over an edit: a field of an item that is gone cannot."""
    at = patches.parse(path)
    return not at.field or patches.item_of(now, at.code, at.item) is not None


def _status_back(before: Values, after: Values, now: Values) -> str:
    """The action that gives back the status from before; an update when there is none to take."""
    moved = before["status"] != after["status"]
    if not moved or now["status"] != after["status"]:
        return Action.UPDATE
    return BETWEEN.get((now["status"], before["status"]), Action.UPDATE)
