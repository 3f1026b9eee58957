"""Figures of the publishing monitor: health per target, causes, outcomes over a day, lag."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import TruncHour
from django.utils import timezone

from publishing import targets
from publishing.models import Attempt, Heartbeat, Replica, Subscription, SubscriptionLane, Target
from publishing.models.replica import Outcomes

State = Replica.State
DAY = timedelta(hours=24)
HOURS = 24
MEASURED = 500  # landings from which latency is read
TREND_FROM = 20_000  # newest failed tries a trend is drawn from
GOOD = (Outcomes.OK, Outcomes.OK_UNCHANGED, Outcomes.ACCEPTED_ASYNC, Outcomes.MANUAL)
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
class Health:
    """How one target fares."""

    target: Target
    word: str  # well, failing, broken, suspended, paused, idle
    because: str
    tries: int
    good: int
    queue: int
    needs_person: int
    blocked: int
    oldest_due: timedelta | None
    p50: timedelta | None
    p95: timedelta | None
    last_ok_at: datetime | None
    until: datetime | None  # of the breaker or the gate

    @property
    def success_percent(self) -> float | None:
        """Share of good tries in the last 24 hours; None without any."""
        return round(100 * self.good / self.tries, 1) if self.tries else None


@dataclass(frozen=True, slots=True)
class Cause:
    """Everything that is stuck for one reason at one target."""

    cause: str
    target: Target
    kind: str  # transient, unknown, business, configuration, defect, manual, waiting
    sentence: str  # of one of them, which says what to do
    replicas: int
    tries: int
    first: datetime | None
    last: datetime | None
    trend: tuple[int, ...]  # failed tries per hour, the oldest first


def health() -> list[Health]:
    """How each live target fares, over the last 24 hours."""
    since = timezone.now() - DAY
    tried = Attempt.objects.filter(finished_at__gte=since, replica__isnull=False)
    counts = {
        row["replica__target"]: row
        for row in tried.values("replica__target").annotate(
            tries=Count("pk"), good=Count("pk", filter=Q(outcome__in=GOOD))
        )
    }
    queues = _queues()
    return [_health(t, counts.get(t.pk, {}), queues[t.pk]) for t in targets.live()]


def causes(*, target: str = "", limit: int = 100) -> list[Cause]:
    """Why deliveries are stuck, the most frequent reason first."""
    stuck = Replica.objects.filter(state__in=STUCK).exclude(cause="")
    stuck = stuck.filter(target__code=target) if target else stuck
    groups = stuck.values("cause", "target").annotate(n=Count("pk"), last=Max("updated_at"))
    found = list(groups.order_by("-n", "cause")[:limit])
    names = [row["cause"] for row in found]
    tries = _tries_by_cause(names)
    trends = _trends(names)
    all_targets = Target.objects.in_bulk([row["target"] for row in found])
    result = []
    for row in found:
        one = stuck.filter(cause=row["cause"], target=row["target"]).order_by("-updated_at").first()
        if one is None:
            continue
        count, first, last = tries.get((row["cause"], row["target"]), (0, None, row["last"]))
        kind = KINDS.get(Outcomes(one.last_outcome), "defect") if one.last_outcome else "waiting"
        kind = "waiting" if one.state == State.BLOCKED else kind
        trend = trends.get((row["cause"], row["target"]), (0,) * HOURS)
        at = all_targets[row["target"]]
        result.append(
            Cause(row["cause"], at, kind, one.last_sentence, row["n"], count, first, last, trend)
        )
    return result


def outcomes_by_hour(*, target: str = "") -> list[tuple[datetime, dict[str, int]]]:
    """Ended tries of the last 24 hours: each hour with its count per outcome, oldest first."""
    start = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    rows = Attempt.objects.filter(finished_at__gte=start).exclude(outcome="")
    rows = rows.filter(replica__target__code=target) if target else rows
    counted = (
        rows.annotate(hour=TruncHour("finished_at"))
        .values_list("hour", "outcome")
        .annotate(n=Count("pk"))
        .order_by()
    )
    by_hour: dict[datetime, dict[str, int]] = defaultdict(dict)
    for hour, outcome, count in counted:
        by_hour[hour][outcome] = count
    hours = [start + timedelta(hours=n) for n in range(HOURS)]
    return [(hour, by_hour.get(hour, {})) for hour in hours]


def states() -> dict[str, int]:
    """How many deliveries are in each state."""
    return dict(Replica.objects.values_list("state").annotate(n=Count("pk")).order_by())


def latency(target: Target) -> tuple[timedelta | None, timedelta | None]:
    """Median and 95th percentile from approved to landed, over the newest landings."""
    landed = Attempt.objects.filter(
        replica__target=target, outcome__in=(Outcomes.OK, Outcomes.OK_UNCHANGED)
    ).exclude(finished_at=None)
    times = landed.order_by("-finished_at").values_list("finished_at", "event__occurred_at")
    lags = sorted(ended - approved for ended, approved in times[:MEASURED] if ended is not None)
    return _percentile(lags, 0.50), _percentile(lags, 0.95)


def oldest_due() -> timedelta | None:
    """The age of the oldest row that should have moved by now: the health of publishing.

    What waits for a stopped, gated or broken target is not counted; None when nothing is due.
    """
    now = timezone.now()
    closed = [t.pk for t in targets.live() if _closed_until(t, now) is not None]
    due = Replica.objects.filter(due_at__lte=now).exclude(target__in=closed)
    open_ones = Subscription.objects.filter(paused_at=None).filter(
        Q(gate_until=None) | Q(gate_until__lte=now)
    )
    lanes = SubscriptionLane.objects.filter(due_at__lte=now, subscription__in=open_ones)
    oldest = [q.aggregate(at=Min("due_at"))["at"] for q in (due, lanes)]
    found = [at for at in oldest if at is not None]
    return now - min(found) if found else None


def heartbeats() -> dict[str, timedelta]:
    """How long ago each process of that name went round its loop."""
    now = timezone.now()
    return {beat.name: now - beat.at for beat in Heartbeat.objects.all()}


def _queues() -> Mapping[Any, Mapping[str, int]]:
    queues: dict[Any, dict[str, int]] = defaultdict(dict)
    rows = Replica.objects.values_list("target", "state").annotate(n=Count("pk")).order_by()
    for target, state, count in rows:
        queues[target][state] = count
    return queues


def _health(target: Target, counts: Mapping[str, Any], queue: Mapping[str, int]) -> Health:
    now = timezone.now()
    row = targets.state(target)
    until = _closed_until(target, now)
    tries, good = int(counts.get("tries", 0)), int(counts.get("good", 0))
    p50, p95 = latency(target)
    due = Replica.objects.filter(target=target, due_at__lte=now)
    oldest = due.aggregate(at=Min("due_at"))["at"]
    waiting = (State.READY, State.SENDING, State.WAITING, State.UNKNOWN, State.PAUSED)
    return Health(
        target,
        _word(row, until, tries, good, now),
        row.stopped_because,
        tries,
        good,
        sum(queue.get(state, 0) for state in waiting),
        queue.get(State.DEAD, 0) + queue.get(State.MANUAL, 0),
        queue.get(State.BLOCKED, 0),
        now - oldest if oldest else None,
        p50,
        p95,
        row.last_ok_at,
        until,
    )


def _word(row: Any, until: datetime | None, tries: int, good: int, now: datetime) -> str:
    if row.suspended_at is not None:
        return "suspended"
    if row.paused_at is not None:
        return "paused"
    if row.open_until is not None and row.open_until > now:
        return "broken"
    if not tries:
        return "idle"
    return "well" if until is None and good * 2 >= tries else "failing"


def _closed_until(target: Target, now: datetime) -> datetime | None:
    """When a target that is left alone may be sent to again; None when it may be now."""
    row = targets.state(target)
    if row.is_stopped:
        return datetime.max.replace(tzinfo=now.tzinfo)
    closed = [at for at in (row.gate_until, row.open_until) if at is not None and at > now]
    return max(closed, default=None)


def _tries_by_cause(names: Sequence[str]) -> dict[tuple[str, Any], tuple[int, Any, Any]]:
    rows = (
        Attempt.objects.filter(cause__in=names, replica__isnull=False)
        .values_list("cause", "replica__target")
        .annotate(n=Count("pk"), first=Min("started_at"), last=Max("started_at"))
        .order_by()
    )
    return {(cause, target): (n, first, last) for cause, target, n, first, last in rows}


def _trends(names: Sequence[str]) -> dict[tuple[str, Any], tuple[int, ...]]:
    now = timezone.now()
    rows = Attempt.objects.filter(
        cause__in=names, finished_at__gte=now - DAY, replica__isnull=False
    ).order_by("-finished_at")
    counts: dict[tuple[str, Any], list[int]] = defaultdict(lambda: [0] * HOURS)
    newest = rows.values_list("cause", "replica__target", "finished_at")[:TREND_FROM]
    for cause, target, at in newest:
        if at is not None:
            hours_ago = min(int((now - at).total_seconds() // 3600), HOURS - 1)
            counts[cause, target][HOURS - 1 - hours_ago] += 1
    return {at: tuple(series) for at, series in counts.items()}


def _percentile(lags: Sequence[timedelta], share: float) -> timedelta | None:
    if not lags:
        return None
    return lags[min(int(len(lags) * share), len(lags) - 1)]
