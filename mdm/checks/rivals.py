"""Other open changes that want what only one can have: a code, or to be the rule about something.

Neither can be seen from the other's row, for neither is written yet.
"""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from mdm import links
from mdm.checks.findings import WARN, Finding, Inspection, Proposal, proposals
from mdm.domains.golden import LIVE
from mdm.models import Change, ChangePart

AT_ONCE = 500
ONE_ONLY = {
    "survivorship_rule": ("domain", "about"),
    "system_trust": ("system", "domain", "about"),
}
"""What no two rows in force may have alike, by the kind of row."""


def rivals(inspection: Inspection) -> Iterator[Finding]:
    """No other open change is about the same, or takes the same code."""
    live = [p for p in inspection.proposals if p.after["status"] in LIVE]
    for code in sorted({p.kind.code for p in live}):
        own = [p for p in live if p.kind.code == code]
        yield from _same_code(inspection, code, own)
        if code in ONE_ONLY:
            yield from _same_about(inspection, code, own)


def _same_code(inspection: Inspection, subject: str, own: Sequence[Proposal]) -> Iterator[Finding]:
    fresh = {p.after["code"]: p for p in own if p.is_new and p.after["code"]}
    codes = list(fresh)
    for start in range(0, len(codes), AT_ONCE):
        others = _others(inspection, subject).filter(
            action=ChangePart.Action.CREATE, patch__code__in=codes[start : start + AT_ONCE]
        )
        for part in others:
            mine = fresh[part.patch["code"]]
            same = f"takes the code {part.patch['code']} as well"
            yield _said(mine, part.change, "code", same)


def _same_about(inspection: Inspection, subject: str, own: Sequence[Proposal]) -> Iterator[Finding]:
    names = ONE_ONLY[subject]
    mine = {tuple(p.after[name] for name in names): p for p in own}
    for other in proposals(list(_others(inspection, subject)[:AT_ONCE])):
        proposal = mine.get(tuple(other.after[name] for name in names))
        if proposal is None or other.after["status"] not in LIVE:
            continue
        if other.part.golden_id != proposal.part.golden_id:
            yield _said(proposal, other.part.change, "about", "is about the same")


def _others(inspection: Inspection, subject: str) -> QuerySet[ChangePart]:
    """What other open changes propose of the same kind, and is not written yet."""
    found = ChangePart.objects.filter(
        subject=subject, change__state__in=Change.OPEN, state=ChangePart.State.PENDING
    )
    return found.exclude(change=inspection.change).select_related("change").order_by("pk")


def _said(mine: Proposal, other: Change, path: str, what: str) -> Finding:
    sentence = f"{other.number} {what}; only the first one applied is written."
    return Finding(WARN, "conflicts", sentence, path, mine.part, links.change(other.number))
