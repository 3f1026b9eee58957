"""Reference data: the lists that records draw codes from, each row governed like a record."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mdm import history, lineage, permissions
from mdm.domains import DOMAINS
from mdm.domains.golden import LIVE
from mdm.domains.reference import REFERENCE_LISTS
from mdm.domains.spec import Kind, Subject
from mdm.domains.values import read
from mdm.errors import Invalid
from mdm.models import Change, ChangePart
from mdm.models.source import SYSTEMS
from mdm.queries import record as around
from mdm.web import opening, record_history, record_past, two_clocks
from mdm.web.page import find, list_url, new_url, page, propose_right
from mdm.web.propose import proposal, propose
from mdm.web.record_page import RECENT, frame
from mdm.web.record_shown import Showing
from mdm.web.records import listed
from mdm.web.versions import timeline

SHOWN = (*REFERENCE_LISTS.values(), SYSTEMS)


@page
def reference_list(request: HttpRequest) -> HttpResponse:
    """Every list, with how many rows it has and what is under way in it."""
    permissions.require(request.user, "see")
    waiting = dict(
        ChangePart.objects.filter(
            change__state__in=Change.OPEN, subject__in=[kind.code for kind in SHOWN]
        )
        .values_list("subject")
        .annotate(Count("pk"))
    )
    rows = [_summary(kind, waiting.get(kind.code, 0)) for kind in SHOWN]
    return render(request, "mdm/reference_list.html", {"lists": rows})


def _summary(kind: Subject, waiting: int) -> dict[str, Any]:
    live = Count("pk", filter=Q(status__in=LIVE))
    retired = Count("pk", filter=~Q(status__in=LIVE))
    facts = kind.model.objects.aggregate(live=live, retired=retired, updated=Max("updated_at"))
    return {"kind": kind, "url": list_url(kind), "waiting": waiting, **facts}


@page
def reference_rows(request: HttpRequest, kind: Subject) -> HttpResponse:
    """One list."""
    permissions.require(request.user, "see")
    try:
        shown = listed(request, kind)
    except Invalid as error:
        context = {"kind": kind, "said": str(error), "list_url": list_url(kind)}
        return render(request, "mdm/record_list_refused.html", context, status=400)
    may = permissions.may(request.user, propose_right(kind))
    context = shown | {"new_url": new_url(kind) if may else ""}
    return render(request, "mdm/reference_rows.html", context)


@page
def reference_row(request: HttpRequest, kind: Subject, golden_id: UUID) -> HttpResponse:
    """One row: what it says, who uses it, what is under way; or as of the clocks asked for."""
    row = find(request.user, kind, golden_id)
    if two_clocks.is_asked(request.GET):
        return record_past.record_past(request, kind, row)
    showing = Showing(kind, read(kind, row), lineage.provenance(kind, row.pk))
    versions = history.versions(kind, row.pk)
    context = frame(request, kind, row, "overview", versions=len(versions)) | {
        "groups": showing.groups(),
        "collections": showing.collections(),
        "bare": showing.bare(),
        "pending": around.pending(kind, row.pk, request.user),
        "future": around.future(kind, row.pk),
        "recent": timeline(kind, row.pk, versions[:RECENT]),
        "users": _users(request.user, kind, row),
        "clocks": two_clocks.blank(),
    }
    return render(request, "mdm/reference_row.html", context)


def _users(user: Any, kind: Subject, row: Any) -> list[dict[str, Any]]:
    """Which lists of records have this code in an attribute, how often, and the way there."""
    found = []
    for domain in DOMAINS.values():
        if not permissions.may(user, "see", domain.code):
            continue
        for attribute in domain.attributes:
            if attribute.kind is not Kind.LISTED or attribute.refers_to != kind.code:
                continue
            rows = permissions.scoped(user, domain.code, domain.model.objects.all())
            count = rows.filter(**{attribute.code: row.code}).count()
            found.append(
                {
                    "label": domain.plural,
                    "as": attribute.label,
                    "count": count,
                    "url": f"{list_url(domain)}?{attribute.code}={row.code}",
                }
            )
    return found


@page
def reference_history(request: HttpRequest, kind: Subject, golden_id: UUID) -> HttpResponse:
    """The history of a row."""
    return record_history.shown(request, kind, find(request.user, kind, golden_id))


@page
def reference_new(request: HttpRequest, kind: Subject) -> HttpResponse:
    """The form for a row that does not exist yet."""
    return proposal(request, opening.new(request.user, kind))


@page
def reference_propose(request: HttpRequest, kind: Subject, golden_id: UUID) -> HttpResponse:
    """The form for a change of a row, its block or its retirement."""
    return propose(request, kind, golden_id)
