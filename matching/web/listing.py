"""The queue of pairs, and what was decided: filtered, searched, sorted, paged."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from matching import candidates, reach
from matching.models import Candidate, OwnerKind
from mdm import permissions
from mdm.domains import DOMAINS
from mdm.errors import Invalid
from mdm.models import Change
from mdm.web.page import page

State = Candidate.State
PER_PAGE = 50
BANDS = (
    ("same", "0.99 and more", 0.99, 2.0),
    ("likely", "0.80 to 0.99", 0.80, 0.99),
    ("maybe", "0.50 to 0.80", 0.50, 0.80),
    ("unlikely", "under 0.50", -1.0, 0.50),
)
KINDS = {
    "records": ("Two records", Q(left_kind=OwnerKind.RECORD, right_kind=OwnerKind.RECORD)),
    "source": ("Record and source", Q(left_kind=OwnerKind.RECORD, right_kind=OwnerKind.SOURCE)),
    "new": ("Neither is a record yet", ~Q(left_kind=OwnerKind.RECORD)),
}
SORTS = {"probability": "probability", "found": "found_at", "left": "left_label"}
FILTERS = ("domain", "band", "kind")
KNOWN = (*FILTERS, "state", "q", "sort", "page")
TABS = {
    State.OPEN: "To decide",
    State.UNSURE: "Unsure",
    State.SAME: "The same",
    State.DIFFERENT: "Different",
    State.RELATED: "Related",
}


@page
def duplicate_list(request: HttpRequest) -> HttpResponse:
    """Pairs that may be the same, likeliest first; the decided ones on tabs of their own."""
    permissions.require(request.user, "see")
    query = request.GET
    state = query.get("state", State.OPEN)
    if unknown := next((name for name in query if name not in KNOWN), ""):
        raise Invalid(unknown, f"one of {', '.join(KNOWN)}")
    if state not in TABS:
        raise Invalid(state, f"one of {', '.join(TABS)}")
    rows = of_state(request.user, state)
    found = narrowed(rows, query).order_by(*_order(query.get("sort", "")))
    if state not in (State.OPEN, State.UNSURE):
        found = found.prefetch_related("verdicts__change")
    shown = Paginator(found, PER_PAGE).get_page(query.get("page"))
    context = {
        "page": shown,
        "rows": [_row(pair, query) for pair in shown.object_list],
        "facets": list(_facets(rows, query)),
        "chips": [],
        "kept": [(n, query[n]) for n in ("state", "q", "sort") if query.get(n)],
        "tabs": _tabs(request.user, state),
        "state": state,
        "query": query.get("q", "").strip(),
        "sort": query.get("sort", "-probability"),
        "is_filtered": any(query.get(n) for n in (*FILTERS, "q")),
        "clear_url": f"?state={state}",
        "may_decide": permissions.may(request.user, "decide_match"),
    }
    return render(request, "matching/duplicate_list.html", context)


def of_state(user: Any, state: str) -> QuerySet[Candidate]:
    """The pairs of a state that the person may see; those to decide only while both are there."""
    rows = reach.visible(user).filter(state=state)
    return candidates.undecided(rows) if state in (State.OPEN, State.UNSURE) else rows


def narrowed(
    rows: QuerySet[Candidate], query: QueryDict, leave_out: str = ""
) -> QuerySet[Candidate]:
    """The pairs that have one of the values of every filter, and the text."""
    if (domains := query.getlist("domain")) and leave_out != "domain":
        rows = rows.filter(domain__in=domains)
    if (bands := query.getlist("band")) and leave_out != "band":
        wanted = Q(pk__in=[])
        for code, _, low, high in BANDS:
            if code in bands:
                wanted |= Q(probability__gte=low, probability__lt=high)
        rows = rows.filter(wanted)
    if (kinds := query.getlist("kind")) and leave_out != "kind":
        wanted = Q(pk__in=[])
        for code, (_, condition) in KINDS.items():
            if code in kinds:
                wanted |= condition
        rows = rows.filter(wanted)
    if text := query.get("q", "").strip()[:100]:
        rows = rows.filter(Q(left_label__icontains=text) | Q(right_label__icontains=text))
    return rows


def _order(sort: str) -> tuple[str, str]:
    if not sort:
        return "-probability", "id"
    column = sort.removeprefix("-")
    if column not in SORTS:
        raise Invalid(sort, f"one of {', '.join(SORTS)}")
    return ("-" if sort.startswith("-") else "") + SORTS[column], "id"


def _facets(rows: QuerySet[Candidate], query: QueryDict) -> Iterator[dict[str, Any]]:
    """Filters with counts; a filter's own choice does not narrow its own counts."""
    by_domain = dict(
        narrowed(rows, query, "domain").order_by().values_list("domain").annotate(n=Count("pk"))
    )
    yield _facet(query, "domain", "Kind of record", [
        (code, domain.label, by_domain.get(code, 0)) for code, domain in DOMAINS.items()
    ])  # fmt: skip
    beside = narrowed(rows, query, "band")
    bands = beside.aggregate(
        **{
            code: Count("pk", filter=Q(probability__gte=low, probability__lt=high))
            for code, _, low, high in BANDS
        }
    )
    options = [(code, label, bands[code]) for code, label, _, _ in BANDS]
    yield _facet(query, "band", "Probability", options)
    beside = narrowed(rows, query, "kind")
    kinds = beside.aggregate(**{code: Count("pk", filter=q) for code, (_, q) in KINDS.items()})
    options = [(code, label, kinds[code]) for code, (label, _) in KINDS.items()]
    yield _facet(query, "kind", "Of what", options)


