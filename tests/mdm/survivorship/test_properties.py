"""Whatever the facts: their order does not matter, and a broken link was never made."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mdm.domains import patch as patches
from mdm.survivorship import (
    Facts,
    Hold,
    Pick,
    Rule,
    Rules,
    Statement,
    Strategy,
    Trust,
    against,
    consolidate,
    next_flip,
)
from tests.mdm.survivorship.making import SUPPLIER, TODAY, chose, gathered, item, says

TEXT = st.sampled_from(["", "a", "b", "ccc"])
ITEM = st.fixed_dictionaries({"city": st.sampled_from("xyz"), "country": st.just("DE")})


@st.composite
def statements(draw: st.DrawFn) -> list[Statement]:
    """Up to four sources with up to three revisions each."""
    found = []
    for source in draw(st.sets(st.sampled_from(["erp", "exp", "proc", "web"]), min_size=1)):
        joined = draw(st.integers(1, 9))
        for n in range(1, draw(st.integers(1, 3)) + 1):
            values: dict[str, Any] = draw(
                st.dictionaries(st.sampled_from(["legal_name", "duns", "lei"]), TEXT)
            )
            if draw(st.booleans()):
                kept = draw(st.dictionaries(st.sampled_from(["1", "2"]), ITEM))
                prefix = draw(st.sampled_from([source, "A"]))
                values["addresses"] = [item(f"{prefix}{at}", one) for at, one in kept.items()]
            said = draw(st.none() | st.integers(0, 100))
            gone = draw(st.booleans())
            found.append(
                says(source, values, n=n, day=n * 10, said=said, joined=joined, deleted=gone)
            )
    return found


@st.composite
def picks(draw: st.DrawFn) -> list[Pick]:
    """Values that a person chose, of every kind, held in every way."""
    found = []
    for n in range(draw(st.integers(0, 4))):
        hold = draw(st.sampled_from(Hold))
        until = TODAY + timedelta(days=draw(st.integers(-5, 40))) if hold is Hold.DATE else None
        path = draw(st.sampled_from(["duns", "lei", "addresses[A1]", "addresses[A1].city"]))
        whole = path == "addresses[A1]"
        value = draw(st.none() | ITEM) if whole else draw(st.sampled_from("xyz"))
        found.append(chose(path, value, day=5 + n * 7, hold=hold, until=until))
    return found


@st.composite
def rules(draw: st.DrawFn) -> Rules:
    """Strategies in some order, and trust that may decay."""
    order = draw(st.lists(st.sampled_from(Strategy), min_size=1, max_size=3, unique=True))
    trusts = {
        (system, "*"): Trust(draw(st.integers(0, 100)), draw(st.sampled_from([0, 10, 40])))
        for system in draw(st.sets(st.sampled_from("epw")))
    }
    whole = Rule(tuple(order), is_whole=draw(st.booleans()))
    return Rules({"*": Rule(tuple(order)), "addresses": whole}, trusts)


@given(statements(), picks(), rules(), st.randoms())
def test_the_order_of_the_facts_does_not_matter(
    said: list[Statement], chosen: list[Pick], how: Rules, random: Any
) -> None:
    shuffled, mixed = list(said), list(chosen)
    random.shuffle(shuffled)
    random.shuffle(mixed)

    one = consolidate(SUPPLIER, gathered(*said, *chosen), how, day=TODAY)
    other = consolidate(SUPPLIER, gathered(*shuffled, *mixed), how, day=TODAY)

    assert (one.values, one.reasons) == (other.values, other.reasons)


@given(statements(), picks(), rules())
def test_breaking_a_link_equals_never_having_made_it(
    said: list[Statement], chosen: list[Pick], how: Rules
) -> None:
    for source in {one.source for one in said}:
        broken = gathered(*said, *chosen).without(source)
        never = gathered(*(one for one in said if one.source != source), *chosen)

        assert consolidate(SUPPLIER, broken, how, day=TODAY) == consolidate(
            SUPPLIER, never, how, day=TODAY
        )


@given(statements(), picks(), rules())
def test_every_value_has_its_reason_and_somebody_said_it(
    said: list[Statement], chosen: list[Pick], how: Rules
) -> None:
    golden = consolidate(SUPPLIER, gathered(*said, *chosen), how, day=TODAY)

    for path, _, value in patches.walk(SUPPLIER, golden.values):
        reason = golden.reasons[path]
        assert reason.value == value
        assert reason.sentence
        assert reason.source in {"pat", *(one.source for one in said)}
    ids = [one["id"] for one in golden.values["addresses"]]
    assert len(ids) == len(set(ids))


@given(statements(), picks(), rules(), st.data())
def test_whatever_is_written_the_picks_noted_with_it_make_the_facts_come_to_it(
    said: list[Statement], chosen: list[Pick], how: Rules, data: st.DataObject
) -> None:
    facts = gathered(*said, *chosen)
    now = consolidate(SUPPLIER, facts, how, day=TODAY).values
    patch: dict[str, Any] = data.draw(
        st.fixed_dictionaries(
            {},
            optional={
                "duns": TEXT,
                "lei": TEXT,
                "addresses[A1]": st.none() | ITEM,
                "addresses[H1]": ITEM,
            },
        )
    )
    written = patches.apply(now, patch)
    if any(i["id"] == "A1" for i in written["addresses"]) and data.draw(st.booleans()):
        written = patches.apply(written, {"addresses[A1].city": "q"})

    def picked(choices: dict[str, Any]) -> list[Pick]:
        return [chose(path, value, day=400) for path, value in choices.items()]

    choices = against(SUPPLIER, facts, how, written, day=TODAY, picked=picked)

    after = consolidate(SUPPLIER, facts.with_picks(picked(choices)), how, day=TODAY).values
    assert patches.diff(SUPPLIER, after, written) == {}


@given(statements(), picks(), rules())
def test_nothing_flips_before_the_day_that_is_foretold(
    said: list[Statement], chosen: list[Pick], how: Rules
) -> None:
    facts = gathered(*said, *chosen)
    now = consolidate(SUPPLIER, facts, how, day=TODAY).values

    flip = next_flip(SUPPLIER, facts, how, day=TODAY)

    last = flip or TODAY + timedelta(days=3650)
    for step in range(1, 40):
        day = TODAY + timedelta(days=step * 97)
        if day < last:
            then = consolidate(SUPPLIER, facts, how, day=day).values
            assert patches.diff(SUPPLIER, now, then) == {}, day
    if flip is not None:
        then = consolidate(SUPPLIER, facts, how, day=flip).values
        assert patches.diff(SUPPLIER, now, then) != {}


def test_nothing_at_all_comes_to_nothing() -> None:
    golden = consolidate(SUPPLIER, Facts(), day=date(2026, 1, 1))

    assert (golden.values, golden.reasons) == (patches.blank(SUPPLIER), {})
