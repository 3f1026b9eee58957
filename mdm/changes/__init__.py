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
from mdm.changes.describing import (
    Unexplained,
    describe,
    needs_reason,
    submit_explained,
    work_out_anew,
)
from mdm.changes.drafting import (
    EARLIEST,
    EDITABLE,
    LONGEST_REASON,
    PartSpec,
    draft,
    draft_many,
    edit,
)
from mdm.changes.joining import merge, unlink, unmerge
from mdm.changes.leftover import take_up
from mdm.changes.malformed import Malformed
from mdm.changes.noting import past
from mdm.changes.restoring import restore
from mdm.changes.states import TRANSITIONS
from mdm.changes.undoing import undo

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
    "merge",
    "missing",
    "needs_reason",
    "past",
    "rebase",
    "refusal",
    "restore",
    "submit",
    "submit_explained",
    "take_up",
    "undo",
    "unlink",
    "unmerge",
    "withdraw",
    "work_out_anew",
]
