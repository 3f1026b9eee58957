"""Write down what systems said, and file what follows from it as a change."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from mdm import changes, vault
from mdm.domains.spec import Domain
from mdm.intake.planning import ACTIONS, Outcome, Planned
from mdm.models import Change, ChangePart, Fact, SourceRecord, SourceRevision, System

AT_ONCE = 500
NAME_LENGTH = 360


@transaction.atomic
def land(
    domain: Domain,
    system: System,
    planned: Iterable[Planned],
    *,
    received_from: str,
    import_run: UUID | None = None,
    correlation_id: UUID | None = None,
) -> int:
    """Keep the messages that say something new as revisions; how many there were.

    A revision is what was said, for ever. Its sensitive values are sealed for the source record.
    """
    fresh = [one for one in planned if one.outcome not in (Outcome.REFUSED, Outcome.OPEN)]
    new = [one for one in fresh if one.record is None]
    for one in new:
        one.record = SourceRecord(
            pk=one.record_id,
            system=system,
            domain=domain.code,
            scope=one.message.scope,
            key=one.message.key,
            name=one.name[:NAME_LENGTH],
        )
    SourceRecord.objects.bulk_create((one.record for one in new if one.record), batch_size=AT_ONCE)
    said = [one for one in fresh if one.is_news]
    for one in said:
        one.revision = _revision(domain, one, received_from, import_run, correlation_id)
    SourceRevision.objects.bulk_create(
        (one.revision for one in said if one.revision), batch_size=AT_ONCE
    )
    _rename(said)
    _settle(domain, [one for one in said if one.is_settled])
    _find_last([one for one in fresh if not one.is_news])
    return len(said)


def _revision(
    domain: Domain,
    one: Planned,
    received_from: str,
    import_run: UUID | None,
    correlation_id: UUID | None,
) -> SourceRevision:
    message = one.message
    return SourceRevision(
        source_record=one.record,
        number=one.number,
        raw=_sealed(message.raw, message.secret, one.record_id),
        standardised=vault.seal_values(domain, one.record_id, message.values),
        content_hash=message.content_hash,
        received_from=received_from,
        source_created_at=message.at.created_at,
        source_updated_at=message.at.updated_at,
        source_deleted_at=message.at.deleted_at,
        import_run=import_run,
        row_number=message.row_number,
        correlation_id=correlation_id,
    )


def _sealed(raw: Mapping[str, Any], secret: frozenset[str], subject: UUID) -> dict[str, Any]:
    return {k: vault.seal(subject, str(v)) if k in secret and v else v for k, v in raw.items()}


def _settle(domain: Domain, settled: Sequence[Planned]) -> None:
    """Accept what changes no value: nobody need approve it, and it counts from now on."""
    wanted = {one.golden_id: one for one in settled if one.golden_id is not None}
    rows = domain.model.objects.in_bulk(list(wanted))
    Fact.objects.bulk_create(
        (
            Fact(
                domain=domain.code,
                golden_id=golden_id,
                version=rows[golden_id].version,
                kind=Fact.Kind.SOURCE,
                revision=one.revision,
                source_record=one.record,
                effective_from=rows[golden_id].effective_from or timezone.now().date(),
            )
            for golden_id, one in wanted.items()
            if golden_id in rows
        ),
        batch_size=AT_ONCE,
    )


def _rename(said: Sequence[Planned]) -> None:
    """A source that calls a thing by another name is listed under that from now on."""
    renamed = []
    for one in said:
        if one.record is not None and one.number > 1 and one.name not in ("", one.record.name):
            one.record.name = one.name[:NAME_LENGTH]
            renamed.append(one.record)
    SourceRecord.objects.bulk_update(renamed, ["name"], batch_size=AT_ONCE)


def _find_last(silent: Sequence[Planned]) -> None:
    """Those that say nothing new stand on the revision they have."""
    wanted = {one.record_id: one for one in silent if one.outcome in (None, *ACTIONS)}
    ids = list(wanted)
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        for revision in SourceRevision.objects.filter(source_record__in=batch).order_by("number"):
            wanted[revision.source_record_id].revision = revision


def parts(domain: Domain, planned: Iterable[Planned]) -> list[changes.PartSpec]:
    """The parts of the change that follows from what was planned."""
    return [
        changes.PartSpec(
            domain.code,
            ACTIONS[one.outcome],
            one.patch,
            one.golden_id,
            one.revision,
            is_clean=True,
        )
        for one in planned
        if one.outcome in ACTIONS
    ]


@transaction.atomic
def file(
    domain: Domain,
    planned: Sequence[Planned],
    *,
    by: Any,
    title: str,
    reason: str,
    channel: str,
    import_run: UUID | None = None,
) -> Change | None:
    """One change of n parts for everything that would change something; None when nothing would."""
    specs = parts(domain, planned)
    if not specs:
        return None
    change = changes.draft_many(
        specs,
        by=by,
        title=title,
        reason=reason,
        channel=channel,
        is_atomic=False,
        import_run=import_run,
    )
    take_up(change)
    return change


def take_up(change: Change) -> None:
    """The source records are now in the change, under the record that it makes or links."""
    taking = ChangePart.objects.filter(
        change=change, action__in=(ChangePart.Action.CREATE, ChangePart.Action.LINK)
    )
    newest = ChangePart.objects.filter(revision__source_record=OuterRef("pk")).order_by("-id")
    SourceRecord.objects.filter(pk__in=taking.values("revision__source_record")).update(
        state=SourceRecord.State.PROPOSED,
        golden_id=Subquery(newest.values("golden_id")[:1]),
        updated_at=timezone.now(),
    )
