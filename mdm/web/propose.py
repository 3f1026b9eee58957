"""Propose: a new record, a change of one, a block or a retirement; and edit a draft of any.

GET opens the form, or a part of a draft; POST says by its button what to do:
add:, remove:, keep: an item | check | mend | effect: of a rule | draft | submit
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from mdm import changes, checks, links
from mdm.domains.spec import Domain, Subject
from mdm.errors import MdmError, NotAllowed, Refused
from mdm.models import Change, ChangePart
from mdm.web import filling, mending, opening, rule_effect
from mdm.web.filling import Filled
from mdm.web.opening import Moved, Opening
from mdm.web.page import page, row_url
from mdm.web.proposal_form import ProposalForm

NOTHING = "Nothing changes yet: the form says what the record says already."
SAVES = ("draft", "submit")


@page
def record_new(request: HttpRequest, domain: Domain) -> HttpResponse:
    """The form for a record that does not exist yet."""
    return proposal(request, opening.new(request.user, domain))


@page
def record_propose(request: HttpRequest, domain: Domain, golden_id: UUID) -> HttpResponse:
    """The form for a change of a record, its block or its retirement."""
    return propose(request, domain, golden_id)


def propose(request: HttpRequest, kind: Subject, golden_id: UUID) -> HttpResponse:
    """The form for a change of any governed row."""
    try:
        opened = opening.existing(
            request.user,
            kind,
            golden_id,
            action=request.GET.get("action", ""),
            seen_version=request.POST.get("_seen_version", ""),
        )
    except Refused as error:
        messages.error(request, str(error))
        return redirect(row_url(kind, golden_id))
    return proposal(request, opened)


@page
def change_edit(request: HttpRequest, number: str) -> HttpResponse:
    """The form for one part of a change that may still be edited; `?part=` says which."""
    change = get_object_or_404(Change.objects.select_related("requested_by"), number=number)
    position = request.GET.get("part", "0")
    at = int(position) if position.isascii() and position.isdigit() and len(position) < 9 else 0
    part = get_object_or_404(
        ChangePart.objects.select_related("revision"), change=change, position=at
    )
    url = reverse("change-edit", args=[number]) + (f"?part={at}" if at else "")
    try:
        opened = opening.edited(
            request.user, change, part, url=url, seen_version=request.POST.get("_seen_version", "")
        )
    except Refused as error:
        messages.error(request, str(error))
        return redirect(links.change(number))
    return proposal(request, opened)


def proposal(request: HttpRequest, opened: Opening) -> HttpResponse:
    """The form as it is opened, or as it was sent with what follows from it."""
    if request.method != "POST":
        given = {name: str(value) for name, value in request.GET.items()}
        filled = filling.fresh(opened, given=given)
        moved = opening.moved(opened, filled.patch)
        if moved:
            filled, said = filling.overtaken(filled, moved)
            return _show(request, filled, moved=said)
        return _show(request, filled)
    filled = filling.sent(request.user, opened, request.POST)
    autosave = request.headers.get("X-Requested-With") == "fetch"
    do = "draft" if autosave else request.POST.get("_do", "")
    if do == "check" and request.headers.get("HX-Request"):
        context = {
            "preview": filling.preview(request.user, filled),
            "opening": opened,
            "repairs": mending.sentences(filled),
        }
        return render(request, "mdm/_proposal_checks.html", context)
    if do.partition(":")[0] == "effect" and rule_effect.is_shown_for(opened.kind, opened):
        return _effect(request, filled)
    if do == "mend":
        filled = filling.sent(request.user, opened, mending.mended(request.POST, filled))
    if do not in SAVES:
        return _show(request, filled, checked=do in ("check", "mend"))
    response = _save(request, filled, do)
    if autosave:
        return HttpResponse(status=204 if response.status_code == 302 else 422)
    return response


def _effect(request: HttpRequest, filled: Filled) -> HttpResponse:
    """What the rule in the form would flip; or the form, with what stands in the way."""
    form = filling.form_of(request.user, filled)
    form.is_valid()
    form.blame(filled.problems)
    if not filled.patch and not filled.opening.is_status_change:
        form.add_error(None, NOTHING)
    if form.errors:
        return _show(request, filled, form=form, status=422)
    _, part = filling.unsaved(request.user, filled.opening, filled.patch)
    try:
        return rule_effect.of_form(request, filled.opening, part)
    except MdmError as error:
        return _refused(request, filled, form, error)


def _save(request: HttpRequest, filled: Filled, do: str) -> HttpResponse:
    """Save it as a draft, and submit it when asked to; or show what stands in the way."""
    moved = opening.moved(filled.opening, filled.patch)
    if moved:
        filled, said = filling.overtaken(filled, moved)
        return _show(request, filled, moved=said, status=409)
    status_change = filled.opening.is_status_change
    needed = do == "submit" and changes.needs_reason(filled.opening.action)
    form = filling.form_of(request.user, filled, needs_reason=needed)
    form.is_valid()
    form.blame(filled.problems)
    if not filled.patch and not filled.pins and not status_change:
        form.add_error(None, NOTHING)
    if form.errors:
        return _show(request, filled, form=form, status=422)
    try:
        with transaction.atomic():
            change = _write(request, filled, form)
            if do == "submit" and change.state != Change.State.SUBMITTED:
                change = changes.submit_explained(change, by=request.user)
    except changes.Malformed as error:
        form.blame(error.problems)
        return _show(request, filled, form=form, status=422)
    except NotAllowed as error:
        form.add_error(None, str(error))
        return _show(request, filled, form=form, status=422)
    except MdmError as error:
        return _refused(request, filled, form, error)
    return _done(request, filled, change, do)


def _write(request: HttpRequest, filled: Filled, form: ProposalForm) -> Change:
    opened = filled.opening
    pins = filled.pins
    title = opened.title(filled.patch, filled.after, pins)
    reason, day = form.cleaned_data["about_reason"], form.cleaned_data["about_day"]
    if opened.change is None:
        spec = opened.specification(filled.patch, pins)
        return changes.draft_many(
            [spec], by=request.user, title=title, reason=reason, effective_from=day
        )
    part: Any = opened.part
    spec = opened.specification(filled.patch, pins)
    change = changes.edit(
        opened.change,
        part,
        filled.patch,
        by=request.user,
        seen=spec.seen,
        seen_version=spec.seen_version,
        pins=pins,
    )
    title = title if change.part_count == 1 else change.title
    return changes.describe(change, by=request.user, title=title, reason=reason, effective_from=day)


def _refused(
    request: HttpRequest, filled: Filled, form: ProposalForm, error: MdmError
) -> HttpResponse:
    """What the checks say, beside the controls they say it of."""
    found = filling.preview(request.user, filled)
    placed = 0
    for said in found.checks:
        path = said.url.removeprefix("#id_").removesuffix("-field")
        if said.outcome == checks.FAIL and path in form.fields:
            form.add_error(path, said.said)
            placed += 1
    if not placed:
        form.add_error(None, str(error))
    return _show(request, filled, form=form, checked=True, status=422)


def _done(request: HttpRequest, filled: Filled, change: Change, do: str) -> HttpResponse:
    was = filled.opening.change
    if was is not None and was.state == Change.State.SUBMITTED:
        said = "now says this; whoever had approved it must again."
        messages.success(request, f"{change.number} {said}")
        return redirect(links.change(change.number))
    if do == "draft":
        messages.success(request, f"{change.number} is saved as a draft; nobody reviews it yet.")
        return redirect(reverse("change-edit", args=[change.number]))
    need = str(change.policy.get("sentence", ""))
    messages.success(request, f"{change.number} is submitted. It needs: {need}")
    return redirect(links.change(change.number))


def _show(
    request: HttpRequest,
    filled: Filled,
    *,
    form: ProposalForm | None = None,
    moved: list[Moved] | None = None,
    checked: bool = False,
    status: int = 200,
) -> HttpResponse:
    opened = filled.opening
    form = form or filling.form_of(request.user, filled)
    form.is_valid()
    context = {
        "opening": opened,
        "kind": opened.kind,
        "form": form,
        "groups": form.groups(filled.words, opened.base),
        "collections": form.collections(filled.words, opened.base),
        "moved": moved or [],
        "picks": form.picks,
        "preview": filling.preview(request.user, filled)
        if checked or filled.patch or filled.pins or opened.is_status_change
        else None,
        "parts": _parts(opened),
        "repairs": mending.sentences(filled),
        "has_effect": rule_effect.is_shown_for(opened.kind, opened),
    }
    return render(request, "mdm/record_propose.html", context, status=status)


def _parts(opened: Opening) -> dict[str, Any] | None:
    """The way between the parts of a change of many."""
    change, part = opened.change, opened.part
    if change is None or part is None or change.part_count < 2:
        return None
    url = reverse("change-edit", args=[change.number])
    return {
        "at": part.position + 1,
        "of": change.part_count,
        "earlier": f"{url}?part={part.position - 1}" if part.position else "",
        "later": f"{url}?part={part.position + 1}" if part.position + 1 < change.part_count else "",
    }
