"""The page of one record: what it holds and why, what is under way, and where it comes from.

overview | sources | history (record_history.py) | publishing (another package) | raw
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from mdm import history, ledger, lineage, permissions
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.spec import Domain, Subject
from mdm.domains.values import read
from mdm.errors import NotFound
from mdm.models import SourceRecord
from mdm.queries import record as around
from mdm.web import two_clocks
from mdm.web.page import find, list_url, page, panel_url, propose_right, row_url
from mdm.web.record_shown import Showing
from mdm.web.versions import timeline

RECENT = 3


@page
def record(request: HttpRequest, domain: Domain, golden_id: UUID) -> HttpResponse:
    """What the record holds; a merged one leads to its survivor unless `?follow=no`."""
    row = find(request.user, domain, golden_id)
    if row.status == Status.MERGED and request.GET.get("follow") != "no":
        return _follow(request, domain, row)
    return _overview(request, domain, row)


def _follow(request: HttpRequest, domain: Domain, row: Any) -> HttpResponse:
    last = around.survivor(domain, row)
    if last.pk == row.pk:
        return _overview(request, domain, row)
    messages.info(request, f"{getattr(row, domain.name)} ({row.code}) was merged into this record.")
    return redirect(row_url(domain, last.pk))


def _overview(
    request: HttpRequest, domain: Domain, row: Any, revealed: tuple[str, ...] = ()
) -> HttpResponse:
    provenance = lineage.provenance(domain, row.pk)
    may_pin = permissions.may(request.user, "propose", domain.code, _codes(domain, row))
    may_pin = may_pin and row.status != Status.MERGED
    showing = Showing(domain, read(domain, row), provenance, revealed, may_pin=may_pin)
    versions = history.versions(domain, row.pk)
    context = frame(request, domain, row, "overview", versions=len(versions)) | {
        "groups": showing.groups(),
        "collections": showing.collections(),
        "bare": showing.bare(),
        "pending": around.pending(domain, row.pk, request.user),
        "future": around.future(domain, row.pk),
        "sources": around.sources(row.pk, provenance),
        "keys": around.known_as(row.pk),
        "recent": timeline(domain, row.pk, versions[:RECENT]),
        "may_reveal": _may_reveal(request.user, domain, row),
        "clocks": two_clocks.blank(),
        "where_url": panel("record-where", domain, row),
        "similar_url": panel("record-candidates", domain, row),
    }
    response = render(request, "mdm/record.html", context)
    if revealed:
        response.headers["Cache-Control"] = "no-store"
    return response


def panel(name: str, kind: Subject, row: Any) -> str:
    """The address of a panel that another package has for a record."""
    return panel_url(name, (kind.path, row.pk), (kind.code, row.pk), (row.pk,))


def frame(
    request: HttpRequest, kind: Subject, row: Any, tab: str, *, versions: int | None = None
) -> dict[str, Any]:
    """What every tab of a record shares: title, tabs, and what one may do."""
    may = permissions.may(request.user, propose_right(kind), kind.code, _codes(kind, row))
    is_merged = row.status == Status.MERGED
    survivor = around.survivor(kind, row) if is_merged else None
    return {
        "kind": kind,
        "row": row,
        "name": getattr(row, kind.name) or row.code,
        "crumbs": _crumbs(kind),
        "tabs": _tabs(kind, row, tab, versions),
        "propose_url": row_url(kind, row.pk, "propose") if may and not is_merged else "",
        "actions": ACTIONS.get(row.status, ()) if may else (),
        "survivor": survivor,
        "survivor_url": row_url(kind, survivor.pk) if survivor is not None else "",
        "list_url": list_url(kind),
        "page_url": row_url(kind, row.pk),
    }


ACTIONS: dict[str, tuple[tuple[str, str, str], ...]] = {
    Status.ACTIVE: (("block", "Block", "lock"), ("retire", "Retire", "ban")),
    Status.BLOCKED: (("unblock", "Unblock", "check"), ("retire", "Retire", "ban")),
    Status.RETIRED: (("reactivate", "Reactivate", "undo"),),
}


def _crumbs(kind: Subject) -> list[tuple[str, str]]:
    above = [] if kind.is_domain else [("Reference data", reverse("reference-list"))]
    return [*above, (kind.plural, list_url(kind))]


def _tabs(kind: Subject, row: Any, tab: str, versions: int | None) -> list[dict[str, Any]]:
    count = row.version if versions is None else versions
    wanted: list[tuple[str, str, int | None]] = [("overview", "Overview", None)]
    if kind.is_domain:
        known = SourceRecord.objects.filter(golden_id=row.pk).count()
        wanted.append(("sources", "Sources", known))
    wanted.append(("history", "History", count))
    tabs = [
        {
            "label": label,
            "url": row_url(kind, row.pk, "" if name == "overview" else name),
            "current": name == tab,
            "count": number,
        }
        for name, label, number in wanted
    ]
    if kind.is_domain:
        if url := panel("record-where", kind, row):
            tabs.append({"label": "Publishing", "url": url, "current": False, "count": None})
        url = row_url(kind, row.pk, "raw")
        tabs.append({"label": "Raw", "url": url, "current": tab == "raw", "count": None})
    return tabs


def _codes(kind: Subject, row: Any) -> list[str]:
    return permissions.company_codes_of(kind, read(kind, row))


def _may_reveal(user: Any, domain: Domain, row: Any) -> bool:
    return permissions.may(user, "reveal", domain.code, _codes(domain, row))


@require_POST
@page
def record_reveal(request: HttpRequest, domain: Domain, golden_id: UUID) -> HttpResponse:
    """The page with one item's secret values shown, once; the ledger notes who looked."""
    row = find(request.user, domain, golden_id)
    permissions.require(request.user, "reveal", domain.code, _codes(domain, row))
    path = request.POST.get("path", "")
    at = patches.parse(path)
    if patches.item_of(read(domain, row), at.code, at.item) is None:
        raise NotFound(f"{domain.label} {row.code} has nothing at {path}.")
    ledger.append(
        "record.revealed",
        person=request.user.get_username(),
        subject=f"{domain.code} {row.pk}",
        version=str(row.version),
        path=path,
        channel="page",
    )
    return _overview(request, domain, row, (f"{at.code}[{at.item}]",))
