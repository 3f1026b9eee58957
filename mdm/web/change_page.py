"""The page of a change: what it does, what is said of it, and the decision, all in one place.

changes | conversation | checks | impact | history
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from mdm import changes, links, permissions, seams
from mdm.changes.following import is_following
from mdm.errors import NotFound
from mdm.models import Change, ChangePart, Review
from mdm.queries.changes import visible
from mdm.web import (
    back_dated,
    change_flips,
    change_past,
    change_steps,
    change_voices,
    merge_sides,
    part_context,
    parts_shown,
    queue,
)
from mdm.web.change_notices import notices
from mdm.web.change_parts import FEW, part_list
from mdm.web.page import page, panel_url, propose_right
from mdm.web.parts_shown import Shown
from mdm.web.standing import Standing, standing

Action = ChangePart.Action
TABS = ("changes", "conversation", "checks", "impact", "history")
PREVIEWED = 3


@dataclass(frozen=True, slots=True)
class Failed:
    """What could not be done, and what was entered for it."""

    said: str
    comment: str = ""
    of_comment: bool = False
    status: int = 422


@page
def change(request: HttpRequest, number: str, tab: str = "changes") -> HttpResponse:
    """One change, as this person may see it."""
    return show(request, find(request.user, number), tab)


@page
def change_preview(request: HttpRequest, number: str) -> HttpResponse:
    """The change in short, for the pane beside the inbox."""
    found = find(request.user, number)
    if not request.headers.get("HX-Request"):
        return redirect(links.change(found.number))
    following = change_steps.safe_next(request, request.GET.get("next", ""))
    context = {"preview": preview(request, found, following=following)}
    return render(request, "mdm/_change_preview.html", context)


def find(user: Any, number: str) -> Change:
    """A change that the person may see in whole. Raises `NotFound`."""
    found = Change.objects.filter(number=number).select_related("requested_by").first()
    if found is None or not changes.has_right(found, "see", user):
        raise NotFound(f"There is no change {number[:40]}, or none that you may see.")
    return found


def show(
    request: HttpRequest,
    found: Change,
    tab: str = "changes",
    *,
    revealed: Collection[int] = (),
    failed: Failed | None = None,
) -> HttpResponse:
    """The page, after something could not be done with what was entered still there."""
    reviews = change_voices.reviews_of(found)
    now = standing(found, request.user, reviews)
    at = queue.place(request, found.number)
    after = at.following if at else ""
    checks = change_voices.checks_of(found, request.GET if tab == "checks" else None)
    fails = checks.counts["fail"]
    parts = _parts(request, found, reviews, revealed) if tab == "changes" else {}
    context = {
        "change": found,
        "tab": tab,
        "now": now,
        "place": at,
        "checks": checks,
        "tabs": _tabs(request, found, tab, reviews, checks.total),
        "own": change_steps.own(found, request.user, following=after),
        "steps": change_steps.decisions(found, now, fails=fails, following=after),
        "notices": notices(found, reviews, stale=checks.is_stale),
        "failed": failed,
        "about": _about(request, found),
        "url": links.change(found.number),
        "short_id": f"…{str(found.correlation_id)[-12:]}",
        "effect_url": change_flips.effect_url(found),
        "flips": change_flips.of(found) if tab == "changes" else None,
        "undo_url": change_steps.undo_url(found, request.user),
        "impact_url": panel_url("change-impact", (found.number,)),
        **parts,
        **_talk(found, reviews, tab),
        "others": _others(request.user, found, parts),
    }
    response = render(request, f"mdm/{TEMPLATES[tab]}", context, status=_status(failed))
    if revealed:
        response.headers["Cache-Control"] = "no-store"
    return response


TEMPLATES = {tab: f"change_{tab}.html" for tab in TABS} | {"changes": "change.html"}


def _status(failed: Failed | None) -> int:
    return failed.status if failed else 200


def _tabs(
    request: HttpRequest, found: Change, tab: str, reviews: Sequence[Review], checks: int
) -> list[dict[str, Any]]:
    said = sum(1 for review in reviews if review.comment) + bool(found.reason)
    parts = found.part_count if found.part_count > 1 else _touched(found)
    counts = {"changes": parts, "conversation": said, "checks": checks}
    named = request.GET.get("queue", "")
    return [
        {
            "label": "Parts" if name == "changes" and found.part_count > 1 else name.capitalize(),
            "url": _tab_url(found, name, named),
            "current": name == tab,
            "count": counts.get(name),
        }
        for name in TABS
    ]


def _touched(found: Change) -> int:
    """How many values the one part of a change touches."""
    part = found.parts.get()
    moves_status = part.action not in (Action.CREATE, Action.UPDATE, Action.LINK, Action.MERGE)
    return len({*part.patch, *part.pins}) + moves_status


def _tab_url(found: Change, tab: str, named: str) -> str:
    url = links.change(found.number) if tab == "changes" else ""
    url = url or reverse("change-tab", args=[found.number, tab])
    return f"{url}?queue={named}" if named else url


def _parts(
    request: HttpRequest, found: Change, reviews: Sequence[Review], revealed: Collection[int]
) -> dict[str, Any]:
    """A few parts in full, one of many in full, or the list of many."""
    wanted = request.GET.get("part", "")
    rows = found.parts.select_related("revision__source_record__system")
    if found.part_count > FEW and not wanted and not revealed:
        return {"listed": part_list(found, request.GET)}
    if found.part_count > FEW:
        at = min(revealed) if revealed else whole_number(wanted) - 1
        rows = rows.filter(position=at)
    parts = list(rows)
    if not parts:
        raise NotFound(f"{found.number} has no part {wanted[:20]}.")
    whole = request.GET.get("fields") == "all"
    shown = parts_shown.shown(found, parts, revealed=revealed, whole=whole)
    is_open = found.state in (*Change.OPEN, Change.State.DRAFT)
    if is_open:
        shown = [part_context.with_origins(part_context.with_conflicts(one)) for one in shown]
    return {
        "parts": [_completed(request, found, one, reviews) for one in shown],
        "whole": whole,
        "single": found.part_count > FEW,
        "then": back_dated.past_of(found, shown),
        "conflicted": [o for o in shown if found.state == Change.State.CONFLICTED and o.moved],
    }


def whole_number(text: str) -> int:
    """A number from an address or a form; 0 when it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _completed(request: HttpRequest, found: Change, one: Shown, reviews: Sequence[Review]) -> Shown:
    """The part with the comments on its values, and what this person may do with it."""
    said = change_voices.threads(reviews)
    is_one = found.part_count == 1
    rows = [
        replace(
            row,
            comments=said.get(row.path, []),
            comment_url=f"?about={row.path}#say" if is_one else "",
        )
        for row in one.rows
    ]
    codes = [code for code in one.part.company_codes.split(",") if code]
    right = propose_right(one.kind)
    editable = one.part.action not in (Action.MERGE, Action.UNMERGE, Action.LINK, Action.UNLINK)
    editable = editable and not is_following(one.part)
    may_edit = editable and permissions.may(request.user, right, one.kind.code, codes)
    return replace(
        one,
        rows=rows,
        edit_url=change_steps.edit_url(found, one.part.position) if may_edit else "",
        sides=merge_sides.of(one.part),
        may_reveal=permissions.may(request.user, "reveal", one.kind.code, codes),
        last=found.part_count,
    )


