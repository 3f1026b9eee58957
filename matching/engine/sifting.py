"""The first stage: which pairs of names could be the same at all, for millions at once."""

from collections.abc import Callable, Sequence
from math import log

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from matching.engine.likeness import parsed
from matching.engine.weights import NAME
from matching.engine.words import WordCounts

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_WIDTH = 8  # words of a name that are looked at
HOPELESS = -3.0  # log-odds of the names below which places alone make no review
WHOLE = 58  # of 100: names less alike than this do not differ by spelling alone
SPELLING = 68  # of 100: what names have apart is so alike that spelling may be all
PARTLY = 85  # of 100: the one may be part of the other, spelling aside


class NameTable:
    """The names of many records as numbers: which words, and what each weighs."""

    def __init__(self, names: Sequence[str], counts: WordCounts) -> None:
        self.names = names
        self.log_size = log(counts.size)
        self.words = np.full((len(names), _WIDTH), -1, dtype=np.int32)
        self.weights = np.zeros((len(names), _WIDTH), dtype=np.float32)
        known: dict[str, int] = {}
        weight: dict[str, float] = {}
        for row, name in enumerate(names):
            for column, word in enumerate(parsed(name).words[:_WIDTH]):
                self.words[row, column] = known.setdefault(word, len(known))
                if word not in weight:
                    weight[word] = counts.weight(word)
                self.weights[row, column] = weight[word]

    def could_agree(self, left: Places, right: Places) -> Flags:
        """Whether the names of each pair share rare words, or are spelled alike."""
        a, b = self.words[left], self.words[right]
        equal = (a[:, :, None] == b[:, None, :]) & (a >= 0)[:, :, None]
        in_both, of_both = equal.any(axis=2), equal.any(axis=1)
        shared = (self.weights[left] * in_both).sum(axis=1)
        alone_left = (self.weights[left] * ~in_both).sum(axis=1)
        alone_right = (self.weights[right] * ~of_both).sum(axis=1)
        low = np.minimum(alone_left, alone_right)
        at_best = NAME.base + NAME.same_head
        at_best += NAME.per_missing_rarity * np.minimum(0.0, shared - self.log_size)
        at_best -= np.where(low > 0, NAME.conflict + NAME.per_conflict * low, 0.0)
        at_best -= NAME.per_extra * (np.maximum(alone_left, alone_right) - low)
        could: Flags = at_best >= HOPELESS
        rest = np.flatnonzero(~could)
        could[rest] = self._spelled_alike(left[rest], right[rest])
        return could

    def _spelled_alike(self, left: Places, right: Places) -> Flags:
        """Whether what each name has alone is spelled like what the other one has alone."""
        names = [self.names[i] for i in left.tolist()], [self.names[j] for j in right.tolist()]
        alike = _at_least(WHOLE, fuzz.ratio, *names)
        near = np.flatnonzero(alike)
        lefts, rights = [], []
        for i, j in zip(left[near].tolist(), right[near].tolist(), strict=True):
            a, b = parsed(self.names[i]), parsed(self.names[j])
            lefts.append("".join([word for word in a.words if word not in b.bag]))
            rights.append("".join([word for word in b.words if word not in a.bag]))
        alike[near] = _at_least(SPELLING, fuzz.ratio, lefts, rights)
        alike[near] |= _at_least(PARTLY, fuzz.partial_ratio, lefts, rights)
        return alike


def _at_least(
    least: int, scorer: Callable[..., float], lefts: Sequence[str], rights: Sequence[str]
) -> Flags:
    scores = process.cpdist(
        lefts, rights, scorer=scorer, score_cutoff=least, dtype=np.uint8, workers=-1
    )
    return scores.astype(np.bool_)
