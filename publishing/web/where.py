"""Where a record is: what each target should have and has of it, and what others still miss."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from mdm import links, permissions, vault
from mdm.domains import DOMAINS
from mdm.domains.golden import LIVE
from mdm.domains.spec import Domain
from mdm.domains.values import read
from mdm.errors import NotFound
from mdm.models import Event
from mdm.web import record_page
from mdm.web.page import BELONGS_TO, find, page
from publishing import figures, monitor, readiness, targets
from publishing.models import Replica
from publishing.monitor import Place
from publishing.web import overview, words

State = Replica.State
QUIET = ("not_taken", "not_wanted", State.SKIPPED)


@page
def record_where(request: HttpRequest, golden_id: UUID) -> HttpResponse:
    """The panel of a record's page, or the whole page for a browser without scripts."""
    kind, row = _record(request.user, golden_id)
    places = monitor.where_it_is(row.pk, clock=words.clock)
    context: dict[str, Any] = {
        "wanted": _wanted(places),
        "targets": [_shown(place) for place in places if place.state != "not_taken"],
        "not_taken": [p.target.name for p in places if p.state == "not_taken"],
        **_readiness(kind, row),
    }
    if request.headers.get("HX-Request") == "true":
        return render(request, "publishing/_where.html", context)
    request.META[BELONGS_TO] = links.record(kind, row.pk)
    frame = record_page.frame(request, kind, row, "publishing")
    for tab in frame["tabs"]:
        tab["current"] = tab["url"] == request.path
    context |= frame | {
        "places": [
            {
                "place": p,
                "keys": words.keys_of(p.replica),
                "url": reverse("delivery", args=[p.replica.pk]),
            }
            for p in places
            if p.replica is not None
        ]
    }
    return render(request, "publishing/where.html", context)


def _record(user: Any, golden_id: UUID) -> tuple[Domain, Any]:
    """The record of any domain that has that id, if the person may see it."""
    known = Event.objects.filter(golden_id=golden_id).values_list("domain", flat=True).first()
    for kind in [DOMAINS[known]] if known else DOMAINS.values():
        if known or kind.model.objects.filter(pk=golden_id).exists():
            return kind, find(user, kind, golden_id)
    raise NotFound(f"There is no record {golden_id}, or none you may see.")


def _wanted(places: Sequence[Place]) -> str:
    versions = {p.wanted for p in places if p.wanted}
    if not versions:
        return "It is wanted nowhere yet"
    if len(versions) == 1:
        everywhere = len([p for p in places if p.wanted]) > 1
        return f"Version {versions.pop()} is wanted{' everywhere' if everywhere else ''}"
    return f"Version {max(versions)} is the newest that is wanted"


def _shown(place: Place) -> dict[str, Any]:
    """A target as the component takes it."""
    replica = place.replica
    landed = place.state == State.LANDED
    return {
        "name": place.target.name,
        "state": place.state,
        "word": _word(place),
        "has": f"Has v{place.landed}" if landed else place.sentence,
        "key": place.key if landed else "",
        "key_label": targets.main_kind(place.target, replica.domain).replace("_", " ")
        if replica
        else "",
        "line": "Confirmed" if landed else "",
        "when": place.at if landed else None,
        "url": reverse("delivery", args=[replica.pk]) if replica else "",
        "link": "Show its tries",
    }


def _word(place: Place) -> str:
    if place.state == State.WAITING and place.replica is not None:
        return f"Retrying, try {place.replica.tries + 1}"
    return ""


def _readiness(kind: Domain, row: Any) -> dict[str, Any]:
    """For which targets the record is ready, and what the others miss."""
    if row.status not in LIVE:
        return {"unready": [], "ready_for_none": False}
    values = vault.open_values(kind, read(kind, row))
    known = readiness.readiness(kind.code, values)
    unready = [
        {
            "name": one.target.name,
            "reasons": [one.left_out]
            if one.left_out
            else list(dict.fromkeys(readiness.said(kind.code, p) for p in one.problems)),
            "is_left_out": bool(one.left_out),
        }
        for one in known
        if not one.is_ready
    ]
    return {"unready": unready, "ready_for_none": bool(known) and len(unready) == len(known)}


@page
def home_targets(request: HttpRequest) -> HttpResponse:
    """The panel of the home page: how each target fares."""
    permissions.require(request.user, "see")
    if request.headers.get("HX-Request") != "true":
        return redirect("publishing")
    healths = figures.health(by=request.user)
    rows = overview.target_rows(request.user, healths)
    return render(request, "publishing/_home_targets.html", {"targets": rows})
