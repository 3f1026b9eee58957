"""Merge records side by side: what they come to, what has to be picked, and what it would do.

/<domain>/merge/?ids=<survivor>,<other>,... opens it; sending it files a change.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from mdm import changes, links, permissions
from mdm.changes import combining, plans
from mdm.changes.plans import MergePlan
from mdm.domains import patch as patches
from mdm.domains.golden import LIVE
from mdm.domains.spec import Domain
from mdm.errors import Conflict, Invalid, MdmError, NotAllowed, NotFound, Refused
from mdm.models import Change, ChangePart
from mdm.queries import joining
from mdm.queries.changes import visible
from mdm.web import merge_clashes, merging_shown
from mdm.web.forms import DressedForm
from mdm.web.merge_clashes import Answers
from mdm.web.merging_shown import Member
from mdm.web.page import find, list_url, page, panel_url, row_url

MOST = 10
FEW = 5
MOVED = (
    "This would be another merge than the one that was shown: the records, the one that survives "
    "or their values are others now. Look at it again, then propose it."
)


class MergeForm(DressedForm):
    """Why they are merged."""

    use_required_attribute = False  # one may look again without it
    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        error_messages={"required": "Give a reason: the reviewer has nothing else to go by."},
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """The records of the page in their order, who survives, and who is left out."""

    rows: list[Any]
    survivor: UUID | None
    out: frozenset[UUID]
    unknown: str = ""  # what names no record, said
    wrong: str = ""  # why the one to be added is not, said

    @property
    def kept(self) -> list[UUID]:
        """Those that become one, the survivor first."""
        ids = [row.pk for row in self.rows if row.pk not in self.out]
        return sorted(ids, key=lambda pk: pk != self.survivor)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was filed, and the form it was sent with."""

    said: str = ""
    status: int = 200
    form: MergeForm | None = None


@page
def record_merge(request: HttpRequest, domain: Domain) -> HttpResponse:
    """The page; a POST files the merge, or shows what has to be picked first."""
    for right in ("see", "propose", "decide_match"):
        permissions.require(request.user, right, domain.code)
    sent = request.POST if request.method == "POST" else request.GET
    opened = _opened(request.user, domain, sent)
    wants = request.method == "POST" and sent.get("do") == "file"
    if wants and len(opened.kept) > 1 and not opened.wrong:
        return _file(request, domain, opened, sent)
    status = 422 if opened.wrong or opened.unknown else 200
    return _show(request, domain, opened, sent, Refusal(opened.unknown, status))


def _opened(user: Any, domain: Domain, sent: QueryDict) -> Opened:
    """The records that are named, the one that survives first; and what names none."""
    named = [t.strip() for one in sent.getlist("ids") for t in one.split(",") if t.strip()]
    rows: dict[UUID, Any] = {}
    unknown: list[str] = []
    for text in named:
        try:
            row = _read(user, domain, text)
        except (Invalid, NotFound) as error:
            unknown.append(str(error))
        else:
            rows[row.pk] = row
    wrong, added = "", sent.get("add", "").strip()
    if added:
        try:
            row = _read(user, domain, added)
            wrong = f"{row} is one of them already." if row.pk in rows else ""
            rows[row.pk] = row
        except (Invalid, NotFound) as error:
            wrong = str(error)
    if len(rows) > MOST:
        wrong = f"At most {MOST} records are merged at once; the rest of {len(rows)} is left away."
    shown = list(rows.values())[:MOST]
    out = frozenset(row.pk for row in shown if str(row.pk) in sent.getlist("without"))
    kept = [row.pk for row in shown if row.pk not in out]
    survivor = next((pk for pk in kept if str(pk) == sent.get("survivor", "")), None)
    said = " ".join(dict.fromkeys(unknown))
    return Opened(shown, survivor or (kept[0] if kept else None), out, said, wrong)


def _read(user: Any, domain: Domain, text: str) -> Any:
    """A record by its golden id or its number. Raises `Invalid`, `NotFound`."""
    try:
        return find(user, domain, UUID(text))
    except ValueError:
        rows = permissions.scoped(user, domain.code, domain.model.objects.filter(code=text))
        found = list(rows[:2])
    if len(found) != 1:
        raise Invalid(text, f"the number of one {domain.label.lower()}")
    return found[0]


def _show(
    request: HttpRequest, domain: Domain, opened: Opened, sent: QueryDict, refusal: Refusal
) -> HttpResponse:
    members, status = _members(domain, opened), refusal.status
    context: dict[str, Any] = {
        "kind": domain,
        "list_url": list_url(domain),
        "url": reverse("record-merge", args=[domain.path]),
        "members": members,
        "survivor": next((m for m in members if m["survives"]), None),
        "going": max(0, len(opened.kept) - 1),
        "form": refusal.form or MergeForm(initial={"reason": sent.get("reason", "")}),
        "suggested": _suggested(request.user, domain),
        "refused": refusal.said,
        "added": sent.get("add", "") if opened.wrong else "",
        "wrong": opened.wrong,
        "elsewhere": _elsewhere(request.user, opened.kept),
    }
    if len(opened.kept) > 1:
        try:
            context |= _planned(request.user, domain, opened, sent)
        except NotAllowed:
            raise
        except MdmError as error:
            context |= {"refused": refusal.said or str(error)}
            status = 409 if status == 200 else status
    return render(request, "mdm/record_merge.html", context, status=status)


