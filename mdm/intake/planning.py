"""What would become of each message: new, changed, linked, a probable duplicate, unchanged.

    message -> known? -> linked already: what it says differently -> changed or unchanged
                      -> in an open change, or rejected           -> unchanged, or still open
                      -> nobody knows it: who looks like it?      -> new, linked or duplicate

A plan reads and writes nothing. The candidates may be looked up later, when the rows have landed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from mdm import seams
from mdm.domains import patch as patches
from mdm.domains.ids import uuid7
from mdm.domains.spec import Domain, Values
from mdm.intake import known as what_is_known
from mdm.intake.consequences import Consequences, awaiting_word, without_rejected
from mdm.intake.known import Known, Standing
from mdm.intake.messages import Message
from mdm.models import ChangePart, Key, SourceRecord, SourceRevision, System
from mdm.seams import Found


class Outcome(StrEnum):
    """What becomes of a message."""

    NEW = "new"
    CHANGED = "changed"
    LINKED = "linked"
    DUPLICATE = "duplicate"
    UNCHANGED = "unchanged"
    OPEN = "open"  # in a change that is still open and says something else
    REFUSED = "refused"


LABELS = {
    Outcome.NEW: "New",
    Outcome.CHANGED: "Changed",
    Outcome.LINKED: "The same as a record",
    Outcome.DUPLICATE: "Probable duplicate",
    Outcome.UNCHANGED: "Unchanged",
    Outcome.OPEN: "In an open change",
    Outcome.REFUSED: "Refused",
}
ACTIONS = {
    Outcome.NEW: ChangePart.Action.CREATE,
    Outcome.CHANGED: ChangePart.Action.UPDATE,
    Outcome.LINKED: ChangePart.Action.LINK,
}


@dataclass
class Planned:
    """A message and what would become of it."""

    message: Message
    record_id: UUID
    record: SourceRecord | None = None
    outcome: Outcome | None = None  # none: its look-alikes have not been asked for
    golden_id: UUID | None = None
    patch: patches.Patch = field(default_factory=dict)
    before: patches.Patch = field(default_factory=dict)  # what the record has at these paths
    sentence: str = ""
    found: list[Found] = field(default_factory=list)
    part: ChangePart | None = None  # of the open change it is in
    is_news: bool = True  # whether it says something else than the last revision
    is_taken_up: bool = False  # whether the last revision has been in a change
    is_awaited: bool = False  # whether a value of its record is pinned until it speaks again
    is_echo: bool = False  # whether it only repeats what its system was told
    is_settled: bool = False  # whether it may be accepted as it is: it changes no value
    number: int = 1
    revision: SourceRevision | None = None
    name: str = ""  # how the source calls it


def plan(domain: Domain, system: System, messages: Sequence[Message]) -> list[Planned]:
    """What would become of each message, all looked up now."""
    planned = classify(domain, system, messages)
    decide(domain, system, planned)
    return planned


def classify(domain: Domain, system: System, messages: Sequence[Message]) -> list[Planned]:
    """The same, except for those that nobody knows: they have no outcome yet."""
    known = what_is_known.look(domain, system, messages)
    planned = [_place(domain, known, message) for message in messages]
    follows = Consequences(domain, system)
    _read_facts(domain, system, known, planned, follows)
    for one in planned:
        _classify(domain, known, one, follows)
    return planned


def _read_facts(
    domain: Domain,
    system: System,
    known: Known,
    planned: Sequence[Planned],
    follows: Consequences,
) -> None:
    """Of the linked records that a message may bear on, read together what was accepted.

    A message that says nothing new bears on a value that is pinned until its source speaks again.
    """
    linked = {
        row.golden_id: one
        for one in planned
        if known.standing(one.message.place) is Standing.LINKED
        and one.record is not None
        and one.record.golden_id is not None
        and (row := known.live(one.record.golden_id)) is not None
    }
    awaited = awaiting_word(linked)
    told = [(golden_id, one.message.values) for golden_id, one in linked.items()]
    echoed = seams.echoes(domain, system.code, told)
    for golden_id, one in linked.items():
        one.is_awaited = golden_id in awaited
        if golden_id in echoed:
            one.is_echo, one.is_news, one.is_awaited = True, False, False
    follows.read(i for i, one in linked.items() if one.is_news or one.is_awaited)


def _place(domain: Domain, known: Known, message: Message) -> Planned:
    record = known.records.get(message.place)
    name = str(message.values.get(domain.name) or "")
    one = Planned(message, record.pk if record else uuid7(), record, name=name)
    if record is not None and record.pk in known.last:
        last, digest = known.last[record.pk]
        one.number, one.is_news = last + 1, digest != message.content_hash
        part = known.parts.get(record.pk)
        in_part = bool(part and part.revision and part.revision.number == last)
        one.is_taken_up = in_part or known.settled.get(record.pk) == last
    return one


def _classify(domain: Domain, known: Known, one: Planned, follows: Consequences) -> None:
    standing = known.standing(one.message.place)
    named = known.named.get(one.message.place)
    if standing is Standing.LINKED and one.record is not None and one.record.golden_id:
        _again(domain, known, one, follows)
    elif standing is Standing.PROPOSED:
        one.part = known.parts[one.record_id]
        number = one.part.change.number
        one.golden_id, one.outcome = one.part.golden_id, Outcome.UNCHANGED
        one.sentence = f"It is in {number}, which is still open."
        if one.is_news:
            one.outcome = Outcome.OPEN
            one.sentence = f"It is in {number}, which is still open. Decide that first."
    elif standing is Standing.REJECTED and not one.is_news:
        one.outcome = Outcome.UNCHANGED
        one.sentence = "It was rejected, and says nothing new."
    elif named is not None and (row := known.live(named)) is not None:
        _adopt(domain, row, one, f"Its key is already known as that of {row}.", follows)
    elif not one.name:
        one.outcome = Outcome.REFUSED
        one.sentence = "It is new, and its name is missing."


def _again(domain: Domain, known: Known, one: Planned, follows: Consequences) -> None:
    """A source record that is linked speaks again."""
    one.outcome = Outcome.UNCHANGED
    row = known.live(one.record.golden_id) if one.record and one.record.golden_id else None
    if row is None:
        one.sentence = "Its record cannot be found."
        return
    one.golden_id, one.sentence = row.golden_id, f"{row} has all of it."
    if one.is_echo:
        one.sentence = f"{one.message.key} repeats what it was told of {row}."
        return
    if not one.is_news and one.is_taken_up and not one.is_awaited:
        return
    whole_patch = follows.patch(row.golden_id, one.record_id, one.message, one.number)
    one.is_settled = one.is_news and not whole_patch
    one.patch = without_rejected(whole_patch, known.parts.get(one.record_id))
    if one.patch:
        one.is_news = one.is_news or one.is_taken_up  # its word counts again: a new revision
        one.before = patches.seen(what_is_known.plain(domain, row), one.patch)
        one.outcome = Outcome.CHANGED
        one.sentence = f"{row}: " + ", ".join(labels(domain, one.patch)) + "."


def labels(domain: Domain, patch: patches.Patch) -> list[str]:
    """What a patch touches, in business words, each once."""
    return list(dict.fromkeys(patches.label(domain, path) for path in patch))


def _adopt(domain: Domain, row: Any, one: Planned, why: str, follows: Consequences) -> None:
    """The message is about this record: link it, with what that makes of the record."""
    one.outcome, one.golden_id = Outcome.LINKED, row.golden_id
    one.patch = follows.patch(row.golden_id, one.record_id, one.message, one.number)
    one.before = patches.seen(what_is_known.plain(domain, row), one.patch)
    one.sentence = why


def whole(domain: Domain, values: Values) -> Values:
    """A source's values with every attribute it does not speak of empty."""
    return patches.blank(domain) | values


