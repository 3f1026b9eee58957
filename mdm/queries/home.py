"""Figures of the home page that need more than a count: lead times by week, and the first steps."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from mdm import permissions, seams
from mdm.models import Change, Grant, ImportRun

WEEKS = 12


@dataclass(frozen=True, slots=True)
class Week:
    """The changes decided in one week: from submission to decision, half and nine in ten."""

    start: date
    count: int
    p50: timedelta | None = None
    p90: timedelta | None = None


def lead_times_by_week(weeks: int = WEEKS) -> list[Week]:
    """The last weeks, oldest first, this one included; a week without decisions has no times."""
    today = timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=weeks - 1)
    decided = Change.objects.filter(decided_at__date__gte=first, submitted_at__isnull=False)
    spans: dict[date, list[timedelta]] = {first + timedelta(weeks=n): [] for n in range(weeks)}
    for submitted, at in decided.values_list("submitted_at", "decided_at"):
        if submitted is None or at is None:
            continue
        day = timezone.localtime(at).date()
        start = day - timedelta(days=day.weekday())
        if start in spans:
            spans[start].append(at - submitted)
    return [_week(start, sorted(found)) for start, found in spans.items()]


def _week(start: date, spans: list[timedelta]) -> Week:
    if not spans:
        return Week(start, 0)
    last = len(spans) - 1
    return Week(start, len(spans), spans[last // 2], spans[min(last, len(spans) * 9 // 10)])


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first steps of an installation, and whether it has been taken."""

    code: str
    is_done: bool


def first_steps(counts: list[dict[str, Any]]) -> list[Step]:
    """What a new installation needs: records, an approver, a target. Empty once all is there."""
    records = any(count["count"] for count in counts)
    roles = permissions.ACTIONS["approve"]
    steps = [
        Step("records", records),
        Step("import", records or ImportRun.objects.exists()),
        Step("approver", Grant.objects.filter(role__in=roles).exists()),
    ]
    if target := seams.subjects().get("target"):
        steps.append(Step("target", target.model.objects.exists()))
    return [] if records or all(step.is_done for step in steps) else steps
