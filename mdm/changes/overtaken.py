"""A merge, or its inverse, that was planned with what is there no longer: in conflict at once.

It is looked at before an approval, so that nobody approves what could only fail days later.
"""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from mdm import seams
from mdm.changes import checking, moving, writing
from mdm.changes.combining import PLANNED
from mdm.changes.noting import note
from mdm.changes.states import move
from mdm.domains.golden import Status
from mdm.errors import Conflict
from mdm.models import Change, ChangePart

Action = ChangePart.Action


def is_planned(change: Change) -> bool:
    """Whether it was planned whole, with what other records were then."""
    return change.parts.filter(action__in=PLANNED).exists()


@transaction.atomic
def stop(change: Change, *, by: Any) -> str:
    """Put the change in conflict where its plan does not hold any more, and say why; or ""."""
    locked = Change.objects.select_for_update().get(pk=change.pk)
    found = list(_moved(locked)) if locked.state == Change.State.SUBMITTED else []
    for part, said in found:
        part.state, part.problem = ChangePart.State.CONFLICTED, said
        part.save(update_fields=["state", "problem"])
    if found:
        move(locked, Change.State.CONFLICTED)
        note("change.conflicted", locked, by)
        checking.look_for_conflicts(locked)
    return " ".join(dict.fromkeys(said for _, said in found))


def _moved(change: Change) -> Iterator[tuple[ChangePart, str]]:
    begun = set()
    for part in change.parts.filter(action__in=PLANNED).order_by("position"):
        said = _of_other(part)
        if not said and part.golden_id not in begun:  # a later one builds on the one before
            moved = [one["path"] for one in writing.three_way(part) if one["in_conflict"]]
            said = f"Changed since it was seen: {', '.join(moved)}." if moved else ""
        begun.add(part.golden_id)
        if said:
            yield part, said


def _of_other(part: ChangePart) -> str:
    """What a merge would be told of its two records when it is written."""
    if part.action != Action.MERGE:
        return ""
    kind = seams.subject(part.subject)
    row = kind.model.objects.filter(pk=part.golden_id).first()
    if row is None or row.status == Status.MERGED:
        return f"{part.label} was merged into another record in the meantime."
    other = kind.model.objects.filter(pk=part.other_id).first()
    try:
        moving.refuse_moved(part, other)
    except Conflict as error:
        return str(error)
    return ""
