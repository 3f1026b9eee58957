"""What was written, folded: the order of patches, and since which version a value is so."""

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mdm.folding import Written, fold

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def test_what_is_effective_later_wins_although_it_was_written_earlier() -> None:
    folded = fold([Written({"currency": "EUR"}, 1, JUNE), Written({"currency": "USD"}, 2, MAY)])

    assert (folded.values, folded.since) == ({"currency": "EUR"}, {"currency": 1})


def test_items_are_written_by_field_and_forgotten_when_they_go() -> None:
    added = Written({"addresses[A1]": {"id": "A1", "city": "Bonn", "street": "Ring"}}, 1)
    moved = Written({"addresses[A1].city": "Ulm"}, 2)
    gone = Written({"addresses[A1]": None}, 3)

    before, after = fold([added, moved]), fold([added, moved, gone])

    assert before.values == {"addresses": [{"id": "A1", "city": "Ulm", "street": "Ring"}]}
    assert before.since == {"addresses[A1].city": 2, "addresses[A1].street": 1}
    assert (after.values, after.since) == ({"addresses": []}, {})


patches_of = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(["legal_name", "duns"]), st.sampled_from("abc")),
        st.sampled_from([MAY, JUNE]),
    ),
    max_size=6,
)


@given(patches_of, st.randoms())
def test_the_order_in_which_patches_are_given_does_not_matter(
    drawn: list[tuple[dict[str, Any], date]], random: Any
) -> None:
    written = [Written(patch, n, day) for n, (patch, day) in enumerate(drawn, start=1)]
    shuffled = list(written)
    random.shuffle(shuffled)

    assert fold(shuffled) == fold(written)
