"""Changes as lists show them: those a person may see, filtered, sorted, counted; who may decide.

Everything is in the address: one parameter per filter (`state=submitted&state=asked`), `q`, `sort`,
`page`. What is not known is refused, never ignored.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Q, QuerySet, Value, When

from mdm import permissions, seams
from mdm.errors import Invalid
from mdm.models import Change, ChangePart, Grant
from mdm.policies import Requirement
from mdm.queries import words as say

PER_PAGE = 50
MOST_PEOPLE = 12
OTHERS = frozenset({"q", "sort", "page"})
FILTERS = {
    "state": ("State", "state"),
    "domain": ("Kind", "domain"),
    "risk": ("Risk", "risk"),
    "channel": ("Came by", "channel"),
    "person": ("Requested by", "requested_by__username"),
}
SORTS = {
    "number": "id",
    "title": "title",
    "state": "state",
    "risk": "by_risk",
    "person": "requested_by__username",
    "parts": "part_count",
    "submitted": "submitted_at",
}
MANY_KINDS = "several"
BY_RISK = Case(
    *(When(risk=level, then=Value(n)) for n, level in enumerate(Change.Risk.values)),
    default=Value(0),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, how many changes have it, and whether it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter and its values."""

    name: str
    label: str
    options: list[Choice]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of changes and what it was asked for."""

    page: Page[Any]
    total: int
    whole: int
    facets: list[Facet]
    query: str
    sort: str


def visible(user: Any, rows: QuerySet[Change]) -> QuerySet[Change]:
    """Those of the changes of which the person may see every part."""
    hidden = Q()
    for subject in seams.subjects():
        codes = permissions.seen_company_codes(user, subject)
        if codes is None:
            continue
        own = permissions.belonging(codes) if codes else Q(pk=None)
        hidden |= Q(subject=subject) & ~own
    if not hidden:
        return rows
    return rows.exclude(pk__in=ChangePart.objects.filter(hidden).values("change_id"))


def listed(user: Any) -> QuerySet[Change]:
    """What lists show a person: changes they may see; drafts only while they are their own."""
    rows = visible(user, Change.objects.all())
    return rows.exclude(~Q(requested_by=user), state=Change.State.DRAFT)


def in_review(user: Any) -> int:
    """How many changes that the person may see wait for a decision."""
    if not permissions.may(user, "see"):
        return 0
    return visible(user, Change.objects.filter(state=Change.State.SUBMITTED)).count()


def listing(
    user: Any, *, filters: Mapping[str, list[str]], query: str = "", sort: str = "", page: Any = 1
) -> Listing:
    """The changes that the person may see. Raises `Invalid` for an unknown sort or filter."""
    unknown = next((name for name in filters if name not in FILTERS), "")
    if unknown:
        raise Invalid(unknown, "a filter of this list", f"It has: {', '.join(FILTERS)}.")
    every = listed(user)
    found = _sought(every, query) if query else every
    rows = _filtered(found, filters).annotate(by_risk=BY_RISK).select_related("requested_by")
    paginator = Paginator(rows.order_by(*_order(sort)), PER_PAGE)
    return Listing(
        page=paginator.get_page(page),
        total=paginator.count,
        whole=every.count() if query or filters else paginator.count,
        facets=[_facet(name, found, filters) for name in FILTERS],
        query=query,
        sort=sort,
    )


def _sought(rows: QuerySet[Change], query: str) -> QuerySet[Change]:
    """Changes whose number, title or reason, or a part's label, holds the text."""
    parts = ChangePart.objects.filter(label__icontains=query).values("change_id")
    said = Q(number__icontains=query) | Q(title__icontains=query) | Q(reason__icontains=query)
    return rows.filter(said | Q(pk__in=parts))


def _filtered(
    rows: QuerySet[Change], filters: Mapping[str, list[str]], leave_out: str = ""
) -> QuerySet[Change]:
    for name, values in filters.items():
        if name != leave_out:
            wanted = ["" if v == MANY_KINDS else v for v in values]
            rows = rows.filter(**{f"{FILTERS[name][1]}__in": wanted})
    return rows


def _order(sort: str) -> list[str]:
    column = sort.removeprefix("-")
    if not sort:
        return ["-id"]
    if column not in SORTS:
        raise Invalid(sort, "a column to sort by", f"It has: {', '.join(SORTS)}.")
    return [("-" if sort.startswith("-") else "") + SORTS[column], "-id"]


def _facet(name: str, rows: QuerySet[Change], filters: Mapping[str, list[str]]) -> Facet:
    """A filter's own choice does not narrow its own counts, so that another can be chosen."""
    label, column = FILTERS[name]
    counts = _filtered(rows, filters, leave_out=name).order_by().values_list(column)
    found = {
        str(value) or MANY_KINDS: count
        for value, count in counts.annotate(n=Count("pk")).order_by("-n", column)
    }
    chosen = filters.get(name, [])
    shown = list(dict.fromkeys([*list(found)[:MOST_PEOPLE], *chosen]))
    labels = _labels(name, shown)
    if name in ("state", "risk"):
        shown.sort(key=lambda value: list(labels).index(value) if value in labels else 99)
    return Facet(
        name,
        label,
        [Choice(v, labels.get(v, v), found.get(v, 0), v in chosen) for v in shown],
    )


def _labels(name: str, values: Iterable[str]) -> dict[str, str]:
    match name:
        case "state":
            return {value: str(label) for value, label in Change.State.choices}
        case "risk":
            return {value: str(label) for value, label in reversed(Change.Risk.choices)}
        case "channel":
            return {value: str(label) for value, label in Change.Channel.choices}
        case "domain":
            kinds = {code: kind.label for code, kind in seams.subjects().items()}
            return kinds | {MANY_KINDS: "Several kinds"}
        case _:
            return say.people(values)


def deciders(change: Change, need: Requirement) -> list[Any]:
    """The people whose roles cover everything the change touches, and who did not write it."""
    rows = change.parts.values_list("subject", "company_codes").distinct().order_by()
    touched = [(subject, {c for c in codes.split(",") if c}) for subject, codes in rows]
    grants = (
        Grant.objects.filter(role__in=permissions.ACTIONS[need.action], user__is_active=True)
        .exclude(user__in=change.authors.values("user"))
        .select_related("user")
        .order_by("user__first_name", "user__username")
    )
    people: dict[Any, list[Grant]] = {}
    for grant in grants:
        people.setdefault(grant.user, []).append(grant)
    return [
        person
        for person, held in people.items()
        if all(any(_covers(grant, *one) for grant in held) for one in touched)
    ]


def _covers(grant: Grant, subject: str, codes: set[str]) -> bool:
    of_kind = not grant.domain or grant.domain == subject
    return of_kind and (not codes or not grant.company_code or grant.company_code in codes)
