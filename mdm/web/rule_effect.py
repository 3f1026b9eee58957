"""The rule time machine as a page: what a rule would flip, before it is proposed and while drafted.

Of a form that is not saved yet it is an answer to the form, and brings the form along; of a change
it is a page of its own.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mdm import effects, links
from mdm.domains.spec import Subject
from mdm.effects import Effect
from mdm.errors import MdmError
from mdm.models import Change, ChangePart
from mdm.queries import flips
from mdm.web.change_page import find
from mdm.web.opening import Opening
from mdm.web.page import page

SHOWN = 200
CARRIED_NOT = ("csrfmiddlewaretoken", "_do")


def is_shown_for(kind: Subject, opening: Opening) -> bool:
    """Whether a form of this kind has an effect on records to be shown."""
    return kind.code in effects.SETTINGS or (kind.code == effects.SYSTEM and not opening.is_new)


def of_form(request: HttpRequest, opening: Opening, part: ChangePart) -> HttpResponse:
    """What a filled-in form would do, with the form carried along. Raises `MdmError`."""
    about = request.POST.get("_do", "").partition(":")[2]
    found = effects.effect([part], most=SHOWN, about=about, is_open=flips.open_to(request.user))
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in CARRIED_NOT
        for value in values
    ]
    context = _context(found) | {
        "heading": f"Effect of: {opening.heading.lower()}",
        "post_url": opening.url,
        "back_url": opening.back_url,
        "carried": carried,
    }
    return render(request, "mdm/rule_effect.html", context)


@page
def change_effect(request: HttpRequest, number: str) -> HttpResponse:
    """What a change of rules would flip if it were applied today."""
    change: Change = find(request.user, number)
    parts = list(change.parts.filter(subject__in=effects.RULING))
    problem, found = "", Effect()
    try:
        found = effects.effect(
            parts,
            most=SHOWN,
            about=request.GET.get("attribute", ""),
            is_open=flips.open_to(request.user),
        )
    except MdmError as error:
        problem = str(error)
    context = _context(found) | {
        "heading": f"Effect of {change.number}",
        "change": change,
        "problem": problem,
        "url": reverse("change-effect", args=[change.number]),
        "back_url": links.change(change.number),
    }
    return render(request, "mdm/rule_effect.html", context)


def _context(found: Effect) -> dict[str, Any]:
    return {
        "found": found,
        "sentence": flips.sentence(found),
        "attributes": flips.by_attribute(found),
        "systems": flips.by_system(found),
        "lines": list(flips.lines(found)),
        "targets": flips.payloads(found),
        "more": max(0, found.fitting - len(found.shown)),
    }
