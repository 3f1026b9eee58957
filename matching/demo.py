"""The demo's duplicate review: which pairs its steward has decided, and how."""

from typing import Any

from matching import candidates, verdicts
from matching.models import Candidate, OwnerKind
from mdm.models import Change

State = Candidate.State


def waiting_pairs(steward: Any) -> list[Candidate]:
    """Waiting source records beside the record they most look like, in the order of their names."""
    pairs = candidates.pending(steward, "supplier").filter(
        left_kind=OwnerKind.RECORD, right_kind=OwnerKind.SOURCE
    )
    best: dict[Any, Candidate] = {}
    for pair in pairs.order_by("-probability", "right_label"):
        best.setdefault(pair.right, pair)
    return sorted(best.values(), key=lambda pair: pair.right_label)


def same(pair: Candidate, steward: Any) -> Change | None:
    """They are one company: the change that says so."""
    reason = "Same company; the name is written differently."
    return verdicts.decide(pair, State.SAME, by=steward, reason=reason)


def different(pair: Candidate, steward: Any) -> Change | None:
    """They are two companies: the change that makes the other a record of its own."""
    reason = "Another legal entity of the same group."
    return verdicts.decide(pair, State.DIFFERENT, by=steward, reason=reason)
