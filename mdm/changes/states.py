"""The life of a change, as one table. Whatever is not in it cannot happen."""

from django.utils import timezone

from mdm.errors import Refused
from mdm.models import Change

S = Change.State

TRANSITIONS: dict[str, tuple[str, ...]] = {
    S.DRAFT: (S.SUBMITTED, S.WITHDRAWN),
    S.SUBMITTED: (S.ASKED, S.APPROVED, S.REJECTED, S.WITHDRAWN, S.CONFLICTED),
    S.ASKED: (S.SUBMITTED, S.WITHDRAWN, S.REJECTED),
    S.APPROVED: (S.COOLING, S.SCHEDULED, S.APPLYING, S.WITHDRAWN),
    S.COOLING: (S.SCHEDULED, S.APPLYING, S.REJECTED, S.WITHDRAWN),
    S.SCHEDULED: (S.APPLYING, S.REJECTED, S.WITHDRAWN),
    S.APPLYING: (S.APPLIED, S.PARTLY_APPLIED, S.CONFLICTED),
    S.CONFLICTED: (S.SUBMITTED, S.WITHDRAWN, S.REJECTED),
    S.APPLIED: (),
    S.PARTLY_APPLIED: (),
    S.REJECTED: (),
    S.WITHDRAWN: (),
}
STAMPS = {
    S.SUBMITTED: "submitted_at",
    S.APPROVED: "decided_at",
    S.REJECTED: "decided_at",
    S.APPLIED: "applied_at",
    S.PARTLY_APPLIED: "applied_at",
}


def move(change: Change, state: str, **values: object) -> None:
    """Take the change to a state. Raises `Refused` when the table, or somebody faster, says no."""
    if state not in TRANSITIONS[change.state]:
        raise Refused(
            f"{change.number} is {change.get_state_display().lower()}; "
            f"it cannot become {S(state).label.lower()}."
        )
    if stamp := STAMPS.get(S(state)):
        values[stamp] = timezone.now()
    moved = Change.objects.filter(pk=change.pk, state=change.state).update(state=state, **values)
    if not moved:
        change.refresh_from_db()
        raise Refused(
            f"{change.number} has become {change.get_state_display().lower()} in the meantime."
        )
    change.state = state
    for name, value in values.items():
        setattr(change, name, value)
