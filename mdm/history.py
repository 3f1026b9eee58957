"""What a record was, and why: versions, as-of, compare, provenance.

Two clocks: *known* is when a version was recorded, *effective* is the day its patch counts from.
as_of(effective V, known K) is the fold of all patches known by K and effective by V, in the order
(effective_from, sequence); the live row is as_of(now, now).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from mdm import survivorship
from mdm.domains import patch as patches
from mdm.domains.spec import Subject, Values
from mdm.domains.values import read
from mdm.errors import NotFound
from mdm.models import Change, Fact, Review

OWN = "Touchstone"
"""Where a number comes from that was taken from the number range."""


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


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value comes from: source and rule, since when, by which change, what lost."""

    value: str
    source: str
    rule: str
    version: int
    since: datetime | None
    change: str
    approved_by: tuple[str, ...]
    losing: tuple[survivorship.Said, ...] = ()


def versions(kind: Subject, golden_id: UUID | str) -> list[Version]:
    """Every version of a governed row, newest first."""
    rows = list(kind.model.history.filter(golden_id=golden_id).order_by("version"))
    approvals = approved_by({row.change for row in rows})
    result, before = [], _nothing(kind)
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
    effective = effective or timezone.now().date()
    known = known or timezone.now()
    facts = Fact.objects.filter(
        golden_id=golden_id, effective_from__lte=effective, accepted_at__lte=known
    )
    folded = fold(kind, golden_id, list(facts))
    if not folded.get("status"):
        raise NotFound(
            f"This {kind.label.lower()} was not valid on {effective}, as known on {known:%Y-%m-%d}."
        )
    return folded


def fold(kind: Subject, golden_id: UUID | str, facts: Sequence[Fact]) -> Values:
    """The values that some of a record's facts come to."""
    accepted = [_pure(fact) for fact in facts]
    values = survivorship.consolidate(accepted, blank=_nothing(kind)).values
    return values | {"golden_id": str(golden_id)}


def compare(kind: Subject, golden_id: UUID | str, first: int, second: int) -> list[dict[str, Any]]:
    """The paths that differ between two versions, with both values; sealed values stay sealed."""
    before, after = values_at(kind, golden_id, first), values_at(kind, golden_id, second)
    patch = patches.diff(kind, before, after)
    if before["status"] != after["status"]:
        patch["status"] = after["status"]
    return [{"path": p, "before": patches.get(before, p), "after": v} for p, v in patch.items()]


def provenance(kind: Subject, golden_id: UUID | str) -> dict[str, Provenance]:
    """For each value of a record: its source, rule, change and the values that lost."""
    facts = list(
        Fact.objects.filter(golden_id=golden_id)
        .select_related("part__change__requested_by", "revision__source_record__system")
        .order_by("id")
    )
    approvals = approved_by({fact.part.change.number for fact in facts})
    by_version = {fact.version: fact for fact in reversed(facts)}  # the first one wrote it
    golden = survivorship.consolidate([_pure(fact) for fact in facts], blank=_nothing(kind))
    result: dict[str, Provenance] = {}
    for path, reason in golden.reasons.items():
        fact = by_version[reason.version]
        change: Change = fact.part.change
        result[path] = Provenance(
            value=reason.value,
            source=OWN if path == "code" and not fact.part.patch.get("code") else reason.source,
            rule=survivorship.RULES[reason.rule],
            version=reason.version,
            since=fact.accepted_at,
            change=change.number,
            approved_by=approvals.get(change.number, ()),
            losing=reason.losing,
        )
    return result


def _pure(fact: Fact) -> survivorship.Fact:
    """A fact row as the pure fold takes it."""
    source = (
        fact.revision.source_record.system.name
        if fact.revision is not None
        else fact.part.change.requested_by.get_username()
    )
    return survivorship.Fact(source, fact.values, fact.version, fact.effective_from, fact.kind)


def _nothing(kind: Subject) -> Values:
    return patches.blank(kind) | {"status": "", "extensions": {}}
