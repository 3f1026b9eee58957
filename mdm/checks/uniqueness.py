"""Codes and identifiers that somebody else has already, or that are wanted twice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mdm import identifiers, links, seams
from mdm.checks.findings import Proposal
from mdm.domains.golden import LIVE
from mdm.domains.spec import Subject
from mdm.identifiers import Entry
from mdm.models import ChangePart, Identifier

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Clash:
    """Somebody else already has what should be this record's own."""

    part: ChangePart
    path: str
    sentence: str
    link: str = ""


def clashes(proposals: Sequence[Proposal]) -> Iterator[Clash]:
    """Unique identifiers and codes of the proposals that somebody else has, or wants, already."""
    for code in {p.kind.code for p in proposals}:
        own = [p for p in proposals if p.kind.code == code and p.after["status"] in LIVE]
        yield from _taken_codes(seams.subject(code), own)
        yield from _taken_identifiers(code, own)


def _taken_codes(kind: Subject, proposals: Sequence[Proposal]) -> Iterator[Clash]:
    fresh = {
        p.after["code"]: p
        for p in proposals
        if p.after["code"] and p.after["code"] != p.before["code"]
    }
    scope = _scope(kind)
    for batch in _batches(list(fresh)):
        for row in kind.model.objects.filter(code__in=batch):
            proposal = fresh[row.code]
            same_scope = all(proposal.after[s] == getattr(row, s) for s in scope)
            if row.pk != proposal.part.golden_id and same_scope:
                sentence = f"The code {row.code} already belongs to {row}."
                yield Clash(proposal.part, "code", sentence, links.record(kind, row.pk))


def _scope(kind: Subject) -> tuple[str, ...]:
    """The attributes in which a code is unique, beside the code itself."""
    for constraint in kind.model._meta.constraints:
        if "code" in getattr(constraint, "fields", ()):
            return tuple(f for f in constraint.fields if f != "code")
    return ()


def _taken_identifiers(domain: str, proposals: Sequence[Proposal]) -> Iterator[Clash]:
    wanted: dict[tuple[str, str], tuple[Proposal, Entry]] = {}
    for proposal in proposals:
        kept = _kept(proposal)
        for entry in identifiers.entries(proposal.kind, proposal.after):
            key = (entry.kind, entry.value)
            if not entry.is_unique or (key in kept and not proposal.is_new):
                continue
            if key in wanted and wanted[key][0].part.golden_id != proposal.part.golden_id:
                sentence = f"{entry.shown} is on two parts of this change."
                yield Clash(proposal.part, entry.path, sentence)
            wanted[key] = (proposal, entry)
    for batch in _batches([value for _, value in wanted]):
        for row in Identifier.objects.filter(domain=domain, value__in=batch):
            found = wanted.get((row.kind, row.value))
            if found and row.golden_id not in {found[0].part.golden_id, *_leaving(proposals, row)}:
                yield _clash(*found, row.golden_id)


def _kept(proposal: Proposal) -> set[tuple[str, str]]:
    """What the record holds already; a redirect that comes back holds nothing."""
    if proposal.before["status"] not in LIVE:
        return set()
    return {(e.kind, e.value) for e in identifiers.entries(proposal.kind, proposal.before)}


def _leaving(proposals: Sequence[Proposal], held: Identifier) -> Iterator[UUID]:
    """Who no longer holds an identifier once the change is written: merged, or without it."""
    for proposal in proposals:
        part = proposal.part
        if part.action == ChangePart.Action.MERGE and part.other_id is not None:
            yield part.other_id
        if part.golden_id == held.golden_id:
            after = {(e.kind, e.value) for e in identifiers.entries(proposal.kind, proposal.after)}
            if (held.kind, held.value) not in after:
                yield part.golden_id


def _clash(proposal: Proposal, entry: Entry, other: UUID) -> Clash:
    kind = proposal.kind
    row: Any = kind.model.objects.filter(pk=other).first()
    sentence = f"{entry.shown} already belongs to {row}."
    return Clash(proposal.part, entry.path, sentence, links.record(kind, other))


def _batches(values: Sequence[str]) -> Iterable[Sequence[str]]:
    return (values[n : n + AT_ONCE] for n in range(0, len(values), AT_ONCE))
