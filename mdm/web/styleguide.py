"""Every component with sample data, in every state: for people who write pages, and for tests."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from mdm.web import samples
from mdm.web.states import KINDS


def styleguide(request: HttpRequest) -> HttpResponse:
    """The style guide; `?empty=1` shows every list without rows, `?messages=1` one message each."""
    if not (settings.DEBUG or settings.MDM_DEMO):
        raise Http404
    if "messages" in request.GET:
        messages.success(request, "CR-1042 is approved; it needs one more person of Finance DE.")
        messages.warning(request, "28 records wait for a code map in Coupa.")
        messages.error(request, "The record has changed since you opened it.")
    full = "empty" not in request.GET
    sample = samples.FULL if full else samples.EMPTY
    form = samples.SampleForm({"name": "", "iban": "DE00", "terms": "N030"} if full else None)
    context = {
        "kinds": {kind: sorted(states) for kind, states in KINDS.items()},
        "full": full,
        "form": form,
        "wizard": ("File", "Map", "Preview", "Run"),
        "page": Paginator(sample["rows"], 3).get_page(request.GET.get("page")),
        **sample,
    }
    return render(request, "mdm/styleguide.html", context)
