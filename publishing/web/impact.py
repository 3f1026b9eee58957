"""What a change would do in the targets: who gets it, which of their fields move, who is not ready.

A panel of the change's page, short beside the decision and whole on its own tab.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mdm import links, seams
from mdm.domains.golden import Status
from mdm.domains.spec import Domain, Subject
from mdm.models import Change, ChangePart
from mdm.web.change_page import find
from mdm.web.page import page
from publishing import joining, preview, readiness, sentences
from publishing.preview import Line, TargetPreview
from publishing.web import map_impact

FEW = 5
FORESEEN = (*Change.OPEN, Change.State.DRAFT)
MOST_FINDINGS = 20


@dataclass(frozen=True, slots=True)
class Moving:
    """One field of a target, in the words of the record and in the target's own."""

    label: str
    field: str
    old: str
    new: str
    kind: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What one part does in one target."""

    target: str
    state: str  # ready, unready, left_out
    said: str
    fields: list[Moving]


@dataclass(frozen=True, slots=True)
class PartEffects:
    """What one part does in every target."""

    label: str
    url: str
    effects: list[Effect]


@page
def change_impact(request: HttpRequest, number: str) -> HttpResponse:
    """The panel, or a page of its own for a browser without scripts."""
    change = find(request.user, number)
    parts = list(change.parts.all()[: FEW + 1])
    is_large = len(parts) > FEW
    foreseen = change.state in FORESEEN
    context = {
        "change": change,
        "url": links.change(change.number),
        "when": change.effective_from,
        "is_whole": "whole" in request.GET,
        "is_large": is_large,
        "foreseen": foreseen,
        "sent": any(seams.subject(part.subject).is_domain for part in parts),
        "maps": list(map_impact.sentences(parts[:FEW], request.user)),
        "parts": [_effects(part) for part in parts] if foreseen and not is_large else [],
        "findings": list(_findings(change)) if is_large else [],
        "places": [] if foreseen or is_large else list(_places(parts)),
    }
    is_part = request.headers.get("HX-Request") == "true"
    template = "publishing/_impact.html" if is_part else "publishing/impact.html"
    return render(request, template, context)


def _effects(part: ChangePart) -> PartEffects:
    kind = seams.subject(part.subject)
    if part.action == ChangePart.Action.MERGE and part.other_id and isinstance(kind, Domain):
        followed = joining.merging(kind, part.golden_id, [part.other_id])
        effects = [Effect(one.target, "ready", one.said, []) for one in followed]
    elif is_returning(part) and isinstance(kind, Domain):
        said = {one.target: one.said for one in joining.unmerging(kind, part.golden_id)}
        effects = [_returned(kind, one, said) for one in preview.of_part(part)]
    else:
        effects = [_effect(kind, one) for one in preview.of_part(part)]
    return PartEffects(part.label, links.record(kind, part.golden_id), effects)


def is_returning(part: ChangePart) -> bool:
    """Whether the part is the side of an unmerge that lives again."""
    return part.action == ChangePart.Action.UNMERGE and part.seen.get("status") == Status.MERGED


def _returned(kind: Subject, found: TargetPreview, said: Mapping[str, str]) -> Effect:
    effect = _effect(kind, found)
    words = said.get(effect.target, "")
    return replace(effect, said=words) if effect.state == "ready" and words else effect


def _effect(kind: Subject, found: TargetPreview) -> Effect:
    one, target = found.readiness, found.readiness.target.name
    fields = [_moving(kind, line) for line in found.changed]
    if one.left_out:
        return Effect(target, "left_out", one.left_out, [])
    if one.problems:
        reasons = dict.fromkeys(readiness.said(kind.code, p) for p in one.problems)
        return Effect(target, "unready", " ".join(reasons), fields)
    count = f"{len(fields)} of its fields change" if len(fields) > 1 else "1 of its fields changes"
    said = count if fields else "none of its fields changes"
    return Effect(target, "ready", said, fields)


def _moving(kind: Subject, line: Line) -> Moving:
    label = sentences.label(kind.code, line.canonical_path)
    move = "added" if not line.before else "removed" if not line.after else "changed"
    return Moving(label, line.target_path, line.before, line.after, move)


def _findings(change: Change) -> Iterator[dict[str, Any]]:
    """Of a large change what its checks said of the targets."""
    for row in change.checks.filter(code="readiness").order_by("id")[:MOST_FINDINGS]:
        yield {"outcome": row.outcome, "said": row.sentence, "url": row.link}


def _places(parts: Sequence[ChangePart]) -> Iterator[tuple[str, str]]:
    """Where each record that was written is now."""
    for part in parts:
        if part.applied_version and seams.subject(part.subject).is_domain:
            yield part.label, reverse("record-where", args=[part.golden_id])