def creation(domain: Domain, values: Values) -> patches.Patch:
    """The patch that makes a record of a source's values."""
    return patches.diff(domain, patches.blank(domain), whole(domain, values))


def decide(
    domain: Domain, system: System, planned: Sequence[Planned], *, remember: bool = False
) -> None:
    """Ask who looks like those that nobody knows, and say what becomes of them.

    One clear winner at or above the domain's `same_from` links; anything else that looks alike
    waits for a person, and so does a second row for the same record from one system. With
    `remember` the candidates are kept for the stewards: the source records must have landed.
    """
    open_ones = [one for one in planned if one.outcome is None]
    if not open_ones:
        return
    asked = [(str(one.record_id), whole(domain, one.message.values)) for one in open_ones]
    found = seams.find_candidates_many(domain.code, asked, remember=remember)
    rows = _rows_of(domain, found)
    taken = _named_by(system, domain, rows)
    position = {str(one.record_id): n for n, one in enumerate(open_ones)}
    follows = Consequences(domain, system)
    follows.read(row.golden_id for row in rows.values())
    for n, one in enumerate(open_ones):
        one.found = [
            f for f in found.get(str(one.record_id), ()) if position.get(f.owner_id, -1) < n
        ]
        _decide_one(domain, one, rows, taken, follows)
    number_in_order([one for one in open_ones if one.outcome is Outcome.NEW])
    if remember:
        waiting = [one for one in open_ones if one.outcome is Outcome.DUPLICATE]
        told = [(one.record_id, one.name, whole(domain, one.message.values)) for one in waiting]
        seams.record_written(domain, told, stage="source")


