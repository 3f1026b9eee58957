"""A merge and its inverse, on whatever facts there are; and implementations that are wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdm.domains import patch as patches
from mdm.survivorship import USUAL, Facts, Statement, consolidate, joining
from tests.mdm.survivorship.joined import (
    CITIES,
    SCALARS,
    WORDS,
    Joined,
    bare,
    facts,
    merged,
    side,
    values,
)
from tests.mdm.survivorship.making import SUPPLIER, TODAY, at

MINE, THEIRS = ("e1", "e2"), ("c1", "c2")
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
A_FEW = settings(max_examples=100, deadline=None, suppress_health_check=QUIET)
MANY = settings(max_examples=1000, deadline=None, suppress_health_check=QUIET)
WRONG = settings(max_examples=400, deadline=None, suppress_health_check=QUIET, database=None)
PICKS = st.dictionaries(st.sampled_from(SCALARS), WORDS, max_size=2)


def identity(mine: Facts, theirs: Facts, picks: patches.Patch) -> None:
    """Unmerge of merge leaves both as they were."""
    joined = merged(mine, theirs, picks)
    survivor, loser, edited = joined.undone()
    assert (bare(survivor), bare(loser)) == (bare(joined.before.values), bare(joined.loser.values))
    assert edited == ()


@A_FEW
@given(facts(MINE), facts(THEIRS), PICKS)
def test_unmerge_of_merge_is_the_identity(mine: Facts, theirs: Facts, picks: Any) -> None:
    identity(mine, theirs, picks)


@pytest.mark.long
@MANY
@given(facts(MINE), facts(THEIRS), PICKS)
def test_unmerge_of_a_thousand_merges_is_the_identity(
    mine: Facts, theirs: Facts, picks: Any
) -> None:
    identity(mine, theirs, picks)


def with_edits(mine: Facts, theirs: Facts, edits: patches.Patch, data: Any) -> None:
    """Edits between stay, sources' own word goes with them, and nothing else moves."""
    joined = merged(mine, theirs, {})
    heard = data.draw(st.sampled_from([*sorted({s.source for s in theirs.statements}), ""]))
    if heard:
        n = max(s.number for s in theirs.statements if s.source == heard) + 1
        said = Statement(heard, heard[0], n, data.draw(values(heard)), at(5), joined="5")
        joined.hear(said)
        place = next(s.joined for s in theirs.statements if s.source == heard)
        theirs = theirs.with_statement(
            Statement(heard, heard[0], n, said.values, at(5), joined=place)
        )
    edits = _real(joined, edits)
    joined.edit(edits)
    item = _brought_item(joined)
    if item and data.draw(st.booleans()):
        joined.edit({f"{item}.city": "Emden"})

    survivor, loser, edited = joined.undone()

    assert bare(loser) == bare(side(theirs, "L").values)
    expected = patches.apply(joined.before.values, edits)
    kept = {one.path: one.now for one in edited if "[" in one.path}
    assert bare(survivor) == bare(patches.apply(expected, kept))
    if kept:
        assert "Emden" in {i.get("city") for i in survivor["addresses"]}


def _real(joined: Joined, edits: patches.Patch) -> patches.Patch:
    """Those that change something: what says what is there already is no edit."""
    return {path: v for path, v in edits.items() if patches.get(joined.now.values, path) != v}


def _brought_item(joined: Joined) -> str:
    """An address that only the merge brought."""
    added = (
        p for p, v in joined.merged.written.items() if p.startswith("addresses[") and "." not in p
    )
    return next((p for p in added if patches.get(joined.now.values, p)), "")


EDITS = st.dictionaries(st.sampled_from(SCALARS), st.sampled_from(["Neu", "Neuer"]), max_size=3)


@A_FEW
@given(facts(MINE), facts(THEIRS), EDITS, st.data())
def test_edits_between_are_kept(mine: Facts, theirs: Facts, edits: Any, data: Any) -> None:
    with_edits(mine, theirs, edits, data)


@pytest.mark.long
@MANY
@given(facts(MINE), facts(THEIRS), EDITS, st.data())
def test_edits_between_are_kept_a_thousand_times(
    mine: Facts, theirs: Facts, edits: Any, data: Any
) -> None:
    with_edits(mine, theirs, edits, data)


@A_FEW
@given(facts(MINE), values("x1"), CITIES)
def test_breaking_a_link_equals_never_having_made_it(mine: Facts, said: Any, city: str) -> None:
    before = side(mine, "S")
    more = [*said.get("addresses", []), {"id": "X9", "street": "Ring", "city": city}]
    link = Statement("x1", "x", 1, {**said, "addresses": more}, at(4), joined="4")
    linked = side(mine.with_statement(link), "S")

    gone = joining.unlink(SUPPLIER, linked, "x1", "4", {}, USUAL, day=TODAY)

    assert bare(patches.apply(linked.values, gone)) == bare(before.values)


def keeps_the_sources(found: Facts, merged_by: Any, given: Any = ()) -> Facts:
    return Facts(found.statements, tuple(p for p in found.picks if p.order != merged_by.order))


def keeps_the_picks(found: Facts, merged_by: Any, given: Any = ()) -> Facts:
    return Facts(
        tuple(s for s in found.statements if s.source not in merged_by.sources), found.picks
    )


def drops_edits_since(found: Facts, merged_by: Any, given: Any = ()) -> Facts:
    return Facts(
        tuple(s for s in found.statements if s.source not in merged_by.sources),
        tuple(p for p in found.picks if p.order < merged_by.order),
    )


def forgets_what_was_said(kind: Any, loser: Any, *_: Any, **__: Any) -> patches.Patch:
    return {}


@pytest.mark.parametrize(
    ("name", "wrong", "check"),
    [
        ("without", keeps_the_sources, identity),
        ("without", keeps_the_picks, identity),
        ("without", drops_edits_since, with_edits),
        ("returned", forgets_what_was_said, with_edits),
    ],
)
def test_an_implementation_that_is_wrong_is_caught(
    monkeypatch: pytest.MonkeyPatch, name: str, wrong: Any, check: Callable[..., None]
) -> None:
    monkeypatch.setattr(joining, name, wrong)
    more = [PICKS] if check is identity else [EDITS, st.data()]
    tried = WRONG(given(facts(MINE), facts(THEIRS), *more)(check))

    with pytest.raises((AssertionError, ExceptionGroup)):
        tried()


def test_the_way_back_needs_nothing_but_facts() -> None:
    mine = Facts((Statement("e1", "e", 1, {"trade_name": "Nord"}, at(0), joined="1"),))
    theirs = Facts((Statement("c1", "c", 1, {"trade_name": "Ost"}, at(0), joined="1"),))
    joined = merged(mine, theirs, {"trade_name": "Ost"})
    assert joined.now.values["trade_name"] == "Ost"

    rest = joining.without(joined.now.facts, joined.merged)

    assert consolidate(SUPPLIER, rest, day=TODAY).values["trade_name"] == "Nord"
