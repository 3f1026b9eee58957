"""Beside one's own queue: what the whole team has open, and what a person has decided."""

from typing import Any

from django.db.models import QuerySet

from mdm.models import Change, Review
from mdm.queries.changes import visible

Verdict = Review.Verdict
WORDS = {
    Verdict.APPROVE: "approved it",
    Verdict.REJECT: "rejected it",
    Verdict.ASK: "asked for changes",
}


def word(review: Review) -> str:
    """What the reviewer did, after "you"."""
    return WORDS[Verdict(review.verdict)]


def team(user: Any) -> QuerySet[Change]:
    """Every open change that the person may see, longest waiting first."""
    rows = Change.objects.filter(state__in=Change.OPEN).select_related("requested_by")
    return visible(user, rows).order_by("submitted_at", "id")


def decided_by(user: Any) -> QuerySet[Review]:
    """What the person said that was a decision, newest first."""
    rows = Review.objects.filter(by=user, verdict__in=WORDS).select_related("change")
    return rows.order_by("-id")
