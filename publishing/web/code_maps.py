"""Code maps: what each target calls our codes; what is missing comes first. Changed by changes."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mdm import permissions
from mdm.errors import Invalid
from mdm.models import Change
from mdm.web.page import page
from publishing import codemaps, targets, unmapped
from publishing.codemaps import CODE_MAPS
from publishing.models import Target
from publishing.web import words

SUBJECT = CODE_MAPS.code


@page
def code_map_list(request: HttpRequest) -> HttpResponse:
    """Every target with how many entries its maps have, and how many are missing."""
    permissions.require(request.user, "see")
    rows = [_target_row(target, request.user) for target in targets.live()]
    return render(request, "publishing/code_map_list.html", {"rows": rows})


def _target_row(target: Target, user: Any) -> dict[str, Any]:
    known = codemaps.entries(target)
    missing = unmapped.of(target, by=user)
    return {
        "target": target,
        "url": reverse("code-maps", args=[target.code]),
        "own": sum(1 for e in known if not e.is_default),
        "defaults": sum(1 for e in known if e.is_default),
        "missing": len(missing),
        "stopped": sum(one.stopped for one in missing),
        "lists": len(codemaps.lists(target)),
    }


@page
def code_maps(request: HttpRequest, code: str) -> HttpResponse:
    """The code maps of one target, list by list; what is missing first."""
    permissions.require(request.user, "see")
    target = targets.find(code)
    only = request.GET.get("list", "")
    names = names_of(target)
    if only and only not in names:
        raise Invalid(only, f"one of {', '.join(names)}")
    known = [e for e in codemaps.entries(target) if only in ("", e.list)]
    missing = [one for one in unmapped.of(target, by=request.user) if only in ("", one.list)]
    context = {
        "target": target,
        "may_propose": permissions.may(request.user, "govern"),
        "missing": [_missing(target, one) for one in missing],
        "lists": [_list(target, name, known, missing) for name in names if only in ("", name)],
        "only": only,
        "only_label": label_of(only),
        "pending": _pending(target),
        "crumbs": _crumbs(target, only),
        "tabs": _tabs(target),
    }
    return render(request, "publishing/code_maps.html", context)


def _list(
    target: Target, name: str, known: list[codemaps.Entry], missing: list[unmapped.Missing]
) -> dict[str, Any]:
    rows = [e for e in known if e.list == name]
    return {
        "name": name,
        "label": label_of(name),
        "rows": [_row(target, e) for e in rows],
        "own": sum(1 for e in rows if not e.is_default),
        "missing": sum(1 for one in missing if one.list == name),
        "used_for": unmapped.used_for(target, name),
    }


def label_of(name: str) -> str:
    """A list in words."""
    return name.replace("_", " ").capitalize()


def names_of(target: Target) -> list[str]:
    """Every list of a target: those its connector uses, and those somebody has made."""
    return sorted({*codemaps.lists(target), *(e.list for e in codemaps.entries(target))})


def _crumbs(target: Target, only: str) -> list[tuple[str, str]]:
    above = [("Code maps", reverse("code-map-list"))]
    return [*above, (target.name, reverse("code-maps", args=[target.code]))] if only else above


def _tabs(target: Target) -> list[dict[str, Any]]:
    return [
        {
            "label": one.name,
            "url": reverse("code-maps", args=[one.code]),
            "current": one.code == target.code,
            "count": None,
        }
        for one in targets.live()
    ]


def _missing(target: Target, one: unmapped.Missing) -> dict[str, Any]:
    """A code without an entry as a row."""
    asked = urlencode({"list": one.list, "ours": one.ours})
    cause = codemaps.SEPARATOR.join(("missing_code", one.list, one.ours))
    return {
        "ours": one.ours,
        "name": one.name,
        "label": label_of(one.list),
        "used": one.used,
        "stopped": one.stopped,
        "stopped_url": words.list_url(cause=cause, target=target.code),
        "map_url": f"{reverse('code-map-new', args=[target.code])}?{asked}",
    }


def _row(target: Target, entry: codemaps.Entry) -> dict[str, Any]:
    """An entry as a row of its list."""
    asked = urlencode({"list": entry.list, "ours": entry.ours})
    return {
        "entry": entry,
        "code": codemaps.code_of(target.code, entry.list, entry.ours),
        "edit_url": f"{reverse('code-map-new', args=[target.code])}?{asked}",
    }


def _pending(target: Target) -> list[Change]:
    """Changes of these maps that are not decided yet."""
    open_ones = Change.objects.filter(domain=SUBJECT, state__in=Change.OPEN)
    return list(
        open_ones.filter(parts__patch__code__startswith=f"{target.code}:").distinct().order_by("id")
    )
