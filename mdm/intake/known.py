"""What is known already of the things that messages speak of: read once for all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from mdm import keys, vault
from mdm.domains.golden import Status
from mdm.domains.spec import Domain, Values
from mdm.domains.values import read
from mdm.intake.messages import Message
from mdm.models import Change, ChangePart, Fact, SourceRecord, SourceRevision, System

AT_ONCE = 500
STILL_OPEN = (Change.State.DRAFT, *Change.OPEN)


class Standing(StrEnum):
    """Where a source record stands, counting what became of the change it was in."""

    UNKNOWN = "unknown"
    WAITING = "waiting"
    PROPOSED = "proposed"
    LINKED = "linked"
    REJECTED = "rejected"


@dataclass
class Known:
    """What the installation knows of a batch of messages."""

    records: dict[tuple[str, str], SourceRecord] = field(default_factory=dict)
    last: dict[UUID, tuple[int, str]] = field(default_factory=dict)  # number and hash
    parts: dict[UUID, ChangePart] = field(default_factory=dict)  # the newest that took it up
    settled: dict[UUID, int] = field(default_factory=dict)  # revisions accepted without a change
    named: dict[tuple[str, str], UUID] = field(default_factory=dict)  # keys without a record
    rows: dict[UUID, Any] = field(default_factory=dict)  # governed rows by golden id

    def standing(self, place: tuple[str, str]) -> Standing:
        """Where the source record of a message stands."""
        record = self.records.get(place)
        if record is None:
            return Standing.UNKNOWN
        if record.state != SourceRecord.State.PROPOSED:
            return Standing(record.state)
        part = self.parts.get(record.pk)
        if part is None or part.change.state == Change.State.WITHDRAWN:
            return Standing.WAITING
        if part.change.state in STILL_OPEN:
            return Standing.PROPOSED
        return (
            Standing.REJECTED
            if part.change.state == Change.State.REJECTED
            else Standing.WAITING  # its part failed, though others of the change were applied
        )

    def live(self, golden_id: UUID) -> Any:
        """The row of a record; of its survivor when it was merged."""
        row = self.rows.get(golden_id)
        while row is not None and row.status == Status.MERGED:
            row = self.rows.get(row.merged_into)
        return row


def look(domain: Domain, system: System, messages: Sequence[Message]) -> Known:
    """Read what is known of the messages, in a few queries for any number of them."""
    known = Known()
    places = {message.place for message in messages}
    for batch in _batches(sorted({key for _, key in places})):
        for record in SourceRecord.objects.filter(system=system, domain=domain.code, key__in=batch):
            if (record.scope, record.key) in places:
                known.records[record.scope, record.key] = record
    ids = [record.pk for record in known.records.values()]
    for batch in _batches(ids):
        revisions = SourceRevision.objects.filter(source_record__in=batch).order_by("number")
        for pk, number, digest in revisions.values_list(
            "source_record_id", "number", "content_hash"
        ):
            known.last[pk] = (number, digest)
        settled = Fact.objects.filter(source_record__in=batch, part=None, revision__isnull=False)
        known.settled |= dict(
            settled.order_by("id").values_list("source_record_id", "revision__number")
        )
        taken_up = ChangePart.objects.filter(revision__source_record__in=batch)
        for part in taken_up.select_related("change", "revision").order_by("id"):
            if part.revision is not None:
                known.parts[part.revision.source_record_id] = part
    fresh = [place for place in places if place not in known.records]
    known.named = keys.find_many(system.code, domain.code, fresh)
    _read_rows(domain, known)
    return known


def _read_rows(domain: Domain, known: Known) -> None:
    wanted = {r.golden_id for r in known.records.values() if r.golden_id} | set(
        known.named.values()
    )
    while wanted:
        for batch in _batches(list(wanted)):
            known.rows |= domain.model.objects.in_bulk(batch)
        merged = {row.merged_into for row in known.rows.values() if row.status == Status.MERGED}
        wanted = merged - set(known.rows) - {None}


def plain(domain: Domain, row: Any) -> Values:
    """The plain values of a governed row."""
    return vault.open_values(domain, read(domain, row))


def _batches(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
