"""The inbox: one queue of what waits for a person, and the figures of the home page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from mdm import links, permissions
from mdm.domains import DOMAINS
from mdm.models import Change, ChangePart, ImportRun, Review

MOST = 500
DECIDE = "Awaits your decision"
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
    return [
        Task(
            kind="change",
            title=change.title,
            detail=f"{change.number} by {_name(change.requested_by)}",
            why=DECIDE,
            since=change.submitted_at or change.created_at,
            link=links.change(change.number),
            risk=change.risk,
            key=change.number,
            facts={"change": change},
        )
        for change in awaiting(user)
    ]


def awaiting(user: Any) -> list[Change]:
    """Changes in review that somebody else wrote and this person may approve, oldest first.

    Two queries, however many there are: the right is that of the policy pinned at submission.
    """
    if not (permissions.may(user, "approve") or permissions.may(user, "approve_payment")):
        return []
    approved = Review.objects.filter(
        change=OuterRef("pk"),
        by=user,
        verdict=Review.Verdict.APPROVE,
        voided_at=None,
        content_hash=OuterRef("content_hash"),
    )
    waiting = list(
        Change.objects.filter(~Exists(approved), state=Change.State.SUBMITTED)
        .exclude(authors__user=user)
        .select_related("requested_by")
        .order_by("submitted_at")[:MOST]
    )
    touched: dict[Any, list[tuple[str, str]]] = {}
    parts = ChangePart.objects.filter(change__in=[change.pk for change in waiting])
    rows = parts.values_list("change", "subject", "company_codes").distinct().order_by()
    for change_id, subject, codes in rows:
        touched.setdefault(change_id, []).append((subject, codes))
    return [c for c in waiting if _may_approve(user, c, touched.get(c.pk, []))]


def _may_approve(user: Any, change: Change, touched: list[tuple[str, str]]) -> bool:
    action = change.policy.get("action", "approve")
    return all(
        permissions.may(user, action, subject, [code for code in codes.split(",") if code])
        for subject, codes in touched
    )


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
    counts = [0] * len(AGES)
    for task in waiting:
        counts[_band(task)] += 1
    return [
        {"label": label, "days": days, "count": count}
        for (days, label), count in zip(AGES, counts, strict=True)
    ]


def _band(task: Task) -> int:
    younger = (n for n, (days, _) in enumerate(AGES) if days and task.age < timedelta(days=days))
    return next(younger, len(AGES) - 1)


def lead_times(days: int = 30) -> dict[str, timedelta | None]:
    """From submission to decision, of the changes decided lately: the median and the slow tail."""
    since = timezone.now() - timedelta(days=days)
    decided = Change.objects.filter(decided_at__gte=since, submitted_at__isnull=False)
    moments = decided.values_list("submitted_at", "decided_at")
    spans = sorted(d - s for s, d in moments if s is not None and d is not None)
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
