"""One pair side by side: the result first, the evidence, what a decision does, and the decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from matching import candidates, reach, verdicts
from matching.models import Candidate
from matching.web import effects, explained, merging_view, sides
from matching.web.merging_view import DIFFERENT, EMPTY, EQUAL, KEPT, PICK, Merging
from matching.web.place import place
from matching.web.sides import Side
from mdm import permissions
from mdm.domains import get_domain
from mdm.errors import Conflict, MdmError, NotAllowed, NotFound
from mdm.standardise import text
from mdm.web.change_steps import safe_next
from mdm.web.forms import DressedForm
from mdm.web.forms import said as said_with
from mdm.web.page import page

LONGEST_REASON = 1_000
State = Candidate.State
WAITING = (State.OPEN, State.UNSURE)
DECISIONS = {
    "same": State.SAME,
    "different": State.DIFFERENT,
    "related": State.RELATED,
    "unsure": State.UNSURE,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A pair as it is shown: both sides, and what would become of them."""

    pair: Candidate
    a: Side
    b: Side
    survivor: str
    view: Merging

    @property
    def stays(self) -> Side:
        """The side that everything leads to afterwards."""
        return self.a if self.survivor == "A" else self.b

    @property
    def goes(self) -> Side:
        """The other side."""
        return self.b if self.survivor == "A" else self.a

    @property
    def may_swap(self) -> bool:
        """Whether either could survive."""
        return self.a.is_record and self.b.is_record


class VerdictForm(DressedForm):
    """What comes with a verdict: why, on which evidence, who survives, where to go on."""

    reason = forms.CharField(required=False)
    evidence_hash = forms.CharField(required=False, max_length=64)
    survivor = forms.ChoiceField(required=False, choices=[("A", "A"), ("B", "B")])
    next = forms.CharField(required=False, max_length=2000)


@page
def duplicate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The pair, as this person may see it."""
    return show(request, find(request.user, pk))


@page
def duplicate_preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The pair in short, for the pane beside the inbox."""
    pair = find(request.user, pk)
    if not request.headers.get("HX-Request"):
        return redirect("duplicate", pk=pair.pk)
    opened = opened_pair(pair, {})
    context = {
        "pair": pair,
        "opened": opened,
        "rows": opened.view.shown({DIFFERENT})[:6] if opened else [],
        "why": explain(pair),
        "following": safe_next(request, request.GET.get("next", "")),
        "may_decide": _may_decide(request.user, pair) and not _is_over(pair) and opened is not None,
        "url": reverse("duplicate", args=[pair.pk]),
    }
    return render(request, "matching/_preview.html", context)


def find(user: Any, pk: UUID) -> Candidate:
    """A pair of which the person may see both sides. Raises `NotFound`."""
    pair = reach.visible(user).filter(pk=pk).first()
    if pair is None:
        raise NotFound("There is no such pair, or none that you may see.")
    return pair


def opened_pair(pair: Candidate, chosen: Mapping[str, str], survivor: str = "") -> Opened | None:
    """The pair with its result; None when one side is no longer there."""
    both = sides.sides_of(pair)
    if both is None:
        return None
    a, b = both
    stays = survivor if survivor in ("A", "B") and a.is_record and b.is_record else _elder(a, b)
    view = merging_view.merged(get_domain(pair.domain), a, b, survivor=stays, chosen=chosen)
    return Opened(pair, a, b, stays, view)


def _elder(a: Side, b: Side) -> str:
    """Who survives unless somebody says so: a record, the one more systems know, the older."""
    if a.is_record != b.is_record:
        return "A" if a.is_record else "B"
    return "B" if a.is_record and (b.keys, a.since) > (a.keys, b.since) else "A"


def explain(pair: Candidate) -> explained.Explained:
    """The evidence of the pair, taken apart."""
    rules = get_domain(pair.domain).match
    return explained.explained(rules, pair.prior, pair.evidence, pair.probability)


