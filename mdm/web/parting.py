"""Take a merge back, or take a source off a record: what it would do, and the change that does it.

/<domain>/<id>/unmerge/?other=<merged record>      /<domain>/<id>/unlink/?source=<source record>
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from mdm import changes, links, permissions, vault
from mdm.changes import plans
from mdm.changes.plans import UnlinkPlan, UnmergePlan
from mdm.domains import cleaning
from mdm.domains import patch as patches
from mdm.domains.spec import Domain, Values
from mdm.errors import Invalid, MdmError, NotAllowed, NotFound
from mdm.models import Change, Key, SourceRecord
from mdm.queries import differences
from mdm.queries.differences import Row
from mdm.queries.words import Words
from mdm.web.forms import DressedForm
from mdm.web.page import find, page, row_url

KEEPS = "keeps:"
HAND = "hand:"
OTHER = "the id of the record that was merged"
SOURCE = "the id of the source record to unlink"


class ReasonForm(DressedForm):
    """Why it is taken back."""

    use_required_attribute = False
    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        error_messages={"required": "Give a reason: the reviewer has nothing else to go by."},
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with the page: the record, its reason, and how a change of it is filed."""

    request: HttpRequest
    row: Any
    values: QueryDict
    form: ReasonForm

    @property
    def files(self) -> bool:
        """Whether it is to be filed."""
        return self.request.method == "POST"

    def given(self, prefix: str) -> dict[str, str]:
        """What was said of each path."""
        named = self.values.items()
        return {n.removeprefix(prefix): str(v) for n, v in named if n.startswith(prefix) and v}

    def file(self, propose: Callable[..., Change]) -> HttpResponse:
        """File what `propose` drafts, and lead to it. Raises what it raises."""
        by = self.request.user
        with transaction.atomic():
            change = propose(by=by, reason=self.form.cleaned_data["reason"])
            change = changes.submit_explained(change, by=by)
        messages.success(self.request, f"{change.number} is filed; somebody else approves it.")
        return redirect(links.change(change.number))


@page
def record_unmerge(request: HttpRequest, domain: Domain, golden_id: UUID) -> HttpResponse:
    """What taking one merge back would do; a POST files it."""
    sent = _sent(request, domain, golden_id)
    choices, row, refused, status = sent.given(KEEPS), sent.row, "", 200
    context = _frame(domain, sent)
    try:
        other = find(request.user, domain, _id(sent.values.get("other", ""), OTHER))
        context["other"] = other
        if sent.files and sent.form.is_valid():
            return sent.file(partial(changes.unmerge, domain, row.pk, other.pk, choices))
        status = 422 if sent.files else 200
    except MdmError as error:
        refused, status = str(error), _status_of(error)
    if "other" in context:
        try:
            context |= _unmerging(domain, plans.unmerge(domain, row.pk, other.pk, choices))
        except MdmError as error:
            refused, status = refused or str(error), 409 if status == 200 else status
    context["refused"] = refused
    return render(request, "mdm/record_unmerge.html", context, status=status)


@page
def record_unlink(request: HttpRequest, domain: Domain, golden_id: UUID) -> HttpResponse:
    """What taking a source off would do; a POST files it."""
    sent = _sent(request, domain, golden_id)
    keep, row, refused, status = sent.given(HAND), sent.row, "", 200
    context = _frame(domain, sent)
    try:
        source = _id(sent.values.get("source", ""), SOURCE)
    except Invalid as error:
        context["refused"] = str(error)
        return render(request, "mdm/record_unlink.html", context, status=422)
    if sent.files and sent.form.is_valid():
        try:
            return sent.file(partial(changes.unlink, domain, row.pk, source, keep))
        except MdmError as error:
            refused, status = str(error), _status_of(error)
    elif sent.files:
        status = 422
    plan = plans.unlink(domain, row.pk, source)
    context |= {"refused": refused} | _unlinking(domain, plan, keep)
    return render(request, "mdm/record_unlink.html", context, status=status)


def _sent(request: HttpRequest, domain: Domain, golden_id: UUID) -> Sent:
    row = find(request.user, domain, golden_id)
    for right in ("propose", "decide_match"):
        permissions.require(request.user, right, domain.code)
    if request.method == "POST":
        return Sent(request, row, request.POST, ReasonForm(request.POST))
    values = request.GET
    return Sent(request, row, values, ReasonForm(initial={"reason": values.get("reason", "")}))


def _id(text: str, what: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(text, what, "Come here from the record's sources.") from None


def _status_of(error: MdmError) -> int:
    if isinstance(error, NotFound):
        return 404
    return 403 if isinstance(error, NotAllowed) else 422


def _frame(domain: Domain, sent: Sent) -> dict[str, Any]:
    return {
        "kind": domain,
        "row": sent.row,
        "page_url": row_url(domain, sent.row.pk),
        "sources_url": row_url(domain, sent.row.pk, "sources"),
        "form": sent.form,
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
