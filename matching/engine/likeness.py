"""How far two standardised names agree: which words found their counterpart, and which did not."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.fuzz import ratio

from matching.engine.weights import CORPORATE
from matching.engine.words import WordCounts, common

ASIDE = 0.35  # what an unmatched word in brackets counts, beside one in the name itself
_ENDINGS = frozenset(["s", "es", "e", "n", "en", "a"])  # of plurals and cases
_MOST_LEFT_OVER = 8  # words compared for likeness; a longer rest is no name


class Likeness(NamedTuple):
    """What two names share and what each has alone, in nats of rarity.

    A tuple, for millions are made: a frozen dataclass takes four times as long.
    """

    shared: float
    left_alone: float
    right_alone: float
    same_head: bool
    numbers_differ: bool
    exact: bool
    fuzzy: float = 0.0
    crossed: bool = False
    shared_words: tuple[str, ...] = ()
    left_words: tuple[str, ...] = ()
    right_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A standardised name as its words; those from `main` on were said aside."""

    words: tuple[str, ...]
    main: int
    bag: frozenset[str]


@lru_cache(maxsize=262_144)
def parsed(text: str) -> Parsed:
    """The words of a standardised name."""
    core, _, aside = text.partition("|")
    words = tuple(core.split())
    every = words + tuple(aside.split())
    return Parsed(every, len(words), frozenset(every))


class _Alignment:
    """Finds a counterpart for each word, the surest kinds first."""

    __slots__ = ("fuzzy", "left", "left_open", "pairs", "right", "right_open", "shared", "weight")

    def __init__(self, left: Parsed, right: Parsed, counts: WordCounts) -> None:
        self.left, self.right = left.words, right.words
        self.weight = counts.weight
        self.left_open = list(range(len(left.words)))
        self.right_open = list(range(len(right.words)))
        self.pairs: list[tuple[int, int]] = []
        self.shared = 0.0
        self.fuzzy = 0.0

    def take_equal(self) -> None:
        where = {self.right[j]: j for j in reversed(self.right_open)}
        for i in tuple(self.left_open):
            j = where.pop(self.left[i], None)
            if j is not None:
                self._pair((i,), (j,), self.weight(self.left[i]))

    def take_joined(self) -> None:
        """`super micro` and `supermicro`; also with an ending, `exxonmobil` and `exxon mobil`."""
        for one, many, flip in (
            (self.left_open, self.right_open, False),
            (self.right_open, self.left_open, True),
        ):
            words, parts = (self.right, self.left) if flip else (self.left, self.right)
            for i in tuple(one):
                if len(words[i]) < 4:
                    continue
                for run in _runs(many):
                    if parts[run[0]][0] != words[i][0]:
                        continue
                    whole = "".join(parts[j] for j in run)
                    if whole == words[i] or (len(whole) > 6 and ratio(whole, words[i]) >= 92):
                        weight = max(self.weight(words[i]), sum(self.weight(parts[j]) for j in run))
                        self._pair(run, (i,), weight) if flip else self._pair((i,), run, weight)
                        break

    def take_alike(self) -> None:
        """Spelling mistakes, plurals, and words cut short."""
        found = []
        for i in self.left_open:
            for j in self.right_open:
                quality = alike(self.left[i], self.right[j])
                if quality:
                    found.append((quality, i, j))
        found.sort(key=lambda item: (-item[0], item[1] + item[2], abs(item[1] - item[2])))
        for quality, i, j in found:
            if i in self.left_open and j in self.right_open:
                weight = min(self.weight(self.left[i]), self.weight(self.right[j]))
                self._pair((i,), (j,), quality * weight)
                self.fuzzy += (1 - quality) * weight

    def take_initials(self) -> None:
        """`ibm` and `international business machines`; also one with syllables, `wabtec`."""
        for short, long, flip in (
            (self.left_open, self.right_open, False),
            (self.right_open, self.left_open, True),
        ):
            words, parts = (self.right, self.left) if flip else (self.left, self.right)
            for i in tuple(short):
                run = initials_run(words[i], [(j, parts[j]) for j in long])
                if run and self._nothing_else(words, short, i) and len(run) == len(long):
                    weight = 2.4 * len(run) if len(run) == len(words[i]) else 2.2 * len(words[i])
                    self._pair(run, (i,), weight) if flip else self._pair((i,), run, weight)
                    self.fuzzy += 1.0

    @staticmethod
    def _nothing_else(words: Sequence[str], places: Sequence[int], place: int) -> bool:
        """Three letters are soon the beginnings of something; they must explain the whole rest."""
        return all(words[i] in CORPORATE for i in places if i != place)

    def _pair(self, lefts: Sequence[int], rights: Sequence[int], weight: float) -> None:
        for i in lefts:
            self.left_open.remove(i)
        for j in rights:
            self.right_open.remove(j)
        self.pairs.append((lefts[0], rights[0]))
        self.shared += weight


