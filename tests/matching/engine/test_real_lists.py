"""Two lists of real companies, by names alone; they lie beside the project, not in it."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from matching import engine

LISTS = Path(__file__).resolve().parents[4] / "shared" / "data"

pytestmark = pytest.mark.skipif(not LISTS.is_dir(), reason="shared/data is not beside the project")


def column(name, key, value):
    with (LISTS / name).open(encoding="utf-8", newline="") as file:
        return [(row[key], row[value]) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def lists():
    left = column("procurement_suppliers.csv", "vendor_no", "vendor_name")
    right = column("erp_vendors.csv", "LIFNR", "NAME1")
    truth = set(column("true_pairs.csv", "procurement_vendor_no", "erp_lifnr"))
    suppliers = [
        [(key, engine.features({"legal_name": name}, "supplier")) for key, name in side]
        for side in (left, right)
    ]
    return *suppliers, truth, engine.WordCounts.from_names(found.name for _, found in suppliers[1])


def quality(found, truth):
    right = len(found & truth)
    precision, recall = right / len(found), right / len(truth)
    return precision, recall, 2 * precision * recall / (precision + recall)


def test_the_best_candidate_of_a_row_is_the_right_one(lists):
    left, right, truth, words = lists
    known = defaultdict(dict)
    for key_of_record, found in right:
        for key in engine.keys(found):
            known[key][key_of_record] = found
    best = set()
    for row, found in left:
        near = {k: v for key in engine.keys(found) for k, v in known[key].items()}
        for candidate, score in engine.best(found, list(near.items()), words, limit=1):
            if score.probability >= engine.REVIEW_FROM:
                best.add((row, candidate))

    assert quality(best, truth)[2] >= 0.98


def test_at_the_review_threshold_nearly_all_pairs_are_found_and_few_others(lists):
    left, right, truth, words = lists
    pairs = {(pair.left, pair.right) for pair in engine.find_pairs(left, words, against=right)}

    precision, recall, f1 = quality(pairs, truth)

    assert precision >= 0.93
    assert recall >= 0.97
    assert f1 >= 0.96
