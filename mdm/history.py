"""What a record was, and why: versions, as-of, compare, provenance.

Two clocks: *known* is when a version was recorded, *effective* is the day its patch counts from.
as_of(effective V, known K) is the fold of all patches known by K and effective by V, in the order
(effective_from, sequence); the live row is as_of(now, now).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from mdm import clocks, folding, rules, survivorship, vault
from mdm import facts as accepted
from mdm.domains import patch as patches
from mdm.domains.spec import Subject, Values
from mdm.domains.values import read
from mdm.errors import NotFound
from mdm.models import Change, ChangePart, Fact, Review, System
from mdm.survivorship import Losing

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
    losing: tuple[Losing, ...] = ()
    hold: str = ""  # how long a person's choice holds; "" for a source's word
    until: date | None = None
    said_since: datetime | None = None  # the source's own date of it, or when a person chose it
    trust: float | None = None  # in the source, today; None for a person
    rule_code: str = ""  # of the rule that decided
    chosen_by: str = ""  # the change with which a person chose it, or pinned it
    why: str = ""  # what that person gave as the reason


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


def provenance(kind: Subject, golden_id: UUID) -> dict[str, Provenance]:
    """For each value of a record: its source, rule, change, what lost; secrets masked."""
    facts = list(
        Fact.objects.filter(golden_id=golden_id)
        .select_related("part__change__requested_by")
        .order_by("id")
    )
    made = [fact for fact in facts if fact.part is not None and fact.values]
    by_version = {fact.version: fact for fact in reversed(made)}  # a later one changed nothing
    numbers = {fact.part.change.number for fact in by_version.values() if fact.part}
    approvals = approved_by(numbers)
    since = folding.fold(map(clocks.written, facts), blank=clocks.nothing(kind)).since
    day = timezone.now().date()
    heard = accepted.of(kind, [golden_id])[golden_id]
    golden = survivorship.consolidate(kind, heard, rules.in_force(kind.code), day=day)
    names = _names(heard)
    result: dict[str, Provenance] = {}
    for path, version in since.items():
        fact = by_version.get(version)
        if fact is None or fact.part is None:
            continue
        reason = golden.reasons.get(path) or _own(fact.part.change)
        hide = vault.mask if _is_secret(kind, path, golden.values) else str
        by = approvals.get(fact.part.change.number, ())
        one = _told(fact, fact.part, by, reason, hide, names, _choice(facts, path, reason))
        own = path == "code" and not fact.part.patch.get("code")
        result[path] = replace(one, source=OWN) if own else one
    return result


def _told(
    fact: Fact,
    part: ChangePart,
    approved_by: tuple[str, ...],
    reason: survivorship.Reason,
    hide: Callable[[str], str],
    names: Mapping[str, str],
    choice: tuple[str, str],
) -> Provenance:
    """Why a value is what it is, with sources by their names and secrets masked."""
    lost = (replace(one, value=hide(one.value)) for one in reason.losing)
    chosen_by, why = choice
    return Provenance(
        value=hide(reason.value),
        source=names.get(reason.source, reason.source),
        rule=reason.sentence,
        version=fact.version,
        since=fact.accepted_at,
        change=part.change.number,
        approved_by=approved_by,
        losing=tuple(replace(one, source=names.get(one.source, one.source)) for one in lost),
        hold=reason.hold or "",
        until=reason.until,
        said_since=reason.since,
        trust=reason.trust,
        rule_code=reason.rule,
        chosen_by=chosen_by,
        why=why,
    )


def _choice(facts: Sequence[Fact], path: str, reason: survivorship.Reason) -> tuple[str, str]:
    """With which change, and why, a person chose a value: the fact that picked or pinned it."""
    if reason.hold is None:
        return "", ""
    item = path.partition(".")[0] if "[" in path else path
    for fact in reversed(facts):
        named = {*fact.picks, *fact.pins}
        if fact.accepted_at == reason.since and fact.part and not named.isdisjoint({path, item}):
            change = fact.part.change
            return change.number, change.reason
    return "", ""


def _own(change: Change) -> survivorship.Reason:
    """Why a value is what it is that no source competes for: its status, its code."""
    return survivorship.Reason("", change.requested_by.get_username())


def _is_secret(kind: Subject, path: str, values: Values) -> bool:
    at = patches.parse(path)
    collection = kind.collection(at.code)
    if collection is None or not at.field:
        return False
    item = patches.item_of(values, at.code, at.item) or {"type": "personal"}
    return collection.field(at.field).sealed(item)


def _names(facts: survivorship.Facts) -> dict[str, str]:
    """What the sources are called, by their ids."""
    systems = dict(System.objects.values_list("code", "name"))
    return {one.source: systems.get(one.system, one.system) for one in facts.statements}
