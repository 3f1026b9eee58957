"""Why not: any two records compared by their numbers; and what looks like one record."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from matching import candidates, reach
from matching.models import Candidate, OwnerKind
from matching.web import explained, merging_view, sides
from matching.web.merging_view import DIFFERENT, EQUAL, KEPT
from mdm import permissions
from mdm.domains import DOMAINS
from mdm.domains.spec import Domain
from mdm.errors import NotFound
from mdm.models import SourceRecord
from mdm.web import page as pages
from mdm.web.forms import DressedForm
from mdm.web.page import page

State = Candidate.State
MOST = 8


class CompareForm(DressedForm):
    """Two records by their numbers, of one kind."""

    a = forms.CharField(label="One number", max_length=40)
    b = forms.CharField(label="The other number", max_length=40)
    domain = forms.ChoiceField(label="Kind of record", choices=())

    def __init__(self, user: Any, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.user = user
        seen = [d for d in DOMAINS.values() if permissions.may(user, "see", d.code)]
        domain = self.fields["domain"]
        assert isinstance(domain, forms.ChoiceField)
        domain.choices = [(d.code, d.label) for d in seen]

    def clean(self) -> dict[str, Any]:
        """Both numbers lead to a record that the person may see."""
        given = super().clean() or {}
        kind = DOMAINS.get(given.get("domain", ""))
        if kind is None:
            return given
        for name in ("a", "b"):
            if code := given.get(name):
                given[f"{name}_row"] = self._row(kind, name, code)
        if given.get("a_row") is not None and given["a_row"] == given.get("b_row"):
            self.add_error("b", "These are the same record.")
        return given

    def _row(self, kind: Domain, name: str, code: str) -> Any:
        rows = permissions.scoped(self.user, kind.code, kind.model.objects.all())
        row = rows.filter(code__iexact=code.strip()).first()
        if row is None:
            self.add_error(
                name, f"No {kind.label.lower()} with the number {code} that you may see."
            )
        return row


@page
def compare(request: HttpRequest) -> HttpResponse:
    """Any two records of a kind: why they look alike, or why not."""
    permissions.require(request.user, "see")
    asked = "a" in request.GET and "b" in request.GET
    data = request.GET.copy()
    data.setdefault("domain", next(iter(DOMAINS)))
    form = CompareForm(request.user, data if asked else None, initial=data.dict())
    context: dict[str, Any] = {"form": form, "asked": asked}
    if asked and form.is_valid():
        context |= _compared(request.user, form.cleaned_data)
    status = 422 if asked and form.errors else 200
    return render(request, "matching/compare.html", context, status=status)


def _compared(user: Any, given: dict[str, Any]) -> dict[str, Any]:
    domain, a_row, b_row = DOMAINS[given["domain"]], given["a_row"], given["b_row"]
    a, b = sides.of_record(domain, a_row, "A"), sides.of_record(domain, b_row, "B")
    view = merging_view.merged(domain, a, b, survivor="A", chosen={})
    score = candidates.between(domain.code, a_row.pk, b_row.pk)
    known = reach.visible(user).filter(left__in=(a.owner, b.owner), right__in=(a.owner, b.owner))
    pair = known.first()
    context = {
        "domain": domain,
        "a": a,
        "b": b,
        "rows": view.shown({DIFFERENT, KEPT, EQUAL}),
        "members": [
            {"letter": s.letter, "name": s.what, "code": s.code, "url": s.url} for s in (a, b)
        ],
        "pair": pair,
        "may_file": pair is None and score is not None
        and permissions.may(user, "decide_match", domain.code),
    }  # fmt: skip
    if score is None:
        return context
    evidence = candidates.shown(score)
    why = explained.explained(domain.match, score.prior, evidence, score.probability)
    zone = explained.zone(domain.match, score.probability)
    return context | {"why": why, "probability": domain.match.said(score.probability), "zone": zone}


@require_POST
@page
def compare_file(request: HttpRequest) -> HttpResponse:
    """Put two records in the queue although the machine did not."""
    form = CompareForm(request.user, request.POST)
    if not form.is_valid():
        raise NotFound("There are no two such records, or none that you may see.")
    given = form.cleaned_data
    permissions.require(request.user, "decide_match", given["domain"])
    pair = candidates.file(given["domain"], given["a_row"].pk, given["b_row"].pk)
    return redirect("duplicate", pk=pair.pk)


@page
def record_candidates(request: HttpRequest, golden_id: UUID) -> HttpResponse:
    """The panel of a record's page: what looks like it, and what was said of that."""
    kind, row = _record(request.user, golden_id)
    pairs = reach.visible(request.user, kind.code).filter(left=golden_id)
    pairs |= reach.visible(request.user, kind.code).filter(right=golden_id)
    alive = candidates.undecided(pairs.filter(state__in=(State.OPEN, State.UNSURE)))
    decided = _apart(pairs.exclude(state__in=(State.OPEN, State.UNSURE)))
    found = [*alive.order_by("-probability")[:MOST], *decided.order_by("-probability")[:MOST]]
    context = {
        "kind": kind,
        "row": row,
        "rows": [_beside(pair, golden_id) for pair in found],
        "url": pages.row_url(kind, row.pk),
        "compare_url": f"{reverse('duplicate-compare')}?domain={kind.code}&a={row.code}",
    }
    is_part = request.headers.get("HX-Request") == "true"
    template = "matching/_record_candidates.html" if is_part else "matching/record_candidates.html"
    return render(request, template, context)


def _apart(pairs: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """Without those whose source record is part of a record by now: nothing is like itself."""
    linked = SourceRecord.objects.filter(state=SourceRecord.State.LINKED)
    left = Q(left_kind=OwnerKind.SOURCE) & Exists(linked.filter(pk=OuterRef("left")))
    right = Q(right_kind=OwnerKind.SOURCE) & Exists(linked.filter(pk=OuterRef("right")))
    return pairs.exclude(left | right)


def _record(user: Any, golden_id: UUID) -> tuple[Domain, Any]:
    for kind in DOMAINS.values():
        if kind.model.objects.filter(pk=golden_id).exists():
            return kind, pages.find(user, kind, golden_id)
    raise NotFound("There is no such record, or none that you may see.")


def _beside(pair: Candidate, golden_id: UUID) -> dict[str, Any]:
    other = (
        (pair.right_label, pair.right_kind)
        if pair.left == golden_id
        else (pair.left_label, pair.left_kind)
    )
    return {
        "pair": pair,
        "label": other[0],
        "kind": OwnerKind(other[1]).label,
        "url": reverse("duplicate", args=[pair.pk]),
    }
