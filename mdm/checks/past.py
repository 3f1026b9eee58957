"""The check of a back-dated change: what it changes in the past, and what of it holds today."""

from collections.abc import Iterator

from django.utils import timezone

from mdm import backdating, clocks
from mdm.backdating import Span
from mdm.checks.findings import WARN, Finding, Inspection, Proposal
from mdm.domains import patch as patches
from mdm.models import ChangePart

A_FEW = 200


def past(inspection: Inspection) -> Iterator[Finding]:
    """A back-dated change says from when until when each of its values holds."""
    effective = inspection.change.effective_from
    if effective is None or effective >= timezone.now().date():
        return
    old = [p for p in inspection.proposals if not p.is_new][:A_FEW]
    wanted = {p.part.golden_id: list(clocks.patch_of(p.part)) for p in old}
    held = backdating.spans(wanted, effective)
    for proposal in old:
        found = held[proposal.part.golden_id]
        if gone := [span for span in found if not span.holds_today]:
            yield from (_overwritten(proposal, span) for span in gone)
        if today := [_label(proposal, s.path) for s in found if s.holds_today]:
            named = ", ".join(dict.fromkeys(today))
            sentence = f"Back-dated: {named} counts from {effective} on, and holds today."
            yield Finding(WARN, "past", sentence, "", proposal.part)
    if len(inspection.proposals) > len(old) == A_FEW:
        sentence = f"Back-dated: only the first {A_FEW} records were looked at."
        yield Finding(WARN, "past", sentence)


def _overwritten(proposal: Proposal, span: Span) -> Finding:
    sentence = (
        f"Back-dated: {_label(proposal, span.path)} counts from {span.since} until the day before "
        f"{span.until}, when version {span.version} says otherwise. Today nothing changes by it."
    )
    path = "" if span.path == "status" else span.path
    return Finding(WARN, "past", sentence, path, proposal.part)


def _label(proposal: Proposal, path: str) -> str:
    if path == "status":
        verb = ChangePart.Action(proposal.part.action).label
        return f"Status ({verb.lower()})"
    return patches.label(proposal.kind, path)
