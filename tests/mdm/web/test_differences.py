"""Which letters are marked between two values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdm.templatetags.differences import new_marked, old_marked
from mdm.web.differences import pieces


def _marked(side):
    return "".join(f"[{p.text}]" if p.marked else p.text for p in side)


@pytest.mark.parametrize(
    ("old", "new", "old_shown", "new_shown"),
    [
        (
            "N030, 30 days net",
            "N060, 60 days net",
            "N0[3]0, [3]0 days net",
            "N0[6]0, [6]0 days net",
        ),
        ("Müller GmbH", "Mueller GmbH", "M[ü]ller GmbH", "M[ue]ller GmbH"),
        ("Taunus GmbH", "Taunus GmbH & Co. KG", "Taunus GmbH", "Taunus GmbH[ & Co. KG]"),
        ("Cologne", "Köln", "Cologne", "Köln"),
        ("", "x", "", "x"),
    ],
)
def test_only_what_differs_is_marked(old, new, old_shown, new_shown):
    before, after = pieces(old, new)

    assert (_marked(before), _marked(after)) == (old_shown, new_shown)


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_pieces_of_a_value_give_it_back(old, new):
    before, after = pieces(old, new)

    assert ("".join(p.text for p in before), "".join(p.text for p in after)) == (old, new)


def test_a_value_is_escaped():
    assert old_marked("<b> x", "<b> y") == "&lt;b&gt; <mark>x</mark>"
    assert new_marked("a <i> x1", "a <i> x2") == "a &lt;i&gt; x<mark>2</mark>"
