"""The inbox: one queue of what waits for a person; the team's open work; what was decided.

mine | team | done, with filters left and a preview right. Everything is in the address.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from mdm import permissions, seams
from mdm.errors import NotFound
from mdm.models import Change
from mdm.queries import decided
from mdm.queries.inbox import AGES, Task
from mdm.templatetags.formats import ago, span
from mdm.web import queue
from mdm.web.change_page import find, preview
from mdm.web.home import ICONS, OVERDUE
from mdm.web.page import page, panel_url

KINDS = {
    "decision": "To approve",
    "own": "My changes",
    "duplicate": "Duplicate pair",
    "delivery": "Rejected delivery",
    "import": "Import problem",
}
LABELS = {"kind": "Type", "domain": "Kind of record", "risk": "Risk", "age": "Waiting"}
TABS = ("mine", "team", "done")
PER_PAGE = 50


@page
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for this person, oldest first."""
    permissions.require(request.user, "see")
    tab = request.GET.get("tab", "mine")
    shown = {"team": _team, "done": _done}.get(tab, _mine)
    context = {
        "tab": tab if tab in TABS else "mine",
        "tabs": _tabs(request.user, tab),
        **shown(request),
    }
    return render(request, "mdm/inbox.html", context)


@page
def inbox_preview(request: HttpRequest) -> HttpResponse:
    """What waits, in short, where its own page has no shorter form."""
    wanted = request.GET.get("item", "")
    task = next((t for t in queue.waiting(request.user) if t.key == wanted), None)
    if task is None:
        raise NotFound("This waits no more: somebody was faster.")
    if not request.headers.get("HX-Request"):
        return redirect(task.link)
    return render(request, "mdm/_task_preview.html", {"preview": {"task": task, "url": ""}})


def _tabs(user: Any, tab: str) -> list[dict[str, Any]]:
    counts = {"mine": queue.count(user), "team": decided.team(user).count()}
    return [
        {
            "label": name.capitalize(),
            "url": reverse("inbox") + ("" if name == "mine" else f"?tab={name}"),
            "current": name == (tab if tab in TABS else "mine"),
            "count": counts.get(name),
        }
        for name in TABS
    ]


def _mine(request: HttpRequest) -> dict[str, Any]:
    every = queue.waiting(request.user)
    tasks = queue.narrowed(every, request.GET)
    wanted = request.GET.get("item", "")
    chosen = next((t for t in tasks if t.key == wanted), tasks[0] if tasks else None)
    return {
        "facets": _facets(every, request.GET),
        "rows": [_row(request, task, tasks, task is chosen) for task in tasks],
        "total": len(every),
        "preview": _preview(request, chosen, tasks) if chosen else None,
        "chosen": chosen,
        "is_filtered": bool(queue.filters_of(request.GET)),
    }


def _row(request: HttpRequest, task: Task, tasks: Sequence[Task], current: bool) -> dict[str, Any]:
    kind = queue.kind_of(task)
    late = task.age > OVERDUE
    return {
        "icon": ICONS.get(kind, "inbox"),
        "kind": KINDS.get(kind, kind),
        "what": task.title,
        "why": _why(task),
        "url": queue.opened(task, request.GET),
        "preview_url": _preview_url(request, task, tasks),
        "side": f"{'overdue, ' if late else ''}{span(task.age)}",
        "late": late,
        "risk": task.risk,
        "current": current,
    }


def _why(task: Task) -> str:
    """What it is and why it is here; of a change to approve, how far it is."""
    change, why = task.facts.get("change"), task.why
    if change is not None and queue.kind_of(task) == "decision":
        needed = change.policy.get("approvals", 1)
        why = f"needs {needed} approvals" if needed > 1 else ""
    return " · ".join(part for part in (task.detail, why) if part)


def _preview_url(request: HttpRequest, task: Task, tasks: Sequence[Task]) -> str:
    """The part of a page that shows the task beside the list; it knows what comes next."""
    url = task.facts.get("preview", "")
    if task.facts.get("change") is not None:
        url = reverse("change-preview", args=[task.key])
    if not url:
        return f"{reverse('inbox-preview')}?{urlencode({'item': task.key})}"
    return f"{url}?{urlencode({'next': _after(request, task, tasks)})}"


def _after(request: HttpRequest, task: Task, tasks: Sequence[Task]) -> str:
    """The inbox with the item that follows chosen."""
    at = tasks.index(task) + 1
    following = tasks[at] if at < len(tasks) else tasks[0]
    return queue.inbox_url(request.GET, following.key if following is not task else "")


def _preview(request: HttpRequest, task: Task, tasks: Sequence[Task]) -> dict[str, Any]:
    if task.facts.get("change") is None:
        own = bool(task.facts.get("preview"))
        return {"task": task, "url": _preview_url(request, task, tasks) if own else ""}
    found = find(request.user, task.key)
    return preview(request, found, following=_after(request, task, tasks))


def _facets(tasks: Sequence[Task], query: QueryDict) -> list[dict[str, Any]]:
    """Filters with counts; a filter's own choice does not narrow its own counts."""
    found = []
    for name in queue.FILTERS:
        values = [queue.facts(t)[name] for t in queue.narrowed(tasks, query, leave_out=name)]
        chosen = query.getlist(name)
        labels = _labels(name, {*values, *chosen})
        options = [
            {"value": v, "label": label, "count": values.count(v), "chosen": v in chosen}
            for v, label in labels.items()
            if v and (v in values or v in chosen)
        ]
        if options:
            found.append({"name": name, "label": LABELS[name], "options": options})
    return found


def _labels(name: str, values: set[str]) -> dict[str, str]:
    """The words of a filter's values, in the order in which they are shown."""
    match name:
        case "kind":
            return KINDS
        case "domain":
            kinds = seams.subjects()
            return {code: kind.label for code, kind in kinds.items() if code in values}
        case "risk":
            return {value: str(label) for value, label in reversed(Change.Risk.choices)}
        case _:
            return {"more" if days is None else str(days): words for days, words in AGES}


def _team(request: HttpRequest) -> dict[str, Any]:
    """Every open change that the person may see, whoever has to act."""
    rows = decided.team(request.user)
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "page": shown,
        "rows": [
            {
                "icon": "change",
                "kind": "Change",
                "what": change.title,
                "why": f"{change.number} · {_waits_for(change)}",
                "url": reverse("change", args=[change.number]),
                "side": ago(change.submitted_at or change.created_at),
                "risk": change.risk,
            }
            for change in shown.object_list
        ],
    }


def _waits_for(change: Change) -> str:
    author = change.requested_by.get_full_name() or change.requested_by.get_username()
    match change.state:
        case Change.State.SUBMITTED:
            return f"by {author}, waits for approval"
        case Change.State.ASKED | Change.State.CONFLICTED:
            return f"waits for {author}"
        case _:
            return f"by {author}, {change.get_state_display().lower()}"


def _done(request: HttpRequest) -> dict[str, Any]:
    """What the person decided, newest first."""
    rows = decided.decided_by(request.user)
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "page": shown,
        "rows": [
            {
                "icon": "change",
                "kind": "Change",
                "what": review.change.title,
                "why": f"{review.change.number} · you {decided.word(review)}",
                "url": reverse("change", args=[review.change.number]),
                "side": ago(review.created_at),
                "risk": "",
            }
            for review in shown.object_list
        ],
        "verdicts_url": panel_url("duplicate-list"),
    }
