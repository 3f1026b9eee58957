"""A steward says what a waiting source record is: the same as a record, or something new."""

from typing import Any
from uuid import UUID

from django.db import transaction

from mdm import changes, merging, permissions, vault
from mdm.domains import get_domain
from mdm.domains.ids import uuid7
from mdm.domains.patch import Patch
from mdm.domains.spec import Values
from mdm.errors import NotFound, Refused
from mdm.intake import known, planning
from mdm.intake.consequences import Consequences
from mdm.intake.messages import Message, Moments
from mdm.models import Change, ChangePart, SourceRecord, SourceRevision

Action = ChangePart.Action


@transaction.atomic
def resolve(
    source: SourceRecord,
    *,
    golden_id: UUID | None,
    by: Any,
    reason: str = "",
    picks: Patch | None = None,
) -> Change:
    """Propose what the steward said: a link to the record, with what the source adds where the
    record is empty, and what was picked by hand; or, without a golden id, a new record. Somebody
    else approves it.

    Raises `NotAllowed`, `NotFound`, or `Refused` when it was decided in the meantime.
    """
    domain = get_domain(source.domain)
    permissions.require(by, "decide_match", domain.code)
    source = SourceRecord.objects.select_for_update().get(pk=source.pk)
    _refuse_decided(source)
    revision = source.revisions.order_by("-number").first()
    if revision is None:
        raise NotFound(f"{source} has said nothing yet.")
    values = plain_values(revision)
    if golden_id is None:
        action, patch, golden_id = Action.CREATE, planning.creation(domain, values), uuid7()
        title = f"New: {source.name or source.key}"
    else:
        row = _record(domain.model, golden_id)
        action, golden_id = Action.LINK, row.golden_id
        follows = Consequences(domain, source.system)
        said = follows.patch(golden_id, source.pk, _message(source, revision), revision.number)
        patch = merging.chosen(known.plain(domain, row), said, picks or {})
        title = f"{source.name or source.key} is {row}"
    change = changes.draft_many(
        [changes.PartSpec(domain.code, action, patch, golden_id, revision, is_clean=True)],
        by=by,
        title=title,
        reason=reason or "Decided in duplicate review.",
        channel=Change.Channel.MATCH,
    )
    source.state, source.golden_id = SourceRecord.State.PROPOSED, golden_id
    source.save(update_fields=["state", "golden_id", "updated_at"])
    return changes.submit(change, by=by)


def _message(source: SourceRecord, revision: SourceRevision) -> Message:
    """What a revision said, as a message."""
    values = vault.open_values(get_domain(source.domain), revision.standardised)
    moments = Moments(
        revision.source_created_at, revision.source_updated_at, revision.source_deleted_at
    )
    return Message(source.key, values, scope=source.scope, at=moments)


def plain_values(revision: SourceRevision) -> Values:
    """All that a revision says, unsealed, with what it does not speak of empty."""
    domain = get_domain(revision.source_record.domain)
    return planning.whole(domain, vault.open_values(domain, revision.standardised))


def _refuse_decided(source: SourceRecord) -> None:
    if source.state == SourceRecord.State.LINKED:
        raise Refused(f"{source} is part of a record already.")
    if source.state == SourceRecord.State.PROPOSED and (change := open_change(source)):
        raise Refused(f"{source} is in {change.number}, which is still open.")


def open_change(source: SourceRecord) -> Change | None:
    """The open change that takes a source record up, if there is one."""
    part = (
        ChangePart.objects.filter(
            revision__in=SourceRevision.objects.filter(source_record=source),
            change__state__in=known.STILL_OPEN,
        )
        .select_related("change")
        .order_by("-id")
        .first()
    )
    return part.change if part else None


def _record(model: Any, golden_id: UUID) -> Any:
    """The live row; of the survivor when it was merged."""
    row = model.objects.filter(pk=golden_id).first()
    while row is not None and row.merged_into:
        row = model.objects.filter(pk=row.merged_into).first()
    if row is None:
        raise Refused("That record does not exist yet: approve the change that makes it first.")
    return row
