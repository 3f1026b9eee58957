"""Numbers and flags as text: one spelling for one value."""

import re
from decimal import Decimal

from mdm.errors import Invalid
from mdm.standardise import text

_PLAIN = re.compile(r"[+-]?(\d+|\d*\.\d+)", re.ASCII)
_COMMA = re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}([ ']\d{3})+([.,]\d+)?", re.ASCII)
_ENGLISH = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+|[+-]?\d{1,3}(,\d{3}){2,}", re.ASCII)
_GERMAN = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d+|[+-]?\d{1,3}(\.\d{3}){2,}", re.ASCII)

_YES = frozenset(["true", "yes", "y", "x", "1", "on", "ja", "oui", "si", "sí", "sim", "tak"])
_NO = frozenset(["false", "no", "n", "0", "off", "nein", "non", "não", "nie", "-"])


def decimal(value: str) -> str:
    """A decimal number without needless zeros; one that could mean two amounts is refused."""
    found = text.squeeze(value).replace("−", "-").replace("’", "'")
    if not found:
        return ""
    return _without_needless_zeros(Decimal(_point_only(found, value)))


def whole(value: str) -> str:
    """A whole number."""
    number = decimal(value)
    if "." in number:
        raise Invalid(value, "a whole number", "Leave out the fraction.")
    return number


def flag(value: str) -> str:
    """The word true or false; what says neither is refused."""
    found = text.squeeze(value).lower()
    if not found:
        return ""
    if found in _YES:
        return "true"
    if found in _NO:
        return "false"
    raise Invalid(value, "true or false", "Yes, no, 1, 0 and X are understood as well.")


def _point_only(found: str, value: str) -> str:
    if len(found) > 40:
        raise Invalid(value, "a number of at most 40 digits", "Check the column.")
    if _PLAIN.fullmatch(found):
        return found
    if _COMMA.fullmatch(found):
        return found.replace(",", ".")
    if _GROUPED.fullmatch(found):
        return found.replace(" ", "").replace("'", "").replace(",", ".")
    if _ENGLISH.fullmatch(found):
        return found.replace(",", "")
    if _GERMAN.fullmatch(found):
        return found.replace(".", "").replace(",", ".")
    raise Invalid(value, "a number such as 1234.5", "Use a point, and no thousands separator.")


def _without_needless_zeros(number: Decimal) -> str:
    written = format(number, "f")
    if "." in written:
        written = written.rstrip("0").rstrip(".")
    return "0" if written in {"-0", ""} else written
