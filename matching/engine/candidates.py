"""Which pairs of a whole base are worth comparing: neighbours under a shared key.

Under each key records stand in the order of their names, and each is paired with its next
neighbours only. So no key, however many share it, can make the work explode.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matching.engine import keying
from matching.engine.records import Features

Pairs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Neighbours looked at, by the sort of key; in a block up to `SMALL` everybody meets everybody.
WINDOWS = {"t": 10, "u": 10, "l": 10, "b": 6, "p": 8, "d": 10, "a": 10, "n": 10, "v": 10, "w": 8}
OTHER_WINDOW = 4
SMALL = 24
TELLING = frozenset([*"tulbpdan", "cost_center", "project", "tax_code", "exact"])


def neighbours(items: Sequence[Features], others: Sequence[Features] = ()) -> tuple[Pairs, Flags]:
    """Pairs of positions, each once, smaller first; and whether more than part of a name agrees.

    With `others`, only pairs of one and the other: positions of `others` follow those of `items`.
    """
    every = [*items, *others]
    sorts, key, owner, initials = _entries(every)
    place = np.empty(len(every), dtype=np.int64)
    place[sorted(range(len(every)), key=lambda i: every[i].name)] = np.arange(len(every))
    order = np.lexsort((place[owner], key))
    key, owner, initials = key[order], owner[order], initials[order]
    windows = np.array([WINDOWS.get(sort, OTHER_WINDOW) for sort in sorts], dtype=np.int64)
    telling = np.array([sort in TELLING for sort in sorts], dtype=np.bool_)
    reach = np.where(np.bincount(key) <= SMALL, SMALL, windows)[key]
    border = len(items) if others else 0
    numbers = _within_reach(key, owner, reach, (telling[key], initials), border, len(every))
    return _each_once(numbers, max(1, len(every)))


def _entries(every: Sequence[Features]) -> tuple[list[str], Pairs, Pairs, Flags]:
    """The sort of each key; and per record and key: the key, the record, whether by initials."""
    known: dict[str, int] = {}
    key: list[int] = []
    owner: list[int] = []
    initials: list[bool] = []
    for position, found in enumerate(every):
        texts = keying.texts(found)[: keying.MOST]
        short = keying.short_name(found.name)
        key += [known.setdefault(text, len(known)) for text in texts]
        owner += [position] * len(texts)
        initials += [text == short for text in texts] if short else [False] * len(texts)
    return (
        [text.partition("/")[0] for text in known],
        np.array(key, dtype=np.int64),
        np.array(owner, dtype=np.int64),
        np.array(initials, dtype=np.bool_),
    )


def _within_reach(
    key: Pairs, owner: Pairs, reach: Pairs, worth: tuple[Flags, Flags], border: int, total: int
) -> Pairs:
    """Pairs under one key and within its reach, as one number each; odd when telling.

    A short name tells something beside one whose initials it may be, not beside its like.
    """
    telling, initials = worth
    found = [np.empty(0, np.int64)]
    for step in range(1, min(SMALL, len(key) - 1) + 1):
        same = np.flatnonzero((key[step:] == key[:-step]) & (reach[:-step] >= step))
        a, b = owner[same], owner[same + step]
        low, high = np.minimum(a, b), np.maximum(a, b)
        kept = (low < border) & (high >= border) if border else low != high
        worthy = telling[same] | (initials[same] ^ initials[same + step])
        found.append(((low * total + high) * 2 + worthy)[kept])
    return np.concatenate(found)


def _each_once(found: Pairs, total: int) -> tuple[Pairs, Flags]:
    numbers = np.unique(found)
    pairs, telling = numbers >> 1, (numbers & 1).astype(np.bool_)
    last = np.append(pairs[1:] != pairs[:-1], True) if len(pairs) else np.empty(0, np.bool_)
    pairs, telling = pairs[last], telling[last]
    return np.stack([pairs // total, pairs % total], axis=1), telling
