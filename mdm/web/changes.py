"""The list of changes: searched, filtered, sorted, paged; every filter with its count."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from mdm import permissions, seams
from mdm.errors import Invalid
from mdm.models import Change
from mdm.queries import changes as listings
from mdm.queries.changes import OTHERS, Listing
from mdm.web.page import page


@page
def change_list(request: HttpRequest) -> HttpResponse:
    """The changes that the person may see, newest first."""
    permissions.require(request.user, "see")
    query = request.GET
    try:
        found = listings.listing(
            request.user,
            filters={n: query.getlist(n) for n in query if n not in OTHERS},
            query=query.get("q", "").strip()[:100],
            sort=query.get("sort", ""),
            page=query.get("page", 1),
        )
    except Invalid as error:
        context: dict[str, Any] = {"said": str(error)}
        return render(request, "mdm/change_list_refused.html", context, status=400)
    context = {
        "found": found,
        "page": found.page,
        "rows": [row(change) for change in found.page.object_list],
        "facets": found.facets,
        "chips": list(_chips(found)),
        "kept": [(n, query[n]) for n in ("q", "sort") if query.get(n)],
        "clear_url": f"?sort={found.sort}" if found.sort else "?",
        "shortcuts": list(_shortcuts(request.user, query)),
    }
    return render(request, "mdm/change_list.html", context)


def row(change: Change) -> dict[str, Any]:
    """One change in the list."""
    kind = seams.subjects().get(change.domain)
    person = change.requested_by
    return {
        "change": change,
        "url": reverse("change", args=[change.number]),
        "icon": kind.icon if kind else "rows",
        "kind": kind.label if kind else "Several kinds",
        "who": person.get_full_name() or person.get_username(),
        "since": change.submitted_at or change.created_at,
        "ended": change.applied_at or change.decided_at,
    }


def _chips(found: Listing) -> Iterator[dict[str, str]]:
    for facet in found.facets:
        for option in facet.options:
            if option.chosen:
                yield {
                    "name": facet.name,
                    "value": option.value,
                    "label": facet.label,
                    "word": option.label,
                }


def open_url() -> str:
    """The list of all changes that are still under way."""
    return f"{reverse('change-list')}?{_states(*Change.OPEN)}"


def _states(*states: str) -> str:
    query = QueryDict(mutable=True)
    query.setlist("state", [str(state) for state in states])
    return query.urlencode()


def _shortcuts(user: Any, query: QueryDict) -> Iterator[dict[str, Any]]:
    """What most people come for, in one click."""
    ended = [s for s in Change.State.values if s not in Change.OPEN and s != Change.State.DRAFT]
    mine = QueryDict(mutable=True)
    mine["person"] = user.get_username()
    wanted = (
        ("All", ""),
        ("Under way", _states(*Change.OPEN)),
        ("Ended", _states(*ended)),
        ("Mine", mine.urlencode()),
    )
    here = query.copy()
    for name in OTHERS:
        here.pop(name, None)
    for label, address in wanted:
        chosen = QueryDict(address) == here
        yield {"label": label, "url": f"?{address}", "chosen": chosen}
