"""The inbox: one queue of what waits for a person, and the figures of the home page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from mdm import changes, links, permissions
from mdm.domains import DOMAINS
from mdm.models import Change, ImportRun

MOST = 500
AGES = ((1, "under a day"), (3, "1 to 3 days"), (7, "3 to 7 days"), (None, "over 7 days"))


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits: what it is, why it is this person's, since when, how risky."""

    kind: str  # change, duplicate, delivery, import
    title: str
    detail: str
    why: str
    since: datetime
    link: str
    risk: str = ""
    key: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def age(self) -> timedelta:
        """How long it has waited."""
        return timezone.now() - self.since


def tasks(user: Any) -> list[Task]:
    """Everything that waits for this person, oldest first."""
    found = [*_decisions(user), *_own(user), *_imports(user)]
    for path in settings.INBOX:
        source: Callable[[Any], list[Task]] = import_string(path)
        found += source(user)
    return sorted(found, key=lambda task: task.since)[:MOST]


def _decisions(user: Any) -> list[Task]:
    """Changes that this person may approve now."""
    if not (permissions.may(user, "approve") or permissions.may(user, "approve_payment")):
        return []
    waiting = (
        Change.objects.filter(state=Change.State.SUBMITTED)
        .exclude(authors__user=user)
        .select_related("requested_by")
        .order_by("submitted_at")
    )
    return [
        Task(
            kind="change",
            title=change.title,
            detail=f"{change.number} by {_name(change.requested_by)}",
            why="Awaits your decision",
            since=change.submitted_at or change.created_at,
            link=links.change(change.number),
            risk=change.risk,
            key=change.number,
            facts={"change": change},
        )
        for change in waiting[:MOST]
        if not changes.refusal(change, user)
    ]


def _own(user: Any) -> list[Task]:
    """Changes of this person's that need another step from them."""
    words = {
        Change.State.DRAFT: "Your draft",
        Change.State.ASKED: "You were asked for changes",
        Change.State.CONFLICTED: "Your change is in conflict",
    }
    mine = Change.objects.filter(requested_by=user, state__in=words).order_by("created_at")
    return [
        Task(
            kind="change",
            title=change.title,
            detail=change.number,
            why=words[Change.State(change.state)],
            since=change.submitted_at or change.created_at,
            link=links.change(change.number),
            risk=change.risk,
            key=change.number,
            facts={"change": change},
        )
        for change in mine[:MOST]
    ]


def _imports(user: Any) -> list[Task]:
    """Imports that failed or wait to be run."""
    if not permissions.may(user, "import"):
        return []
    words = {
        ImportRun.State.FAILED: "It failed",
        ImportRun.State.UPLOADED: "It waits for its mapping",
        ImportRun.State.PREVIEWED: "It waits to be run",
    }
    runs = ImportRun.objects.filter(state__in=words).defer("content", "result")
    mine = runs.filter(Q(created_by=user) | Q(state=ImportRun.State.FAILED))
    return [
        Task(
            kind="import",
            title=run.file_name,
            detail=f"{run.domain.replace('_', ' ')}s from {run.system.name}",
            why=words[ImportRun.State(run.state)],
            since=run.created_at,
            link=f"/imports/{run.pk}/",
            key=str(run.pk),
            facts={"run": run},
        )
        for run in mine.select_related("system").order_by("created_at")[:MOST]
    ]


def _name(user: Any) -> str:
    return user.get_full_name() or user.get_username()


def by_age(waiting: list[Task]) -> list[dict[str, Any]]:
    """How many tasks have waited how long."""
    bands = [{"label": label, "count": 0, "days": days} for days, label in AGES]
    for task in waiting:
        for band in bands:
            if band["days"] is None or task.age < timedelta(days=band["days"]):
                band["count"] += 1
                break
    return bands


def lead_times(days: int = 30) -> dict[str, timedelta | None]:
    """From submission to decision, of the changes decided lately: the median and the slow tail."""
    since = timezone.now() - timedelta(days=days)
    decided = Change.objects.filter(decided_at__gte=since, submitted_at__isnull=False)
    spans = sorted(d - s for s, d in decided.values_list("submitted_at", "decided_at"))
    if not spans:
        return {"p50": None, "p90": None}
    return {"p50": spans[len(spans) // 2], "p90": spans[min(len(spans) - 1, len(spans) * 9 // 10)]}


def record_counts(user: Any) -> list[dict[str, Any]]:
    """How many live records of each domain the person may see."""
    return [
        {
            "domain": domain,
            "count": permissions.scoped(user, domain.code, domain.model.objects.all())
            .exclude(status__in=("retired", "merged"))
            .count(),
        }
        for domain in DOMAINS.values()
    ]


def recent(user: Any, limit: int = 8) -> list[Change]:
    """What this person worked on last."""
    mine = Q(requested_by=user) | Q(reviews__by=user)
    return list(Change.objects.filter(mine).distinct().order_by("-id")[:limit])
