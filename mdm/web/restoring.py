"""Put back what was: a version of a record or values of it, and what an applied change did.

Each page shows what would be put back and what would not, with a tick for each; sending it files a
change that somebody else approves.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from mdm import changes, links, permissions, seams, vault
from mdm.changes import restoring, undoing
from mdm.domains import patch as patches
from mdm.domains.spec import Domain, Subject
from mdm.domains.values import read
from mdm.errors import MdmError, NotFound
from mdm.models import Change
from mdm.queries import differences
from mdm.web import change_page
from mdm.web.change_page import whole_number
from mdm.web.page import find, page, propose_right, row_url
from mdm.web.record_page import frame

SHOWN = 50
TICK = "Tick at least one of the values: nothing was chosen to be put back."


@page
def record_restore(request: HttpRequest, domain: Domain, golden_id: UUID) -> HttpResponse:
    """What differs between now and a version, to be chosen and proposed."""
    return restore(request, domain, golden_id)


@page
def reference_restore(request: HttpRequest, kind: Subject, golden_id: UUID) -> HttpResponse:
    """The same for a row of a reference list."""
    return restore(request, kind, golden_id)


def restore(request: HttpRequest, kind: Subject, golden_id: UUID) -> HttpResponse:
    """GET shows the difference, with a tick for each value; POST proposes what is ticked."""
    row = find(request.user, kind, golden_id)
    codes = permissions.company_codes_of(kind, read(kind, row))
    permissions.require(request.user, propose_right(kind), kind.code, codes)
    sent = request.POST if request.method == "POST" else request.GET
    version = whole_number(sent.get("version", ""))
    if not version:
        asked = sent.get("version", "")[:20]
        raise NotFound(
            f"There is no version “{asked}” of this {kind.label.lower()}."
            if asked
            else "No version is named. Choose one on the history of the record."
        )
    said = "" if request.method == "GET" or sent.getlist("path") else TICK
    if request.method == "POST" and not said:
        try:
            change = changes.restore(
                kind,
                golden_id,
                version=version,
                paths=request.POST.getlist("path"),
                by=request.user,
                reason=request.POST.get("reason", "")[:4000],
            )
            return _filed(request, change)
        except MdmError as error:
            said = str(error)
    context = frame(request, kind, row, "history") | {
        "version": version,
        "said": said,
        "reason": request.POST.get("reason", ""),
        "history_url": row_url(kind, golden_id, "history"),
        **_offered(kind, golden_id, version),
    }
    if request.method == "POST":
        context["ticked"] = request.POST.getlist("path")
    return render(request, "mdm/record_restore.html", context, status=422 if said else 200)


def _offered(kind: Subject, golden_id: UUID, version: int) -> dict[str, Any]:
    try:
        back = restoring.plan(kind, golden_id, version)
    except NotFound:
        raise
    except MdmError as error:
        return {"rows": [], "why_not": str(error)}
    patch, before = dict(back.patch), dict(back.before)
    if back.status:
        now = kind.model.objects.values_list("status", flat=True).get(pk=golden_id)
        patch["status"], before["status"] = back.status, now
    rows = _said(kind, golden_id, patch, before)
    return {"rows": rows, "ticked": [row.path for row in rows]}


def _said(
    kind: Subject, golden_id: UUID, patch: patches.Patch, before: patches.Patch
) -> list[differences.Row]:
    """The difference in words; what is secret is sealed first, so that it is masked."""
    row = kind.model.objects.get(pk=golden_id)
    held = vault.open_values(kind, read(kind, row))
    sealed = vault.seal_patch(kind, golden_id, patch, held)
    return differences.rows(kind, sealed, vault.seal_patch(kind, golden_id, before, held))


def _filed(request: HttpRequest, change: Change) -> HttpResponse:
    """Submit it unless only a draft is wanted; a refusal leaves the draft to be mended."""
    if request.POST.get("_do") != "draft":
        try:
            change = changes.submit(change, by=request.user)
        except MdmError as error:
            messages.error(request, f"{change.number} is a draft, and not submitted: {error}")
            return redirect(links.change(change.number))
    word = "a draft" if change.state == Change.State.DRAFT else "submitted"
    messages.success(request, f"{change.number} is {word}. It puts back what was.")
    return redirect(links.change(change.number))


@page
def change_undo(request: HttpRequest, number: str) -> HttpResponse:
    """What taking a change back would do; POST proposes it."""
    found = change_page.find(request.user, number)
    chosen = request.POST.getlist("include") if request.method == "POST" else []
    if request.method == "POST":
        try:
            fresh, _ = changes.undo(
                found,
                by=request.user,
                chosen=chosen,
                reason=request.POST.get("reason", "")[:4000],
            )
            return _filed(request, fresh)
        except MdmError as error:
            return _undo_page(request, found, said=str(error))
    return _undo_page(request, found)


def _undo_page(request: HttpRequest, found: Change, *, said: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "change": found,
        "url": links.change(found.number),
        "said": said,
        "reason": request.POST.get("reason", ""),
        "chosen": request.POST.getlist("include"),
    }
    if other := undoing.already(found, request.user):
        context |= {
            "why_not": f"{other.number} already undoes it: {other.title}",
            "why_url": links.change(other.number),
            "why_action": f"Open {other.number}",
        }
        return render(request, "mdm/change_undo.html", context, status=422 if said else 200)
    try:
        plan = undoing.plan(found)
    except MdmError as error:
        context["why_not"] = str(error)
    else:
        may_choose = any(one.may_choose for one in plan.left_out)
        if said and may_choose and not plan.parts and not context["chosen"]:
            context["said"] = "Tick at least one of the values: nothing else is left to take back."
        context |= {
            "parts": [_part(one) for one in plan.parts[:SHOWN]],
            "more": max(0, len(plan.parts) - SHOWN),
            "count": len(plan.parts),
            "left_out": [_left(found, one) for one in plan.left_out[:SHOWN]],
            "left_more": max(0, len(plan.left_out) - SHOWN),
            "may_choose": may_choose,
            "may_send": bool(plan.parts) or may_choose,
        }
    return render(request, "mdm/change_undo.html", context, status=422 if said else 200)


def _part(one: undoing.Inverse) -> dict[str, Any]:
    rows = _said(one.kind, one.part.golden_id, one.patch, one.before)
    verb = "" if one.action == "update" else one.action
    return {
        "label": one.part.label,
        "url": links.record(one.kind, one.part.golden_id),
        "verb": verb,
        "rows": rows,
    }


def _left(found: Change, one: undoing.LeftOut) -> dict[str, Any]:
    part = found.parts.get(position=one.part)
    kind = seams.subject(part.subject)
    name = "Status" if one.path == "status" else patches.label(kind, one.path)
    return {"name": name, "label": one.label, "why": one.why, "choice": one.choice,
            "may_choose": one.may_choose}  # fmt: skip
