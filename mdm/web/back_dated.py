"""What a back-dated change does to the past, for those who review it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from mdm import backdating, clocks
from mdm.domains import patch as patches
from mdm.models import Change
from mdm.queries import differences
from mdm.web.parts_shown import Shown


@dataclass(frozen=True, slots=True)
class Then:
    """One value: what was valid on the day, what becomes valid, and until when."""

    record: str
    row: differences.Row
    since: date
    last: date | None  # the last day on which it holds; none: it holds today
    version: int


def past_of(change: Change, parts: Sequence[Shown]) -> list[Then]:
    """The values of the parts shown, against what was valid on the day; none of today's changes."""
    effective = change.effective_from
    day = change.applied_at.date() if change.applied_at else timezone.now().date()
    if effective is None or effective >= day:
        return []
    known = replace(clocks.Clocks.at(effective), **_known(change))
    return [then for one in parts if not one.is_new for then in _of_part(one, effective, known)]


def _known(change: Change) -> dict[str, Any]:
    """What was known before it was applied."""
    return {"known": change.decided_at} if change.applied_at and change.decided_at else {}


def _of_part(one: Shown, effective: date, known: clocks.Clocks) -> list[Then]:
    golden_id = one.part.golden_id
    patch = clocks.patch_of(one.part)
    spans = {s.path: s for s in backdating.spans({golden_id: list(patch)}, effective)[golden_id]}
    past = clocks.of(one.kind, [golden_id], known).get(golden_id)
    held = past.values if past else clocks.nothing(one.kind)
    before = patches.seen(held, patch)
    return [
        Then(
            one.name,
            row,
            effective,
            until - timedelta(days=1) if (until := spans[row.path].until) else None,
            spans[row.path].version,
        )
        for row in differences.rows(one.kind, patch, before)
    ]
