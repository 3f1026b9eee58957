"""Take a merge back, or take a source off a record: what it would do, and the change that does it.

/<domain>/<id>/unmerge/?other=<merged record>      /<domain>/<id>/unlink/?source=<source record>
"""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from mdm import changes, links, permissions, vault
from mdm.changes import plans
from mdm.changes.plans import UnlinkPlan, UnmergePlan
from mdm.domains import cleaning
from mdm.domains import patch as patches
from mdm.domains.spec import Domain, Values
from mdm.errors import Invalid, MdmError, NotAllowed
from mdm.models import Key, SourceRecord
from mdm.queries import differences
from mdm.queries.differences import Row
from mdm.queries.words import Words
from mdm.web.forms import DressedForm
from mdm.web.page import find, page, row_url

KEEPS = "keeps:"
HAND = "hand:"


class ReasonForm(DressedForm):
    """Why it is taken back."""

    reason = forms.CharField(label="Reason", required=False, max_length=1000)


@page
def record_unmerge(request: HttpRequest, domain: Domain, golden_id: UUID) -> HttpResponse:
    """What taking one merge back would do; a POST files it."""
    row = _allowed(request, domain, golden_id)
    sent = request.POST if request.method == "POST" else request.GET
    other = find(request.user, domain, _id(sent.get("other", "")))
    choices = {n.removeprefix(KEEPS): str(v) for n, v in sent.items() if n.startswith(KEEPS)}
    reason = _reason(sent)
    refused, status = "", 200
    if request.method == "POST":
        try:
            change = changes.unmerge(
                domain, row.pk, other.pk, choices, by=request.user, reason=reason
            )
            return _filed(request, changes.submit(change, by=request.user))
        except MdmError as error:
            refused, status = str(error), 403 if isinstance(error, NotAllowed) else 422
    context = _frame(domain, row, reason) | {"other": other, "refused": refused}
    try:
        context |= _unmerging(domain, plans.unmerge(domain, row.pk, other.pk, choices))
    except MdmError as error:
        context["refused"], status = refused or str(error), 409 if status == 200 else status
    return render(request, "mdm/record_unmerge.html", context, status=status)


@page
def record_unlink(request: HttpRequest, domain: Domain, golden_id: UUID) -> HttpResponse:
    """What taking a source off would do; a POST files it."""
    row = _allowed(request, domain, golden_id)
    sent = request.POST if request.method == "POST" else request.GET
    source = _id(sent.get("source", ""))
    keep = {n.removeprefix(HAND): str(v) for n, v in sent.items() if n.startswith(HAND) and v}
    reason = _reason(sent)
    refused, status = "", 200
    if request.method == "POST":
        try:
            change = changes.unlink(domain, row.pk, source, keep, by=request.user, reason=reason)
            return _filed(request, changes.submit(change, by=request.user))
        except MdmError as error:
            refused, status = str(error), 403 if isinstance(error, NotAllowed) else 422
    plan = plans.unlink(domain, row.pk, source)
    context = _frame(domain, row, reason) | {"refused": refused} | _unlinking(domain, plan, keep)
    return render(request, "mdm/record_unlink.html", context, status=status)


def _allowed(request: HttpRequest, domain: Domain, golden_id: UUID) -> Any:
    row = find(request.user, domain, golden_id)
    for right in ("propose", "decide_match"):
        permissions.require(request.user, right, domain.code)
    return row


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(text, "the id of what is to leave the record") from None


def _reason(sent: Any) -> str:
    form = ReasonForm(sent)
    return form.cleaned_data["reason"] if form.is_valid() else ""


def _filed(request: HttpRequest, change: Any) -> HttpResponse:
    messages.success(request, f"{change.number} is filed; somebody else approves it.")
    return redirect(links.change(change.number))


def _frame(domain: Domain, row: Any, reason: str) -> dict[str, Any]:
    return {
        "kind": domain,
        "row": row,
        "page_url": row_url(domain, row.pk),
        "sources_url": row_url(domain, row.pk, "sources"),
        "form": ReasonForm(initial={"reason": reason}),
    }


def _unmerging(domain: Domain, plan: UnmergePlan) -> dict[str, Any]:
    survivor, loser = (plans.current(domain, one) for one in (plan.survivor, plan.loser))
    words = Words(domain).learn(survivor, loser)
    keys = Key.objects.filter(pk__in=plan.fact.moved.get("keys", ()), golden_id=plan.survivor.pk)
    return {
        "plan": plan,
        "leaves": _rows(domain, plan.survivor, plan.step.patch, survivor),
        "gets": _rows(domain, plan.loser, plan.returned, loser),
        "keys": list(keys.select_related("system")),
        "sources": list(SourceRecord.objects.filter(pk__in=plan.sources).select_related("system")),
        "edited": [
            {
                "name": f"{KEEPS}{one.path}",
                "label": differences.rows(domain, {one.path: one.now}, {}, words)[0].label,
                "brought": _said(domain, plan.survivor, one.path, one.brought, words),
                "now": _said(domain, plan.survivor, one.path, one.now, words),
                "keeps": one.keeps,
            }
            for one in plan.edited
        ],
    }


def _rows(domain: Domain, row: Any, patch: patches.Patch, before: Values) -> list[Row]:
    """A plain patch in words, secrets masked."""
    after = patches.apply(before, patch)
    sealed = vault.seal_patch(domain, row.pk, patch, after)
    seen = vault.seal_patch(domain, row.pk, patches.seen(before, patch), before)
    return differences.rows(domain, sealed, seen)


def _said(domain: Domain, row: Any, path: str, value: Any, words: Words) -> str:
    if value is None:
        return "nothing"
    sealed = vault.mask_patch(vault.seal_patch(domain, row.pk, {path: value}))
    return words.path(path, sealed[path]) or "nothing"


def _unlinking(domain: Domain, plan: UnlinkPlan, keep: dict[str, str]) -> dict[str, Any]:
    before = plans.current(domain, plan.row)
    after = patches.apply(before, plan.patch)
    needed = []
    for problem in cleaning.problems(domain, after):
        attribute = domain.attribute(problem.path)
        if problem.level == "error" and attribute is not None:
            held = keep.get(attribute.code, before.get(attribute.code, ""))
            needed.append((f"{HAND}{attribute.code}", attribute.label, held))
    return {
        "plan": plan,
        "source": plan.source,
        "leaves": _rows(domain, plan.row, plan.patch, before),
        "needed": needed,
    }
