"""The first stage: which pairs of names could be the same at all, for millions at once."""

from collections.abc import Sequence
from math import log

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from matching.engine.likeness import parsed
from matching.engine.weights import NAME
from matching.engine.words import WordCounts

_WIDTH = 8  # words of a name that are looked at
HOPELESS = -3.0  # log-odds of the names below which places alone make no review
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

    def could_agree(
        self, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
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
        could: npt.NDArray[np.bool_] = at_best >= HOPELESS
        rest = np.flatnonzero(~could)
        could[rest] = self._spelled_alike(left[rest], right[rest])
        return could

    def _spelled_alike(
        self, left: npt.NDArray[np.int64], right: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.bool_]:
        """Whether what each name has alone is spelled like what the other one has alone."""
        lefts, rights = [], []
        for i, j in zip(left.tolist(), right.tolist(), strict=True):
            a, b = parsed(self.names[i]), parsed(self.names[j])
            lefts.append("".join([word for word in a.words if word not in b.bag]))
            rights.append("".join([word for word in b.words if word not in a.bag]))
        alike = np.zeros(len(lefts), dtype=np.bool_)
        for scorer, least in ((fuzz.ratio, SPELLING), (fuzz.partial_ratio, PARTLY)):
            alike |= process.cpdist(
                lefts, rights, scorer=scorer, score_cutoff=least, dtype=np.uint8, workers=-1
            ).astype(np.bool_)
        return alike
