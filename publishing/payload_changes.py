"""How many payloads a rule or the passing of time changes, per target: asked over many records."""

from collections.abc import Iterator
from typing import Final

from mdm.changes.following import is_following
from mdm.checks.findings import PASS, Finding, Inspection, Proposal
from publishing import preview, readiness
from publishing.readiness import Aim

SAMPLE: Final = 200  # records whose payloads are rendered


def check(inspection: Inspection) -> Iterator[Finding]:
    """Each target, with how many of the records that follow from a rule it would be sent anew."""
    following = [p for p in inspection.proposals if is_following(p.part)]
    if not following:
        return
    step = max(1, len(following) // SAMPLE)
    looked_at = following[::step]
    for code in sorted({one.kind.code for one in following}):
        for aim in readiness.aims(code):
            mine = [one for one in looked_at if one.kind.code == code]
            moved = sum(_moves(aim, one) for one in mine)
            yield Finding(PASS, "payloads", _said(aim, moved, len(mine), step))


def _moves(aim: Aim, proposal: Proposal) -> bool:
    found = preview.of_proposal(aim, proposal)
    return bool(found.changed) and not found.readiness.left_out


def _said(aim: Aim, moved: int, looked_at: int, step: int) -> str:
    name = aim[0].name
    if step > 1 and moved:
        return (
            f"About {moved * step:,} payloads change for {name}: {moved:,} of {looked_at:,} seen."
        )
    if not moved:
        return f"No payload changes for {name}."
    return (
        f"1 payload changes for {name}." if moved == 1 else f"{moved:,} payloads change for {name}."
    )
