"""Code maps: what each target calls our codes; what is missing comes first. Changed by changes."""

import csv
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from mdm import changes, ledger, links, permissions
from mdm.changes import PartSpec
from mdm.errors import Invalid, MdmError, NotFound, Refused
from mdm.imports import read, result
from mdm.models import Change
from mdm.web.forms import DressedForm
from mdm.web.page import page
from publishing import codemaps, targets, unmapped
from publishing.codemaps import CODE_MAPS
from publishing.models import CodeMap, Target
from publishing.web import words

COLUMNS = ("list", "ours", "theirs", "note")
SUBJECT = CODE_MAPS.code


class EntryForm(DressedForm):
    """One entry: what a target calls a code of ours."""

    name = forms.ChoiceField(label="List")
    ours = forms.CharField(label="Our code", max_length=80)
    theirs = forms.CharField(label="Their code", max_length=120)
    note = forms.CharField(label="Note", max_length=200, required=False)
    reason = forms.CharField(
        label="Why", max_length=300, help_text="The people who approve it read this."
    )

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["name"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(name, name.replace("_", " ").capitalize()) for name in names]


class FileForm(DressedForm):
    """A list of entries as CSV."""

    file = forms.FileField(label="A CSV file")


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
    names = _names(target)
    if only and only not in names:
        raise Invalid(only, f"one of {', '.join(names)}")
    known = [e for e in codemaps.entries(target) if only in ("", e.list)]
    missing = [one for one in unmapped.of(target, by=request.user) if only in ("", one.list)]
    context = {
        "target": target,
        "may_propose": permissions.may(request.user, "govern"),
        "missing": [_missing(target, one) for one in missing],
        "lists": [
            {
                "name": name,
                "label": name.replace("_", " ").capitalize(),
                "rows": [_row(target, e) for e in known if e.list == name],
                "missing": sum(1 for one in missing if one.list == name),
                "used_for": unmapped.used_for(target, name),
            }
            for name in names
            if only in ("", name)
        ],
        "names": [(name, name.replace("_", " ").capitalize(), name == only) for name in names],
        "only": only,
        "pending": _pending(target),
        "crumbs": [("Code maps", reverse("code-map-list"))],
        "tabs": _tabs(target),
    }
    return render(request, "publishing/code_maps.html", context)


def _names(target: Target) -> list[str]:
    return sorted({*codemaps.lists(target), *(e.list for e in codemaps.entries(target))})


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
        "label": one.list.replace("_", " ").capitalize(),
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


@page
def code_map_new(request: HttpRequest, code: str) -> HttpResponse:
    """Propose an entry, or another code for one that there is."""
    permissions.require(request.user, "govern")
    target = targets.find(code)
    asked = {name: request.GET.get(name, "")[:80] for name in ("list", "ours")}
    row = codemaps.find(target.code, asked["list"], asked["ours"])
    now = codemaps.lookup_or_empty(target, asked["list"], asked["ours"])
    initial = {
        "name": asked["list"],
        "ours": asked["ours"],
        "theirs": now,
        "note": row.note if row else "",
    }
    form = EntryForm(request.POST or None, names=_names(target), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change = _propose(target, form.cleaned_data, request.user)
        except MdmError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{change.number} is before its reviewers.")
            return redirect(links.change(change.number))
    context = {
        "target": target,
        "form": form,
        "now": now,
        "is_known": bool(row),
        "theirs_max": unmapped.longest(target, asked["list"]),
        "crumbs": [
            ("Code maps", reverse("code-map-list")),
            (target.name, reverse("code-maps", args=[target.code])),
        ],
    }
    status = 400 if form.errors else 200
    return render(request, "publishing/code_map_new.html", context, status=status)


def spec(target: Target, said: dict[str, str]) -> PartSpec | None:
    """The part that brings an entry to what is said; None when it says that already."""
    row = codemaps.find(target.code, said["name"], said["ours"])
    theirs, note = said["theirs"].strip(), said.get("note", "").strip()
    if row is None:
        patch = codemaps.patch(target.code, said["name"], said["ours"].strip(), theirs, note)
        return PartSpec(SUBJECT, "create", patch)
    patch = {
        name: value
        for name, value in (("theirs", theirs), ("note", note))
        if getattr(row, name) != value
    }
    if row.status == "retired":
        return PartSpec(SUBJECT, "reactivate", patch, row.golden_id)
    return PartSpec(SUBJECT, "update", patch, row.golden_id) if patch else None


def _propose(target: Target, said: dict[str, str], user: Any) -> Change:
    part = spec(target, said)
    if part is None:
        raise Refused("The map says that already.")
    title = f"{said['ours']} is {said['theirs']} in {target.name}"
    change = changes.draft_many([part], by=user, reason=said["reason"], title=title)
    return changes.submit(change, by=user)


@require_POST
@page
def code_map_retire(request: HttpRequest, code: str) -> HttpResponse:
    """Propose that an entry ends."""
    permissions.require(request.user, "govern")
    target = targets.find(code)
    row = CodeMap.objects.filter(target=target.code, code=request.POST.get("entry", "")).first()
    if row is None:
        raise NotFound("There is no such entry.")
    try:
        change = changes.draft(
            subject=SUBJECT,
            action="retire",
            golden_id=row.golden_id,
            by=request.user,
            reason=request.POST.get("comment", "")[:300],
        )
        change = changes.submit(change, by=request.user)
    except MdmError as error:
        messages.error(request, str(error))
        return redirect("code-maps", code=target.code)
    messages.success(request, f"{change.number} is before its reviewers.")
    return redirect(links.change(change.number))


@require_POST
@page
def code_map_export(request: HttpRequest, code: str) -> HttpResponse:
    """Every entry of a target as CSV."""
    permissions.require(request.user, "see")
    target = targets.find(code)
    known = codemaps.entries(target)
    rows = [
        (*COLUMNS[:3], "is_default"),
        *((e.list, e.ours, e.theirs, e.is_default) for e in known),
    ]
    ledger.append(
        "export", person=request.user.get_username(), subject=f"code maps of {target.code}"
    )
    response = HttpResponse(result.written(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="code-maps-{target.code}.csv"'
    return response


@require_POST
@page
def code_map_import(request: HttpRequest, code: str) -> HttpResponse:
    """One change of every entry that a file says differently."""
    permissions.require(request.user, "govern")
    target = targets.find(code)
    form = FileForm(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise Refused("Choose a CSV file with the columns list, ours and theirs.")
        change = _import(target, form.cleaned_data["file"], request.user)
    except (MdmError, csv.Error) as error:
        messages.error(request, str(error))
        return redirect("code-maps", code=target.code)
    messages.success(request, f"{change.number} is before its reviewers.")
    return redirect(links.change(change.number))


def _import(target: Target, file: UploadedFile, user: Any) -> Change:
    table = read.read(file.read(), file.name or "")
    missing = [name for name in COLUMNS[:3] if name not in table.headers]
    if missing:
        raise Refused(f"The file has no column {', '.join(missing)}.")
    at = {name: table.headers.index(name) for name in table.headers}
    default_at = at.get("is_default")
    said = [
        {"name" if name == "list" else name: row.cells[at[name]] for name in COLUMNS if name in at}
        for row in table.rows
        if default_at is None or row.cells[default_at].lower() != "true"
    ]
    parts = [part for one in said if (part := spec(target, one)) is not None]
    if not parts:
        raise Refused("The file says nothing that the maps do not say already.")
    title = f"{len(parts)} code map entries of {target.name} from {file.name}"
    change = changes.draft_many(parts, by=user, title=title, reason=title)
    return changes.submit(change, by=user)
