"""Why deliveries are stuck: equal reasons counted together, so that they are mended together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, QuerySet, Subquery
from django.utils import timezone

from publishing import monitor
from publishing.models import Attempt, Replica, Target
from publishing.models.replica import Outcomes

State = Replica.State
HOURS = 24
DAY = timedelta(hours=HOURS)
TREND_FROM = 20_000  # newest failed tries a trend is drawn from
KINDS = {
    Outcomes.TRANSIENT: "transient",
    Outcomes.CONFLICT: "transient",
    Outcomes.UNKNOWN: "unknown",
    Outcomes.DUPLICATE: "unknown",
    Outcomes.BUSINESS_REJECT: "business",
    Outcomes.AUTH: "configuration",
    Outcomes.CONFIGURATION: "configuration",
    Outcomes.DEFECT: "defect",
    Outcomes.MANUAL: "manual",
}
STUCK = (State.DEAD, State.WAITING, State.UNKNOWN, State.PAUSED, State.BLOCKED)


@dataclass(frozen=True, slots=True)
class Cause:
    """Everything that is stuck for one reason at one target."""

    cause: str
    target: Target
    kind: str  # transient, unknown, business, configuration, defect, manual, waiting
    domain: str  # of one of them
    sentence: str  # of the same one, which says what to do
    replicas: int
    tries: int
    first: datetime | None
    last: datetime | None
    trend: tuple[int, ...]  # failed tries per hour, the oldest first


def stuck(*, target: str = "", limit: int = 100, by: Any = None) -> list[Cause]:
    """Why deliveries are stuck, the most frequent reason first."""
    seen = monitor.visible(Replica.objects.all(), by=by) if by else Replica.objects.all()
    rows = seen.filter(state__in=STUCK).exclude(cause="")
    rows = rows.filter(target__code=target) if target else rows
    newest = rows.filter(cause=OuterRef("cause"), target=OuterRef("target"))
    groups = rows.values("cause", "target").annotate(
        n=Count("pk"),
        last=Max("updated_at"),
        newest=Subquery(newest.order_by("-updated_at").values("pk")[:1]),
    )
    found = list(groups.order_by("-n", "cause")[:limit])
    names = [row["cause"] for row in found]
    tries, trends = _tries_by_cause(names, seen), _trends(names, seen)
    samples = Replica.objects.select_related("target").in_bulk([row["newest"] for row in found])
    return [
        _cause(
            samples[row["newest"]],
            row["n"],
            tries.get((row["cause"], row["target"]), (0, None, row["last"])),
            trends.get((row["cause"], row["target"]), (0,) * HOURS),
        )
        for row in found
        if row["newest"] in samples
    ]


def _cause(one: Replica, count: int, tries: tuple[int, Any, Any], trend: tuple[int, ...]) -> Cause:
    kind = KINDS.get(Outcomes(one.last_outcome), "defect") if one.last_outcome else "waiting"
    kind = "waiting" if one.state == State.BLOCKED else kind
    return Cause(one.cause, one.target, kind, one.domain, one.last_sentence, count, *tries, trend)


def _tries_by_cause(
    names: Sequence[str], seen: QuerySet[Replica]
) -> dict[tuple[str, Any], tuple[int, Any, Any]]:
    rows = (
        Attempt.objects.filter(cause__in=names, replica__in=seen)
        .values_list("cause", "replica__target")
        .annotate(n=Count("pk"), first=Min("started_at"), last=Max("started_at"))
        .order_by()
    )
    return {(cause, target): (n, first, last) for cause, target, n, first, last in rows}


def _trends(
    names: Sequence[str], seen: QuerySet[Replica]
) -> dict[tuple[str, Any], tuple[int, ...]]:
    now = timezone.now()
    rows = Attempt.objects.filter(
        cause__in=names, finished_at__gte=now - DAY, replica__in=seen
    ).order_by("-finished_at")
    counts: dict[tuple[str, Any], list[int]] = defaultdict(lambda: [0] * HOURS)
    newest = rows.values_list("cause", "replica__target", "finished_at")[:TREND_FROM]
    for cause, target, at in newest:
        if at is not None:
            hours_ago = min(int((now - at).total_seconds() // 3600), HOURS - 1)
            counts[cause, target][HOURS - 1 - hours_ago] += 1
    return {at: tuple(series) for at, series in counts.items()}
