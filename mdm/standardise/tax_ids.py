"""Tax and registration numbers by country: one spelling, and whether they can be right.

Any kind that python-stdnum knows for the country is checked: `vat` everywhere, and by its own
name `ein`, `siret`, `cnpj`, `abn`, `gstin` and so on. What it does not know is kept as written,
without spaces and hyphens.
"""

import re
from functools import lru_cache
from typing import Protocol

from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.util import get_cc_module

from mdm.errors import Invalid
from mdm.standardise import codes, places

LONGEST = 60

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_PREFIXES = {code: code for code in _EU.split()} | {"GR": "EL", "GB": "GB", "XI": "XI"}
_OTHER_NAMES = {"EL": "GR", "UK": "GB"}
_CALLED = {"vat": "a VAT number", "tin": "a tax number", "ein": "an EIN"}
_KIND = re.compile(r"[a-z][a-z0-9_]{0,19}")


class _Checker(Protocol):
    """What a module of python-stdnum offers for one kind of number."""

    def compact(self, number: str) -> str: ...
    def validate(self, number: str) -> str: ...


def clean(kind: str, country: str, number: str) -> str:
    """The number without spaces and signs; VAT numbers of the EU, Greece as EL, with their prefix.

    Whether it can be right is another question: see `problem`.
    """
    bare = codes.letters_and_digits(number)
    if not bare:
        return ""
    if len(bare) > LONGEST:
        raise Invalid(number, f"a tax id of at most {LONGEST} characters", "Check the column.")
    country = _OTHER_NAMES.get(country, country)
    if kind == "vat" and country in _PREFIXES:
        prefix = "XI" if country == "GB" and bare.startswith("XI") else _PREFIXES[country]
        return prefix + _national(bare, country, prefix)
    module = _module(country, kind)
    if module is None:
        return bare
    compact = module.compact(bare)
    return codes.letters_and_digits(compact) or bare


def problem(kind: str, country: str, number: str) -> str:
    """What is expected in place of a number that cannot be right; "" when it may be."""
    written = clean(kind, country, number)
    if not written:
        return ""
    country = _OTHER_NAMES.get(country, country)
    module = _module("GB" if country == "XI" else country, kind)
    if module is None:
        return ""
    checked = "GB" + written[2:] if kind == "vat" and written.startswith("XI") else written
    right = f"{_CALLED.get(kind, f'a {kind.upper()}')} of {places.country_name(country)}"
    try:
        module.validate(checked)
    except InvalidChecksum:
        return f"{right} with a right check digit"
    except InvalidLength:
        return f"{right} of the right length, which {len(written)} characters are not"
    except ValidationError:
        return f"{right} in the form it has there"
    return ""


def _national(bare: str, country: str, prefix: str) -> str:
    for written in (prefix, country):
        if bare.startswith(written) and len(bare) > len(written) + 4:
            bare = bare[len(written) :]
            break
    module = _module("GB" if country == "XI" else country, "vat")
    compact = codes.letters_and_digits(module.compact(bare)) if module else bare
    return compact.removeprefix(prefix) if compact.startswith(prefix) else compact


@lru_cache(maxsize=512)
def _module(country: str, kind: str) -> _Checker | None:
    if not re.fullmatch(r"[A-Z]{2}", country) or not _KIND.fullmatch(kind):
        return None
    module: _Checker | None = get_cc_module(country.lower(), kind)
    if module is None or not hasattr(module, "validate") or not hasattr(module, "compact"):
        return None
    return module
