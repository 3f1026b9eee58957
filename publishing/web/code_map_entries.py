"""Propose entries of code maps, one by one or from a file; take them away as a file."""

import csv
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from mdm import changes, ledger, links, permissions
from mdm.changes import PartSpec
from mdm.errors import MdmError, NotFound, Refused
from mdm.imports import read, result
from mdm.models import Change
from mdm.web.forms import DressedForm
from mdm.web.forms import said as said_with
from mdm.web.page import page
from publishing import codemaps, targets, unmapped
from publishing.codemaps import CODE_MAPS
from publishing.models import CodeMap, Target
from publishing.web.code_maps import label_of, names_of

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
            field.choices = [(name, label_of(name)) for name in names]


class FileForm(DressedForm):
    """A list of entries as CSV."""

    file = forms.FileField(label="A CSV file")


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
    form = EntryForm(request.POST or None, names=names_of(target), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change = _propose(target, form.cleaned_data, request.user)
        except MdmError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{change.number} is before its reviewers.")
            return redirect(links.change(change.number))
    if most := unmapped.longest(target, asked["list"]):
        form.fields["theirs"].help_text = f"{target.name} takes at most {most} characters here."
    context = {
        "target": target,
        "form": form,
        "now": now,
        "is_known": bool(row),
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
            reason=said_with(request.POST, 300),
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
