"""Codes and identifiers that are not tax ids: capitals, no spaces, right check digits."""

import re
import unicodedata

from stdnum import lei as stdnum_lei
from stdnum.exceptions import ValidationError

from mdm.errors import Invalid
from mdm.standardise import text

_JOINTS = re.compile(r"[\s\-./]")


def compact(value: str) -> str:
    """A code without spaces, in capitals, full-width letters and digits made plain."""
    return unicodedata.normalize("NFKC", text.squeeze(value)).replace(" ", "").upper()


def letters_and_digits(value: str) -> str:
    """An identifier without spaces, hyphens, dots and slashes, in capitals."""
    return _JOINTS.sub("", compact(value))


def lei(value: str) -> str:
    """A Legal Entity Identifier: 20 letters and digits, the last two a checksum."""
    number = letters_and_digits(value)
    if not number:
        return ""
    try:
        stdnum_lei.validate(number)
    except ValidationError as error:
        raise Invalid(
            value,
            "a Legal Entity Identifier of 20 letters and digits with a right checksum",
            "Look it up at search.gleif.org.",
        ) from error
    return number


def duns(value: str) -> str:
    """A D-U-N-S number: nine digits. It has had no check digit since 2006."""
    number = letters_and_digits(value)
    if number and not re.fullmatch(r"[0-9]{9}", number):
        raise Invalid(value, "a D-U-N-S number of nine digits", "Leading zeros count.")
    return number
