"""Plain text: one Unicode form, single spaces, nothing invisible."""

import re
import unicodedata

from mdm.errors import Invalid, Refused

LONGEST = 20_000

_SPACES = re.compile(r"\s+")
_INVISIBLE = re.compile(
    # Controls, soft hyphen, zero-width space, direction marks, byte order mark, half surrogates.
    # The zero-width joiners stay: Persian and Indic words need them.
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


def squeeze(value: str) -> str:
    """One line: composed Unicode, single spaces, no control or invisible characters."""
    return _SPACES.sub(" ", _visible(value)).strip()


def fold(value: str) -> str:
    """A text as compared: small letters, no accents, single spaces."""
    apart = unicodedata.normalize("NFKD", value.casefold())
    return squeeze("".join(c for c in apart if not unicodedata.combining(c)))


def multiline(value: str) -> str:
    """Several lines: each squeezed, at most one empty line between two paragraphs."""
    lines = _visible(value.replace("\r\n", "\n").replace("\r", "\n"))
    trimmed = "\n".join(line.strip() for line in _BLANKS.sub(" ", lines).split("\n"))
    return _EMPTY_LINES.sub("\n\n", trimmed).strip()


def upper_code(value: str) -> str:
    """A code in capitals; spaces inside it are kept, once."""
    return squeeze(value).upper()


def within(value: str, most: int, what: str) -> str:
    """What somebody wrote, without blanks around it. Refused when it is longer; never cut."""
    said = value.strip()
    if len(said) > most:
        raise Refused(
            f"The {what} has {len(said):,} characters, and at most {most:,} are kept. Shorten it."
        )
    return said


def listing(words: list[str], most: int = 3) -> str:
    """Some words as a sentence has them: a, b and c; more than that are counted."""
    if len(words) > most:
        return f"{', '.join(words[: most - 1])} and {len(words) - most + 1} more"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _visible(value: str) -> str:
    if len(value) > LONGEST:
        raise Invalid(
            value, f"at most {LONGEST:,} characters", "Shorten the text or attach it elsewhere."
        )
    if value.isascii() and value.isprintable():
        return value
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", value))
