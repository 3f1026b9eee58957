import pytest

from benchmarks import _made_up
from matching import engine
from matching.engine import REVIEW_FROM, SAME_FROM


def supplier(**values):
    return engine.features(values, "supplier")


@pytest.fixture(scope="module")
def base():
    rows, truth = _made_up.base(1_500, seed=11)
    return [(row["rec_id"], engine.features(row, "supplier")) for row in rows], truth


def quality(pairs, truth):
    found = {(min(p.left, p.right), max(p.left, p.right)) for p in pairs}
    right = len(found & truth)
    return right / len(found), right / len(truth)


def test_most_duplicates_of_a_base_are_found_and_few_others(base):
    items, truth = base

    precision, recall = quality(engine.find_pairs(items), truth)

    assert precision >= 0.85
    assert recall >= 0.95


def test_what_links_by_itself_is_right(base):
    items, truth = base

    precision, recall = quality(engine.find_pairs(items, review_from=SAME_FROM), truth)

    assert precision >= 0.99
    assert recall >= 0.8


def test_a_pair_has_the_same_score_in_a_batch_in_a_look_up_and_alone(base):
    items, _ = base
    words = engine.WordCounts.from_names(found.name for _, found in items)
    known = dict(items)
    pairs = engine.find_pairs(items, words)[:40]

    for pair in pairs:
        left, right = known[pair.left], known[pair.right]
        assert engine.compare(left, right, words) == pair.score
        assert engine.best(left, [(pair.right, right)], words) == [(pair.right, pair.score)]


def test_each_pair_is_found_once_likeliest_first(base):
    pairs = engine.find_pairs(base[0])

    assert len({frozenset((pair.left, pair.right)) for pair in pairs}) == len(pairs)
    assert [p.score.log_odds for p in pairs] == sorted(
        (p.score.log_odds for p in pairs), reverse=True
    )
    assert min(pair.score.probability for pair in pairs) >= REVIEW_FROM


def test_the_order_of_the_records_changes_nothing(base):
    items = base[0][:400]

    forth = {frozenset((p.left, p.right)): p.score.log_odds for p in engine.find_pairs(items)}
    back = {frozenset((p.left, p.right)): p.score.log_odds for p in engine.find_pairs(items[::-1])}

    assert forth == back


def test_pairs_against_another_list_are_only_across():
    mine = [("a", supplier(name="Nordwind")), ("b", supplier(name="Nordwind GmbH"))]
    theirs = [("x", supplier(name="Nordwind Logistik")), ("y", supplier(name="Contoso"))]

    pairs = engine.find_pairs(mine, against=theirs)

    assert {(pair.left, pair.right) for pair in pairs} == {("a", "x"), ("b", "x")}


def test_the_best_candidate_comes_first_and_no_more_than_asked_for():
    candidates = [
        (1, supplier(name="Nordwind Foods Bank Trust")),
        (2, supplier(name="Nordwind Logistik GmbH")),
        (3, supplier(name="Contoso")),
    ]

    found = engine.best(supplier(name="Nordwind Logistik"), candidates, limit=2)

    assert [rec_id for rec_id, _ in found] == [2, 1]


def test_among_very_many_candidates_the_one_with_the_same_number_is_found():
    others = [(i, supplier(name=f"Company {i}")) for i in range(2_000)]
    same = (-1, supplier(name="Renamed", tax_id="DE136695976"))

    found = engine.best(supplier(name="Nordwind", tax_id="DE136695976"), [*others, same], limit=1)

    assert found[0][0] == -1


@pytest.mark.parametrize("items", [[], [("a", supplier())], [("a", supplier()), ("b", supplier())]])
def test_nothing_to_compare_is_no_pair(items):
    assert engine.find_pairs(items) == []
    assert engine.best(supplier(), []) == []