def likeness(left: str, right: str, counts: WordCounts) -> Likeness:
    """What two standardised names have in common; the same in both directions."""
    if left > right:
        return _swapped(_likeness(right, left, counts))
    return _likeness(left, right, counts)


def alike(left: str, right: str) -> float:
    """How surely two different words are meant to be the same, 0 to 1."""
    short, long = (left, right) if len(left) <= len(right) else (right, left)
    if len(short) < 3 or left.isdigit() or right.isdigit():
        return 0.0
    begins = long.startswith(short)
    if begins and long[len(short) :] in _ENDINGS:
        return 0.9
    quality = 0.55 if begins and len(short) >= 4 else _by_spelling(left, right, len(long))
    if quality and common(left) and common(right):
        return 0.0  # both are words of the trade: `electric` is no misspelt `electronics`
    return quality


def _by_spelling(left: str, right: str, longest: int) -> float:
    """A word may have one typing error, a long one two; or sound much alike."""
    if longest >= 4:
        limit = 1 if longest < 9 else 2
        distance = OSA.distance(left, right, score_cutoff=limit)
        if distance <= limit:
            return (0.85 if left[0] == right[0] else 0.7) - 0.9 * distance / longest
    if longest >= 6 and ratio(left, right, score_cutoff=85):
        return 0.6
    near = longest >= 5 and JaroWinkler.similarity(left, right, score_cutoff=0.88)
    return 0.45 if near else 0.0


def initials_run(word: str, parts: Sequence[tuple[int, str]]) -> tuple[int, ...]:
    """The neighbours whose beginnings make up the word, in order; none if there are none."""
    if not 2 <= len(word) <= 8 or len(parts) < 2 or not word.isalpha():
        return ()
    if all(part[0] != word[0] for _, part in parts):
        return ()
    for start in range(len(parts) - 1):
        run = parts[start : start + len(word)]
        if (
            len(word) <= 5
            and len(run) == len(word)
            and all(part[0] == letter for (_, part), letter in zip(run, word, strict=True))
        ):
            return tuple(j for j, _ in run)
    if (
        len(word) >= 5
        and parts[0][1][0] == word[0]
        and _from_syllables(word, [part for _, part in parts])
    ):
        return tuple(j for j, _ in parts)
    return ()


def _from_syllables(word: str, parts: Sequence[str]) -> bool:
    """Whether the word is put together from beginnings of all the parts, in order."""
    if not parts:
        return not word
    longest = next(
        (
            n
            for n in range(min(len(word), len(parts[0]), 4), 0, -1)
            if parts[0].startswith(word[:n])
        ),
        0,
    )
    return any(_from_syllables(word[n:], parts[1:]) for n in range(longest, 0, -1))


def _runs(open_places: Sequence[int]) -> list[tuple[int, ...]]:
    """Two or three neighbours that are all still open."""
    return [
        tuple(open_places[k : k + size])
        for size in (2, 3)
        for k in range(len(open_places) - size + 1)
        if open_places[k + size - 1] - open_places[k] == size - 1
    ]


def _likeness(left: str, right: str, counts: WordCounts) -> Likeness:
    a, b = parsed(left), parsed(right)
    if a.bag == b.bag:
        shared = sum(map(counts.weight, a.bag))
        return Likeness(
            shared, 0.0, 0.0, a.words[:1] == b.words[:1], False, True, shared_words=a.words
        )
    work = _Alignment(a, b, counts)
    work.take_equal()
    if (
        work.left_open
        and work.right_open
        and len(work.left_open) + len(work.right_open) <= 2 * _MOST_LEFT_OVER
    ):
        work.take_joined()
        work.take_alike()
        work.take_initials()
    lefts = tuple(a.words[i] for i in work.left_open)
    rights = tuple(b.words[j] for j in work.right_open)
    return Likeness(
        work.shared,
        _alone(work.left_open, a, counts),
        _alone(work.right_open, b, counts),
        (0, 0) in work.pairs,
        _numbers_differ(lefts, rights),
        False,
        work.fuzzy,
        _crossed(work.pairs),
        tuple(a.words[i] for i, _ in work.pairs),
        lefts,
        rights,
    )


def _alone(places: Sequence[int], name: Parsed, counts: WordCounts) -> float:
    return sum(counts.weight(name.words[i]) * (1.0 if i < name.main else ASIDE) for i in places)


def _numbers_differ(lefts: Sequence[str], rights: Sequence[str]) -> bool:
    return any(w.isdigit() for w in lefts) and any(w.isdigit() for w in rights)


def _crossed(pairs: Sequence[tuple[int, int]]) -> bool:
    """Whether the shared words stand in another order."""
    places = [j for _, j in sorted(pairs)]
    return any(a > b for a, b in pairwise(places))


def _swapped(found: Likeness) -> Likeness:
    return found._replace(
        left_alone=found.right_alone,
        right_alone=found.left_alone,
        left_words=found.right_words,
        right_words=found.left_words,
    )
