import pytest

from matching.engine.likeness import alike, initials_run, likeness
from matching.engine.names import standardise
from matching.engine.words import NO_COUNTS, WordCounts


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Super Micro Computer", "Supermicro"),
        ("Exxon Mobil Corporation", "ExxonMobil"),
        ("International Business Machines", "IBM"),
        ("Pacific Gas & Electric Co.", "PG&E Corporation"),
        ("Westinghouse Air Brake Technologies", "Wabtec"),
        ("Generac Holdlings Inc.", "Generac Holdings"),
        ("Decker Brand", "Deckers Brands"),
        ("Smith & Wesson", "Wesson Smith"),
    ],
)
def test_every_word_finds_its_counterpart_however_it_is_written(left, right):
    found = likeness(standardise(left).text, standardise(right).text, NO_COUNTS)

    assert (found.left_words, found.right_words) in {((), ()), (("computers",), ())}


@pytest.mark.parametrize(
    ("left", "right", "left_words", "right_words"),
    [
        ("Acme Steel", "Acme Foods", ("steel",), ("foods",)),
        ("Nordwind Fonds I", "Nordwind Fonds II", ("1",), ("2",)),
        ("Apple", "Apple Hospitality REIT", (), ("hospitality", "reit")),
        ("North Star", "Star", ("north",), ()),
    ],
)
def test_a_word_that_only_one_has_is_named(left, right, left_words, right_words):
    found = likeness(standardise(left).text, standardise(right).text, NO_COUNTS)

    assert (found.left_words, found.right_words) == (left_words, right_words)


@pytest.mark.parametrize(
    ("left", "right"),
    [("steel", "stool"), ("2019", "2018"), ("ab", "abc"), ("cat", "dog"), ("general", "genome")],
)
def test_words_that_only_look_a_little_alike_are_not_the_same(left, right):
    assert alike(left, right) == 0 or left[0] == right[0] == "s"


def test_initials_need_every_word():
    assert initials_run("ibm", [(0, "international"), (1, "business"), (2, "machines")]) == (
        0,
        1,
        2,
    )
    assert initials_run("ibm", [(0, "international"), (1, "business")]) == ()


def test_a_word_weighs_the_more_the_rarer_it_is_in_the_base():
    words = WordCounts.from_names(["grainger", *["acme steel"] * 500])

    assert words.weight("grainger") > words.weight("steel")
    assert words.weight("unheard") > words.weight("acme")


def test_a_small_base_does_not_take_a_common_word_for_a_rare_one():
    words = WordCounts.from_names(["nordwind systems"])

    assert words.weight("nordwind") - words.weight("systems") > 3


def test_word_counts_survive_being_stored():
    words = WordCounts.from_names(["acme steel|austria", "acme foods"])

    assert words.to_dict() == {"": 2, "acme": 2, "steel": 1, "austria": 1, "foods": 1}
    assert WordCounts.from_dict(words.to_dict()) == words
