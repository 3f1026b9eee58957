"""Which source's value wins, and how a person's holds against it."""

from datetime import date, timedelta

import pytest

from mdm.survivorship import Hold, Losing, Rule, Rules, Strategy, Trust
from tests.mdm.survivorship.making import TODAY, at, chose, come_to, says

S = Strategy


def by(*strategies: Strategy, **trusts: Trust) -> Rules:
    """These strategies for everything, and this trust in each system."""
    return Rules({"*": Rule(strategies)}, {(name, "*"): trust for name, trust in trusts.items()})


def test_where_nobody_dates_anything_the_first_linked_source_keeps_what_it_says() -> None:
    golden = come_to(
        says("erp", {"legal_name": "Acme", "duns": ""}),
        says("proc", {"legal_name": "ACME Inc", "duns": "123"}),
    )

    assert (golden.values["legal_name"], golden.values["duns"]) == ("Acme", "123")
    assert golden.reasons["legal_name"].losing == (Losing("ACME Inc", "proc"),)
    assert golden.reasons["legal_name"].decided_by is S.FIRST


def test_a_source_that_changes_its_word_is_more_recent_than_one_that_never_dated_its() -> None:
    golden = come_to(
        says("erp", {"legal_name": "Acme"}),
        says("proc", {"legal_name": "ACME Inc"}),
        says("proc", {"legal_name": "ACME Ltd"}, n=2, day=9),
    )

    assert golden.values["legal_name"] == "ACME Ltd"
    assert golden.reasons["legal_name"].since == at(9)


def test_what_a_source_repeats_is_as_old_as_when_it_first_said_it() -> None:
    golden = come_to(
        says("erp", {"legal_name": "Acme", "duns": "1"}, said=1),
        says("erp", {"legal_name": "Acme", "duns": "2"}, n=2, said=90),
        says("proc", {"legal_name": "ACME Inc", "duns": "9"}, said=50),
    )

    assert (golden.values["legal_name"], golden.values["duns"]) == ("ACME Inc", "2")


def test_the_source_own_date_counts_and_not_the_day_it_reached_us() -> None:
    golden = come_to(
        says("erp", {"legal_name": "Acme"}, day=90, said=1),
        says("proc", {"legal_name": "ACME Inc"}, day=5, said=4),
    )

    assert golden.values["legal_name"] == "ACME Inc"


@pytest.mark.parametrize(
    ("strategy", "wins"),
    [
        (S.AUTHORITY, "Acme"),
        (S.RECENT, "ACME Inc"),
        (S.COMPLETE, "Acme"),
        (S.FREQUENT, "ACME"),
        (S.LONGEST, "ACME Incorporated"),
        (S.FIRST, "ACME"),
    ],
)
def test_each_strategy_prefers_what_it_is_named_for(strategy: Strategy, wins: str) -> None:
    golden = come_to(
        says("alpha", {"legal_name": "ACME"}, said=1),
        says("beta", {"legal_name": "acme"}, said=2),
        says("erp", {"legal_name": "Acme", "duns": "1", "lei": "2"}, said=3),
        says("net", {"legal_name": "ACME Incorporated"}, said=4),
        says("proc", {"legal_name": "ACME Inc"}, said=5),
        rules=by(strategy, erp=Trust(80)) if strategy is not S.AUTHORITY
        else by(strategy, e=Trust(80)),
    )  # fmt: skip

    assert golden.values["legal_name"] in (wins, wins.lower())
    assert golden.reasons["legal_name"].decided_by in (strategy, S.FIRST)


def test_a_later_strategy_decides_what_an_earlier_leaves_open() -> None:
    rules = by(S.AUTHORITY, S.LONGEST, e=Trust(70), p=Trust(70))
    golden = come_to(
        says("erp", {"legal_name": "Acme"}), says("proc", {"legal_name": "Acme AG"}), rules=rules
    )

    assert golden.values["legal_name"] == "Acme AG"
    assert golden.reasons["legal_name"].decided_by is S.LONGEST


