"""Transforms and comparison: what is cut, split and joined, and what counts as the same."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publishing.connectors import transforms
from publishing.connectors.transforms import digest, same

WORDS = st.lists(st.text(st.characters(categories=["L"]), min_size=1, max_size=60), max_size=30)


@given(WORDS, st.integers(5, 60))
def test_a_split_loses_nothing_and_fits(words: list[str], size: int) -> None:
    text = " ".join(words)

    pieces = transforms.split_at_words(size).there(text)

    assert all(0 < len(piece) <= size for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


@given(st.text(st.characters(codec="ascii", categories=["L", "N"]), max_size=38))
def test_an_overflow_comes_back_whole(text: str) -> None:
    transform = transforms.overflow(18)

    assert transform.back(transform.there(text)) == text


@given(st.dates())
def test_a_date_comes_back_from_odata(day: date) -> None:
    assert transforms.from_v2_date(transforms.v2_date(day.isoformat())) == day.isoformat()


@given(st.text(max_size=60))
def test_a_short_id_fits_and_is_stable(text: str) -> None:
    short = transforms.short_id(text)

    assert len(short) <= 20
    assert transforms.short_id(short) == short


@pytest.mark.parametrize(
    ("ours", "theirs", "equal"),
    [
        ("", None, True),
        (False, None, True),
        (False, "", True),
        (19, 19.0, True),
        ("a ", "a", True),
        ("2026-02-01", "/Date(1769904000000)/", True),
        ("/Date(1769904000000)/", "/Date(1769904000000+0000)/", True),
        (True, False, False),
        (True, None, False),
        ("0004", "4", False),
        ("1.10", "1.1", False),
        ("a", "A", False),
    ],
)
def test_what_counts_as_the_same(ours: object, theirs: object, equal: bool) -> None:
    assert same(ours, theirs) is equal
    assert (digest({"x": ours}) == digest({"x": theirs})) is equal


@pytest.mark.parametrize(
    ("transform", "value", "there"),
    [
        (transforms.REGION, "DE-HH", "HH"),
        (transforms.REGION, "HH", "HH"),
        (transforms.LANGUAGE, "de-CH", "DE"),
        (transforms.PERSON_NAME, "Ida Maria Brandt", ("Ida Maria", "Brandt")),
        (transforms.PERSON_NAME, "Brandt", ("", "Brandt")),
        (transforms.key_of("type", "country"), ("vat", "DE"), "vat,DE"),
        (transforms.key_of("type", "country"), ("vat", ""), ""),
        (transforms.joined(", "), ("Street", "", None), "Street"),
        (transforms.short_or_long(3), "abcd", ("", "abcd")),
        (transforms.any_of(""), (False, "retired"), True),
        (transforms.any_of(""), (False, "active"), False),
        (transforms.none_of(""), ("active", "closed", False), False),
    ],
)
def test_transforms(transform: transforms.Transform, value: object, there: object) -> None:
    assert transform.there(value) == there
