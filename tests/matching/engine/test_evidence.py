"""Log-odds and probability lead to each other, over the damped part too."""

import pytest

from matching.engine.evidence import log_odds, probability


@pytest.mark.parametrize("wanted", [0.001, 0.2, 0.5, 0.88, 0.9, 0.99, 0.9999])
def test_a_limit_is_drawn_where_the_score_reaches_it(wanted: float) -> None:
    assert probability(log_odds(wanted)) == pytest.approx(wanted)
