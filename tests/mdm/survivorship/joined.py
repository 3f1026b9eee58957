"""Two records, made up: what each rests on, a merge of them, edits, and the way back. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from mdm.domains import patch as patches
from mdm.domains.spec import Values
from mdm.survivorship import USUAL, Facts, Hold, Pick, Statement, against, consolidate, joining
from mdm.survivorship.joining import Edited, Merged, Side
from tests.mdm.survivorship.making import SUPPLIER, TODAY, at

MERGE, LATER = "5", "6"
SCALARS = ("legal_name", "trade_name", "industry", "website", "language")
WORDS = st.sampled_from(["Nord", "Sued", "West", "Ost", ""])
CITIES = st.sampled_from(["Bonn", "Ulm", "Kiel"])
ITEMS = st.lists(
    st.tuples(st.sampled_from(["A1", "A2", "B7"]), CITIES, st.sampled_from(["1", "2", ""])),
    max_size=3, unique_by=lambda t: t[0],
)  # fmt: skip
TAGS = st.lists(st.sampled_from(["red", "blue", "old"]), max_size=2, unique=True)


def bare(values: Values) -> dict[str, Any]:
    """Values without empty fields and without the order of items, to compare."""
    found: dict[str, Any] = {}
    for code, value in values.items():
        if isinstance(value, list):
            items = [{k: v for k, v in item.items() if v} for item in value]
            found[code] = sorted(items, key=lambda item: item["id"])
        else:
            found[code] = value
    return found


@st.composite
def values(draw: Any, name: str) -> Values:
    """What a source says: some attributes, some items."""
    said: Values = {code: draw(WORDS) for code in draw(st.sets(st.sampled_from(SCALARS)))}
    if draw(st.booleans()):
        said["addresses"] = [
            {"id": f"{i}{name}", "street": "Weg", "city": c, "house_number": n}
            for i, c, n in draw(ITEMS)
        ]
    if draw(st.booleans()):
        said["tags"] = [{"id": f"{tag}{name}", "tag": tag} for tag in draw(TAGS)]
    return said


@st.composite
def facts(draw: Any, names: Sequence[str]) -> Facts:
    """What one record rests on: a source or two, and what people chose."""
    said = []
    for place, name in enumerate(draw(st.sets(st.sampled_from(names)))):
        for n in range(draw(st.integers(1, 2))):
            one = draw(values(name))
            said.append(Statement(name, name[0], n + 1, one, at(n), joined=f"{place + 1}"))
    picks = [
        Pick(code, draw(WORDS), "pat", at(3), "3", draw(st.sampled_from([Hold.CHANGE, Hold.EVER])))
        for code in draw(st.sets(st.sampled_from(SCALARS), max_size=2))
    ]
    if draw(st.booleans()):
        item = {"street": "Platz", "city": draw(CITIES)}
        picks.append(Pick("addresses[P1]", item, "pat", at(3), "3"))
    return Facts(tuple(said), tuple(picks))


def side(known: Facts, golden_id: str) -> Side:
    """The record that facts come to."""
    held = consolidate(SUPPLIER, known, day=TODAY).values
    return Side({**held, "code": golden_id, "golden_id": golden_id}, known)


@dataclass
class Joined:
    """A survivor after a merge: its values, what it rests on, and what the merge did."""

    before: Side
    loser: Side
    now: Side
    merged: Merged

    def edit(self, patch: patches.Patch) -> None:
        """Somebody changes it since."""
        self.now = _noted(self.now.facts, patches.apply(self.now.values, patch), LATER, 6)

    def hear(self, said: Statement) -> None:
        """A source says more since, and what the rules make of it is accepted."""
        before = consolidate(SUPPLIER, self.now.facts, day=TODAY).values
        known = self.now.facts.with_statement(said)
        after = consolidate(SUPPLIER, known, day=TODAY).values
        patch = patches.diff(SUPPLIER, before, after)
        self.now = _noted(known, patches.apply(self.now.values, patch), LATER, 6)

    def undone(self, **choices: str) -> tuple[Values, Values, tuple[Edited, ...]]:
        """Both records after the unmerge, and what was edited between."""
        step = joining.unmerge(SUPPLIER, self.now, self.merged, choices, USUAL, day=TODAY)
        mine = [s for s in self.now.facts.statements if s.source in self.merged.sources]
        later = Facts(
            tuple(replace(s, joined=self._place(s)) for s in mine), self.loser.facts.picks
        )
        back = joining.returned(SUPPLIER, self.loser, later, step.edited, USUAL, day=TODAY)
        survivor = patches.apply(self.now.values, step.patch)
        return survivor, patches.apply(self.loser.values, back), step.edited

    def _place(self, said: Statement) -> str:
        return next(s.joined for s in self.loser.facts.statements if s.source == said.source)


def merged(survivor: Facts, loser: Facts, picks: patches.Patch) -> Joined:
    """The merge, with own values picked where it stops."""
    mine, other = side(survivor, "S"), side(loser, "L")
    for _ in range(4):
        (step,) = joining.merge(SUPPLIER, mine, [other], picks, USUAL, day=TODAY)
        if not step.clashes:
            break
        picks = picks | {clash.path: clash.mine for clash in step.clashes}
    if step.clashes:
        assume(False)
    placed = tuple(
        replace(s, joined=MERGE) if s.joined.startswith(joining.LAST) else s
        for s in step.after.facts.statements
    )
    known = Facts(placed, step.after.facts.picks)
    after = _noted(known, step.after.values, MERGE, 5)
    sources = frozenset(s.source for s in loser.statements)
    return Joined(mine, other, after, Merged(step.patch, MERGE, sources))


def _noted(known: Facts, after: Values, order: str, day: int) -> Side:
    """Facts with what was chosen against the rules, as applying notes it."""

    def picked(chosen: patches.Patch) -> list[Pick]:
        return [Pick(path, value, "pat", at(day), order) for path, value in chosen.items()]

    chosen = against(SUPPLIER, known, USUAL, after, day=TODAY, picked=picked)
    return Side(after, known.with_picks(picked(chosen)))
