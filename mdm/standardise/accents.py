"""Names with and without accents: a pattern that finds Müller for muller, mueller and Müller."""

import re
import unicodedata
from functools import lru_cache

_LATIN = [chr(code) for code in range(0x00C0, 0x0180)]
_PAIRS = {"ae": "äæ", "oe": "öøœ", "ue": "ü", "ss": "ß"}
_SINGLE = {letter: pair for pair, letters in _PAIRS.items() for letter in letters}


def pattern(text: str) -> str:
    """A regular expression, whatever the case, for what holds a text; fit for databases too."""
    folded = "".join(_plain(letter) for letter in text.casefold())
    found, at = "", 0
    while at < len(folded):
        pair = folded[at : at + 2]
        if pair in _PAIRS:
            first, second = _variants(pair[0]), _variants(pair[1])
            found += f"({first}{second}|[{_both(_PAIRS[pair])}])"
            at += 2
        else:
            found += _variants(folded[at])
            at += 1
    return found


@lru_cache(maxsize=256)
def _variants(letter: str) -> str:
    if not (letter.isascii() and letter.isalpha()):
        return re.escape(letter)
    accented = [c for c in _LATIN if unicodedata.normalize("NFD", c.lower())[0] == letter]
    own = f"[{letter}{letter.upper()}{''.join(accented)}]"
    spelled = [pair for single, pair in _SINGLE.items() if pair[0] == letter and single in accented]
    return f"({'|'.join([*dict.fromkeys(spelled), own])})" if spelled else own


def _plain(letter: str) -> str:
    """A letter without its accent; one that stands for two is written as two."""
    if letter in _SINGLE and letter not in "äöü":
        return _SINGLE[letter]
    bare = unicodedata.normalize("NFD", letter)[:1]
    return bare if bare.isascii() else letter


def _both(letters: str) -> str:
    return "".join(sorted({*letters, *letters.upper()} - {"S"}))
