"""The list of a domain: searched, filtered, sorted, paged, its columns chosen, and exported."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import render
from django.urls import reverse

from mdm import permissions
from mdm.domains.spec import Domain, Subject
from mdm.errors import Invalid
from mdm.queries import listing
from mdm.queries.listing import Choice, Listing
from mdm.web import record_rows
from mdm.web.page import list_url, new_url, page, panel_url

DENSITIES = (("", "Comfortable"), ("compact", "Compact"), ("roomy", "Roomy"))


@page
def record_list(request: HttpRequest, domain: Domain) -> HttpResponse:
    """The records of a domain that the person may see."""
    permissions.require(request.user, "see", domain.code)
    try:
        shown = listed(request, domain)
    except Invalid as error:
        context = {"kind": domain, "said": str(error), "list_url": list_url(domain)}
        return render(request, "mdm/record_list_refused.html", context, status=400)
    context = shown | {
        "new_url": new_url(domain) if permissions.may(request.user, "propose", domain.code) else "",
        "import_url": panel_url("import-new") if _may_import(request.user, domain) else "",
        "export_url": reverse("record-export", args=[domain.path]),
        "crumbs": [],
    }
    return render(request, "mdm/record_list.html", context)


def _may_import(user: Any, domain: Domain) -> bool:
    return permissions.may(user, "import", domain.code)


def listed(request: HttpRequest, kind: Subject) -> dict[str, Any]:
    """What the list of a kind shows. Raises `Invalid` for what the address asks in vain."""
    query = request.GET
    columns = record_rows.columns(kind, query.getlist("columns"))
    found = listing.listing(
        kind,
        request.user,
        query=query.get("q", "").strip(),
        filters=filters_of(query),
        sort=query.get("sort", ""),
        page=query.get("page", 1),
    )
    density = query.get("density", "")
    return {
        "kind": kind,
        "found": found,
        "page": found.page,
        "columns": columns,
        "rows": record_rows.rows(kind, found.rows, columns),
        "facets": [_facet(facet, query) for facet in found.facets],
        "chips": list(_chips(found)),
        "kept": _kept(query),
        "every": record_rows.choosable(kind).values(),
        "shown_codes": {c.code for c in columns},
        "density": density if density in dict(DENSITIES) else "",
        "densities": DENSITIES,
        "clear_url": _clear(query),
        "whole": found.whole,
        "list_url": list_url(kind),
    }


def filters_of(query: QueryDict) -> dict[str, list[str]]:
    """The filters of an address."""
    return {name: query.getlist(name) for name in query if name not in listing.OTHERS}


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter, as the filter's box shows it."""

    name: str
    value: str
    label: str
    count: int
    chosen: bool
    is_not: bool
    exclude: str = ""  # the query that leaves this value out


def _facet(facet: listing.Facet, query: QueryDict) -> dict[str, Any]:
    return {
        "name": facet.code,
        "label": facet.label,
        "options": [_option(facet.code, choice, query) for choice in facet.choices],
    }


def _option(code: str, choice: Choice, query: QueryDict) -> Option:
    option = Option(
        name=f"not_{code}" if choice.is_not else code,
        value=choice.value,
        label=f"not {choice.label}" if choice.is_not else choice.label,
        count=choice.count,
        chosen=choice.is_on or choice.is_not,
        is_not=choice.is_not,
    )
    return option if option.chosen else replace(option, exclude=_excluding(code, choice, query))


def _excluding(code: str, choice: Choice, query: QueryDict) -> str:
    copy = query.copy()
    copy.appendlist(f"not_{code}", choice.value)
    copy.pop("page", None)
    return f"?{copy.urlencode()}"


def _chips(found: Listing) -> Iterator[dict[str, str]]:
    for facet in found.facets:
        for choice in facet.choices:
            if choice.is_on or choice.is_not:
                yield {
                    "name": f"not_{facet.code}" if choice.is_not else facet.code,
                    "value": choice.value,
                    "label": facet.label,
                    "word": f"not {choice.label}" if choice.is_not else choice.label,
                }


def _kept(query: QueryDict) -> list[tuple[str, str]]:
    """What the filters' form sends along: everything that is no filter, and no page."""
    names = ("q", "sort", "columns", "density")
    return [(name, value) for name in names for value in query.getlist(name) if value]


def _clear(query: QueryDict) -> str:
    """The list without filters and search, in the same order and columns."""
    copy = query.copy()
    for name in [*filters_of(query), "q", "page"]:
        copy.pop(name, None)
    return f"?{copy.urlencode()}"
