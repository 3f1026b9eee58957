"""What happened to a record beside its versions: pins, merges, unmerges, links and unlinks.

A fact that left every value as it was made no version, and is a step of the history all the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from mdm import history
from mdm.domains import patch as patches
from mdm.domains.spec import Domain, Subject
from mdm.history import Version
from mdm.models import ChangePart, Fact

Kind = Fact.Kind
Pins = Mapping[str, Mapping[str, str]]
TELLING = (Kind.MERGE, Kind.UNMERGE, Kind.LINK, Kind.UNLINK)


@dataclass(frozen=True, slots=True)
class Step(Version):
    """One of them; its number is that of the version it came upon."""

    kind: str = ""  # of its fact
    pins: Pins = field(default_factory=dict)  # set with it, or taken off
    other_id: UUID | None = None  # on the other side of a merge
    source: str = ""  # that was linked or unlinked: its system and key


def of(kind: Subject, golden_id: UUID, versions: Sequence[Version]) -> list[Step]:
    """The steps of a record that made none of its versions, newest first."""
    made = {version.number: version for version in versions}
    return sorted(_told(kind, golden_id, made), key=_when, reverse=True)


def history_of(kind: Subject, golden_id: UUID) -> list[Version]:
    """Every version and every step, newest first."""
    versions = history.versions(kind, golden_id)
    steps = of(kind, golden_id, versions)
    return sorted([*versions, *steps], key=_when, reverse=True) if steps else versions


def life(kind: Subject, golden_id: UUID, path: str) -> list[Version]:
    """Every version that touched a value, and every pin of it, newest first. Raises `Invalid`."""
    touched = history.life(kind, golden_id, path)
    every = of(kind, golden_id, history.versions(kind, golden_id))
    named = [replace(one, pins=_about(one.pins, path)) for one in every]
    steps = [one for one in named if one.pins]
    return sorted([*touched, *steps], key=_when, reverse=True) if steps else touched


def _when(version: Version) -> tuple[datetime, int, bool]:
    return version.at, version.number, isinstance(version, Step)


def _about(pins: Pins, named: str) -> Pins:
    """Those of the pins that are of a value, an item or a collection."""
    return {
        path: pin
        for path, pin in pins.items()
        if patches.parse(path).code == named or (named != "status" and patches.clashes(path, named))
    }


def _told(kind: Subject, golden_id: UUID, made: Mapping[int, Version]) -> Iterator[Step]:
    if not isinstance(kind, Domain):
        return
    facts = Fact.objects.filter(domain=kind.code, golden_id=golden_id, part__isnull=False)
    facts = facts.select_related("part__change__requested_by", "source_record__system")
    rows = [(fact, fact.part) for fact in facts.order_by("id") if fact.part is not None]
    approvals = history.approved_by({part.change.number for _, part in rows})
    seen: set[int] = set()
    for fact, part in rows:
        version = made.get(fact.version)
        made_it = version is not None and version.change == part.change.number
        made_it = made_it and fact.version not in seen
        seen.add(fact.version)
        if part.pins or (fact.kind in TELLING and not made_it):
            step = _step(fact, part, approvals, "" if made_it else fact.kind)
            yield replace(step, status=version.status if version else "")


def _step(
    fact: Fact, part: ChangePart, approvals: Mapping[str, tuple[str, ...]], kind: str
) -> Step:
    """The fact as a step; of one that made a version too, which tells the rest, its pins alone."""
    change, source = part.change, fact.source_record
    return Step(
        number=fact.version,
        at=fact.accepted_at,
        effective_from=fact.effective_from,
        person=change.requested_by.get_username(),
        reason=change.reason or change.title,
        change=change.number,
        approved_by=approvals.get(change.number, ()),
        status="",
        kind=kind if kind in TELLING else "",
        pins=part.pins,
        other_id=part.other_id if kind in (Kind.MERGE, Kind.UNMERGE) else None,
        source=f"{source.system.name} {source.key}" if source else "",
    )