def number_in_order(new: Sequence[Planned]) -> None:
    """Give new records golden ids that rise, so that they are made, and numbered, in this order."""
    for one, golden_id in zip(new, sorted(uuid7() for _ in new), strict=True):
        one.golden_id = golden_id


def _decide_one(
    domain: Domain,
    one: Planned,
    rows: Mapping[str, Any],
    taken: set[str],
    follows: Consequences,
) -> None:
    if not one.found:
        one.outcome, one.patch = Outcome.NEW, creation(domain, one.message.values)
        one.sentence = "Nothing known looks like it."
        return
    best = max(one.found, key=lambda f: f.probability)
    same = [f for f in one.found if f.zone == "same"]
    clear = len(same) == 1 and best.owner_kind == "record" and best.owner_id in rows
    if clear and same[0] is best and best.owner_id not in taken:
        taken.add(best.owner_id)
        _adopt(domain, rows[best.owner_id], one, f"The same as {best.label}.", follows)
        return
    one.outcome = Outcome.DUPLICATE
    one.sentence = f"It looks like {best.label} ({best.probability:.0%}); a steward decides."


def _rows_of(domain: Domain, found: Mapping[str, Sequence[Found]]) -> dict[str, Any]:
    """The live records among candidates that may be linked without a person."""
    ids = {
        f.owner_id
        for many in found.values()
        for f in many
        if f.owner_kind == "record" and f.zone == "same"
    }
    rows: dict[str, Any] = {}
    wanted = [UUID(i) for i in ids]
    for start in range(0, len(wanted), what_is_known.AT_ONCE):
        batch = wanted[start : start + what_is_known.AT_ONCE]
        rows |= {str(pk): row for pk, row in domain.model.objects.in_bulk(batch).items()}
    return rows


def _named_by(system: System, domain: Domain, rows: Mapping[str, Any]) -> set[str]:
    """Those of the records that this system has a key for already."""
    wanted = [UUID(i) for i in rows]
    named: set[str] = set()
    for start in range(0, len(wanted), what_is_known.AT_ONCE):
        batch = wanted[start : start + what_is_known.AT_ONCE]
        held = Key.objects.filter(system=system, domain=domain.code, part="", golden_id__in=batch)
        named |= {str(pk) for pk in held.values_list("golden_id", flat=True)}
    return named
