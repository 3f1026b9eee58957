"""Figures of the publishing monitor: health per target, causes, outcomes over a day, lag.

With `by` they count only what that person may see, so that each number opens just its rows.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncHour
from django.utils import timezone

from publishing import monitor, targets
from publishing.models import (
    Attempt,
    Heartbeat,
    Replica,
    Subscription,
    SubscriptionLane,
    Target,
    TargetState,
)
from publishing.models.replica import Outcomes

State = Replica.State
DAY = timedelta(hours=24)
HOURS = 24
MEASURED = 2_000  # landings from which latency is read
LANDINGS = (Outcomes.OK, Outcomes.OK_UNCHANGED)
GOOD = (Outcomes.OK, Outcomes.OK_UNCHANGED, Outcomes.ACCEPTED_ASYNC, Outcomes.MANUAL)


@dataclass(frozen=True, slots=True)
class Health:
    """How one target fares."""

    target: Target
    word: str  # well, failing, broken, suspended, paused, idle
    because: str
    tries: int
    good: int
    queue: int
    dead: int
    manual: int
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


def health(*, by: Any = None) -> list[Health]:
    """How each live target fares, over the last 24 hours."""
    since = timezone.now() - DAY
    seen = _seen(by)
    tried = Attempt.objects.filter(finished_at__gte=since, replica__in=seen)
    counts = {
        row["replica__target"]: row
        for row in tried.values("replica__target").annotate(
            tries=Count("pk"), good=Count("pk", filter=Q(outcome__in=GOOD))
        )
    }
    queues, oldest, lags = _queues(seen), _oldest_by_target(seen), latencies()
    states = {row.target_id: row for row in TargetState.objects.all()}
    return [
        _health(
            target,
            states.get(target.pk) or TargetState(target=target),
            counts.get(target.pk, {}),
            queues[target.pk],
            oldest.get(target.pk),
            lags.get(target.pk, (None, None)),
        )
        for target in targets.live()
    ]


def outcomes_by_hour(*, target: str = "", by: Any = None) -> list[tuple[datetime, dict[str, int]]]:
    """Ended tries of the last 24 hours: each hour with its count per outcome, oldest first."""
    start = _first_hour()
    rows = Attempt.objects.filter(finished_at__gte=start).exclude(outcome="")
    rows = rows.filter(replica__target__code=target) if target else rows
    rows = rows.filter(replica__in=_seen(by)) if by else rows
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


def landed_by_hour(*, by: Any = None) -> dict[Any, tuple[int, ...]]:
    """Per target its landings in each of the last 24 hours, oldest first."""
    start = _first_hour()
    rows = Attempt.objects.filter(finished_at__gte=start, outcome__in=LANDINGS)
    rows = rows.filter(replica__in=_seen(by))
    counted = (
        rows.annotate(hour=TruncHour("finished_at"))
        .values_list("replica__target", "hour")
        .annotate(n=Count("pk"))
        .order_by()
    )
    found: dict[Any, list[int]] = defaultdict(lambda: [0] * HOURS)
    for target, hour, count in counted:
        found[target][int((hour - start).total_seconds() // 3600)] = count
    return {target: tuple(counts) for target, counts in found.items()}


def by_domain(*, by: Any = None) -> dict[tuple[Any, str], dict[str, int]]:
    """Per target and domain how many deliveries are in each state."""
    rows = _seen(by).values_list("target", "domain", "state").annotate(n=Count("pk")).order_by()
    found: dict[tuple[Any, str], dict[str, int]] = defaultdict(dict)
    for target, domain, state, count in rows:
        found[target, domain][state] = count
    return found


def states(*, by: Any = None) -> dict[str, int]:
    """How many deliveries are in each state."""
    return dict(_seen(by).values_list("state").annotate(n=Count("pk")).order_by())


def _first_hour() -> datetime:
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    return now - timedelta(hours=HOURS - 1)


def latencies() -> dict[Any, tuple[timedelta | None, timedelta | None]]:
    """Per target median and 95th percentile from approved to landed, of what both happened to
    within the last day: an old version that is sent today, as to a new target, is no measure."""
    since = timezone.now() - DAY
    landed = Attempt.objects.filter(
        replica__isnull=False,
        outcome__in=LANDINGS,
        finished_at__gte=since,
        event__occurred_at__gte=since,
    ).order_by("-finished_at")
    lags: dict[Any, list[timedelta]] = defaultdict(list)
    times = landed.values_list("replica__target", "finished_at", "event__occurred_at")
    for target, ended, approved in times[:MEASURED]:
        if ended is not None:
            lags[target].append(ended - approved)
    return {
        target: (_percentile(sorted(found), 0.50), _percentile(sorted(found), 0.95))
        for target, found in lags.items()
    }


def oldest_due() -> timedelta | None:
    """The age of the oldest row that should have moved by now: the health of publishing.

    What waits for a stopped, gated or broken target, or for another record, is not counted; None
    when nothing is due.
    """
    now = timezone.now()
    closed = [t.pk for t in targets.live() if _closed_until(t, now) is not None]
    due = Replica.objects.filter(due_at__lte=now).exclude(target__in=closed)
    due = due.exclude(state=State.BLOCKED)
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


def _seen(by: Any) -> QuerySet[Replica]:
    return monitor.visible(Replica.objects.all(), by=by) if by else Replica.objects.all()


def _queues(seen: QuerySet[Replica]) -> Mapping[Any, Mapping[str, int]]:
    queues: dict[Any, dict[str, int]] = defaultdict(dict)
    rows = seen.values_list("target", "state").annotate(n=Count("pk")).order_by()
    for target, state, count in rows:
        queues[target][state] = count
    return queues


def _oldest_by_target(seen: QuerySet[Replica]) -> Mapping[Any, datetime]:
    due = seen.filter(due_at__lte=timezone.now()).exclude(state=State.BLOCKED)
    return dict(due.values_list("target").annotate(at=Min("due_at")).order_by())


def _health(
    target: Target,
    row: TargetState,
    counts: Mapping[str, Any],
    queue: Mapping[str, int],
    oldest: datetime | None,
    lag: tuple[timedelta | None, timedelta | None],
) -> Health:
    now = timezone.now()
    until = _until(row, now)
    tries, good = int(counts.get("tries", 0)), int(counts.get("good", 0))
    waiting = (State.READY, State.SENDING, State.WAITING, State.UNKNOWN, State.PAUSED)
    return Health(
        target,
        _word(row, until, tries, good, now),
        row.stopped_because,
        tries,
        good,
        sum(queue.get(state, 0) for state in waiting),
        queue.get(State.DEAD, 0),
        queue.get(State.MANUAL, 0),
        queue.get(State.BLOCKED, 0),
        now - oldest if oldest else None,
        *lag,
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
    return _until(targets.state(target), now)


def _until(row: TargetState, now: datetime) -> datetime | None:
    """When a target that is left alone may be sent to again; None when it may be now."""
    if row.is_stopped:
        return datetime.max.replace(tzinfo=now.tzinfo)
    closed = [at for at in (row.gate_until, row.open_until) if at is not None and at > now]
    return max(closed, default=None)


def _percentile(lags: Sequence[timedelta], share: float) -> timedelta | None:
    if not lags:
        return None
    return lags[min(int(len(lags) * share), len(lags) - 1)]
