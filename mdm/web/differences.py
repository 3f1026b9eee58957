"""Which letters differ between two values, so that a page can mark them.

Pure. Values are compared word by word; in a word that was replaced by one word, only the stretch
between the common beginning and the common end is marked. When hardly a word is shared, nothing is
marked, because marking everything says nothing.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

_WORDS = re.compile(r"\s+|[^\w\s]|\w+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a value, marked when the other value lacks it."""

    text: str
    marked: bool = False


Pieces = tuple[Piece, ...]


@lru_cache(maxsize=4096)
def pieces(old: str, new: str) -> tuple[Pieces, Pieces]:
    """Both values in pieces; joined, the pieces of each give the value back."""
    left, right = _WORDS.findall(old), _WORDS.findall(new)
    before: list[Piece] = []
    after: list[Piece] = []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            before.append(Piece("".join(left[a1:a2])))
            after.append(Piece("".join(right[b1:b2])))
        elif a2 - a1 == b2 - b1:
            for a, b in zip(left[a1:a2], right[b1:b2], strict=True):
                one, other = _words(a, b)
                before += one
                after += other
        else:
            before.append(Piece("".join(left[a1:a2]), True))
            after.append(Piece("".join(right[b1:b2]), True))
    if all(p.marked or not p.text.strip() for p in before + after):
        return _whole(old), _whole(new)
    return _filled(before), _filled(after)


def _words(old: str, new: str) -> tuple[Pieces, Pieces]:
    """Two words, marked between what they share at the start and at the end."""
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    return _split(old, head, tail), _split(new, head, tail)


def _shared(one: str, other: str) -> int:
    """How many letters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _split(word: str, head: int, tail: int) -> Pieces:
    end = len(word) - tail
    return Piece(word[:head]), Piece(word[head:end], True), Piece(word[end:])


def _filled(parts: list[Piece]) -> Pieces:
    return tuple(p for p in parts if p.text)


def _whole(value: str) -> Pieces:
    return (Piece(value),) if value else ()
