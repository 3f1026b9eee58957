"""The rule time machine: what would flip, over all records, were draft rules or trust in force.

    parts of a change -> the rules there would be -> per record: what its facts come to by them
                                                     -> the patch from its row to that

Read in batches; nothing is written. A record of one source is what that source says, whatever the
rules, so only those of several are looked at.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from mdm import facts as accepted
from mdm import rules, vault
from mdm.checks.findings import Proposal, proposals
from mdm.domains import DOMAINS, cleaning
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.spec import Domain, Values
from mdm.domains.values import read, write
from mdm.errors import Refused
from mdm.models import ChangePart, Fact, System
from mdm.survivorship import Facts, Golden, Rules, consolidate

AT_ONCE: Final = 500
SETTINGS: Final = ("survivorship_rule", "system_trust")
SYSTEM: Final = "system"
RULING: Final = (*SETTINGS, SYSTEM)
TURNING = (ChangePart.Action.RETIRE, ChangePart.Action.REACTIVATE)


@dataclass(frozen=True, slots=True)
class Flip:
    """One value that would be another: plain, and who gives it now and then."""

    path: str
    before: Any
    after: Any
    of: str
    to: str


@dataclass(frozen=True, slots=True)
class Flipped:
    """One record with the values of it that would flip."""

    kind: Domain
    row: Any
    values: Values  # plain, as they are now
    flips: tuple[Flip, ...]

    @property
    def patch(self) -> patches.Patch:
        """From the row to what its facts then come to."""
        return {flip.path: flip.after for flip in self.flips}


@dataclass
class Effect:
    """All that would flip: counts of everything, and the first records of it."""

    most: int = 100
    is_open: Callable[["Flipped"], bool] = bool  # whether its reader may see a record
    about: str = ""  # "supplier.trade_name": keep only records with a flip of it
    records: int = 0
    values: int = 0
    fitting: int = 0
    attributes: Counter[tuple[str, str]] = field(default_factory=Counter)
    systems: Counter[tuple[str, str]] = field(default_factory=Counter)
    shown: list[Flipped] = field(default_factory=list)

    def add(self, one: Flipped) -> None:
        """Count one record, and keep it while there is room."""
        self.records += 1
        self.values += len(one.flips)
        codes = {(one.kind.code, patches.parse(flip.path).code) for flip in one.flips}
        for flip in one.flips:
            self.attributes[one.kind.code, patches.parse(flip.path).code] += 1
            self.systems[flip.of, flip.to] += 1
        if not self.about or any(self.about == f"{d}.{code}" for d, code in codes):
            self.fitting += 1
            if len(self.shown) < self.most and self.is_open(one):
                self.shown.append(one)


def effect(
    parts: Sequence[ChangePart],
    *,
    most: int = 100,
    about: str = "",
    is_open: Callable[[Flipped], bool] = bool,
) -> Effect:
    """What the parts that are about rules would do, counted. Raises `Refused`, `Malformed`.

    Everything is counted; of the records that are `is_open` the first are kept to be shown.
    """
    found = Effect(most, is_open, about)
    for one in of(parts):
        found.add(one)
    return found


def bears(part: ChangePart) -> bool:
    """Whether the part changes who wins: a rule, a trust, or how far a system is believed."""
    if part.subject in SETTINGS:
        return True
    if part.subject != SYSTEM or part.action == ChangePart.Action.CREATE:
        return False
    return "authority" in part.patch or part.action in TURNING


def of(parts: Sequence[ChangePart], *, day: date | None = None) -> Iterator[Flipped]:
    """Each record that would flip, were the parts about rules applied today.

    Raises `Refused` where a rule cannot be right.
    """
    day = day or timezone.now().date()
    drafts = proposals([part for part in parts if bears(part)])
    for one in drafts:
        if wrong := [p for p in cleaning.problems(one.kind, one.after) if p.level == "error"]:
            raise Refused(" ".join(str(problem) for problem in wrong))
    rows = {one.part.golden_id: _row(one) for one in drafts}
    for code in concerned(drafts):
        now, then = rules.in_force(code), rules.with_drafts(code, rows)
        if now != then:
            yield from between(DOMAINS[code], now, then, day=day)


def concerned(drafts: Iterable[Proposal]) -> list[str]:
    """The domains whose rules the drafts are of."""
    found: set[str] = set()
    for one in drafts:
        if one.kind.code == SYSTEM:
            return list(DOMAINS)
        found |= {one.before.get("domain", ""), one.after.get("domain", "")}
    return [code for code in DOMAINS if code in found]


def _row(one: Proposal) -> Any:
    row = one.kind.model(golden_id=one.part.golden_id, version=0)
    write(one.kind, row, one.after)
    return row


def between(kind: Domain, now: Rules, then: Rules, *, day: date) -> Iterator[Flipped]:
    """Each record of a domain whose values other rules would make others."""
    for ids in contested(kind):
        yield from _compared(kind, ids, then, day, now)


def owed(kind: Domain, ids: Iterable[UUID], by: Rules, *, day: date) -> Iterator[Flipped]:
    """Those of the records that are not what their facts come to on a day."""
    known = list(ids)
    for start in range(0, len(known), AT_ONCE):
        yield from _compared(kind, known[start : start + AT_ONCE], by, day, None)


def contested(kind: Domain) -> Iterator[list[UUID]]:
    """The records that more than one source speaks of, in batches."""
    mine = Fact.objects.filter(domain=kind.code).order_by()
    joined = Q(kind__in=(Fact.Kind.MERGE, Fact.Kind.UNMERGE))
    counted = mine.values("golden_id").annotate(
        sources=Count("source_record", distinct=True), merges=Count("pk", filter=joined)
    )
    several = counted.filter(Q(sources__gt=1) | Q(merges__gt=0))
    ids = list(several.order_by("golden_id").values_list("golden_id", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _compared(
    kind: Domain, ids: Sequence[UUID], then: Rules, day: date, now: Rules | None
) -> Iterator[Flipped]:
    """Of these records, those that are to be others; by `now` those that are so for its sake."""
    rows = kind.model.objects.exclude(status=Status.MERGED).in_bulk(ids)
    systems = dict(System.objects.values_list("code", "name"))
    for golden_id, facts in accepted.of(kind, rows).items():
        row = rows[golden_id]
        values = vault.open_values(kind, read(kind, row))
        after = consolidate(kind, facts, then, day=day)
        patch = patches.diff(kind, values, after.values)
        patch.pop("code", None)
        if not patch:
            continue
        before = consolidate(kind, facts, now or then, day=day)
        if now is not None and not patches.diff(kind, before.values, after.values):
            continue
        names = names_of(facts, systems)
        flips = tuple(
            Flip(
                path,
                patches.get(values, path),
                value,
                "" if now is None else who(before, path, names),
                who(after, path, names),
            )
            for path, value in patch.items()
        )
        yield Flipped(kind, row, values, flips)


def names_of(facts: Facts, systems: Mapping[str, str]) -> dict[str, str]:
    """What the sources of a record are called, by their ids."""
    return {one.source: systems.get(one.system, one.system) for one in facts.statements}


def who(golden: Golden, path: str, names: Mapping[str, str]) -> str:
    """Who gives the value at a path: a system's name, a person's, or "" for nobody."""
    reason = golden.reasons.get(path)
    if reason is None and (item := path.rpartition(".")[0] or path).endswith("]"):
        inside = (r for p, r in golden.reasons.items() if p.startswith(f"{item}."))
        reason = next(inside, None)
    return names.get(reason.source, reason.source) if reason else ""
