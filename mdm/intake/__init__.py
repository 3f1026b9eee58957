"""Receive source revisions, one or a million, and propose what follows from them.

messages -> known -> planning -> landing -> changes. A message that nobody knows is looked up by
`seams.find_candidates_many`; what looks alike waits for a steward, who says `resolve`.
"""

from mdm.intake.messages import Message, Moments, clean_key, clean_values
from mdm.intake.planning import LABELS, Outcome, Planned
from mdm.intake.receiving import Received, receive, system_named
from mdm.intake.resolving import open_change, plain_values, resolve

__all__ = [
    "LABELS",
    "Message",
    "Moments",
    "Outcome",
    "Planned",
    "Received",
    "clean_key",
    "clean_values",
    "open_change",
    "plain_values",
    "receive",
    "resolve",
    "system_named",
]
