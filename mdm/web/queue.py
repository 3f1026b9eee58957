"""The inbox as a queue: what is before and after an item, so that deciding one opens the next.

An item opened from the inbox carries `?queue=`, the inbox's own filters, in its address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from mdm.queries import inbox
from mdm.queries.inbox import Task

ALL = "all"
DECIDED_IN_PLACE = ("change", "duplicate")
FILTERS = ("kind", "domain", "risk", "age")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item is in the queue."""

    number: int
    total: int
    earlier: str
    later: str
    following: str  # where to go once it is decided


def place(request: HttpRequest, key: str) -> Place | None:
    """Where the item is in the queue that it was opened from; None when it was not."""
    named = request.GET.get("queue", "")
    if not named:
        return None
    query = QueryDict("" if named == ALL else named)
    tasks = narrowed(waiting(request.user), query)
    keys = [task.key for task in tasks]
    if key not in keys:
        return None
    at = keys.index(key)
    earlier = opened(tasks[at - 1], query) if at else ""
    later = opened(tasks[at + 1], query) if at + 1 < len(tasks) else ""
    return Place(at + 1, len(tasks), earlier, later, later or inbox_url(query))


def waiting(user: Any) -> list[Task]:
    """What waits for this person, read once per request."""
    known: list[Task] | None = getattr(user, "known_tasks", None)
    if known is None:
        known = inbox.tasks(user)
        setattr(user, "known_tasks", known)  # noqa: B010 - a cache Django's user has no field for
    return known


def count(user: Any) -> int:
    """How much waits for this person."""
    return len(waiting(user))


def narrowed(tasks: Sequence[Task], query: QueryDict, leave_out: str = "") -> list[Task]:
    """The tasks that have one of the values of every filter."""
    wanted = {
        name: set(query.getlist(name)) for name in FILTERS if name in query and name != leave_out
    }
    return [t for t in tasks if all(facts(t)[name] in values for name, values in wanted.items())]


def facts(task: Task) -> dict[str, str]:
    """What a task may be filtered by."""
    change = task.facts.get("change")
    domain = change.domain if change is not None else task.facts.get("domain", "")
    return {"kind": kind_of(task), "domain": domain, "risk": task.risk, "age": age_of(task)}


def kind_of(task: Task) -> str:
    """The kind of work: a change is to be decided, or one's own."""
    if task.kind != "change":
        return task.kind
    return "decision" if task.why == inbox.DECIDE else "own"


def age_of(task: Task) -> str:
    """How long it has waited, as the code of a band."""
    days = task.age.days
    return next((str(most) for most, _ in inbox.AGES if most is not None and days < most), "more")


def opened(task: Task, query: QueryDict) -> str:
    """The page of an item, opened from the queue where that page knows of it."""
    if task.kind not in DECIDED_IN_PLACE:
        return task.link
    return f"{task.link}?{urlencode({'queue': filters_of(query).urlencode() or ALL})}"


def inbox_url(query: QueryDict, item: str = "") -> str:
    """The inbox with the same filters; `item` is the one it shows beside the list."""
    kept = filters_of(query)
    if item:
        kept["item"] = item
    return f"{reverse('inbox')}?{kept.urlencode()}" if kept else reverse("inbox")


def filters_of(query: QueryDict) -> QueryDict:
    """Only the filters of an address."""
    kept = QueryDict(mutable=True)
    for name in FILTERS:
        if values := query.getlist(name):
            kept.setlist(name, values)
    return kept
