"""A list of records: searched, filtered, sorted, paged, with counts beside each filter.

Everything is in the address: `q`, one parameter per filter (`country=DE&country=FR`), `not_country`
to exclude, `sort` (`-updated_at`), `page`. What is not known is refused, never ignored.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from mdm import identifiers, permissions
from mdm.domains.spec import Attribute, Kind, Subject
from mdm.errors import Invalid
from mdm.models import Key
from mdm.queries.words import STATUS, Words, said
from mdm.standardise import accents, codes

PER_PAGE = 50
MOST_CHOICES = 12
FILTERABLE = (Kind.CHOICE, Kind.LISTED, Kind.FLAG)
ALWAYS = ("code", "status", "updated_at", "version")
NONE = "none"
OTHERS = frozenset({"q", "sort", "page", "columns", "density"})
"""Parameters of a list that are no filters."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, how many rows have it, and whether it is chosen or excluded."""

    value: str
    label: str
    count: int
    is_on: bool
    is_not: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter and its values, most frequent first."""

    code: str
    label: str
    choices: list[Choice]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of rows and what it was asked for."""

    kind: Subject
    page: Page[Any]
    total: int
    whole: int  # how many there are without search and filters
    facets: list[Facet]
    query: str
    sort: str
    filters: dict[str, list[str]]

    @property
    def rows(self) -> Sequence[Any]:
        """The rows of this page."""
        return list(self.page.object_list)


def filterable(kind: Subject) -> dict[str, str]:
    """The filters a list of this kind offers: code -> label."""
    return {"status": "Status"} | {a.code: a.label for a in kind.attributes if a.kind in FILTERABLE}


def sortable(kind: Subject) -> list[str]:
    """The columns a list of this kind may be sorted by."""
    own = [a.code for a in kind.attributes if a.kind not in (Kind.LONG_TEXT, Kind.REFERENCE)]
    return list(dict.fromkeys([*own, *ALWAYS]))


