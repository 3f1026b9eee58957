"""The first page of publishing: did it arrive, how each target fares, what is stuck and why."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from mdm import permissions
from mdm.domains import DOMAINS
from mdm.errors import MdmError
from mdm.web.forms import said as said_with
from mdm.web.page import page
from publishing import causes, figures, mending, monitor, standing, targets
from publishing.figures import Health
from publishing.models import Replica, Target
from publishing.web import arrival, filters, words
from publishing.web.replays import replayable

State = Replica.State
TOP = 5


@page
def publishing(request: HttpRequest) -> HttpResponse:
    """Whether things arrive, and what stands in the way."""
    permissions.require(request.user, "see")
    counts = figures.states(by=request.user)
    stuck = causes.stuck(by=request.user)
    may = permissions.may(request.user, "publish")
    healths = figures.health(by=request.user)
    context = {
        "tabs": filters.tabs("overview", counts, len(stuck)),
        "asked": request.GET.get("arrive", "").strip()[:200],
        "answers": arrival.answers(request.GET.get("arrive", ""), by=request.user),
        "causes": cause_rows(stuck[:TOP], may),
        "held": sum(one.replicas for one in stuck),
        "cause_count": len(stuck),
        "targets": target_rows(request.user, healths),
        "may_publish": may,
        **(_replay_dead(request.user) if may else {}),
        **success(request.user, [h.target for h in healths]),
        **attempts(request.user),
    }
    return render(request, "publishing/publishing.html", context)


def _replay_dead(user: Any) -> dict[str, Any]:
    """The dead letters that sending again can help, counted as the preview counts them."""
    dead = monitor.deliveries(monitor.Filter(state=State.DEAD), by=user)
    count = mending.without_hopeless(replayable(user, dead)).count()
    return {"dead": count, "replay_url": f"{reverse('replay')}?state={State.DEAD}" if count else ""}


@page
def cause_list(request: HttpRequest) -> HttpResponse:
    """Every reason for which deliveries are stuck, the most frequent first."""
    permissions.require(request.user, "see")
    stuck = causes.stuck(by=request.user)
    context = {
        "tabs": filters.tabs("causes", figures.states(by=request.user), len(stuck)),
        "causes": cause_rows(stuck, permissions.may(request.user, "publish")),
        "held": sum(one.replicas for one in stuck),
    }
    return render(request, "publishing/causes.html", context)


def cause_rows(stuck: Sequence[causes.Cause], may_publish: bool) -> list[dict[str, Any]]:
    """Causes as rows of their table."""
    rows = []
    for one in stuck:
        narrowed = {"cause": one.cause, "target": one.target.code}
        label, url = words.fix(one)
        rows.append(
            {
                "cause": one,
                "title": words.cause_title(one.cause, one.domain, one.target),
                "advice": words.advice(one),
                "url": words.list_url(**narrowed),
                "fix_label": label,
                "fix_url": url,
                "replay_url": f"{reverse('replay')}?{urlencode(narrowed)}"
                if may_publish and one.kind != "waiting" and mending.helps(one.cause, one.target)
                else "",
                "trend": f"Failed tries per hour: {', '.join(map(str, one.trend))}",
                "tone": "warn" if one.kind in ("transient", "unknown", "waiting") else "bad",
            }
        )
    return rows


def target_rows(user: Any, healths: Sequence[Health]) -> list[dict[str, Any]]:
    """How each target fares, as rows of its table."""
    landed = figures.landed_by_hour(by=user)
    return [_target_row(h, landed.get(h.target.pk, (0,) * figures.HOURS)) for h in healths]


def _target_row(health: Health, landed: tuple[int, ...]) -> dict[str, Any]:
    code = health.target.code
    return {
        "health": health,
        "state": words.target_state(health.word, health.target),
        "url": reverse("target", args=[code]),
        "landed": landed,
        "sentence": f"{health.target.name}: {sum(landed)} landed in the last 24 hours",
        "queue_url": words.list_url(target=code, state="pending"),
        "dead_url": words.list_url(target=code, state=State.DEAD),
        "manual_url": words.list_url(target=code, state=State.MANUAL),
        "due": words.lag(health.oldest_due),
        "p50": words.lag(health.p50),
        "p95": words.lag(health.p95),
        "is_stopped": bool(health.because),
    }


def success(user: Any, among: Sequence[Target]) -> dict[str, Any]:
    """Per target and domain the share of deliveries that have landed."""
    found = figures.by_domain(by=user)
    domains = [d for d in DOMAINS.values() if permissions.may(user, "see", d.code)]
    rows = [
        {
            "name": target.name,
            "cells": [_cell(target, d.code, found.get((target.pk, d.code), {})) for d in domains],
        }
        for target in among
    ]
    return {"heat": rows, "heat_domains": [d.plural for d in domains]}


def _cell(target: Target, domain: str, states: dict[str, int]) -> dict[str, str]:
    url = words.list_url(target=target.code, domain=domain)
    wanted = sum(n for state, n in states.items() if state != State.SKIPPED)
    if not targets.takes_domain(target, domain):
        return {"word": "not taken", "tone": "idle", "url": ""}
    if not wanted:
        return {"word": "none", "tone": "idle", "url": url if states else ""}
    if states.get(State.MANUAL, 0) == wanted:
        return {"word": "by hand", "tone": "info", "url": url}
    share = states.get(State.LANDED, 0) / wanted
    tone = "ok" if share >= 0.98 else "warn" if share >= 0.9 else "bad"
    return {"word": f"{100 * share:.1f}".removesuffix(".0") + " %", "tone": tone, "url": url}


def attempts(user: Any) -> dict[str, Any]:
    """Outcomes of the last 24 hours, hour by hour, for the plot."""
    hours = figures.outcomes_by_hour(by=user)
    slots: list[dict[str, Any]] = [
        {"name": f"{timezone.localtime(at):%H:%M}", **words.paint(counts)} for at, counts in hours
    ]
    totals = {paint: sum(slot[paint] for slot in slots) for paint, _ in words.SERIES}
    said = ", ".join(f"{totals[paint]:,} {word}" for paint, word in words.SERIES)
    return {
        "slots": slots if any(totals.values()) else [],
        "series": words.SERIES,
        "plot_sentence": f"Tries per hour over the last 24 hours: {said}",
    }


@require_POST
@page
def target_pause(request: HttpRequest, code: str) -> HttpResponse:
    """Send nothing more to a target until it is resumed."""
    target = targets.find(code)
    targets.require_run(request.user, target)
    try:
        standing.pause(target, by=request.user, because=said_with(request.POST, 300))
    except MdmError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{target.name} is paused. What is under way is finished.")
    return redirect(_back(request))


@require_POST
@page
def target_resume(request: HttpRequest, code: str) -> HttpResponse:
    """Send again what was held back for a target."""
    target = targets.find(code)
    targets.require_run(request.user, target)
    count = standing.resume(target, by=request.user)
    noun = "delivery is" if count == 1 else "deliveries are"
    messages.success(request, f"{target.name} is resumed; {count:,} {noun} queued.")
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The target's page, when it was asked from there."""
    code = request.POST.get("value", "") or request.POST.get("from", "")
    return reverse("target", args=[code]) if code else reverse("publishing")
