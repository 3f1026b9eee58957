"""Run the checks of a change before people see it, and again when something moves under it."""

import logging
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from mdm import checks, seams
from mdm.changes.following import is_following
from mdm.domains.spec import Domain, Values
from mdm.errors import Refused
from mdm.models import Change, ChangePart

logger = logging.getLogger(__name__)

AT_ONCE = 500
FEW, MANY = 20, 200
"""Of so many parts, all cheap checks or the one for conflicts are run again at any time."""


def check(change: Change, parts: Sequence[ChangePart]) -> None:
    """Keep what every check says, and let others find what would be created.

    Raises `Refused` for what no approver may wave through. Call inside a transaction.
    """
    findings = checks.run(change)
    blocking = [
        f
        for f in findings
        if f.outcome == checks.FAIL and f.code in checks.BLOCKING and not _stands_alone(f)
    ]
    if blocking:
        raise Refused(" ".join(dict.fromkeys(f.sentence for f in blocking[:5])))
    _propose(parts)


@transaction.atomic
def look_again(change: Change) -> None:
    """Run the cheap checks of a change that lies before its reviewers, as an approval comes."""
    locked = Change.objects.select_for_update().get(pk=change.pk)
    if locked.part_count <= FEW and locked.state == Change.State.SUBMITTED:
        checks.run_again(locked)


@transaction.atomic
def tell_others(change: Change) -> None:
    """Let other open changes of the same records say what they now conflict with.

    One that somebody decides on at this very moment is left out: it is looked at again there.
    """
    ids = list(change.parts.values_list("golden_id", flat=True))
    others: set[UUID] = set()
    for start in range(0, len(ids), AT_ONCE):
        beside = ChangePart.objects.filter(
            golden_id__in=ids[start : start + AT_ONCE], change__state__in=Change.OPEN
        )
        others.update(beside.exclude(change=change).values_list("change_id", flat=True))
    told = Change.objects.filter(pk__in=list(others)[:AT_ONCE], part_count__lte=MANY)
    for other in told.select_for_update(skip_locked=True).order_by("pk"):
        look_for_conflicts(other)


def look_for_conflicts(change: Change) -> None:
    """Run the check for other changes again, where the change can be read at all."""
    try:
        with transaction.atomic():
            checks.run_again(change, ["conflicts"])
    except Exception:
        logger.exception("the checks of %s could not run again", change.number)


def _stands_alone(found: checks.Finding) -> bool:
    """What follows from a rule for one record fails for that record alone."""
    return found.part is not None and is_following(found.part)


def _propose(parts: Sequence[ChangePart]) -> None:
    """Let others find what the change would create, under the golden ids it will have."""
    new = [part for part in parts if part.action == ChangePart.Action.CREATE]
    written: dict[str, list[tuple[UUID, str, Values]]] = {}
    for one in checks.proposals(new):
        written.setdefault(one.kind.code, []).append(
            (one.part.golden_id, one.part.label, one.after)
        )
    for code, many in written.items():
        if isinstance(kind := seams.subject(code), Domain):
            seams.record_written(kind, many, stage="part")
