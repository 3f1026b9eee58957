"""What waits for a steward: one item of the inbox per pair."""

from typing import Any

from django.urls import reverse

from matching.candidates import pending
from mdm import permissions
from mdm.queries.inbox import Task

MOST = 200


def tasks(user: Any) -> list[Task]:
    """The pairs that this person may decide, likeliest first."""
    if not permissions.may(user, "decide_match"):
        return []
    return [
        Task(
            kind="duplicate",
            title=f"{pair.left_label} and {pair.right_label}",
            detail=f"{pair.likelihood} probable",
            why="its evidence changed after a verdict" if pair.reopened else "may be the same",
            since=pair.found_at,
            link=reverse("duplicate", args=[pair.pk]),
            key=str(pair.pk),
            facts={
                "domain": pair.domain,
                "preview": reverse("duplicate-preview", args=[pair.pk]),
            },
        )
        for pair in pending(user)[:MOST]
    ]
