"""Note what a version rests on: the sources' statements, and what people chose against them.

What was approved is what is written. Where that is not what the rules make of the accepted facts,
it is a person's choice, and noted as one: so the facts of a version always come to its row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone

from mdm import clocks, rules, vault
from mdm import facts as accepted
from mdm.changes import following
from mdm.domains import patch as patches
from mdm.domains.ids import uuid7
from mdm.domains.spec import Domain, Subject, Values
from mdm.domains.values import read
from mdm.models import ChangePart, Fact, LiveVersion, SourceRecord
from mdm.survivorship import Facts, Hold, Pick, Rules, Statement, against, next_flip

Action, Kind = ChangePart.Action, Fact.Kind
KINDS = {
    Action.LINK: Kind.LINK,
    Action.UNLINK: Kind.UNLINK,
    Action.MERGE: Kind.MERGE,
    Action.UNMERGE: Kind.UNMERGE,
}


@dataclass
class Known:
    """The facts of the records that one transaction writes, read once; and the rules in force."""

    parts: Sequence[ChangePart]
    _facts: dict[UUID, Facts] = field(default_factory=dict)
    _rules: dict[str, Rules] = field(default_factory=dict)

    def rules(self, kind: Subject) -> Rules:
        """The rules of a domain."""
        if kind.code not in self._rules:
            self._rules[kind.code] = rules.in_force(kind.code)
        return self._rules[kind.code]

    def facts(self, kind: Subject, golden_id: UUID) -> Facts:
        """What was accepted about a record until now, this transaction's parts included."""
        if golden_id not in self._facts:
            same = {p.golden_id for p in self.parts if p.subject == kind.code}
            known = [i for i in same if i not in self._facts] or [golden_id]
            self._facts |= accepted.of(kind, {*known, golden_id})
        return self._facts[golden_id]

    def learn(self, golden_id: UUID, facts: Facts) -> None:
        """What it comes to after a part of it was accepted."""
        self._facts[golden_id] = facts


@dataclass(frozen=True, slots=True)
class Moves:
    """What changes hands with a merge, an unmerge or an unlink: sources, and the keys they use."""

    brought: tuple[Statement, ...] = ()
    taken: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    keys: tuple[int, ...] = ()
    cancels: Fact | None = None
    source: SourceRecord | None = None  # that is unlinked
    returns: bool = False  # the record stops being a redirect

    def as_json(self) -> dict[str, list[Any]]:
        """The form that is kept on the fact."""
        moved: dict[str, list[Any]] = {"sources": list(self.sources), "keys": list(self.keys)}
        return {name: ids for name, ids in moved.items() if ids}


NO_MOVES = Moves()


def accept(
    kind: Subject,
    part: ChangePart,
    row: Any,
    patch: patches.Patch,
    after: Values,
    known: Known,
    *,
    effective: date,
    moves: Moves = NO_MOVES,
) -> Fact:
    """Record the fact that a version now rests on. Call inside the writing transaction."""
    values: dict[str, Any] = vault.seal_patch(kind, row.golden_id, patch, read(kind, row))
    if part.action == Action.CREATE and not values.get("code"):
        values["code"] = row.code
    after_status = clocks.STATUS_AFTER.get(Action(part.action))
    if after_status is not None:
        values["status"] = str(after_status)
    elif row.status != (part.seen.get("status") or row.status):
        values["status"] = row.status
    if moves.returns:
        values["merged_into"] = ""
    fact = Fact(
        pk=uuid7(),
        domain=part.subject,
        golden_id=row.golden_id,
        version=row.version,
        kind=KINDS.get(Action(part.action), _kind(part)),
        values=values,
        pins=part.pins,
        moved=moves.as_json(),
        revision=part.revision,
        source_record=part.revision.source_record if part.revision else moves.source,
        cancels=moves.cancels,
        part=part,
        effective_from=effective,
        accepted_at=timezone.now(),
    )
    if isinstance(kind, Domain):
        _choose(kind, fact, after, known, moves)
    fact.save(force_insert=True)
    return fact


def _kind(part: ChangePart) -> str:
    if part.revision is not None:
        return Kind.SOURCE
    return Kind.RULES if part.change.channel in following.CHANNELS else Kind.STEWARD


def _choose(kind: Domain, fact: Fact, after: Values, known: Known, moves: Moves) -> None:
    """Note what a person chose with the fact, and when time alone would change the record.

    A pin that does not hold today, or is taken back while its value stays, is no pin: the value is
    then a choice like any other.
    """
    today = timezone.now().date()
    facts = _joined(kind, known.facts(kind, fact.golden_id), fact, moves)
    pinned = {p: patches.get(after, p) for p, pin in fact.pins.items() if _is_kept(pin, today)}
    rules_now = known.rules(kind)
    chosen = against(
        kind, facts, rules_now, after, day=today, picked=partial(_picks, fact), given=pinned
    )
    following.require_unmoved(fact.part, chosen)
    if lost := {path for path in fact.pins if path in chosen and path not in pinned}:
        fact.pins = {path: pin for path, pin in fact.pins.items() if path not in lost}
    facts = facts.with_picks(_picks(fact, chosen))
    known.learn(fact.golden_id, facts)
    fact.picks = vault.seal_patch(kind, fact.golden_id, chosen, after)
    flip = next_flip(kind, facts, rules_now, day=today)
    live = LiveVersion.objects.filter(pk=fact.golden_id)
    live.exclude(next_flip_on=flip).update(next_flip_on=flip)


def _is_kept(pin: Mapping[str, str], today: date) -> bool:
    ended = pin.get("hold") == Hold.DATE and pin.get("until", "") < today.isoformat()
    return pin.get("hold") != Hold.NONE and not ended


def _picks(fact: Fact, chosen: patches.Patch) -> list[Pick]:
    by = fact.part.change.requested_by.get_username() if fact.part else ""
    return accepted.picks(chosen, fact.pins, by=by, at=fact.accepted_at, fact=fact.pk)


def _joined(kind: Domain, facts: Facts, fact: Fact, moves: Moves) -> Facts:
    """The facts with the sources that this one brings, and without those it takes away."""
    if moves.cancels is not None:
        cancelled = str(moves.cancels.pk)
        kept = tuple(pick for pick in facts.picks if pick.order != cancelled)
        facts = Facts(facts.statements, kept)
    for source in moves.taken:
        facts = facts.without(source)
    for one in moves.brought:
        facts = facts.with_statement(accepted.placed(one, str(fact.pk)))
    if fact.revision is None or fact.source_record_id is None:
        return facts
    source = str(fact.source_record_id)
    own = [s for s in facts.statements if s.source == source]
    if not own:  # it may have spoken of another record before
        before = accepted.statements(kind, [fact.source_record_id])
        own = [accepted.placed(s, str(fact.pk)) for s in before.get(fact.source_record_id, ())]
        facts = Facts((*facts.statements, *own), facts.picks)
    said = accepted.statement(kind, fact.revision)
    if any(s.number == said.number for s in own):
        return facts
    return facts.with_statement(accepted.placed(said, own[0].joined if own else str(fact.pk)))
