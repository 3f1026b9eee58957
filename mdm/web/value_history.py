"""The whole life of one value: who changed it to what, when, why, and who approved that."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mdm import steps
from mdm.domains import patch as patches
from mdm.domains.spec import Subject
from mdm.web.page import row_url
from mdm.web.record_page import frame
from mdm.web.versions import timeline

PER_PAGE = 25


def shown(request: HttpRequest, kind: Subject, row: Any, path: str) -> HttpResponse:
    """Every version and pin of the value, newest first. Raises `Invalid` for no such value."""
    found = steps.life(kind, row.pk, path)
    page_of = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = frame(request, kind, row, "history") | {
        "path": path,
        "label": label_of(kind, path),
        "count": len(found),
        "page": page_of,
        "entries": timeline(kind, row.pk, page_of.object_list),
        "history_url": row_url(kind, row.pk, "history"),
    }
    return render(request, "mdm/value_history.html", context)


def label_of(kind: Subject, path: str) -> str:
    """What a path is called: a value, an item, a collection, or the status."""
    collection = kind.collection(path)
    if path == "status" or collection is not None:
        return collection.label if collection else "Status"
    return patches.label(kind, path)
