"""A record's past: the timeline of its versions, two of them compared, the way to another day."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from mdm import history, steps
from mdm.domains.spec import Domain, Subject
from mdm.errors import NotFound
from mdm.queries import differences
from mdm.web import two_clocks, value_history
from mdm.web.page import find, page, row_url
from mdm.web.record_page import frame
from mdm.web.versions import timeline

PER_PAGE = 25
OLD_NAMES = dict(zip(("valid", "known"), two_clocks.NAMES, strict=True))


@page
def record_history(request: HttpRequest, domain: Domain, golden_id: UUID) -> HttpResponse:
    """The history of a golden record."""
    return shown(request, domain, find(request.user, domain, golden_id))


def shown(request: HttpRequest, kind: Subject, row: Any) -> HttpResponse:
    """The timeline; the comparison when `a` and `b` are given; the way to another day."""
    if path := request.GET.get("path", ""):
        return value_history.shown(request, kind, row, path)
    if any(request.GET.get(name) for name in OLD_NAMES):
        return redirect(_as_of(kind, row, request.GET))
    versions = history.versions(kind, row.pk)
    context = frame(request, kind, row, "history", versions=len(versions)) | {
        "clocks": two_clocks.blank(),
        "numbers": [v.number for v in versions],
        "history_url": row_url(kind, row.pk, "history"),
        "restore_url": row_url(kind, row.pk, "restore"),
        "export_url": row_url(kind, row.pk, "history-export"),
        "mode": "timeline",
    }
    if request.GET.get("a") or request.GET.get("b"):
        context |= _compared(request, kind, row, versions)
    else:
        context["mode"] = (
            request.GET.get("view") if request.GET.get("view") in VIEWS else "timeline"
        )
        every = steps.history_of(kind, row.pk)
        page_of = Paginator(every, PER_PAGE).get_page(request.GET.get("page"))
        context |= {"page": page_of, "entries": timeline(kind, row.pk, page_of.object_list)}
    return render(request, "mdm/record_history.html", context)


VIEWS = ("compare", "as-of")


def _as_of(kind: Subject, row: Any, query: QueryDict) -> str:
    """Where the record is shown as of the clocks, which this page once named otherwise."""
    asked = {new: str(query[old]) for old, new in OLD_NAMES.items() if query.get(old)}
    return f"{row_url(kind, row.pk)}?{urlencode(asked)}"


def _compared(
    request: HttpRequest, kind: Subject, row: Any, versions: list[history.Version]
) -> dict[str, Any]:
    """What differs between two versions, and the way to the next pair."""
    newest = versions[0].number
    for asked in (request.GET.get("a", ""), request.GET.get("b", "")):
        if asked and not _number(asked, default=0):
            said = f"Found “{asked[:20]}”, expected the number of a version: 1 to {newest}."
            return {"mode": "compare", "said": said, "a": max(1, newest - 1), "b": newest}
    a = _number(request.GET.get("a"), default=max(1, newest - 1))
    b = _number(request.GET.get("b"), default=newest)
    try:
        found = history.compare(kind, row.pk, a, b)
    except NotFound as error:
        return {"mode": "compare", "said": str(error), "a": a, "b": b}
    patch = {one["path"]: one["after"] for one in found}
    before = {one["path"]: one["before"] for one in found}
    url = row_url(kind, row.pk, "history")
    return {
        "mode": "compare",
        "a": a,
        "b": b,
        "a_label": f"Version {a}",
        "b_label": f"Version {b}",
        "diff": differences.rows(kind, patch, before),
        "put_back": min(a, b) if min(a, b) < newest else 0,
        "earlier": f"{url}?a={a - 1}&b={b - 1}" if min(a, b) > 1 else "",
        "later": f"{url}?a={a + 1}&b={b + 1}" if max(a, b) < newest else "",
    }


def _number(text: str | None, *, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else default