def _facet(
    query: QueryDict, name: str, label: str, options: list[tuple[str, str, int]]
) -> dict[str, Any]:
    chosen = query.getlist(name)
    return {
        "name": name,
        "label": label,
        "options": [
            {"value": v, "label": words, "count": n, "chosen": v in chosen}
            for v, words, n in options
            if n or v in chosen
        ],
    }


def _tabs(user: Any, state: str) -> list[dict[str, Any]]:
    counted = reach.visible(user).exclude(state__in=(State.OPEN, State.UNSURE)).order_by()
    counts = dict(counted.values_list("state").annotate(n=Count("pk")))
    for waiting in (State.OPEN, State.UNSURE):
        counts[waiting] = of_state(user, waiting).count()
    return [
        {
            "label": label,
            "url": reverse("duplicate-list") + ("" if code == State.OPEN else f"?state={code}"),
            "current": code == state,
            "count": counts.get(code, 0),
        }
        for code, label in TABS.items()
    ]


def _row(pair: Candidate, query: QueryDict) -> dict[str, Any]:
    strongest = sorted(pair.evidence, key=lambda one: -abs(one["weight"]))[:2]
    domain = DOMAINS[pair.domain]
    return {
        "pair": pair,
        "domain": domain.label,
        "icon": domain.icon,
        "why": " ".join(str(one["sentence"]) for one in strongest),
        "left_kind": OwnerKind(pair.left_kind).label,
        "right_kind": OwnerKind(pair.right_kind).label,
        "url": pair_url(pair, query),
        "filed": _filed(pair) if pair.state not in (State.OPEN, State.UNSURE) else None,
        "is_sure": pair.probability >= domain.match.same_from,
    }


def _filed(pair: Candidate) -> Change | None:
    """The change that the last verdict filed; the verdicts are read with the pair."""
    standing = [v for v in pair.verdicts.all() if v.undone_at is None]
    return standing[-1].change if standing else None


def pair_url(pair: Candidate, query: QueryDict) -> str:
    """The page of a pair, with the filters it was opened under."""
    kept = QueryDict(mutable=True)
    for name in (*FILTERS, "q"):
        if values := query.getlist(name):
            kept.setlist(name, values)
    url = reverse("duplicate", args=[pair.pk])
    return f"{url}?{kept.urlencode()}" if kept else url
