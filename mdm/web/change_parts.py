"""The parts of a large change: figures first, then a paged list with what needs a look on top."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import QueryDict

from mdm import links, seams
from mdm.changes.naming import touches
from mdm.checks import FAIL, WARN
from mdm.models import Change, ChangePart, CheckResult
from mdm.queries import words as say
from mdm.web.parts_shown import VERBS, problem_of

Action, State = ChangePart.Action, ChangePart.State
FEW = 5
"""Up to so many parts are shown in full, one below the other."""
PER_PAGE = 25
PROBLEMS = (State.FAILED, State.CONFLICTED)
EXCEPTIONS = "exceptions"


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow the list, with how many parts it leaves."""

    code: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One part in the list."""

    number: int
    label: str
    verb: str
    what: str
    state: str
    problem: str
    url: str
    failing: bool
    warned: bool


@dataclass(frozen=True, slots=True)
class PartList:
    """A page of a large change's parts."""

    stats: list[dict[str, Any]]
    filters: list[Filter]
    page: Page[ChangePart]
    rows: list[Row]
    query: str
    chosen: str


def part_list(change: Change, query: QueryDict) -> PartList:
    """The parts that the address asks for; those with a problem first."""
    chosen, sought = query.get("show", ""), query.get("q", "").strip()
    every = _marked(change)
    wanted = {f.code: f for f in _filters(change, every, chosen)}
    chosen = chosen if chosen in wanted else ""
    rows = _narrowed(every, chosen)
    if sought:
        rows = rows.filter(label__icontains=sought)
    page = Paginator(rows.order_by("trouble", "position"), PER_PAGE).get_page(query.get("page"))
    return PartList(
        stats=_stats(change, list(wanted.values())),
        filters=list(wanted.values()),
        page=page,
        rows=[_row(change, part) for part in page.object_list],
        query=sought,
        chosen=chosen,
    )


def _marked(change: Change) -> QuerySet[Any]:
    """The parts with what the checks say of each, and a rank: trouble comes first."""
    said = CheckResult.objects.filter(change=change, part=OuterRef("pk"))
    return change.parts.annotate(
        failing=Exists(said.filter(outcome=FAIL)), warned=Exists(said.filter(outcome=WARN))
    ).annotate(
        trouble=Case(
            When(state__in=PROBLEMS, then=Value(0)),
            When(failing=True, then=Value(1)),
            When(warned=True, then=Value(2)),
            default=Value(3),
        )
    )


def _narrowed(rows: QuerySet[Any], chosen: str) -> QuerySet[Any]:
    if chosen == EXCEPTIONS:
        return rows.filter(Q(state__in=PROBLEMS) | Q(failing=True) | Q(warned=True))
    if chosen in State.values:
        return rows.filter(state=chosen)
    return rows.filter(action=chosen) if chosen in Action.values else rows


def _filters(change: Change, rows: QuerySet[Any], chosen: str) -> list[Filter]:
    counted = change.parts.order_by().values_list("action", "state").annotate(n=Count("pk"))
    by_action: dict[str, int] = {}
    by_state: dict[str, int] = {}
    for action, state, n in counted:
        by_action[action] = by_action.get(action, 0) + n
        by_state[state] = by_state.get(state, 0) + n
    odd = _narrowed(rows, EXCEPTIONS).count()
    found = [("", "All", change.part_count), (EXCEPTIONS, "Needs a look", odd)]
    found += [(a, VERBS[Action(a)], by_action[a]) for a in Action.values if a in by_action]
    if set(by_state) != {State.PENDING}:
        found += [(s, str(State(s).label), by_state[s]) for s in State.values if s in by_state]
    return [Filter(code, label, n, code == chosen) for code, label, n in found]


def _stats(change: Change, filters: Sequence[Filter]) -> list[dict[str, Any]]:
    """Tiles that open what they count."""
    icons = {EXCEPTIONS: "alert", State.FAILED: "s-bad", State.CONFLICTED: "s-warn"}
    notes = {"": "parts in all", EXCEPTIONS: "a check or the write says so"}
    shown = [f for f in filters if f.code in ("", EXCEPTIONS) or f.code in Action.values]
    return [
        {
            "name": f.label if f.code else "Parts",
            "icon": icons.get(f.code, "rows"),
            "number": f.count,
            "note": notes.get(f.code, "records"),
            "tone": "warn" if f.code == EXCEPTIONS and f.count else "",
            "url": f"{links.change(change.number)}?show={f.code}",
            "current": f.chosen and bool(f.code),
        }
        for f in shown[:4]
    ]


def _row(change: Change, part: Any) -> Row:
    return Row(
        number=part.position + 1,
        label=part.label,
        verb=VERBS[Action(part.action)],
        what=say.listing(touches(seams.subject(part.subject), part.patch)),
        state=part.state,
        problem=problem_of(part),
        url=f"{links.change(change.number)}?part={part.position + 1}",
        failing=part.failing,
        warned=part.warned,
    )
