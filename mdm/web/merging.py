"""Merge records side by side: what they come to, what has to be picked, and what it would do.

/<domain>/merge/?ids=<survivor>,<other>,... opens it; sending it files a change.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from mdm import changes, links, permissions
from mdm.changes import combining, plans
from mdm.changes.plans import MergePlan
from mdm.domains import patch as patches
from mdm.domains.golden import LIVE
from mdm.domains.spec import Collection, Domain, Kind
from mdm.errors import Invalid, MdmError, NotAllowed
from mdm.queries import joining
from mdm.queries import words as say
from mdm.queries.words import Words
from mdm.survivorship.joining import Clash
from mdm.web import merging_shown
from mdm.web.forms import DressedForm
from mdm.web.merging_shown import Member
from mdm.web.page import find, list_url, page, panel_url, row_url

MOST = 10


class MergeForm(DressedForm):
    """Why they are merged."""

    reason = forms.CharField(label="Reason", required=False, max_length=1000)


@dataclass(frozen=True, slots=True)
class Clashing:
    """One clash as the page asks about it: where, what both say, and what was typed."""

    path: str
    label: str
    mine: str
    other: str
    why: str
    name: str  # of the field to pick it by; "" where single items are changed
    options: list[tuple[str, str]]  # flags of items that may be taken away, by field


@dataclass(frozen=True, slots=True)
class Opened:
    """The records of the page in their order, who survives, and who is left out."""

    rows: list[Any]
    survivor: UUID | None
    out: frozenset[UUID]

    @property
    def kept(self) -> list[UUID]:
        """Those that become one, the survivor first."""
        ids = [row.pk for row in self.rows if row.pk not in self.out]
        return sorted(ids, key=lambda pk: pk != self.survivor)


@page
def record_merge(request: HttpRequest, domain: Domain) -> HttpResponse:
    """The page; a POST files the merge, or shows what has to be picked first."""
    for right in ("see", "propose", "decide_match"):
        permissions.require(request.user, right, domain.code)
    sent = request.POST if request.method == "POST" else request.GET
    opened = _opened(request.user, domain, sent)
    if request.method == "POST" and sent.get("do") == "file" and len(opened.kept) > 1:
        return _file(request, domain, opened, sent)
    return _show(request, domain, opened, sent)


def _opened(user: Any, domain: Domain, sent: QueryDict) -> Opened:
    """The records that are named, the one that survives first. Raises `Invalid`, `NotFound`."""
    texts = [t.strip() for named in sent.getlist("ids") for t in named.split(",") if t.strip()]
    texts += [t.strip() for t in sent.getlist("add") if t.strip()]
    ids = list(dict.fromkeys(_read(user, domain, text) for text in texts))
    if len(ids) > MOST:
        raise Invalid(f"{len(ids)} records", f"at most {MOST} at once")
    rows = [find(user, domain, golden_id) for golden_id in ids]
    out = frozenset(row.pk for row in rows if str(row.pk) in sent.getlist("without"))
    kept = [row.pk for row in rows if row.pk not in out]
    named = next((pk for pk in kept if str(pk) == sent.get("survivor", "")), None)
    return Opened(rows, named or (kept[0] if kept else None), out)


def _read(user: Any, domain: Domain, text: str) -> UUID:
    """A golden id, or the code of a record."""
    try:
        return UUID(text)
    except ValueError:
        rows = permissions.scoped(user, domain.code, domain.model.objects.filter(code=text))
        found = list(rows.values_list("pk", flat=True)[:2])
    if len(found) != 1:
        raise Invalid(text, f"the number of one {domain.label.lower()}")
    return UUID(str(found[0]))


def _show(
    request: HttpRequest,
    domain: Domain,
    opened: Opened,
    sent: QueryDict,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "kind": domain,
        "list_url": list_url(domain),
        "url": reverse("record-merge", args=[domain.path]),
        "members": _members(domain, opened),
        "survivor": next((m for m in _members(domain, opened) if m["survives"]), None),
        "going": max(0, len(opened.kept) - 1),
        "form": MergeForm(initial={"reason": sent.get("reason", "")}),
        "suggested": _suggested(request.user, domain),
        "refused": refused,
    }
    if len(opened.kept) > 1:
        try:
            context |= _planned(request.user, domain, opened, sent)
        except NotAllowed:
            raise
        except MdmError as error:
            context |= {"refused": refused or str(error)}
            status = 409 if status == 200 else status
    return render(request, "mdm/record_merge.html", context, status=status)


def _planned(user: Any, domain: Domain, opened: Opened, sent: QueryDict) -> dict[str, Any]:
    members, bare, picks = _picked(domain, opened, sent)
    plan = plans.merge(domain, opened.kept[0], opened.kept[1:], picks)
    losers = [row.pk for row in plan.losers]
    return {
        "plan": plan,
        "rows": merging_shown.rows(plan, members, picks),
        "brought": [
            (path, text, sent.get(f"item:{path}") == "out")
            for path, text in merging_shown.brought(bare)
        ],
        "clashes": [_clashing(domain, plan, clash) for clash in plan.clashes],
        "hands": [(n, v) for n, v in sent.items() if n.startswith("hand:") and v],
        "moved": joining.movement(losers),
        "referrers": joining.referrers(domain, losers, user),
        "targets_url": _targets_url(domain, ",".join(str(pk) for pk in opened.kept)),
        "written": len(patches.diff(domain, plan.before.values, plan.after.values)),
    }


def _targets_url(domain: Domain, ids: str) -> str:
    url = panel_url("merge-targets", (domain.path,))
    return f"{url}?ids={ids}" if url else ""


def _picked(
    domain: Domain, opened: Opened, sent: QueryDict
) -> tuple[list[Member], MergePlan, patches.Patch]:
    """The records under their letters, what the rules alone come to, and what was picked."""
    bare = plans.merge(domain, opened.kept[0], opened.kept[1:], {})
    held = dict(zip(opened.kept, (bare.before, *bare.others), strict=True))
    members = [
        Member(merging_shown.LETTERS[n], held[row.pk].values if row.pk in held else None)
        for n, row in enumerate(opened.rows)
    ]
    picks = merging_shown.picked(sent.dict(), members, bare.after.values)
    return members, bare, combining.clean(domain, picks)


def _clashing(domain: Domain, plan: MergePlan, clash: Clash) -> Clashing:
    mine, other = (combining.shown(domain, clash.path, v) for v in (clash.mine, clash.other))
    at = patches.parse(clash.path)
    collection = domain.collection(at.code)
    is_whole = collection is not None and not at.field
    label = collection.label if is_whole and collection else say.label(domain, clash.path)
    name = "" if is_whole else f"hand:{clash.path}"
    options = _flags(plan, collection) if is_whole and collection else []
    return Clashing(clash.path, label, mine, other, clash.why, name, options)


def _flags(plan: MergePlan, collection: Collection) -> list[tuple[str, str]]:
    """Flags that several items of a collection have, each to be taken away from one of them."""
    items = plan.after.values.get(collection.code) or []
    words = Words(plan.kind).learn(plan.after.values)
    found = []
    for declared in collection.fields:
        holding = [item for item in items if item.get(declared.code) == "true"]
        if declared.kind is Kind.FLAG and len(holding) > 1:
            for item in holding:
                label = f"{declared.label}: {merging_shown.said(words, collection, item)}"
                found.append((f"hand:{collection.code}[{item['id']}].{declared.code}", label))
    return found


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
    form = MergeForm(sent)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    ids = opened.kept
    try:
        picks = _picked(domain, opened, sent)[2]
        change = changes.merge(domain, ids[0], ids[1:], picks, by=request.user, reason=reason)
        change = changes.submit(change, by=request.user)
    except MdmError as error:
        status = 403 if isinstance(error, NotAllowed) else 422
        return _show(request, domain, opened, sent, refused=str(error), status=status)
    messages.success(request, f"{change.number} is filed; somebody else approves it.")
    return redirect(links.change(change.number))
