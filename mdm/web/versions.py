"""Versions as steps of a timeline: who, when, why, approved by whom, and what changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from mdm import history, links
from mdm.domains.golden import Status
from mdm.domains.spec import Subject
from mdm.history import Version
from mdm.queries import differences, steps
from mdm.queries import words as say
from mdm.queries.differences import Row
from mdm.queries.words import Words
from mdm.steps import Step
from mdm.web.page import row_url

MOVES: dict[tuple[str, str], str] = {
    (Status.ACTIVE, Status.BLOCKED): "blocked",
    (Status.BLOCKED, Status.ACTIVE): "unblocked",
    (Status.ACTIVE, Status.RETIRED): "retired",
    (Status.BLOCKED, Status.RETIRED): "retired",
    (Status.RETIRED, Status.ACTIVE): "reactivated",
}
"""What a version did to the status of its record: what an auditor looks for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One version, in words."""

    number: int
    title: str
    at: datetime
    effective_from: date | None
    is_dated: bool  # it counts from another day than it was recorded
    who: str
    reason: str
    approved_by: str
    change: str
    change_url: str
    compare_url: str
    status: str
    rows: list[Row]
    is_step: bool = False  # it made no version of its own
    is_pin: bool = False


def timeline(kind: Subject, golden_id: UUID, versions: Iterable[Version]) -> list[Entry]:
    """Versions and steps in the order given; names cost one query per list, domain, people."""
    shown = list(versions)
    words = Words(kind).learn_patches(*(v.patch for v in shown), *(v.before for v in shown))
    people = say.people({n for v in shown for n in (v.person, *v.approved_by)})
    others = steps.names(kind, (v for v in shown if isinstance(v, Step)))
    return [
        _step(kind, version, others, people)
        if isinstance(version, Step)
        else _entry(kind, golden_id, version, words, people)
        for version in shown
    ]


def _step(kind: Subject, step: Step, others: dict[UUID, str], people: dict[str, str]) -> Entry:
    return Entry(
        number=step.number,
        title=steps.title(kind, step, others),
        at=step.at,
        effective_from=step.effective_from,
        is_dated=bool(step.effective_from and step.effective_from != step.at.date()),
        who=people.get(step.person, step.person),
        reason=step.reason,
        approved_by=say.listing([people.get(n, n) for n in step.approved_by]),
        change=step.change,
        change_url=links.change(step.change),
        compare_url="",
        status=step.status,
        rows=steps.rows(kind, step),
        is_step=True,
        is_pin=bool(step.pins and not step.kind),
    )


def _entry(
    kind: Subject, golden_id: UUID, version: history.Version, words: Words, people: dict[str, str]
) -> Entry:
    rows = differences.rows(kind, version.patch, version.before, words)
    compare = row_url(kind, golden_id, "history")
    return Entry(
        number=version.number,
        title=_title(kind, version, rows),
        at=version.at,
        effective_from=version.effective_from,
        is_dated=bool(version.effective_from and version.effective_from != version.at.date()),
        who=people.get(version.person, version.person),
        reason=version.reason,
        approved_by=say.listing([people.get(n, n) for n in version.approved_by]),
        change=version.change,
        change_url=links.change(version.change) if version.change else "",
        compare_url=f"{compare}?a={version.number - 1}&b={version.number}"
        if version.number > 1
        else "",
        status=version.status,
        rows=rows,
    )


def _title(kind: Subject, version: Version, rows: list[Row]) -> str:
    """What a version did, in a few words."""
    if version.number == 1:
        return "created"
    if version.status == "merged":
        return "merged into another record"
    moved = MOVES.get((version.before.get("status", ""), version.status), "")
    labels = [row.label.partition(" / ")[0] for row in rows if row.path != "status" or not moved]
    said = f"{say.listing(list(dict.fromkeys(labels)))} changed" if labels else ""
    return ", ".join(filter(None, (moved, said))) or "nothing changed"
