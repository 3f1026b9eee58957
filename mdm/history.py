"""What a record was: versions, as-of, compare. Where each value comes from is in lineage.py.

Two clocks: *known* is when a version was recorded, *effective* is the day its patch counts from.
as_of(effective V, known K) is the fold of all patches known by K and effective by V, in the order
(effective_from, sequence); the live row is as_of(now, now).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from mdm import clocks, folding
from mdm.domains import patch as patches
from mdm.domains.spec import Subject, Values
from mdm.domains.values import read
from mdm.errors import NotFound
from mdm.models import Fact, Review


@dataclass(frozen=True, slots=True)
class Version:
    """One version: who, when, why, approved by whom, what changed. Sealed values stay sealed."""

    number: int
    at: datetime
    effective_from: date | None
    person: str
    reason: str
    change: str
    approved_by: tuple[str, ...]
    status: str
    patch: patches.Patch = field(default_factory=dict)
    before: patches.Patch = field(default_factory=dict)


def versions(kind: Subject, golden_id: UUID | str) -> list[Version]:
    """Every version of a governed row, newest first."""
    rows = list(kind.model.history.filter(golden_id=golden_id).order_by("version"))
    approvals = approved_by({row.change for row in rows})
    result, before = [], clocks.nothing(kind)
    for row in rows:
        after = read(kind, row)
        patch = patches.diff(kind, before, after)
        if before["status"] and before["status"] != after["status"]:
            patch["status"] = after["status"]
        result.append(
            Version(
                number=row.version,
                at=row.history_date,
                effective_from=row.effective_from,
                person=row.person,
                reason=row.reason,
                change=row.change,
                approved_by=approvals.get(row.change, ()),
                status=row.status,
                patch=patch,
                before=patches.seen(before, patch),
            )
        )
        before = after
    return result[::-1]


def life(kind: Subject, golden_id: UUID | str, path: str) -> list[Version]:
    """The versions that touched a value, newest first, each with that value alone.

    A path names a value, an item with all its fields, a collection, or `status`. Raises `Invalid`.
    """
    if path != "status" and kind.collection(path) is None:
        patches.declared(kind, path)
    rows = versions(kind, golden_id)
    found = []
    for version, older in zip(rows, [*rows[1:], None], strict=True):
        was = older.status if older else ""
        patch: patches.Patch
        before: patches.Patch
        if path == "status":
            patch, before = {"status": version.status}, {"status": was}
            patch = patch if version.status != was else {}
        else:
            patch = {p: v for p, v in version.patch.items() if _touches(p, path)}
            before = {p: version.before.get(p) for p in patch}
        if patch:
            found.append(replace(version, patch=patch, before=before))
    return found


def _touches(path: str, named: str) -> bool:
    return patches.parse(path).code == named or patches.clashes(path, named)


def approved_by(numbers: set[str]) -> dict[str, tuple[str, ...]]:
    """Who approved each of these changes."""
    rows = Review.objects.filter(
        change__number__in=numbers, verdict=Review.Verdict.APPROVE, voided_at=None
    ).values_list("change__number", "by__username")
    found: dict[str, list[str]] = {}
    for number, name in rows.order_by("id"):
        found.setdefault(number, []).append(name)
    return {number: tuple(names) for number, names in found.items()}


def values_at(kind: Subject, golden_id: UUID | str, version: int) -> Values:
    """What a version held, sealed values sealed. Raises `NotFound`."""
    row = kind.model.history.filter(golden_id=golden_id, version=version).first()
    if row is None:
        raise NotFound(f"There is no version {version} of this {kind.label.lower()}.")
    return read(kind, row)


def as_of(
    kind: Subject,
    golden_id: UUID | str,
    *,
    effective: date | None = None,
    known: datetime | None = None,
) -> Values:
    """What was valid on a day, as it was known at a moment. Raises `NotFound` when nothing was."""
    return past(kind, golden_id, clocks.Clocks.at(effective, known)).values


def past(kind: Subject, golden_id: UUID | str, at: clocks.Clocks) -> clocks.Past:
    """A record as of two clocks. Raises `NotFound` when it was not there."""
    found = clocks.of(kind, [UUID(str(golden_id))], at)
    if not found:
        raise NotFound(
            f"This {kind.label.lower()} was not valid on {at.effective}, "
            f"as known on {at.known:%Y-%m-%d}."
        )
    return found[UUID(str(golden_id))]


def fold(kind: Subject, golden_id: UUID | str, facts: Sequence[Fact]) -> Values:
    """The values that some of a record's facts come to."""
    folded = folding.fold(map(clocks.written, facts), blank=clocks.nothing(kind))
    return folded.values | {"golden_id": str(golden_id)}


def compare(kind: Subject, golden_id: UUID | str, first: int, second: int) -> list[dict[str, Any]]:
    """The paths that differ between two versions, with both values; sealed values stay sealed."""
    before, after = values_at(kind, golden_id, first), values_at(kind, golden_id, second)
    patch = patches.diff(kind, before, after)
    if before["status"] != after["status"]:
        patch["status"] = after["status"]
    return [{"path": p, "before": patches.get(before, p), "after": v} for p, v in patch.items()]
