"""What a merge would do in the targets, beside the page that proposes it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mdm.domains import domain_by_path
from mdm.errors import Invalid
from mdm.web.page import find, page
from publishing import joining


@page
def merge_targets(request: HttpRequest, domain: str) -> HttpResponse:
    """The panel, or a page of its own for a browser without scripts."""
    try:
        ids = [UUID(text) for text in request.GET.get("ids", "").split(",")]
    except ValueError:
        raise Invalid(request.GET.get("ids", ""), "the ids of the records to merge") from None
    kind = domain_by_path(domain)
    rows = [find(request.user, kind, golden_id) for golden_id in ids]
    context = {
        "kind": kind,
        "row": rows[0],
        "effects": list(joining.merging(kind, rows[0].pk, [row.pk for row in rows[1:]])),
        "back_url": f"/{kind.path}/merge/?ids={','.join(map(str, ids))}",
    }
    is_part = request.headers.get("HX-Request") == "true"
    template = "publishing/_merge_targets.html" if is_part else "publishing/merge_targets.html"
    return render(request, template, context)
