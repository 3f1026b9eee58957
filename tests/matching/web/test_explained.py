"""The evidence of a pair in words."""

import pytest

from matching.web.explained import explained
from mdm.domains.spec import MatchRules


@pytest.mark.parametrize(
    ("level", "weight", "speaks"),
    [("same", 2.0, "for"), ("part", 0.9, "neither"), ("part", -0.9, "against")],
)
def test_another_house_number_in_the_same_street_speaks_for_nothing(
    level: str, weight: float, speaks: str
) -> None:
    sentence = "They are in the same street, at different numbers."
    said = {"attribute": "address", "level": level, "weight": weight, "left": "1", "right": "2"}

    found = explained(MatchRules("supplier"), -1.0, [said | {"sentence": sentence}], 0.9896)

    assert [reason.speaks for reason in found.reasons] == [speaks]
    assert "a probability of 0.9896: to be reviewed" in found.sentence
