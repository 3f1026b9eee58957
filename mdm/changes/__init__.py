"""Draft, submit, decide, apply: the life of a change, and the only writer of golden records.

draft -> submitted -> approved -> (cooling | scheduled) -> applying -> applied
           |  ^          asked for changes, rejected, withdrawn, in conflict: see states.py
"""

from mdm.changes.applying import apply_change, apply_due, conflicts
from mdm.changes.content import content_hash
from mdm.changes.deciding import (
    approvers,
    decide,
    has_right,
    missing,
    rebase,
    refusal,
    submit,
    withdraw,
)
from mdm.changes.describing import Unexplained, describe, needs_reason, submit_explained
from mdm.changes.drafting import (
    EARLIEST,
    EDITABLE,
    LONGEST_REASON,
    Malformed,
    PartSpec,
    draft,
    draft_many,
    edit,
)
from mdm.changes.leftover import take_up
from mdm.changes.noting import past
from mdm.changes.states import TRANSITIONS

__all__ = [
    "EARLIEST",
    "EDITABLE",
    "LONGEST_REASON",
    "TRANSITIONS",
    "Malformed",
    "PartSpec",
    "Unexplained",
    "apply_change",
    "apply_due",
    "approvers",
    "conflicts",
    "content_hash",
    "decide",
    "describe",
    "draft",
    "draft_many",
    "edit",
    "has_right",
    "missing",
    "needs_reason",
    "past",
    "rebase",
    "refusal",
    "submit",
    "submit_explained",
    "take_up",
    "withdraw",
]