def filters_from(kind: Subject, lists: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The filters among an address's parameters. Raises `Invalid` for an unknown one."""
    known = filterable(kind)
    chosen: dict[str, list[str]] = {}
    for name, values in lists.items():
        if name in OTHERS:
            continue
        if name.removeprefix("not_") not in known:
            raise Invalid(name, "a filter of this list", "It has: " + ", ".join(known) + ".")
        if kept := [v for v in values if v]:
            chosen[name] = kept
    return chosen


def listing(
    kind: Subject,
    user: Any,
    *,
    query: str = "",
    filters: Mapping[str, list[str]] | None = None,
    sort: str = "",
    page: int | str = 1,
) -> Listing:
    """The rows that the person may see. Raises `Invalid` for an unknown sort or filter."""
    filters = filters_from(kind, filters or {})
    every = _seen(kind, user)
    seen = search(kind, every, query) if query else every
    rows = _filtered(kind, seen, filters).order_by(*_order(kind, sort))
    counted = _combinations(kind, seen)
    paginator = Paginator(rows, PER_PAGE)
    total = sum(one.count for one in counted if one.fits(filters))
    paginator.count = total  # known already: no query for it
    return Listing(
        kind=kind,
        page=paginator.get_page(page),
        total=total,
        whole=every.count() if query else sum(one.count for one in counted),
        facets=_facets(kind, counted, filters),
        query=query,
        sort=sort,
        filters=dict(filters),
    )


def _seen(kind: Subject, user: Any) -> QuerySet[Any]:
    rows = kind.model.objects.all()
    return permissions.scoped(user, kind.code, rows) if kind.is_domain else rows


def chosen(
    kind: Subject, user: Any, *, query: str = "", filters: Mapping[str, list[str]], sort: str = ""
) -> QuerySet[Any]:
    """All rows of a list, on every page of it. Raises `Invalid`."""
    rows = _seen(kind, user)
    rows = search(kind, rows, query) if query else rows
    return _filtered(kind, rows, filters_from(kind, filters)).order_by(*_order(kind, sort))


def search(kind: Subject, rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Rows whose name, code, identifier or key in another system holds the text."""
    compact = codes.letters_and_digits(query)
    found = Q(code__icontains=query) | by_name(kind, query)
    if len(compact) >= 3 and kind.is_domain:
        known = identifiers.starting(kind, compact)
        ids = {match.golden_id for match in known if not match.is_sealed}
        keys = Key.objects.filter(domain=kind.code, key__iexact=query.strip())
        found |= Q(pk__in=ids) | Q(pk__in=keys.values("golden_id"))
    return rows.filter(found)


def by_name(kind: Subject, query: str) -> Q:
    """Rows one of whose names holds the text, with or without its accents."""
    wanted = accents.pattern(query)
    found = Q(**{f"{kind.name}__iregex": wanted})
    for extra in ("trade_name", "search_name", "short_name"):
        if kind.attribute(extra):
            found |= Q(**{f"{extra}__iregex": wanted})
    return found


def _order(kind: Subject, sort: str) -> list[str]:
    column = sort.removeprefix("-")
    if not sort:
        return [kind.name, "code"]
    if column not in sortable(kind):
        raise Invalid(sort, "a column to sort by", "It has: " + ", ".join(sortable(kind)) + ".")
    return [sort, "pk"]


def _filtered(
    kind: Subject, rows: QuerySet[Any], filters: Mapping[str, list[str]]
) -> QuerySet[Any]:
    for name, values in filters.items():
        code = name.removeprefix("not_")
        wanted = Q(**{f"{code}__in": _typed(kind.attribute(code), values)})
        rows = rows.exclude(wanted) if name.startswith("not_") else rows.filter(wanted)
    return rows


def _typed(attribute: Attribute | None, values: Sequence[str]) -> list[Any]:
    if attribute is not None and attribute.kind is Kind.FLAG:
        return [v == "true" for v in values]
    return ["" if v == NONE else v for v in values]


@dataclass(frozen=True, slots=True)
class Combination:
    """How many rows have these values, one for each filter."""

    values: Mapping[str, str]
    count: int

    def fits(self, filters: Mapping[str, list[str]], leave_out: str = "") -> bool:
        """Whether its rows pass the filters, that of one attribute left out."""
        for name, wanted in filters.items():
            code = name.removeprefix("not_")
            if code != leave_out and (self.values[code] in wanted) == name.startswith("not_"):
                return False
        return True


def _combinations(kind: Subject, rows: QuerySet[Any]) -> list[Combination]:
    """The rows counted by what can be filtered: one pass, from which every number comes."""
    codes = list(filterable(kind))
    counts = rows.order_by().values_list(*codes).annotate(Count("pk"))
    return [
        Combination(dict(zip(codes, map(_as_text, values), strict=True)), count)
        for *values, count in counts
    ]


def _facets(
    kind: Subject, found: Sequence[Combination], filters: Mapping[str, list[str]]
) -> list[Facet]:
    words = Words(kind)
    facets = []
    for code, label in filterable(kind).items():
        # A filter's own choice does not narrow its own counts, so that another can be chosen.
        counts: Counter[str] = Counter()
        for one in found:
            if one.fits(filters, leave_out=code):
                counts[one.values[code]] += one.count
        on, out = filters.get(code, []), filters.get(f"not_{code}", [])
        often = sorted(counts, key=lambda value: (-counts[value], value))[:MOST_CHOICES]
        shown = list(dict.fromkeys([*often, *on, *out]))
        attribute = kind.attribute(code) or STATUS
        if attribute.refers_to:
            words.learn_codes(attribute.refers_to, shown)
        if len(shown) > 1 or on or out:
            choices = [
                Choice(v, label_of(attribute, v, words), counts[v], v in on, v in out)
                for v in shown
            ]
            facets.append(Facet(code, label, choices))
    return facets


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value or NONE)


def label_of(attribute: Attribute, value: str, words: Words) -> str:
    """A filter's value in words: of a list both code and name, of nothing "(none)"."""
    if value == NONE:
        return "(none)"
    return words.say(attribute, value) if attribute.refers_to else said(attribute, value)