def test_the_narrowest_rule_and_trust_count() -> None:
    rules = Rules(
        {"*": Rule((S.FIRST,)), "Identity": Rule((S.LONGEST,)), "legal_name": Rule((S.AUTHORITY,))},
        {("e", "*"): Trust(90), ("e", "legal_name"): Trust(10)},
    )
    golden = come_to(
        says("erp", {"legal_name": "Acme", "trade_name": "A", "payment_terms": "NET30"}),
        says("proc", {"legal_name": "ACME", "trade_name": "AC", "payment_terms": "NET300"}),
        rules=rules,
    )

    assert golden.values["legal_name"] == "ACME"
    assert golden.values["payment_terms"] == "NET30"


def test_trust_decays_with_the_age_of_what_was_said_down_to_its_floor() -> None:
    rules = by(S.AUTHORITY, e=Trust(80, decay=20, floor=45), p=Trust(50))
    facts = (says("erp", {"duns": "1"}, said=0), says("proc", {"duns": "2"}, said=0))

    def on(years: float) -> str:
        day = TODAY.replace(month=1, day=1) + timedelta(days=int(365 * years))
        return str(come_to(*facts, rules=rules, day=day).values["duns"])

    assert [on(0), on(1), on(1.6), on(9)] == ["1", "1", "2", "2"]


def test_what_is_deleted_at_its_source_is_trusted_less_and_never_erased() -> None:
    gone = says("erp", {"duns": "1", "lei": "5"}, n=2, deleted=True)
    golden = come_to(says("erp", {"duns": "1", "lei": "5"}), gone, says("proc", {"duns": "2"}))

    assert (golden.values["duns"], golden.values["lei"]) == ("2", "5")


def test_a_value_that_fails_validation_is_trusted_less() -> None:
    wrong = {"addresses": [{"id": "A", "city": "Bonn", "country": "DE", "is_default": "true"}]}
    golden = come_to(says("erp", wrong), says("proc", {"legal_name": "Acme"}))

    assert golden.values["legal_name"] == "Acme"


def test_a_person_holds_until_the_source_that_would_win_says_something_new() -> None:
    old, chosen = says("erp", {"duns": "1"}), chose("duns", "7", day=5)
    again = says("erp", {"duns": "1"}, n=2, day=9)
    new = says("erp", {"duns": "2"}, n=3, day=12)
    other = says("proc", {"duns": "4"}, day=20)

    assert come_to(old, chosen, again, other).values["duns"] == "7"
    after = come_to(old, chosen, again, new, other)
    assert after.values["duns"] == "2"
    assert after.reasons["duns"].losing[0] == Losing("7", "pat", at(5), is_person=True)


def test_a_pin_for_ever_holds_against_everything() -> None:
    pin = chose("duns", "7", day=5, hold=Hold.EVER)
    golden = come_to(says("erp", {"duns": "1"}), pin, says("erp", {"duns": "2"}, n=2, day=9))

    assert golden.values["duns"] == "7"
    assert golden.reasons["duns"].sentence == "Pinned for ever."


def test_a_pin_until_a_day_ends_after_that_day() -> None:
    pin = chose("duns", "7", day=5, hold=Hold.DATE, until=date(2026, 6, 1))
    facts = (says("erp", {"duns": "1"}), pin)

    assert come_to(*facts, day=date(2026, 6, 1)).values["duns"] == "7"
    assert come_to(*facts, day=date(2026, 6, 2)).values["duns"] == "1"


def test_a_pin_until_the_source_speaks_ends_also_when_it_says_the_same() -> None:
    pin = chose("duns", "7", day=5, hold=Hold.SPEAKS)
    same = says("erp", {"duns": "1"}, n=2, day=9)
    silent = says("erp", {"legal_name": "Acme"}, n=2, day=9)

    assert come_to(says("erp", {"duns": "1"}), pin, silent).values["duns"] == "7"
    assert come_to(says("erp", {"duns": "1"}), pin, same).values["duns"] == "1"


def test_a_pin_taken_back_leaves_what_the_rules_say() -> None:
    pin, off = chose("duns", "7", day=5, hold=Hold.EVER), chose("duns", None, day=6, hold=Hold.NONE)

    assert come_to(says("erp", {"duns": "1"}), pin, off).values["duns"] == "1"


def test_what_a_source_empties_is_empty_unless_another_says_something() -> None:
    emptied = (says("erp", {"duns": "1", "lei": "3"}), says("erp", {"duns": "", "lei": ""}, n=2))
    golden = come_to(*emptied, says("proc", {"duns": "2"}))

    assert (golden.values["duns"], golden.values["lei"]) == ("2", "")
