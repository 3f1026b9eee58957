"""A record, and a list, as of a day and as known on a day; nothing can be proposed from there."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from mdm import clocks, history, lineage, permissions
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.spec import Domain, Subject
from mdm.domains.values import read
from mdm.errors import NotFound
from mdm.queries import differences
from mdm.queries.words import Words
from mdm.web import record_page, record_rows, records, two_clocks
from mdm.web.page import find, list_url, page, row_url
from mdm.web.record_page import frame
from mdm.web.record_rows import Column
from mdm.web.record_shown import Showing
from mdm.web.two_clocks import Asked

PER_PAGE = 50


@page
def record(request: HttpRequest, domain: Domain, golden_id: UUID) -> HttpResponseBase:
    """The page of a record: today, or as of the clocks in the address."""
    if not two_clocks.is_asked(request.GET):
        return record_page.record(request, domain, golden_id)
    return record_past(request, domain, find(request.user, domain, golden_id))


@page
def record_list(request: HttpRequest, domain: Domain) -> HttpResponseBase:
    """The list of a domain: today, or as of the clocks in the address."""
    if not two_clocks.is_asked(request.GET):
        return records.record_list(request, domain)
    return list_past(request, domain)


def record_past(request: HttpRequest, kind: Subject, row: Any) -> HttpResponse:
    """The page of a record as of two clocks: a banner, its values, and what differs from today."""
    asked = two_clocks.asked(request.GET)
    context = frame(request, kind, row, "overview") | {
        "propose_url": "",
        "actions": (),
        "survivor": None,
        "asked": asked,
        "form": asked.form,
    }
    status = 200
    if not asked.is_readable:
        status = 400
    else:
        context |= _shown(kind, row, asked)
    return render(request, "mdm/record_past.html", context, status=status)


def _shown(kind: Subject, row: Any, asked: Asked) -> dict[str, Any]:
    try:
        past = history.past(kind, row.pk, asked.clocks)
    except NotFound as error:
        return {"said": str(error)}
    now = read(kind, row)
    first, last = (now, past.values) if asked.is_to_come else (past.values, now)
    patch = patches.diff(kind, first, last)
    if first["status"] != last["status"]:
        patch["status"] = last["status"]
    showing = Showing(kind, past.values, lineage.provenance(kind, row.pk, asked.clocks))
    return {
        "past": past,
        "past_status": past.values["status"],
        "groups": showing.groups(),
        "collections": showing.collections(),
        "bare": showing.bare(),
        "diff": differences.rows(kind, patch, patches.seen(first, patch)),
    }


def list_past(request: HttpRequest, kind: Domain) -> HttpResponse:
    """The records that were there, as they were; a page at a time, in the order of their making."""
    permissions.require(request.user, "see", kind.code)
    asked = two_clocks.asked(request.GET)
    context: dict[str, Any] = {
        "kind": kind,
        "asked": asked,
        "form": asked.form,
        "list_url": list_url(kind),
        "ignored": _ignored(request),
    }
    if not asked.is_readable:
        return render(request, "mdm/record_list_past.html", context, status=400)
    at = asked.clocks
    there = permissions.scoped(request.user, kind.code, kind.model.objects.all())
    there = there.filter(clocks.there(kind, at)).only("golden_id").order_by("golden_id")
    page_of = Paginator(there, PER_PAGE).get_page(request.GET.get("page"))
    held = clocks.of(kind, [row.pk for row in page_of.object_list], at)
    columns = record_rows.columns(kind, request.GET.getlist("columns"))
    context |= {"page": page_of, "columns": columns, "rows": _rows(kind, held, columns, asked)}
    return render(request, "mdm/record_list_past.html", context)


def _ignored(request: HttpRequest) -> bool:
    """Whether the address also searches, sorts or filters, which the past cannot do."""
    known = (*two_clocks.NAMES, "page", "columns", "density")
    return any(name not in known for name in request.GET)


def _rows(
    kind: Domain, held: dict[Any, clocks.Past], columns: list[Column], asked: Asked
) -> list[dict[str, Any]]:
    shown = {i: p for i, p in held.items() if p.values["status"] != Status.MERGED}
    words = Words(kind).learn(*(past.values for past in shown.values()))
    return [
        {
            "code": past.values["code"],
            "name": past.values[kind.name] or past.values["code"],
            "url": f"{row_url(kind, golden_id)}?{asked.query}",
            "status": past.values["status"],
            "version": past.version,
            "cells": [
                record_rows.cell(words, column, past.values, asked.day) for column in columns
            ],
        }
        for golden_id, past in sorted(shown.items())
    ]