def _elsewhere(user: Any, ids: list[UUID]) -> list[tuple[str, str]]:
    """Other open merges of the same records, with where each is."""
    merging = ChangePart.objects.filter(
        Q(golden_id__in=ids) | Q(other_id__in=ids), action=ChangePart.Action.MERGE
    )
    others = Change.objects.filter(
        pk__in=merging.values("change"), state__in=(*Change.OPEN, Change.State.DRAFT)
    )
    shown = visible(user, others).order_by("pk")[:FEW]
    return [(f"{one.number}: {one.title}", links.change(one.number)) for one in shown]


def _planned(user: Any, domain: Domain, opened: Opened, sent: QueryDict) -> dict[str, Any]:
    members, bare, picks, said = _picked(user, domain, opened, sent)
    plan = plans.merge(domain, opened.kept[0], opened.kept[1:], picks)
    losers = [row.pk for row in plan.losers]
    clashes = list(merge_clashes.asked(domain, plan, said))
    asked = {clash.name for clash in clashes}
    return {
        "plan": plan,
        "rows": merging_shown.rows(plan, members, picks, bare.after.values),
        "mark": merging_shown.mark(bare),
        "brought": [
            (path, text, sent.get(f"item:{path}") == "out")
            for path, text in merging_shown.brought(bare)
        ],
        "clashes": clashes,
        "hands": [
            (n, v) for n, v in sent.items() if n.startswith("hand:") and v and n not in asked
        ],
        "moved": joining.movement(losers),
        "referrers": joining.referrers(domain, losers, user),
        "targets_url": _targets_url(domain, ",".join(str(pk) for pk in opened.kept)),
        "written": len(patches.diff(domain, plan.before.values, plan.after.values)),
    }


def _targets_url(domain: Domain, ids: str) -> str:
    url = panel_url("merge-targets", (domain.path,))
    return f"{url}?ids={ids}" if url else ""


def _picked(
    user: Any, domain: Domain, opened: Opened, sent: QueryDict
) -> tuple[list[Member], MergePlan, patches.Patch, Answers]:
    """The records under their letters, what the rules alone come to, and what was picked."""
    bare = plans.merge(domain, opened.kept[0], opened.kept[1:], {})
    held = dict(zip(opened.kept, (bare.before, *bare.others), strict=True))
    members = [
        Member(merging_shown.LETTERS[n], held[row.pk].values if row.pk in held else None)
        for n, row in enumerate(opened.rows)
    ]
    said = merge_clashes.answers(user, domain, sent.dict())
    picks = combining.clean(domain, merging_shown.picked(sent.dict(), members, bare.after.values))
    return members, bare, picks | said.given, said


def _members(domain: Domain, opened: Opened) -> list[dict[str, Any]]:
    return [
        {
            "letter": merging_shown.LETTERS[n],
            "name": getattr(row, domain.name),
            "code": row.code,
            "url": row_url(domain, row.pk),
            "pk": str(row.pk),
            "survives": row.pk == opened.survivor,
            "left_out": row.pk in opened.out,
        }
        for n, row in enumerate(opened.rows)
    ]


def _suggested(user: Any, domain: Domain) -> list[tuple[str, str]]:
    rows = permissions.scoped(user, domain.code, domain.model.objects.filter(status__in=LIVE))
    return [(row.code, str(row)) for row in rows.order_by("code")[:50]]


def _file(request: HttpRequest, domain: Domain, opened: Opened, sent: QueryDict) -> HttpResponse:
    form, user, ids = MergeForm(sent), request.user, opened.kept
    try:
        _, bare, picks, said = _picked(user, domain, opened, sent)
        if sent.get("shown", "") not in ("", merging_shown.mark(bare)):
            raise Conflict(MOVED)
        if said.wrong:
            raise Refused(" ".join(said.wrong.values()))
        if not form.is_valid():
            return _show(request, domain, opened, sent, Refusal("", 422, form))
        with transaction.atomic():
            reason = form.cleaned_data["reason"]
            change = changes.merge(domain, ids[0], ids[1:], picks, by=user, reason=reason)
            change = changes.submit_explained(change, by=user)
    except MdmError as error:
        status = 403 if isinstance(error, NotAllowed) else 422
        return _show(request, domain, opened, sent, Refusal(str(error), status))
    messages.success(request, f"{change.number} is filed; somebody else approves it.")
    return redirect(links.change(change.number))
