"""Countries, regions, currencies, languages and postal codes in their ISO spelling."""

import re
from collections.abc import Iterator
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages

from mdm.errors import Invalid
from mdm.standardise import text
from mdm.standardise.regions import REGIONS

# Not countries: groups, test codes, and territories that ISO 3166-1 only reserves.
_NOT_ISO = frozenset(
    {
        "AC",
        "CP",
        "CQ",
        "DG",
        "EA",
        "EU",
        "EZ",
        "IC",
        "QO",
        "TA",
        "UN",
        "XA",
        "XB",
        "ZZ",
    }
)
_OTHER_CODES = {"UK": "GB", "EL": "GR", "ENG": "GB", "SCO": "GB", "WAL": "GB", "NIR": "GB"}
_OTHER_NAMES = {
    "usa": "US",
    "us of america": "US",
    "united states of america": "US",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "holland": "NL",
    "the netherlands": "NL",
    "czech republic": "CZ",
    "turkey": "TR",
    "macedonia": "MK",
    "ivory coast": "CI",
    "cape verde": "CV",
    "swaziland": "SZ",
    "burma": "MM",
    "east timor": "TL",
    "south korea": "KR",
    "korea": "KR",
    "republic of korea": "KR",
    "russian federation": "RU",
    "viet nam": "VN",
    "peoples republic of china": "CN",
    "hong kong": "HK",
    "macau": "MO",
    "uae": "AE",
    "republic of ireland": "IE",
    "uk": "GB",
}
# Languages in which business partners' lists most often name foreign countries.
_WIDE_LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl")
_SYMBOLS = {"€": "EUR", "£": "GBP", "US$": "USD", "₹": "INR", "₩": "KRW", "₺": "TRY", "₴": "UAH"}
_REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_]([a-z]{2}))?", re.IGNORECASE)


def country(value: str) -> str:
    """The ISO 3166-1 code of two letters, from a code or a name in English or its own language."""
    found = text.squeeze(value)
    code = found.upper()
    if not code or code in country_codes():
        return code
    iso = _OTHER_CODES.get(code) or _from_other_code(code) or _country_names().get(_folded(found))
    if not iso and (len(found) > 3 or not found.isascii()):
        iso = _foreign_country_names().get(_folded(found))
    if not iso:
        raise Invalid(value, "a country such as DE, DEU or Germany", "Use the code of two letters.")
    return iso


def country_name(code: str) -> str:
    """How a country is called in English; a code that is none stays as it is."""
    return str(Locale("en").territories.get(code, code))


def region(value: str, country_code: str = "") -> str:
    """The ISO 3166-2 code such as US-CA; with its country, also from a short code or a name."""
    found = text.squeeze(value)
    if not found:
        return ""
    code = found.upper().replace("_", "-")
    if _REGION.fullmatch(code) and code[:2] in country_codes():
        return code
    known = REGIONS.get(country_code, {})
    if short := known.get(_folded(found)):
        return f"{country_code}-{short}"
    if (
        country_code
        and _REGION.fullmatch(f"{country_code}-{code}")
        and (not known or code in known.values())
    ):
        return f"{country_code}-{code}"
    raise Invalid(
        value, "a region as ISO 3166-2 writes it, such as US-CA", "Give its country as well."
    )


def currency(value: str) -> str:
    """The ISO 4217 code of a currency that is in use."""
    found = text.squeeze(value)
    if not found:
        return ""
    code = _SYMBOLS.get(found.upper(), found.upper())
    if code in currency_codes():
        return code
    if named := _currency_names().get(_folded(found)):
        return named
    raise Invalid(value, "a currency in use, such as EUR", "Use the code of three letters.")


def language(value: str) -> str:
    """The language as BCP 47 writes it, such as de or pt-BR."""
    found = text.squeeze(value)
    if not found:
        return ""
    match = _LANGUAGE.fullmatch(found)
    if match and match[1].lower() in _language_codes():
        territory = (match[2] or "").upper()
        return match[1].lower() + (f"-{territory}" if territory in country_codes() else "")
    if named := _language_names().get(_folded(found)):
        return named
    raise Invalid(value, "a language such as de or English", "Use the code of two letters.")


def postal_code(value: str, country_code: str = "") -> str:
    """A postal code in capitals, spaced as its country does, no country in front."""
    code = text.upper_code(value)
    if country_code:
        code = re.sub(rf"^{re.escape(country_code)}[- ](?=\d)", "", code)
    bare = code.replace(" ", "")
    if country_code == "GB" and re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}", bare):
        return f"{bare[:-3]} {bare[-3:]}"
    if country_code == "CA" and re.fullmatch(r"[A-Z]\d[A-Z]\d[A-Z]\d", bare):
        return f"{bare[:3]} {bare[3:]}"
    if country_code == "NL" and re.fullmatch(r"\d{4}[A-Z]{2}", bare):
        return f"{bare[:4]} {bare[4:]}"
    return code


def _folded(name: str) -> str:
    """A name as compared: small letters, no accents, no punctuation."""
    return " ".join(re.sub(r"[^\w\s]", "", text.fold(name).replace("&", " and ")).split())


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    """Every country of ISO 3166-1, by its code of two letters."""
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code not in _NOT_ISO)


def _from_other_code(code: str) -> str:
    """Three letters or three digits of ISO 3166-1."""
    if len(code) != 3:
        return ""
    aliases = get_global("territory_aliases").get(code, [])
    return aliases[0] if len(aliases) == 1 and aliases[0] in country_codes() else ""


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    return {**dict(_names_of_countries(Locale("en"))), **_OTHER_NAMES}


@lru_cache(maxsize=1)
def _foreign_country_names() -> dict[str, str]:
    """Every country's name in its own languages, and in those most used in trade."""
    names: dict[str, str] = {}
    for code in sorted(country_codes()):
        for spoken in get_official_languages(code, de_facto=True):
            try:
                own = Locale.parse(spoken).territories.get(code)
            except UnknownLocaleError:
                continue
            if own:
                names.setdefault(_folded(own), code)
    for wide in _WIDE_LANGUAGES:
        for name, code in _names_of_countries(Locale(wide)):
            names.setdefault(name, code)
    return names


def _names_of_countries(locale: Locale) -> Iterator[tuple[str, str]]:
    for code, name in locale.territories.items():
        if code in country_codes():
            yield _folded(name), code


@lru_cache(maxsize=1)
def currency_codes() -> frozenset[str]:
    """Every currency that is legal tender somewhere today."""
    return frozenset(
        code
        for used in get_global("territory_currencies").values()
        for code, _since, until, tender in used
        if isinstance(code, str) and tender and until is None
    )


@lru_cache(maxsize=1)
def _currency_names() -> dict[str, str]:
    return {
        _folded(name): code
        for code, name in Locale("en").currencies.items()
        if code in currency_codes()
    }


@lru_cache(maxsize=1)
def _language_codes() -> frozenset[str]:
    return frozenset(code for code in map(str, Locale("en").languages) if len(code) == 2)


@lru_cache(maxsize=1)
def _language_names() -> dict[str, str]:
    english = Locale("en").languages
    names = {_folded(english[code]): code for code in sorted(_language_codes())}
    for code in sorted(_language_codes()):
        try:
            own = Locale(code).languages.get(code)
        except UnknownLocaleError:
            continue
        if own:
            names.setdefault(_folded(own), code)
    return names
