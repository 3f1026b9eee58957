"""Identifiers that pass every check and belong to nobody: right check digits in made-up ranges."""

from collections.abc import Callable
from random import Random

from stdnum import iban as stdnum_iban
from stdnum import lei as stdnum_lei
from stdnum.iso7064 import mod_97_10
from stdnum.us import ein as stdnum_ein
from stdnum.us import rtn

from mdm.standardise import tax_ids

TRIES = 5000


def digits(random: Random, count: int) -> str:
    """So many random digits."""
    return "".join(random.choices("0123456789", k=count))


def _until(random: Random, draw: Callable[[Random], str], is_right: Callable[[str], bool]) -> str:
    for _ in range(TRIES):
        if is_right(number := draw(random)):
            return number
    raise ValueError("no number of that form was found")


def vat(random: Random, country: str) -> str:
    """A VAT number with a right check digit, with its prefix."""
    forms: dict[str, Callable[[Random], str]] = {
        "DE": lambda r: f"DE9{digits(r, 8)}",
        "GB": lambda r: f"GB9{digits(r, 8)}",
        "FR": _french,
        "NL": lambda r: f"NL9{digits(r, 8)}B99",
        "IT": lambda r: f"IT99{digits(r, 9)}",
    }
    return _until(random, forms[country], lambda n: not tax_ids.problem("vat", country, n))


def _french(random: Random) -> str:
    """A French number begins with a check over the nine digits of the company's own number."""
    siren = f"9{digits(random, 8)}"
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02d}{siren}"


def ein(random: Random) -> str:
    """A US employer number."""
    return _until(random, lambda r: f"99{digits(r, 7)}", stdnum_ein.is_valid)


def iban(random: Random, country: str) -> str:
    """An IBAN of a bank that does not exist."""
    forms: dict[str, Callable[[Random], str]] = {
        "DE": lambda r: f"99999{digits(r, 13)}",
        "GB": lambda r: f"ZZZZ99{digits(r, 12)}",
        "FR": _rib,
        "NL": lambda r: f"ZZZZ{digits(r, 10)}",
        "IT": lambda r: f"X99999{digits(r, 5)}{digits(r, 12)}",
    }

    def draw(r: Random) -> str:
        bban = forms[country](r)
        return country + stdnum_iban.calc_check_digits(f"{country}00{bban}") + bban

    return _until(random, draw, stdnum_iban.is_valid)


def _rib(random: Random) -> str:
    """A French account number with its own key of two digits."""
    bank, branch, account = f"99{digits(random, 3)}", digits(random, 5), digits(random, 11)
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97
    return f"{bank}{branch}{account}{key:02d}"


def routing(random: Random) -> str:
    """A US routing number."""
    return _until(random, lambda r: f"0299{digits(r, 5)}", rtn.is_valid)


def lei(random: Random) -> str:
    """A Legal Entity Identifier of an issuer that does not exist."""

    def draw(r: Random) -> str:
        body = "999900" + "".join(r.choices("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", k=12))
        return body + mod_97_10.calc_check_digits(body)

    return _until(random, draw, stdnum_lei.is_valid)


def bic(country: str) -> str:
    """The BIC of the bank that does not exist."""
    return f"ZZZZ{country}ZZ"