def show(
    request: HttpRequest, pair: Candidate, *, said: str = "", reason: str = "", status: int = 200
) -> HttpResponse:
    """The page, after a refusal with what was picked and written still there."""
    sent = request.POST if request.method == "POST" else request.GET
    opened = opened_pair(pair, picked(sent), sent.get("survivor", ""))
    states = set(request.GET.getlist("show")) or {DIFFERENT}
    history = list(pair.verdicts.select_related("by", "change").order_by("-id"))
    domain = get_domain(pair.domain)
    is_over = _is_over(pair)
    context = {
        "pair": pair,
        "domain": domain,
        "opened": opened,
        "rows": opened.view.shown(states) if opened else [],
        "states": [
            (code, word, opened.view.count(code), code in states) for code, word in _words(opened)
        ]
        if opened
        else [],
        "members": _members(opened) if opened else [],
        "effects": effects.effects(opened.stays, opened.goes, opened.view.picks) if opened else "",
        "why": explain(pair),
        "place": place(request, pair),
        "history": history,
        "last": next((v for v in history if v.undone_at is None), None),
        "is_decided": pair.state not in WAITING,
        "is_over": is_over,
        "stands": verdicts.stands(pair) if pair.state not in WAITING else "",
        "is_sure": pair.probability >= domain.match.same_from,
        "may_decide": _may_decide(request.user, pair) and not is_over,
        "said": said,
        "reason": reason,
        "clear_url": reverse("duplicate", args=[pair.pk]),
    }
    return render(request, "matching/duplicate.html", context, status=status)


def _words(opened: Opened) -> tuple[tuple[str, str], ...]:
    only = f"only {opened.survivor}"
    return (DIFFERENT, "different"), (KEPT, only), (EQUAL, "equal"), (EMPTY, "empty")


def picked(sent: Mapping[str, Any]) -> dict[str, str]:
    """Which side a person picked, per attribute."""
    return {
        name.removeprefix(PICK): str(value) for name, value in sent.items() if name.startswith(PICK)
    }


def _members(opened: Opened) -> list[dict[str, str]]:
    return [
        {"letter": side.letter, "name": side.what, "code": side.code, "url": side.url}
        for side in (opened.a, opened.b)
    ]


def _is_over(pair: Candidate) -> bool:
    """Whether one side has become part of something else, so that nothing is left to decide."""
    waits = pair.state in WAITING
    return waits and not candidates.undecided(Candidate.objects.filter(pk=pair.pk)).exists()


def _may_decide(user: Any, pair: Candidate) -> bool:
    return permissions.may(user, "decide_match", pair.domain)


@require_POST
@page
def duplicate_decide(request: HttpRequest, pk: UUID, verdict: str) -> HttpResponse:
    """Say what the pair is; the next one opens."""
    pair, form = find(request.user, pk), VerdictForm(request.POST)
    sent: dict[str, str] = form.cleaned_data if form.is_valid() else {}
    reason = sent.get("reason", "")
    try:
        if not sent:
            raise Conflict("The form could not be read. Look at the pair again, then decide.")
        change = _decide(request, pair, DECISIONS[verdict], sent)
    except MdmError as error:
        status = 403 if isinstance(error, NotAllowed) else 409
        fresh = find(request.user, pk)
        return show(request, fresh, said=str(error), reason=reason, status=status)
    messages.success(request, _told(DECISIONS[verdict], change))
    following = safe_next(request, sent["next"])
    return redirect(following or reverse("duplicate", args=[pair.pk]))


def _decide(request: HttpRequest, pair: Candidate, verdict: State, sent: Mapping[str, str]) -> Any:
    if sent["evidence_hash"] != pair.evidence_hash:
        raise Conflict("The evidence changed since you looked. Look at it again, then decide.")
    opened = opened_pair(pair, picked(request.POST), sent["survivor"])
    if opened is None or _is_over(pair):
        raise Conflict("One of the two is no longer there on its own; nothing is left to decide.")
    return verdicts.decide(
        pair,
        verdict,
        by=request.user,
        reason=text.within(sent["reason"], LONGEST_REASON, "reason"),
        survivor=opened.stays.owner if opened.may_swap else None,
        picks=opened.view.picks,
    )


def _told(verdict: State, change: Any) -> str:
    filed = f" {change.number} is filed for it; somebody else approves it." if change else ""
    return {
        State.SAME: f"Judged the same.{filed}",
        State.DIFFERENT: f"Judged different; remembered until the evidence changes.{filed}",
        State.RELATED: f"Judged related: two things that belong together.{filed}",
        State.UNSURE: "Put aside as unsure; it is on a tab of its own.",
    }[verdict]


@require_POST
@page
def duplicate_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a verdict back; the pair is to be decided again."""
    pair = find(request.user, pk)
    try:
        verdicts.undo(pair, by=request.user, reason=said_with(request.POST, LONGEST_REASON))
    except MdmError as error:
        status = 403 if isinstance(error, NotAllowed) else 409
        return show(request, find(request.user, pk), said=str(error), status=status)
    messages.success(request, "The verdict is taken back; the pair is to be decided again.")
    return redirect(reverse("duplicate", args=[pair.pk]))
