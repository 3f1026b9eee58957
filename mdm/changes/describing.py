"""Say what a change is for, why, and when it counts."""

from datetime import date
from typing import Any

from django.db import transaction

from mdm import permissions, seams
from mdm.changes import deciding, drafting, noting, pinning
from mdm.errors import NotAllowed, Refused
from mdm.models import Change, ChangeAuthor, ChangePart
from mdm.standardise import text


class Unexplained(Refused):
    """What exists already is not changed without a reason."""

    code = "unexplained"


def needs_reason(action: str) -> bool:
    """Whether a part that does this has to be explained: all but something new, which is its own
    explanation."""
    return action != ChangePart.Action.CREATE


def submit_explained(change: Change, *, by: Any) -> Change:
    """Submit what somebody wrote by hand. Raises `Unexplained` where its reason is missing."""
    actions = change.parts.values_list("action", flat=True).distinct().order_by()
    if not change.reason.strip() and any(map(needs_reason, actions)):
        raise Unexplained("Give a reason: the reviewer has nothing else to go by.")
    return deciding.submit(change, by=by)


@transaction.atomic
def work_out_anew(change: Change, *, by: Any) -> Change:
    """Let a change of rules before its reviewers hold what would flip today. Voids approvals."""
    change = Change.objects.select_for_update().get(pk=change.pk)
    if change.state != Change.State.SUBMITTED:
        state = change.get_state_display().lower()
        raise Refused(f"{change.number} is {state}; its effect is worked out as it is submitted.")
    if not change.authors.filter(user=by).exists():
        raise NotAllowed(f"Only those who wrote {change.number} may work out its effect anew.")
    drafting.refresh(change)
    noting.note("change.submitted", change, by)
    return change


@transaction.atomic
def describe(
    change: Change, *, by: Any, title: str, reason: str, effective_from: date | None
) -> Change:
    """Give the change another title, reason and day. Another day voids its approvals."""
    change = Change.objects.select_for_update().get(pk=change.pk)
    if change.state not in drafting.EDITABLE:
        state = change.get_state_display().lower()
        raise Refused(f"{change.number} is {state}; it cannot be edited.")
    drafting.refuse_long_ago(effective_from)
    pinning.require_in_time(change.parts.exclude(pins={}), effective_from)
    touched = change.parts.values_list("subject", "company_codes").distinct().order_by()
    for subject, codes in touched:
        action = "propose" if seams.subject(subject).is_domain else "govern"
        permissions.require(by, action, subject, [c for c in codes.split(",") if c])
    before = noting.about(change)
    change.title = title.strip()[:200] or change.title
    change.reason = text.within(reason, drafting.LONGEST_REASON, "reason")
    change.effective_from = effective_from
    change.save(update_fields=["title", "reason", "effective_from"])
    ChangeAuthor.objects.get_or_create(change=change, user=by)
    drafting.refresh(change)
    noting.described(change, before, by)
    return change
