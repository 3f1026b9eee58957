import pytest

from matching import engine


def pair(left, right, log_odds):
    return engine.Pair(left, right, engine.Score(log_odds, -9.0, ()))


CHAIN = [pair("a", "b", 6), pair("b", "c", 1.0), pair("c", "d", 6)]


def test_pairs_above_the_threshold_become_groups():
    pairs = [
        pair("a", "b", 6),
        pair("b", "c", 5),
        pair("a", "c", 5),
        pair("x", "y", 6),
        pair("y", "z", -3),
    ]

    assert engine.clusters(pairs, 0.5) == [("a", "b", "c"), ("x", "y")]


def test_one_likely_pair_does_not_chain_two_groups():
    assert engine.clusters(CHAIN, 0.7) == [("a", "b"), ("c", "d")]


def test_groups_that_agree_all_over_are_joined():
    cross = [pair("a", "c", 1), pair("a", "d", 1), pair("b", "d", 1)]

    assert engine.clusters(CHAIN + cross, 0.7) == [("a", "b", "c", "d")]


def test_a_verdict_of_different_is_a_wall_that_no_chain_crosses():
    pairs = [pair("a", "b", 6), pair("b", "c", 6), pair("a", "c", 6)]

    assert engine.clusters(pairs, 0.5, different=[("a", "c")]) == [("a", "b")]
    assert engine.clusters(pairs, 0.5, different=[("c", "a"), ("b", "c")]) == [("a", "b")]


def test_a_verdict_of_same_joins_what_no_score_would():
    assert engine.clusters([pair("a", "b", 6)], 0.9, same=[("b", "z")]) == [("a", "b", "z")] or (
        engine.clusters([], 0.9, same=[("b", "z")]) == [("b", "z")]
    )


def test_a_wall_holds_between_groups_that_grew():
    pairs = [
        pair(a, b, 6)
        for a, b in (("a", "b"), ("c", "d"), ("b", "c"), ("a", "c"), ("a", "d"), ("b", "d"))
    ]

    assert engine.clusters(pairs, 0.5, different=[("a", "d")]) in (
        [("a", "b", "c")],
        [("a", "b"), ("c", "d")],
    )


@pytest.mark.parametrize("pairs", [[], [pair("a", "b", -9)]])
def test_without_likely_pairs_there_is_no_group(pairs):
    assert engine.clusters(pairs, 0.5) == []
