"""A change as JSON: what it proposes, what machines and people say of it. Sealed values masked."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse

from mdm import canonical, changes, seams, vault
from mdm.api.errors import Problem
from mdm.api.view import answer
from mdm.models import Change, ChangePart, CheckResult, Review

PARTS_SHOWN, CHECKS_SHOWN = 50, 100


def find(number: str, user: Any) -> Change:
    """The change of that number. Not found when there is none, or one they may not see."""
    change = Change.objects.filter(number=number).select_related("requested_by").first()
    if change is None or not changes.has_right(change, "see", user):
        raise Problem("not-found", f"There is no change {number[:40]}.")
    return change


def tag(change: Change) -> str:
    """The change's strong ETag: it moves with its content, its state and its reviews."""
    reviews = change.reviews.count()
    return f'"{change.number}-{change.state}-{reviews}-{change.content_hash[:16]}"'


def created(change: Change, user: Any) -> HttpResponse:
    """201 with the change and where it is."""
    headers = {"Location": f"/api/v1/changes/{change.number}", "ETag": tag(change)}
    return answer(shown(change), 201, headers=headers)


def shown(change: Change) -> dict[str, Any]:
    """The whole change, its first parts and checks with it."""
    parts = list(change.parts.order_by("position")[:PARTS_SHOWN])
    checks = change.checks.select_related("part").order_by("id")[:CHECKS_SHOWN]
    need, missing = changes.missing(change)
    authors = change.authors.select_related("user").order_by("id")
    return summary(change) | {
        "content_hash": change.content_hash,
        "requirement": need.as_json() | {"missing_approvals": missing},
        "authors": [author.user.get_username() for author in authors],
        "parts": parts_shown(parts),
        "checks": [check_shown(check) for check in checks],
        "reviews": [review_shown(r) for r in change.reviews.select_related("by")],
    }


def summary(change: Change) -> dict[str, Any]:
    """What a list says of a change."""
    return {
        "number": change.number,
        "title": change.title,
        "reason": change.reason,
        "state": change.state,
        "channel": change.channel,
        "domain": change.domain,
        "is_atomic": change.is_atomic,
        "risk": change.risk,
        "requested_by": change.requested_by.get_username(),
        "effective_from": _iso(change.effective_from),
        "part_count": change.part_count,
        "correlation_id": str(change.correlation_id),
        "created_at": _iso(change.created_at),
        "submitted_at": _iso(change.submitted_at),
        "decided_at": _iso(change.decided_at),
        "cooling_until": _iso(change.cooling_until),
        "applied_at": _iso(change.applied_at),
    }


def parts_shown(parts: Iterable[ChangePart]) -> list[dict[str, Any]]:
    """Parts with their patches, as JSON values."""
    return [_part(part) for part in parts]


def _part(part: ChangePart) -> dict[str, Any]:
    kind = seams.subject(part.subject)
    seen = {path: value for path, value in part.seen.items() if path != "other_version"}
    return {
        "position": part.position,
        "subject": part.subject,
        "golden_id": str(part.golden_id),
        "action": part.action,
        "label": part.label,
        "patch": canonical.patch(kind, vault.mask_patch(part.patch)),
        "pins": part.pins,
        "seen": canonical.patch(kind, vault.mask_patch(seen)),
        "seen_version": part.seen_version,
        "state": part.state,
        "problem": part.problem,
        "applied_version": part.applied_version,
        "merges": str(part.other_id) if part.other_id else None,
    }


def check_shown(check: CheckResult) -> dict[str, Any]:
    """What a machine said."""
    return {
        "code": check.code,
        "outcome": check.outcome,
        "sentence": check.sentence,
        "path": check.path,
        "part": check.part.position if check.part else None,
        "link": check.link,
    }


def review_shown(review: Review) -> dict[str, Any]:
    """What a person said."""
    return {
        "by": review.by.get_username(),
        "verdict": review.verdict,
        "comment": review.comment,
        "path": review.path,
        "at": _iso(review.created_at),
        "voided_at": _iso(review.voided_at),
    }


def _iso(at: date | datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
