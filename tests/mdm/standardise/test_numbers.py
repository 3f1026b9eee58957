import pytest

from mdm.errors import Invalid
from mdm.standardise import dates, numbers


@pytest.mark.parametrize(
    ("found", "day"),
    [
        ("", ""),
        ("00000000", ""),
        ("2026-01-31", "2026-01-31"),
        ("2026-1-3", "2026-01-03"),
        ("20260131", "2026-01-31"),
        ("2026/01/31", "2026-01-31"),
        ("2026-01-31T00:00:00", "2026-01-31"),
        ("2026-01-31 00:00:00", "2026-01-31"),
        ("31.01.2026", "2026-01-31"),
        ("1. 2. 2026", "2026-02-01"),
        ("31/01/2026", "2026-01-31"),
        ("01/31/2026", "2026-01-31"),
        ("03/03/2026", "2026-03-03"),
        ("31 January 2026", "2026-01-31"),
        ("31-Jan-2026", "2026-01-31"),
        ("Jan 31, 2026", "2026-01-31"),
        ("9999-12-31", "9999-12-31"),
    ],
)
def test_a_date_that_means_one_day_becomes_iso(found, day):
    assert dates.iso(found) == day


@pytest.mark.parametrize(
    "found",
    [
        "05/01/2026",
        "5-1-2026",
        "01.02.26",
        "2026-02-30",
        "31 Foo 2026",
        "46053",
        "tomorrow",
        "2026-01-31T10:00",
    ],
)
def test_a_date_that_could_mean_two_days_or_none_is_refused(found):
    with pytest.raises(Invalid):
        dates.iso(found)


@pytest.mark.parametrize(
    ("found", "number"),
    [
        ("", ""),
        ("19", "19"),
        ("19.00", "19"),
        ("19,00", "19"),
        ("-0.0", "0"),
        (".5", "0.5"),
        ("1.234,50", "1234.5"),
        ("1,234.50", "1234.5"),
        ("1'234.5", "1234.5"),
        ("1 234 567,8", "1234567.8"),
        ("1.234.567", "1234567"),
        ("100", "100"),
    ],
)
def test_an_amount_has_one_spelling(found, number):
    assert numbers.decimal(found) == number


@pytest.mark.parametrize("found", ["1,234", "abc", "1e5", "1.2.3", "NaN", "٣", "9" * 50])
def test_an_amount_that_could_be_read_in_two_ways_is_refused(found):
    with pytest.raises(Invalid):
        numbers.decimal(found)


def test_a_whole_number_has_no_fraction():
    assert numbers.whole("30.0") == "30"
    with pytest.raises(Invalid):
        numbers.whole("30.5")


@pytest.mark.parametrize(
    ("found", "flag"), [("", ""), ("Yes", "true"), ("X", "true"), ("0", "false"), ("nein", "false")]
)
def test_a_flag_is_true_or_false(found, flag):
    assert numbers.flag(found) == flag


def test_a_flag_that_is_neither_is_refused():
    with pytest.raises(Invalid):
        numbers.flag("perhaps")
