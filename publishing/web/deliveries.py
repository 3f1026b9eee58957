"""The list of deliveries: searched, filtered, paged; what it shows can be replayed as a whole."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mdm import permissions
from mdm.errors import Invalid
from mdm.web.page import page
from publishing import figures, monitor
from publishing.models import Replica, Target
from publishing.web import filters, words

State = Replica.State
PER_PAGE = 50
TABBED = {State.DEAD: "Dead letters", State.BLOCKED: "Blocked", State.MANUAL: "Manual tasks"}
EMPTY = {
    State.DEAD: ("Nothing is dead", "No delivery waits for somebody to decide about it."),
    State.BLOCKED: ("Nothing is blocked", "No delivery waits for another record to land first."),
    State.MANUAL: ("No task for a person", "Whatever has an interface was sent through it."),
}


@page
def delivery_list(request: HttpRequest) -> HttpResponse:
    """The deliveries that the person may see, the latest moved first."""
    permissions.require(request.user, "see")
    counts = figures.states(by=request.user)
    try:
        form = filters.form_of(request.GET)
    except Invalid as error:
        context: dict[str, Any] = {"tabs": filters.tabs("deliveries", counts), "said": str(error)}
        return render(request, "publishing/deliveries_refused.html", context, status=400)
    rows = monitor.deliveries(filters.filter_of(form), by=request.user).prefetch_related("parts")
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    kept = filters.kept(form)
    state = form.cleaned_data["state"]
    title, said = EMPTY.get(state, ("Nothing matches", "No delivery is like what you asked for."))
    if not kept:
        title, said = "Nothing was published yet", "Approved records appear here within seconds."
    target = Target.objects.filter(code=form.cleaned_data["target"]).first()
    context = {
        "tabs": filters.tabs(state if state in TABBED else "deliveries", counts),
        "title": TABBED.get(state, "Deliveries"),
        "form": form,
        "page": shown,
        "rows": words.shown(shown),
        "chips": list(filters.chips(form, target)),
        "empty_title": title,
        "empty_said": said,
        "is_narrowed": bool(kept),
        "replay_url": f"{reverse('replay')}?{urlencode(kept)}"
        if kept and shown.paginator.count and permissions.may(request.user, "publish")
        else "",
    }
    return render(request, "publishing/deliveries.html", context)
