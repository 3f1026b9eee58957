"""Authority: per domain, which system is believed how far about what, and what decides."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mdm import effects, permissions
from mdm.domains import DOMAINS
from mdm.domains.spec import Domain
from mdm.models import Change, ChangePart
from mdm.models.rules import SURVIVORSHIP_RULES, SYSTEM_TRUSTS
from mdm.queries import authority as queries
from mdm.queries.authority import Cell, Matrix, Row
from mdm.queries.changes import visible
from mdm.web.page import list_url, new_url, page, row_url

LONGEST_CODE, LONGEST_NAME = 80, 120


@page
def authority_first(request: HttpRequest) -> HttpResponse:
    """The first domain that the person may see."""
    permissions.require(request.user, "see")
    mine = [d for d in DOMAINS.values() if permissions.may(request.user, "see", d.code)]
    return _page(request, (mine or list(DOMAINS.values()))[0])


@page
def authority(request: HttpRequest, domain: Domain) -> HttpResponse:
    """One domain's matrix."""
    return _page(request, domain)


def _page(request: HttpRequest, domain: Domain) -> HttpResponse:
    permissions.require(request.user, "see", domain.code)
    found = queries.matrix(domain)
    context = {
        "matrix": found,
        "rows": list(_shown(found, may=permissions.may(request.user, "govern"))),
        "tabs": list(_tabs(request.user, domain)),
        "open": list(visible(request.user, _open())[:5]),
        "rules_url": list_url(SURVIVORSHIP_RULES),
        "trusts_url": list_url(SYSTEM_TRUSTS),
        "may": permissions.may(request.user, "govern"),
    }
    return render(request, "mdm/authority.html", context)


def _open() -> Any:
    """Changes of rules or trust that are under way."""
    ruling = ChangePart.objects.filter(subject__in=effects.SETTINGS).values("change_id")
    wanted = (Change.State.DRAFT, *Change.OPEN)
    rows = Change.objects.filter(pk__in=ruling, state__in=wanted)
    return rows.select_related("requested_by").order_by("-id")


def _tabs(user: Any, current: Domain) -> Iterator[dict[str, Any]]:
    for domain in DOMAINS.values():
        if permissions.may(user, "see", domain.code):
            yield {
                "label": domain.plural,
                "url": reverse("authority", args=[domain.path]),
                "current": domain.code == current.code,
                "count": None,
            }


def _shown(found: Matrix, *, may: bool) -> Iterator[dict[str, Any]]:
    """The rows with the way to propose another rule or trust for each."""
    for row in found.rows:
        yield {
            "about": row.about,
            "label": row.label,
            "kind": row.kind,
            "sentence": row.rule.sentence,
            "note": row.note,
            "inherited": row.inherited,
            "url": _rule_url(found.domain, row) if may else "",
            "cells": [
                {
                    "name": cell.name,
                    "trust": cell.trust,
                    "inherited": cell.inherited,
                    "url": _trust_url(found.domain, row, cell) if may else "",
                }
                for cell in row.cells
            ],
        }


def _rule_url(domain: Domain, row: Row) -> str:
    """The form for the rule of a row, filled in as far as the row says."""
    if row.row is not None:
        return row_url(SURVIVORSHIP_RULES, row.row.pk, "propose")
    about = "everything" if row.about == "*" else row.label
    given = {
        "code": _code(domain.code, row.about),
        "name": f"{domain.plural}: {about}"[:LONGEST_NAME],
        "domain": domain.code,
        "about": row.about,
        "first": row.rule.order[0].value,
    }
    return f"{new_url(SURVIVORSHIP_RULES)}?{urlencode(given)}"


def _trust_url(domain: Domain, row: Row, cell: Cell) -> str:
    """The form for the trust in a system about a row, filled in likewise."""
    if cell.row is not None:
        return row_url(SYSTEM_TRUSTS, cell.row.pk, "propose")
    about = "everything" if row.about == "*" else row.label
    given = {
        "code": _code(cell.system, domain.code, row.about),
        "name": f"{cell.name} about {domain.plural.lower()}: {about}"[:LONGEST_NAME],
        "system": cell.system,
        "domain": domain.code,
        "about": row.about,
        "score": str(cell.trust.score),
    }
    return f"{new_url(SYSTEM_TRUSTS)}?{urlencode(given)}"


def _code(*parts: str) -> str:
    words = ["all" if part == "*" else part for part in parts]
    return "-".join(words).lower().replace(" ", "-").replace("_", "-")[:LONGEST_CODE]
