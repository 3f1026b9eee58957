"""What surrounds one record: changes under way, values that wait for their day, sources, keys."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils import timezone

from mdm import keys, links
from mdm.changes.naming import touches
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.spec import Subject
from mdm.lineage import Provenance
from mdm.models import Change, ChangePart, Fact, Key, Review, SourceRecord, SourceRevision
from mdm.queries import differences
from mdm.queries import words as say
from mdm.queries.words import Words

MOST_PENDING = 20
UNDER_WAY = (*(s for s in Change.OPEN if s != Change.State.SCHEDULED), Change.State.DRAFT)


@dataclass(frozen=True, slots=True)
class Pending:
    """A change under way that touches the record."""

    number: str
    link: str
    state: str
    what: str  # "changes the bank account and the payment terms"
    by: str
    since: datetime
    approvals: int
    needed: int
    effective_from: date | None
    cooling_until: datetime | None


@dataclass(frozen=True, slots=True)
class Future:
    """A value that is approved and counts from a later day."""

    label: str
    value: str
    day: date
    number: str
    link: str


@dataclass(frozen=True, slots=True)
class Source:
    """What one system says about the record, newest revision first."""

    record: SourceRecord
    revisions: Sequence[SourceRevision]
    wins: int = 0
    keys: Sequence[Key] = field(default_factory=list)


def pending(kind: Subject, golden_id: UUID, user: Any) -> list[Pending]:
    """Open changes of the record and the person's own drafts of it, newest first.

    A scheduled change is decided: its values are among `future`.
    """
    parts = (
        ChangePart.objects.filter(golden_id=golden_id, change__state__in=UNDER_WAY)
        .filter(~Q(change__state=Change.State.DRAFT) | Q(change__requested_by=user))
        .exclude(state=ChangePart.State.APPLIED)
        .select_related("change__requested_by")
        .annotate(
            approvals=Count(
                "change__reviews",
                filter=Q(
                    change__reviews__verdict=Review.Verdict.APPROVE,
                    change__reviews__voided_at=None,
                    change__reviews__content_hash=F("change__content_hash"),
                ),
            )
        )
        .order_by("-change__id")
    )
    return [_pending(kind, part) for part in parts[:MOST_PENDING]]


def _pending(kind: Subject, part: Any) -> Pending:
    change = part.change
    who = change.requested_by
    return Pending(
        number=change.number,
        link=links.change(change.number),
        state=change.state,
        what=what_it_does(kind, part.action, part.patch),
        by=who.get_full_name() or who.get_username(),
        since=change.submitted_at or change.created_at,
        approvals=part.approvals,
        needed=change.policy.get("approvals", 0),
        effective_from=change.effective_from,
        cooling_until=change.cooling_until if change.state == Change.State.COOLING else None,
    )


def what_it_does(kind: Subject, action: str, patch: patches.Patch) -> str:
    """A part in a few words: "changes the payment terms and the address"."""
    touched = say.listing([label.lower() for label in touches(kind, patch)])
    if action == ChangePart.Action.CREATE:
        return f"creates this {kind.label.lower()}"
    if action in (ChangePart.Action.UPDATE, ChangePart.Action.LINK):
        return f"changes {touched or 'nothing'}"
    verb = {"merge": "merges another record into it"}.get(action, f"{action}s it")
    return f"{verb} and changes {touched}" if touched and action != "merge" else verb


def future(kind: Subject, golden_id: UUID) -> list[Future]:
    """Values that wait for their day: scheduled changes, and facts accepted for a later day."""
    today = timezone.localdate()
    scheduled = ChangePart.objects.filter(
        golden_id=golden_id, change__state=Change.State.SCHEDULED
    ).select_related("change")
    accepted = Fact.objects.filter(
        golden_id=golden_id, effective_from__gt=today, part__isnull=False
    ).select_related("part__change")
    found: list[tuple[Change, date, patches.Patch]] = [
        (part.change, part.change.effective_from or today, part.patch) for part in scheduled
    ]
    found += [(f.part.change, f.effective_from, f.values) for f in accepted if f.part]
    words = Words(kind).learn_patches(*(patch for _, _, patch in found))
    return [
        Future(say.label(kind, path), value, day, change.number, links.change(change.number))
        for change, day, patch in sorted(found, key=lambda f: f[1])
        for path, value in _said(words, patch)
    ]


def _said(words: Words, patch: patches.Patch) -> list[tuple[str, str]]:
    return [
        (row.path, row.new or "nothing") for row in differences.rows(words.kind, patch, {}, words)
    ]


def sources(golden_id: UUID, provenance: dict[str, Provenance]) -> list[Source]:
    """What each system says about the record, with all its revisions, newest first."""
    records = SourceRecord.objects.filter(golden_id=golden_id).select_related("system")
    records = records.order_by("system__name", "scope", "key")
    by_record: dict[UUID, list[SourceRevision]] = {}
    for revision in SourceRevision.objects.filter(source_record__in=records).order_by("-number"):
        by_record.setdefault(revision.source_record_id, []).append(revision)
    wins: dict[str, int] = {}
    for found in provenance.values():
        wins[found.source] = wins.get(found.source, 0) + 1
    return [
        Source(record, by_record.get(record.pk, []), wins.get(record.system.name, 0))
        for record in records
    ]


def known_as(golden_id: UUID) -> list[Key]:
    """Every key under which a system knows the record or a part of it."""
    return list(keys.of(golden_id))


def survivor(kind: Subject, row: Any) -> Any:
    """The record at the end of a chain of merges; the row itself when it was not merged."""
    seen = {row.pk}
    while getattr(row, "merged_into", None) and row.status == Status.MERGED:
        following = kind.model.objects.filter(pk=row.merged_into).first()
        if following is None or following.pk in seen:
            return row
        seen.add(following.pk)
        row = following
    return row
