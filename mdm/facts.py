"""Read what was accepted about records, and note what is accepted now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from mdm import vault
from mdm.domains.spec import Subject
from mdm.models import Fact, SourceRevision
from mdm.survivorship import Facts, Hold, Pick, Statement

AT_ONCE = 500
NOBODY = Facts()
Kind = Fact.Kind


@dataclass
class _Members:
    """The sources of one record, each with the place of the fact that linked it."""

    joined: dict[UUID, str] = field(default_factory=dict)
    picks: list[Pick] = field(default_factory=list)
    gone: set[UUID] = field(default_factory=set)  # facts that a later one cancelled


def of(
    kind: Subject, golden_ids: Iterable[UUID], *, until: datetime | None = None
) -> dict[UUID, Facts]:
    """What was accepted about each record, plain; by a moment, or all of it."""
    ids = list(dict.fromkeys(golden_ids))
    members: dict[UUID, _Members] = {}
    for start in range(0, len(ids), AT_ONCE):
        members |= _members(ids[start : start + AT_ONCE], until)
    sources = {source for one in members.values() for source in one.joined}
    said = statements(kind, sources, until=until)
    return {
        golden_id: Facts(
            tuple(
                placed(statement, place)
                for source, place in one.joined.items()
                for statement in said.get(source, ())
            ),
            tuple(one.picks),
        )
        for golden_id, one in members.items()
    }


def _members(ids: Sequence[UUID], until: datetime | None) -> dict[UUID, _Members]:
    rows = Fact.objects.filter(_by(until), golden_id__in=ids).order_by("id")
    rows = rows.select_related("part__change__requested_by")
    found = {golden_id: _Members() for golden_id in ids}
    facts: dict[UUID, list[Fact]] = {golden_id: [] for golden_id in ids}
    for fact in rows:
        facts[fact.golden_id].append(fact)
    for golden_id, one in found.items():
        own = facts[golden_id]
        one.gone = {fact.cancels_id for fact in own if fact.cancels_id}
        for fact in own:
            if fact.pk not in one.gone:
                _count(one, fact)
    return found


def _count(one: _Members, fact: Fact) -> None:
    match fact.kind:
        case Kind.SOURCE | Kind.LINK if fact.source_record_id:
            one.joined.setdefault(fact.source_record_id, str(fact.pk))
        case Kind.UNLINK if fact.source_record_id:
            one.joined.pop(fact.source_record_id, None)
        case Kind.MERGE:
            for source in fact.moved.get("sources", ()):
                one.joined.setdefault(UUID(source), str(fact.pk))
        case Kind.UNMERGE:
            moved = {UUID(source) for source in fact.moved.get("sources", ())}
            if fact.cancels_id:  # the survivor gives them back
                one.joined = {s: at for s, at in one.joined.items() if s not in moved}
            else:  # the other one has these again, and no more
                one.joined = {s: one.joined.get(s, str(fact.pk)) for s in sorted(moved)}
    one.picks += picks_of(fact)


def picks_of(fact: Fact) -> list[Pick]:
    """What a person chose with a fact, plain."""
    if not fact.picks and not fact.pins:
        return []
    by = fact.part.change.requested_by.get_username() if fact.part else ""
    return picks(vault.open_patch(fact.picks), fact.pins, by=by, at=fact.accepted_at, fact=fact.pk)


def picks(
    chosen: Mapping[str, Any],
    pins: Mapping[str, Mapping[str, str]],
    *,
    by: str,
    at: datetime,
    fact: UUID,
) -> list[Pick]:
    """Chosen values and how long they hold, as survivorship takes them."""
    found = []
    for path in dict.fromkeys([*chosen, *pins]):
        pin = pins.get(path, {})
        until = date.fromisoformat(pin["until"]) if pin.get("until") else None
        hold = Hold(pin.get("hold", Hold.CHANGE))
        found.append(Pick(path, chosen.get(path), by, at, f"{fact}", hold, until))
    return found


def statements(
    kind: Subject, sources: Iterable[UUID], *, until: datetime | None = None
) -> dict[UUID, list[Statement]]:
    """What each of these sources said that was accepted, in order."""
    found: dict[UUID, list[Statement]] = {}
    ids = list(sources)
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        accepted = Fact.objects.filter(_by(until), source_record__in=batch, revision__isnull=False)
        revisions = (
            SourceRevision.objects.filter(pk__in=accepted.values("revision"))
            .select_related("source_record__system")
            .order_by("source_record", "number")
        )
        for revision in revisions:
            found.setdefault(revision.source_record_id, []).append(statement(kind, revision))
    return found


def statement(kind: Subject, revision: SourceRevision) -> Statement:
    """A revision as survivorship takes it: plain, and placed nowhere yet."""
    source = revision.source_record
    return Statement(
        source=str(source.pk),
        system=source.system.code,
        number=revision.number,
        values=vault.open_values(kind, revision.standardised),
        received=revision.received_at,
        said=revision.source_updated_at or revision.source_created_at,
        is_deleted=revision.source_deleted_at is not None,
    )


def placed(one: Statement, joined: str) -> Statement:
    """The statement of a source that joined its record with that fact."""
    return Statement(
        one.source,
        one.system,
        one.number,
        one.values,
        one.received,
        one.said,
        one.is_deleted,
        joined,
    )


def _by(until: datetime | None) -> Q:
    return Q(accepted_at__lte=until) if until else Q()
