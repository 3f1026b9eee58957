import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.errors import Invalid
from mdm.standardise import codes, text

ONE_OF_EACH_INVISIBLE = "\x00\x07\x1b\x7f\xad\u200b\u200e\u202e\u2066\ufeff\ud800"


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ("", ""),
        ("  Acme \t\n GmbH ", "Acme GmbH"),
        ("Acme\u00a0GmbH", "Acme GmbH"),
        ("Cafe\u0301", "Caf\u00e9"),
        (f"A{ONE_OF_EACH_INVISIBLE}B", "AB"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("שלום", "שלום"),
    ],
)
def test_a_line_keeps_its_words_and_loses_what_nobody_sees(found, kept):
    assert text.squeeze(found) == kept


def test_lines_are_squeezed_one_by_one_and_paragraphs_stay_apart():
    assert text.multiline(" a  b \r\n\r\n\r\n\r\n c\rd ") == "a b\n\nc\nd"


@given(st.text(max_size=60))
def test_squeezing_twice_changes_nothing_more(value):
    assert text.squeeze(text.squeeze(value)) == text.squeeze(value)


@given(st.text(max_size=60))
def test_what_was_squeezed_can_be_stored_anywhere(value):
    squeezed = text.squeeze(value)

    assert "\x00" not in squeezed
    assert squeezed.encode().decode() == squeezed


@pytest.mark.parametrize("clean", [text.squeeze, text.multiline, text.upper_code, codes.compact])
def test_an_endless_text_is_refused_with_its_beginning_shown(clean):
    with pytest.raises(Invalid) as refusal:
        clean("é" * 10_000_000)

    assert len(str(refusal.value)) < 300
    assert refusal.value.expected == "at most 20,000 characters"


@pytest.mark.parametrize(
    ("found", "code"),
    [("", ""), (" 47 11-a ", "4711-A"), ("４７１１", "4711"), ("us / 01", "US/01")],
)
def test_a_code_is_written_without_spaces_in_capitals(found, code):
    assert codes.compact(found) == code


def test_an_upper_code_keeps_its_single_spaces():
    assert text.upper_code(" net  30 ") == "NET 30"


@pytest.mark.parametrize(
    ("clean", "found", "number"),
    [
        (codes.lei, "213800kud8lajwsq9d15", "213800KUD8LAJWSQ9D15"),
        (codes.lei, "", ""),
        (codes.duns, "15-048-3782", "150483782"),
        (codes.duns, " ", ""),
    ],
)
def test_an_identifier_loses_its_joints(clean, found, number):
    assert clean(found) == number


@pytest.mark.parametrize(
    ("clean", "found"),
    [(codes.lei, "213800KUD8LAJWSQ9D16"), (codes.duns, "12345678"), (codes.duns, "12345678A")],
)
def test_an_identifier_that_cannot_be_right_is_refused(clean, found):
    with pytest.raises(Invalid):
        clean(found)
