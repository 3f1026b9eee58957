"""Search over everything one may see; each hit says why it was found."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mdm import permissions
from mdm.domains import DOMAINS
from mdm.queries import finding
from mdm.queries.finding import Hit
from mdm.web.page import new_url, page

MOST = 40
AS_ONE_TYPES = 8
FEW = 3
"""With fewer hits than this, names like it are shown as well."""
SEARCHED = (
    "names, former names, numbers, tax ids, bank accounts, keys in other systems, change numbers,"
    " golden and correlation ids"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit as its row shows it."""

    kind: str
    icon: str
    label: str
    code: str
    why: str
    url: str
    status: str


@page
def search(request: HttpRequest) -> HttpResponse:
    """The hits for `q`; without any, the nearest names, and a way to create it."""
    permissions.require(request.user, "see")
    text = request.GET.get("q", "").strip()[:200]
    hits = finding.search(request.user, text, limit=MOST) if text else []
    nearest = finding.nearest(request.user, text) if text and len(hits) < FEW else []
    known = {hit.link for hit in hits}
    context = {
        "q": text,
        "hits": [_shown(hit) for hit in hits],
        "nearest": [_shown(hit) for hit in nearest if hit.link not in known],
        "searched": SEARCHED,
        "create": list(_create(request.user, text)) if not hits else [],
        "is_cut": len(hits) == MOST,
    }
    return render(request, "mdm/search.html", context)


@page
def search_hits(request: HttpRequest) -> HttpResponse:
    """The first hits, while somebody types in the top bar."""
    permissions.require(request.user, "see")
    text = request.GET.get("q", "").strip()[:200]
    long_enough = len(text) > 1
    hits = (
        finding.search(request.user, text, limit=AS_ONE_TYPES, quickly=True) if long_enough else []
    )
    context = {"q": text if long_enough else "", "hits": [_shown(hit) for hit in hits]}
    return render(request, "mdm/_hits.html", context)


def _shown(hit: Hit) -> Shown:
    domain = DOMAINS.get(hit.domain)
    return Shown(
        kind=domain.label if domain else "Change",
        icon=domain.icon if domain else "change",
        label=hit.label,
        code=hit.code,
        why=hit.why,
        url=hit.link,
        status=hit.status,
    )


def _create(user: Any, text: str) -> Iterable[tuple[str, str]]:
    """Where one may propose what was not found."""
    for domain in DOMAINS.values():
        if text and permissions.may(user, "propose", domain.code):
            yield domain.label, f"{new_url(domain)}?{urlencode({domain.name: text})}"
