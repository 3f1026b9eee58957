"""How good and how fast matching is, beside a plain RapidFuzz baseline in the same run.

    ./run bench matching                  two lists of real companies, by names alone
    ./run bench matching 100000           a made-up base of that size as well

The real lists are read from `../shared/data`. Where they are absent, two lists are made up.
"""

import csv
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from benchmarks import _made_up
from matching import engine

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
List = list[tuple[str, str]]
Items = list[tuple[str, engine.Features]]
Found = list[tuple[str, str, float]]  # left, right, score
Truth = set[tuple[str, str]]


def main(sizes: Sequence[int]) -> None:
    with _timed("load"):
        left, right, truth = _lists()
    print(f"  {len(left)} and {len(right)} records, {len(truth)} pairs are the same company")
    _by_names(left, right, truth)
    for size in sizes:
        _made_up_base(size)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB")


def _by_names(left: List, right: List, truth: Truth) -> None:
    with _timed("engine: features and keys of both lists"):
        lefts = [(i, engine.features({"legal_name": name}, "supplier")) for i, name in left]
        rights = [(i, engine.features({"legal_name": name}, "supplier")) for i, name in right]
        words = engine.WordCounts.from_names(found.name for _, found in rights)
        known: dict[int, list[tuple[str, engine.Features]]] = defaultdict(list)
        for item in rights:
            for key in engine.keys(item[1]):
                known[key].append(item)
    with _timed("engine: best candidate of each row, by key"):
        best = list(_best(lefts, known, words))
    with _timed("engine: all pairs, in one batch"):
        pairs = engine.find_pairs(lefts, words, against=rights)
    _print("  best candidate", best, truth, engine.REVIEW_FROM)
    everything = [(pair.left, pair.right, pair.score.probability) for pair in pairs]
    _print("  all pairs", everything, truth, engine.REVIEW_FROM)

    for scorer in (fuzz.token_sort_ratio, fuzz.WRatio):
        _by_plain_rapidfuzz(lefts, rights, truth, scorer)


def _by_plain_rapidfuzz(
    lefts: Items, rights: Items, truth: Truth, scorer: Callable[..., float]
) -> None:
    """One scorer over everything, names without legal forms, each at its own best threshold."""
    names = [[found.name.replace("|", " ") for _, found in items] for items in (lefts, rights)]
    with _timed(f"RapidFuzz: {scorer.__name__}, legal forms stripped"):
        scores = process.cdist(*names, scorer=scorer, dtype=np.uint8, workers=-1)
    first = scores.argmax(axis=1)
    plain = [
        (i, rights[j][0], float(scores[row, j]))
        for row, ((i, _), j) in enumerate(zip(lefts, first, strict=True))
    ]
    _print("  best candidate", plain, truth)
    rows, columns = np.nonzero(scores >= 60)
    every = [
        (lefts[a][0], rights[b][0], float(scores[a, b])) for a, b in zip(rows, columns, strict=True)
    ]
    _print("  all pairs", every, truth)


def _best(
    lefts: Sequence[tuple[str, engine.Features]],
    known: dict[int, list[tuple[str, engine.Features]]],
    words: engine.WordCounts,
) -> Iterator[tuple[str, str, float]]:
    for i, found in lefts:
        near = {item[0]: item for key in engine.keys(found) for item in known.get(key, ())}
        for other, score in engine.best(found, list(near.values()), words, limit=1):
            yield i, other, score.probability


def _made_up_base(size: int) -> None:
    rows, truth = _made_up.base(size)
    print(f"made-up base: {len(rows):,} records, {len(truth):,} pairs are the same company")
    with _timed("engine: features"):
        items = [(row["rec_id"], engine.features(row, "supplier")) for row in rows]
    with _timed("engine: all pairs"):
        pairs = engine.find_pairs(items)
    with _timed("engine: clusters"):
        groups = engine.clusters(pairs, engine.REVIEW_FROM)
    found = [(min(p.left, p.right), max(p.left, p.right), p.score.probability) for p in pairs]
    _print("  all pairs", found, truth, engine.REVIEW_FROM)
    _print("  linked by itself", found, truth, engine.SAME_FROM)
    joined = [(a, b, 1.0) for group in groups for k, a in enumerate(group) for b in group[k + 1 :]]
    _print("  clusters", joined, truth, 0.0)


def _print(
    label: str,
    found: Iterable[tuple[str, str, float]],
    truth: Truth,
    threshold: float | None = None,
) -> None:
    """Precision, recall and F1 at the threshold, or at the best one there is for what is found."""
    found = list(found)
    chosen = threshold if threshold is not None else _best_threshold(found, truth)
    precision, recall, f1 = _quality([(a, b) for a, b, score in found if score >= chosen], truth)
    how = "best for it" if threshold is None else "set"
    print(
        f"{label:18} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"
        f"  threshold {chosen:g} ({how})"
    )


def _best_threshold(found: Found, truth: Truth) -> float:
    def f1(threshold: float) -> float:
        return _quality([(a, b) for a, b, score in found if score >= threshold], truth)[2]

    return max(range(60, 101), key=f1)


def _quality(found: Sequence[tuple[str, str]], truth: Truth) -> tuple[float, float, float]:
    right = sum(pair in truth for pair in found)
    precision, recall = right / max(1, len(found)), right / max(1, len(truth))
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


def _lists() -> tuple[List, List, Truth]:
    if SHARED.is_dir():
        print("two real lists, from shared/data")
        return (
            _column(SHARED / "procurement_suppliers.csv", "vendor_no", "vendor_name"),
            _column(SHARED / "erp_vendors.csv", "LIFNR", "NAME1"),
            set(_column(SHARED / "true_pairs.csv", "procurement_vendor_no", "erp_lifnr")),
        )
    print("no real lists: shared/data is absent beside the project; two made-up ones instead")
    rows, truth = _made_up.base(5_000)
    second = {b for _, b in truth}
    left = [(row["rec_id"], row["name"]) for row in rows if row["rec_id"] in second]
    right = [(row["rec_id"], row["name"]) for row in rows if row["rec_id"] not in second]
    kept = {i for i, _ in right}
    return left, right, {(b, a) for a, b in truth if a in kept}


def _column(path: Path, key: str, value: str) -> List:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row[key], row[value]) for row in csv.DictReader(file)]


@contextmanager
def _timed(what: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    print(f"{what}: {time.perf_counter() - started:.2f} s")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000])
