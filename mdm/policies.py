"""How many must approve a change, with which right, and how long it then waits.

Computed from what the change touches, never chosen by whoever requests it. The floor is in code:
at least one person other than the authors, and two with cooling-off for payment data.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from mdm import seams, vault
from mdm.domains import patch as patches
from mdm.domains.spec import Sensitivity, Subject
from mdm.models import Change, ChangePart
from mdm.standardise import bank_accounts
from mdm.standardise.bank_accounts import SHORTEST_IBAN

REVISION = "floor-1"
LONG_AGO_DAYS = 30
Action = ChangePart.Action
IDENTIFYING = (Action.MERGE, Action.UNMERGE, Action.UNLINK, Action.RETIRE)


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a change needs before it is applied. `action` is the right every approver must have."""

    approvals: int
    action: str
    cooling_hours: int
    sentence: str
    risk: str
    revision: str = REVISION

    @property
    def cooling(self) -> timedelta:
        """How long it waits between the last approval and being applied."""
        return timedelta(hours=self.cooling_hours)

    def as_json(self) -> dict[str, Any]:
        """The form that is pinned on the change."""
        return asdict(self)


ROUTINE = Requirement(1, "approve", 0, "One approver who did not write it.", Change.Risk.LOW)
IDENTITY = Requirement(
    1, "approve", 0, "One approver who did not write it: it touches identity.", Change.Risk.MEDIUM
)


def _payment() -> Requirement:
    hours = settings.COOLING_HOURS
    wait = f", then {hours} hours of cooling-off" if hours else ""
    return Requirement(
        2,
        "approve_payment",
        hours,
        f"Two payment approvers who did not write it{wait}: it touches payment data.",
        Change.Risk.HIGH,
    )


def required(parts: Sequence[ChangePart]) -> Requirement:
    """The strictest requirement among the parts."""
    touched = {_care(seams.subject(part.subject), part) for part in parts}
    if Sensitivity.PAYMENT in touched:
        return _payment()
    if touched & {Sensitivity.IDENTITY, Sensitivity.PERSONAL}:
        return IDENTITY
    return ROUTINE


def risk(need: Requirement, effective_from: date | None) -> str:
    """How risky a change is: what is dated back by more than a month is never of low risk."""
    back = (timezone.now().date() - effective_from).days if effective_from else 0
    low = need.risk == Change.Risk.LOW
    return Change.Risk.MEDIUM if low and back > LONG_AGO_DAYS else need.risk


def stricter(pinned: dict[str, Any], now: Requirement) -> Requirement:
    """Of the requirement at submission and the one of today, what asks for more of each."""
    then = Requirement(**pinned) if pinned else now
    more = (
        now if (now.approvals, now.cooling_hours) >= (then.approvals, then.cooling_hours) else then
    )
    action = "approve_payment" if "approve_payment" in (then.action, now.action) else more.action
    return Requirement(
        max(then.approvals, now.approvals),
        action,
        max(then.cooling_hours, now.cooling_hours),
        more.sentence,
        more.risk,
        now.revision,
    )


def _care(kind: Subject, part: ChangePart) -> Sensitivity:
    """The highest sensitivity of what a part touches."""
    found = {
        patches.sensitivity(kind, path) for path in (*part.patch, *part.pins) if path != "status"
    }
    if part.action in IDENTIFYING:
        found.add(Sensitivity.IDENTITY)
    if any(_looks_like_an_account(v) for v in part.patch.values()):
        found.add(Sensitivity.PAYMENT)
    for level in (Sensitivity.PAYMENT, Sensitivity.PERSONAL, Sensitivity.IDENTITY):
        if level in found:
            return level
    return Sensitivity.ROUTINE


def _looks_like_an_account(value: Any) -> bool:
    """An IBAN hidden in a text field is payment data too."""
    if isinstance(value, dict):
        return any(_looks_like_an_account(v) for v in value.values())
    if not isinstance(value, str) or len(value) < SHORTEST_IBAN or vault.is_sealed(value):
        return False
    return bank_accounts.is_in(value)
