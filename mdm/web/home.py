"""The home page: what waits, what is overdue, what is broken; each number opens what it counts."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mdm import permissions
from mdm.queries import changes, inbox
from mdm.queries import home as figures
from mdm.queries.inbox import Task
from mdm.templatetags.formats import span
from mdm.web import queue
from mdm.web.lead_plot import lead_plot
from mdm.web.page import list_url, page, panel_url

SHOWN = 6
OVERDUE = timedelta(days=2)
ICONS = {
    "decision": "change",
    "own": "file",
    "duplicate": "merge",
    "delivery": "publish",
    "import": "import",
}
KINDS = (
    # kind of work, what a tile of it is called, the right that shows it even when it is empty
    ("decision", "Approvals", "approve"),
    ("own", "My changes", "propose"),
    ("duplicate", "Duplicate pairs", "decide_match"),
    ("delivery", "Rejected deliveries", "publish"),
    ("import", "Imports", "import"),
)
LIVE_ONLY = "not_status=retired&not_status=merged"


@page
def home(request: HttpRequest) -> HttpResponse:
    """What a person sees in the first five seconds."""
    user = request.user
    tasks = queue.waiting(user)
    counts = inbox.record_counts(user)
    weeks = figures.lead_times_by_week()
    decisions = [task for task in tasks if queue.kind_of(task) == "decision"]
    context = {
        "sub": _sub(tasks),
        "stats": list(_tiles(user, tasks)),
        "decisions": [_row(task) for task in decisions[:SHOWN]],
        "decision_count": len(decisions),
        "others": [_row(t) for t in tasks if t not in decisions][:SHOWN],
        "may_approve": permissions.may(user, "approve") or permissions.may(user, "approve_payment"),
        "inbox_url": panel_url("inbox"),
        "ages": list(_ages(tasks)),
        "open_count": len(tasks),
        "weeks": [week for week in weeks if week.count],
        "plot": lead_plot(weeks),
        "counts": [
            c | {"url": f"{list_url(c['domain'])}?{LIVE_ONLY}"}
            for c in counts
            if permissions.may(user, "see", c["domain"].code)
        ],
        "recent": inbox.recent(user),
        "targets_url": panel_url("home-targets"),
        "monitor_url": panel_url("publishing"),
        "steps": [_step(step) for step in figures.first_steps(counts)],
        "new": [
            (c["domain"], reverse("record-new", args=[c["domain"].path]))
            for c in counts
            if permissions.may(user, "propose", c["domain"].code)
        ],
        "import_url": panel_url("import-new") if permissions.may(user, "import") else "",
    }
    return render(request, "mdm/home.html", context)


def _inbox(kind: str = "") -> str:
    url = panel_url("inbox")
    return f"{url}?kind={kind}" if url and kind else url


def _sub(tasks: list[Task]) -> str:
    """One sentence on what waits."""
    if not tasks:
        return "Nothing waits for you."
    late = sum(1 for task in tasks if task.age > OVERDUE)
    overdue = f", {late} for longer than two days" if late else ""
    number = f"{len(tasks)} thing{'s wait' if len(tasks) > 1 else ' waits'} for you"
    return f"{number}{overdue}; the oldest since {span(tasks[0].age)}."


def _tiles(user: Any, tasks: list[Task]) -> Iterator[dict[str, Any]]:
    """A tile per kind of work that is this person's, and one for everybody's changes."""
    for kind, name, right in KINDS:
        own = [task for task in tasks if queue.kind_of(task) == kind]
        if not own and right and not permissions.may(user, right):
            continue
        late = sum(1 for task in own if task.age > OVERDUE)
        oldest = f"oldest {span(own[0].age)}" if own else "nothing waits"
        yield {
            "name": name,
            "icon": ICONS[kind],
            "number": len(own),
            "strong": f"{late} overdue," if late else "",
            "note": oldest,
            "tone": "bad" if late or (own and kind == "delivery") else "",
            "url": _inbox(kind),
        }

    yield {
        "name": "In review",
        "icon": "change",
        "number": changes.in_review(user),
        "note": "of everybody's changes",
        "url": f"{reverse('change-list')}?state=submitted",
    }


def _row(task: Task) -> dict[str, Any]:
    late = task.age > OVERDUE
    return {
        "icon": ICONS.get(queue.kind_of(task), "inbox"),
        "kind": task.kind,
        "what": task.title,
        "why": " · ".join(said for said in (task.detail, task.why) if said),
        "url": task.link,
        "side": f"{span(task.age)}{', overdue' if late else ''}",
        "late": late,
        "risk": task.risk,
    }


def _ages(tasks: list[Task]) -> Iterable[tuple[str, list[int], str]]:
    for kind, name, _ in KINDS:
        own = [task for task in tasks if queue.kind_of(task) == kind]
        if own:
            yield name, [band["count"] for band in inbox.by_age(own)], _inbox(kind)


STEPS = {
    "records": (
        "Load demo data",
        "A first look with suppliers, cost centers, projects and tax codes: manage.py seed_demo.",
        "",
    ),
    "import": ("Import a file", "CSV or XLSX, as your system exports it.", "import-new"),
    "approver": (
        "Invite an approver",
        "Nothing is applied without a second person.",
        "admin:auth_user_changelist",
    ),
    "target": (
        "Connect a target",
        "A procurement or ERP system that is to have it.",
        "target-list",
    ),
}


def _step(step: figures.Step) -> dict[str, Any]:
    name, said, url = STEPS[step.code]
    return {"name": name, "said": said, "url": panel_url(url) if url else "", "done": step.is_done}
