"""Bank accounts: IBAN, BIC, account and routing numbers."""

import re

from stdnum import bic as stdnum_bic
from stdnum import iban as stdnum_iban
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.us import rtn

from mdm.errors import Invalid
from mdm.standardise import codes

SHORTEST_IBAN, LONGEST_IBAN = 15, 34
_IBAN_START = re.compile(r"(?=[A-Z]{2}\d{2}[A-Z0-9])")
_LENGTHS = {"sort_code": 6, "bsb": 6, "blz": 8, "clabe": 18, "cnaps": 12, "ifsc": 11}


def iban(value: str) -> str:
    """An IBAN without spaces whose length, country and check digits are right."""
    number = codes.letters_and_digits(value)
    if not number:
        return ""
    try:
        stdnum_iban.validate(number)
    except InvalidChecksum as error:
        raise Invalid(
            value, "an IBAN with right check digits", "Look for a typing error."
        ) from error
    except InvalidLength as error:
        raise Invalid(
            value, "an IBAN of the length its country uses", "A digit is missing or too many."
        ) from error
    except ValidationError as error:
        raise Invalid(
            value, "an IBAN such as DE89 3704 0044 0532 0130 00", "Copy it from the bank's letter."
        ) from error
    return number


def bic(value: str) -> str:
    """A BIC: bank, country and place, and a branch if there is one."""
    number = codes.letters_and_digits(value)
    if not number:
        return ""
    try:
        stdnum_bic.validate(number)
    except ValidationError as error:
        raise Invalid(
            value, "a BIC of 8 or 11 letters and digits, such as COBADEFFXXX", "Ask the bank."
        ) from error
    return number


def account_number(value: str) -> str:
    """A national account number: letters and digits only, leading zeros kept."""
    return codes.letters_and_digits(value)


def routing_number(value: str, routing_type: str = "") -> str:
    """A bank's national code, checked where its kind has a known length or check digit."""
    number = codes.letters_and_digits(value)
    if not number:
        return ""
    if routing_type == "aba" and not rtn.is_valid(number):
        raise Invalid(value, "an ABA routing number of nine digits", "Look for a typing error.")
    length = _LENGTHS.get(routing_type)
    if length and len(number) != length:
        raise Invalid(value, f"{length} digits", "Leading zeros count.")
    return number


def is_in(text: str) -> bool:
    """Whether an IBAN with a right checksum stands anywhere in a text, spaces or not."""
    packed = "".join(c for c in text.upper() if c.isalnum())
    starts = (m.start() for m in _IBAN_START.finditer(packed))
    return any(
        stdnum_iban.is_valid(packed[start : start + length])
        for start in starts
        for length in range(SHORTEST_IBAN, LONGEST_IBAN + 1)
    )
