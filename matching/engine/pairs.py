"""Whole lists at once: the best candidates of one record, and all likely pairs of a base.

Both end in `scoring.weigh`, as one comparison does, so a pair has the same score everywhere.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import numpy as np
from rapidfuzz import fuzz, process

from matching.engine.candidates import neighbours
from matching.engine.evidence import Pair, Score, probability
from matching.engine.records import Features
from matching.engine.scoring import explained, weigh
from matching.engine.sifting import NameTable
from matching.engine.words import NO_COUNTS, WordCounts

Id = TypeVar("Id")

MANY = 300  # candidates of one record from which names are sifted first
SIFT = 55  # names less alike than this (of 100) are not compared unless something else agrees
CHUNK = 200_000


def best(
    found: Features,
    candidates: Sequence[tuple[Id, Features]],
    words: WordCounts | None = None,
    limit: int = 10,
) -> list[tuple[Id, Score]]:
    """The likeliest candidates, likeliest first, each with its score; equal ones in given order."""
    counts = words or NO_COUNTS
    kept = _sifted(found, candidates)
    weighed = [weigh(found, candidate, counts) for _, candidate in kept]
    order = sorted(range(len(kept)), key=lambda i: -weighed[i].log_odds)[:limit]
    return [(kept[i][0], explained(weighed[i])) for i in order]


def find_pairs(
    items: Sequence[tuple[str, Features]],
    words: WordCounts | None = None,
    review_from: float = 0.2,
    against: Sequence[tuple[str, Features]] = (),
) -> list[Pair]:
    """All pairs likely enough for a review, likeliest first; with `against`, across the two."""
    every = [*items, *against]
    if words is None:
        words = WordCounts.from_names(item.name for _, item in (against or items))
    with _collector_paused():
        likely = list(_likely(every, len(against), words, review_from))
    likely.sort(key=lambda pair: (-pair.score.log_odds, pair.left, pair.right))
    return likely


def _likely(
    every: Sequence[tuple[str, Features]], others: int, words: WordCounts, review_from: float
) -> Iterator[Pair]:
    records = [item for _, item in every]
    border = len(records) - others
    pairs, telling = neighbours(records[:border], records[border:])
    table = NameTable([item.name for item in records], words)
    for start in range(0, len(pairs), CHUNK):
        part = pairs[start : start + CHUNK]
        could = telling[start : start + CHUNK].copy()
        unsure = np.flatnonzero(~could)
        could[unsure] = table.could_agree(part[unsure, 0], part[unsure, 1])
        for a, b in part[could].tolist():
            weighed = weigh(records[a], records[b], words)
            if probability(weighed.log_odds) >= review_from:
                yield Pair(every[a][0], every[b][0], explained(weighed))


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No search for garbage meanwhile: nothing made here is circular, and it is half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _sifted(
    found: Features, candidates: Sequence[tuple[Id, Features]]
) -> Sequence[tuple[Id, Features]]:
    """Of many candidates those whose name, or anything else, is worth a comparison."""
    if len(candidates) <= MANY or not found.name:
        return candidates
    names = [candidate.name for _, candidate in candidates]
    alike = process.cdist([found.name], names, scorer=fuzz.token_set_ratio, score_cutoff=SIFT)[0]
    return [
        item
        for item, score in zip(candidates, alike, strict=True)
        if score or _something_agrees(found, item[1])
    ]


def _something_agrees(left: Features, right: Features) -> bool:
    return any(
        set(a) & set(b)
        for a, b in (
            (left.tax_ids, right.tax_ids),
            (left.phones, right.phones),
            (left.domains, right.domains),
            (left.ibans, right.ibans),
            (left.addresses, right.addresses),
            (filter(None, (left.duns, left.lei, left.code)), (right.duns, right.lei, right.code)),
        )
    )