def _about(request: HttpRequest, found: Change) -> tuple[str, str]:
    """The value that a comment is about: its path and its label."""
    path = request.GET.get("about", "") or request.POST.get("path", "")
    label = change_voices.label_of(found, path) if path else ""
    return (path, label) if label else ("", "")


def _talk(found: Change, reviews: Sequence[Review], tab: str) -> dict[str, Any]:
    past = changes.past(found)
    if tab == "history":
        return {"steps_taken": change_past.happened(found, reviews, past)}
    return {"talk": change_past.conversation(found, reviews, past)}


def _others(user: Any, found: Change, parts: dict[str, Any]) -> list[Change]:
    """Other open changes on the same records, for a change of a few parts."""
    if found.state not in (*Change.OPEN, Change.State.DRAFT) or not parts.get("parts"):
        return []
    ids = [i for p in parts["parts"] for i in (p.part.golden_id, p.part.other_id) if i]
    return list(visible(user, change_voices.beside(found, ids))[:5])


def preview(request: HttpRequest, found: Change, *, following: str) -> dict[str, Any]:
    """What the pane beside the inbox shows of a change."""
    reviews = change_voices.reviews_of(found)
    now: Standing = standing(found, request.user, reviews)
    checks = change_voices.checks_of(found)
    parts = list(found.parts.all()[:PREVIEWED])
    return {
        "change": found,
        "now": now,
        "parts": parts_shown.shown(found, parts),
        "more": found.part_count - len(parts),
        "checks": [row for row in checks.rows if row.outcome != "pass"][:4],
        "passing": checks.counts["pass"],
        "steps": change_steps.decisions(
            found, now, fails=checks.counts["fail"], following=following
        ),
        "voters": [v for v in now.voters if v.verdict != "barred"],
        "kinds": [seams.subject(part.subject).icon for part in parts[:1]],
        "url": links.change(found.number),
    }
