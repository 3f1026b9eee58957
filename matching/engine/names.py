"""Names of companies, standardised: one spelling for what sounds and means the same.

"The Müller Handels-Gesellschaft mbH (Österreich)" -> "muller trading gesellschaft|austria", gmbh
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from matching.engine import legal_forms, words

LONGEST = 300
_MOST_WORDS = 24
_LONGEST_WORD = 40

_OTHER_FORM = re.compile(
    # Cyrillic and Greek forms are words of their own; the others stand within the text.
    "|".join(
        rf"\b{form}\b" if form.isalpha() and "\u0370" <= form[0] <= "\u052f" else re.escape(form)
        for form in legal_forms.IN_OTHER_SCRIPTS
    )
)
_ASIDE = re.compile(r"\(([^()]*)\)?|\[([^\[\]]*)\]?")
_DASH = re.compile(r"\s[-–—]+\s")
_DOTTED = re.compile(r"\b((?:[a-z]\.\s?){2,})([a-z]\b)?")
_SMALL_AND = re.compile(r"\b([a-z]{1,2})\s?[&+]\s?([a-z]{1,2})\b(?!\.)")
_SLASHED = re.compile(r"\b([a-z])/([a-z])\b")
_APOSTROPHE = re.compile(r"(?<=\w)['’`´](?=\w)")
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_UMLAUT = re.compile(
    r"(?<=[b-df-hj-np-tv-z])(?:ae|oe|ue)(?=[b-df-hj-np-tv-z])|^(?:ae|oe|ue)(?=[b-df-hj-np-tv-z]..)"
)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_VOWELS = re.compile(r"[aeiouy]+")


@dataclass(frozen=True, slots=True)
class Name:
    """A standardised name: its words in order, those said aside, and its legal form apart."""

    text: str
    form: str = ""


def standardise(raw: str) -> Name:
    """The name's words in one spelling, "|" before those in brackets; its legal form apart."""
    text = unicodedata.normalize("NFKC", raw[:LONGEST]).replace("|", " ")
    text, form = _without_foreign_form(text)
    main, aside = _apart(ascii_text(text))
    core: list[str] = []
    for part in _DASH.split(main):
        words_of_part, ending = legal_forms.split_off(tokens(part))
        core += words_of_part
        form = form or ending
    kept = _spelled(core) or core
    extra = [word for word in _spelled(tokens(aside)) if word not in kept]
    if not kept:
        kept, extra = extra, []
    return Name(" ".join(kept) + ("|" + " ".join(extra) if extra else ""), form)


def ascii_text(text: str) -> str:
    """Small ASCII letters: accents dropped, other scripts transliterated."""
    text = text.casefold()
    return text if text.isascii() else anyascii(text).lower()[:LONGEST]


def tokens(text: str) -> list[str]:
    """The words of an ASCII text, initials joined: `a. o. smith` is `ao smith`, `at&t` is `att`."""
    text = _APOSTROPHE.sub("", text)
    text = _DOTTED.sub(lambda m: f"{_NOT_A_WORD.sub('', m[0])} ", text)
    text = _SLASHED.sub(r"\1\2", _SMALL_AND.sub(r"\1\2", text))
    found = [word[:_LONGEST_WORD] for word in _NOT_A_WORD.split(text)[: 3 * _MOST_WORDS] if word]
    return _initials_joined(found)[:_MOST_WORDS]


@lru_cache(maxsize=65_536)
def skeleton(word: str) -> str:
    """The word's first letter and consonants, none doubled: what a spelling seldom loses."""
    if word.isdigit() or len(word) < 3:
        return word
    sounds = word.replace("ph", "f").replace("ck", "k").replace("c", "k").replace("z", "s")
    rest = _VOWELS.sub("", sounds[1:])
    single = [a for a, b in zip(rest, sounds[0] + rest, strict=False) if a != b]
    return sounds[0] + "".join(single)


@lru_cache(maxsize=65_536)
def folded(word: str) -> str:
    """The word in its usual spelling, umlauts written short, Roman numerals in digits."""
    usual = words.usual_spelling(word)
    if usual == word and ("ae" in word or "oe" in word or "ue" in word):
        usual = words.usual_spelling(_UMLAUT.sub(lambda m: m[0][0], word))
    return _ROMAN.get(usual, usual)


def _without_foreign_form(text: str) -> tuple[str, str]:
    if text.isascii():
        return text, ""
    match = _OTHER_FORM.search(text)
    if not match:
        return text, ""
    return _OTHER_FORM.sub(" ", text), legal_forms.IN_OTHER_SCRIPTS[match[0]]


def _apart(text: str) -> tuple[str, str]:
    """The name, and what stands in brackets."""
    if "(" not in text and "[" not in text:
        return text, ""
    return _ASIDE.sub(" ", text), " ".join(a or b for a, b in _ASIDE.findall(text))


def _spelled(found: list[str]) -> list[str]:
    return [folded(word) for word in found if word not in words.STOP_WORDS]


def _initials_joined(found: list[str]) -> list[str]:
    joined: list[str] = []
    run = ""
    for word in found:
        if len(word) == 1 and word.isalpha():
            run += word
            continue
        if run:
            joined.append(run)
            run = ""
        joined.append(word)
    return [*joined, run] if run else joined
