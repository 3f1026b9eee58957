"""Replay a filtered set: what it would do, counted, before anybody does it; and what came of it."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from mdm import permissions
from mdm.domains import DOMAINS
from mdm.domains.ids import uuid7
from mdm.errors import Invalid, MdmError
from mdm.models import LedgerEntry
from mdm.web.forms import DressedForm
from mdm.web.page import page
from publishing import mending, monitor
from publishing import replay as replaying
from publishing.models import Replica, Target
from publishing.replay import MOST_AT_ONCE, Which
from publishing.web import filters, words
from publishing.web.deliveries import PER_PAGE

State = Replica.State
SHOWN = 20
WAYS = ((Which.CURRENT, "The version wanted now"), (Which.SAME, "Only the version tried last"))


class ReplayForm(DressedForm):
    """How to send a set again."""

    which = forms.ChoiceField(
        label="What to send",
        choices=WAYS,
        initial=Which.CURRENT,
        help_text="A delivery of which a newer version is wanted never gets the older one.",
    )
    limit = forms.IntegerField(
        label="At most",
        min_value=1,
        max_value=MOST_AT_ONCE,
        initial=1000,
        help_text="The first so many, target by target. Each target keeps its own rate.",
    )
    overwrite = forms.BooleanField(
        label="Overwrite what was changed by hand in the target", required=False
    )
    because = forms.CharField(
        label="Why", max_length=300, help_text="It is kept in the ledger.", strip=True
    )


def replayable(user: Any, rows: QuerySet[Replica]) -> QuerySet[Replica]:
    """Those of the deliveries that the person may send again."""
    mine = [code for code in DOMAINS if permissions.may(user, "publish", code)]
    return rows.filter(domain__in=mine)


@page
def replay(request: HttpRequest) -> HttpResponse:
    """What replaying the filtered set would do; sent, it is done."""
    permissions.require(request.user, "publish")
    asked = filters.form_of(request.GET)
    mine = replayable(request.user, monitor.deliveries(filters.filter_of(asked), by=request.user))
    rows = mending.without_hopeless(mine)
    form = ReplayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _replay(request, rows, form.cleaned_data)
    which = _which(form, request)
    seen = replaying.preview(rows, which)
    sample = rows.prefetch_related("parts").exclude(state__in=replaying.UNDER_WAY)
    names = dict(Target.objects.values_list("code", "name"))
    context = {
        "form": form,
        "seen": seen,
        "hopeless": mine.count() - rows.count(),
        "by_target": [(names.get(code, code), n) for code, n in seen.by_target.items()],
        "rows": words.shown(sample[:SHOWN]),
        "chips": list(filters.chips(asked)),
        "back_url": words.list_url(**filters.kept(asked)),
        "most": MOST_AT_ONCE,
    }
    return render(request, "publishing/replay.html", context)


def _which(form: ReplayForm, request: HttpRequest) -> Which:
    said = request.POST.get("which") or request.GET.get("which") or Which.CURRENT
    if said not in list(Which):
        raise Invalid(said, "current or same")
    form.initial["which"] = said
    return Which(said)


def _replay(request: HttpRequest, rows: QuerySet[Replica], said: dict[str, Any]) -> HttpResponse:
    number = uuid7()
    try:
        count = replaying.replay(
            rows,
            by=request.user,
            which=Which(said["which"]),
            limit=said["limit"],
            overwrite=said["overwrite"],
            because=said["because"],
            number=number,
        )
    except MdmError as error:
        messages.error(request, str(error))
        return redirect(request.get_full_path())
    if not count:
        messages.warning(request, "Nothing was replayed: all of it is under way already.")
        return redirect(words.list_url(**filters.kept(filters.form_of(request.GET))))
    return redirect("replayed", number=number)


@page
def replayed(request: HttpRequest, number: Any) -> HttpResponse:
    """What became of a replay: how many have landed, are on their way, or stand still again."""
    permissions.require(request.user, "see")
    rows = monitor.visible(
        Replica.objects.select_related("target__state_row").prefetch_related("parts"),
        by=request.user,
    ).filter(replayed_in=number)
    entries = LedgerEntry.objects.filter(kind="delivery_replayed", facts__replay=str(number))
    states = [str(state) for state in rows.values_list("state", flat=True)]
    moving = [*replaying.UNDER_WAY, State.WAITING, State.UNKNOWN, State.ACCEPTED]
    counts = {
        "landed": states.count(State.LANDED),
        "moving": sum(states.count(state) for state in moving),
        "still": len(states)
        - states.count(State.LANDED)
        - sum(states.count(state) for state in moving),
    }
    shown = Paginator(rows.order_by("state", "code", "pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "number": number,
        "counts": counts,
        "total": len(states),
        "page": shown,
        "rows": words.shown(shown),
        "entry": entries.first(),
        "asked": sum(int(e.facts.get("count", 0)) for e in entries),
        "is_running": bool(counts["moving"]),
        "url": reverse("replayed", args=[number]),
    }
    is_part = request.headers.get("HX-Request") == "true"
    template = "publishing/_replayed.html" if is_part else "publishing/replayed.html"
    return render(request, template, context)


def replay_url(kept: dict[str, str]) -> str:
    """The preview of replaying a filtered set."""
    return f"{reverse('replay')}?{urlencode(kept)}"
