"""Which system is authoritative for what: per domain the rules and the trust, as one matrix."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mdm import rules
from mdm.domains.golden import LIVE
from mdm.domains.spec import Domain
from mdm.models import SourceRecord, SurvivorshipRule, System, SystemTrust
from mdm.survivorship.rules import DEFAULT, EVERYTHING, TRUSTED, Rule, Rules, Trust

ALL = "Everything"
UNITED = "Items of all sources are united by what identifies them."
WHOLE = "One source's list is taken as it is."


@dataclass(frozen=True, slots=True)
class Cell:
    """How far a system is believed about a row; `row` is the governed row that says it here."""

    system: str
    name: str
    trust: Trust
    inherited: str = ""  # from what wider row it comes; "" when it is said here
    row: Any = None

    @property
    def is_own(self) -> bool:
        """Whether it is said for this very row."""
        return not self.inherited


@dataclass(frozen=True, slots=True)
class Row:
    """What is decided together: all, a group of attributes, a collection, or one attribute."""

    about: str
    label: str
    kind: str  # all, group, collection, attribute
    rule: Rule
    cells: tuple[Cell, ...]
    inherited: str = ""
    row: Any = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """The rows of a domain over the systems."""

    domain: Domain
    systems: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]


def matrix(domain: Domain) -> Matrix:
    """Who is believed how far about what in a domain, and what decides."""
    systems = list(_speaking(domain))
    in_force = rules.in_force(domain.code)
    here = SurvivorshipRule.objects.filter(domain=domain.code, status__in=LIVE)
    ruled = {row.about: row for row in here}
    mine = SystemTrust.objects.filter(domain=domain.code, status__in=LIVE)
    trusted = {(row.system, row.about): row for row in mine}
    own = {*ruled, *(about for _, about in trusted)}
    made = [_row(wider, in_force, systems, (ruled, trusted)) for wider in _wider(domain, own)]
    return Matrix(domain, tuple((s.code, s.name) for s in systems), tuple(made))


def _speaking(domain: Domain) -> Iterator[Any]:
    """The systems that speak of the domain, or that somebody rated."""
    heard = SourceRecord.objects.filter(domain=domain.code).order_by()
    sending = set(heard.values_list("system_id", flat=True).distinct())
    rated = SystemTrust.objects.filter(domain=domain.code, status__in=LIVE)
    codes = set(rated.values_list("system", flat=True))
    for system in System.objects.filter(status__in=LIVE).order_by("code"):
        if system.pk in sending or system.code in codes or system.authority is not None:
            yield system


@dataclass(frozen=True, slots=True)
class _Wider:
    about: str
    label: str
    kind: str
    groups: tuple[tuple[str, str], ...]  # what else it may come from: about, label


def _wider(domain: Domain, own: set[str]) -> Iterator[_Wider]:
    """The rows there are: all, the groups, the attributes with a word of their own, collections."""
    everything = (EVERYTHING, ALL.lower())
    yield _Wider(EVERYTHING, ALL, "all", ())
    for group in domain.groups():
        yield _Wider(group, group, "group", (everything,))
        for attribute in domain.attributes:
            if attribute.group == group and attribute.code in own:
                above = ((group, group), everything)
                yield _Wider(attribute.code, attribute.label, "attribute", above)
    for collection in domain.collections:
        group = collection.group
        wider = ((group, group), everything) if group else (everything,)
        yield _Wider(collection.code, collection.label, "collection", wider)


def _row(
    one: _Wider, in_force: Rules, systems: Sequence[Any], rows: tuple[dict[Any, Any], ...]
) -> Row:
    ruled, trusted = rows
    ways = ((one.about, ""), *one.groups)
    said = next((way for way in ways if way[0] in in_force.rules), ("", "the usual rule"))
    rule = in_force.rules.get(said[0], DEFAULT)
    return Row(
        one.about,
        one.label,
        one.kind,
        rule,
        tuple(_cell(system, ways, in_force, trusted, one.about) for system in systems),
        inherited=said[1],
        row=ruled.get(one.about),
        note=(WHOLE if rule.is_whole else UNITED) if one.kind == "collection" else "",
    )


def _cell(
    system: Any,
    ways: Sequence[tuple[str, str]],
    in_force: Rules,
    trusted: dict[tuple[str, str], Any],
    about: str,
) -> Cell:
    found = next((way for way in ways if (system.code, way[0]) in in_force.trusts), None)
    trust = in_force.trusts[system.code, found[0]] if found else TRUSTED
    row = trusted.get((system.code, about))
    if found is None:
        inherited = "nobody rated it"
    elif found[0] == EVERYTHING and about == EVERYTHING and row is None:
        inherited = "the system's authority"
    else:
        inherited = f"from {found[1]}" if found[1] else ""
    return Cell(system.code, system.name, trust, inherited, row)


def in_words(trust: Trust) -> str:
    """A trust in words: "80, loses 20 a year down to 40"."""
    if not trust.decay:
        return f"{trust.score}"
    return f"{trust.score}, loses {trust.decay} a year down to {trust.floor}"
