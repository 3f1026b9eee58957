"""The ways in which two systems write the name of one company differently: the known kinds."""

from collections.abc import Callable
from random import Random

from anyascii import anyascii

from mdm.demo.companies import Company

LONG_FORMS = {
    "GmbH": "Gesellschaft mit beschränkter Haftung",
    "AG": "Aktiengesellschaft",
    "KG": "Kommanditgesellschaft",
    "GmbH & Co. KG": "GmbH und Co KG",
    "Ltd": "Limited",
    "PLC": "Public Limited Company",
    "Inc.": "Incorporated",
    "Corp.": "Corporation",
    "LLC": "Limited Liability Company",
    "SAS": "Société par actions simplifiée",
    "SARL": "S.A.R.L.",
    "SA": "Société anonyme",
    "B.V.": "BV",
    "N.V.": "NV",
    "S.r.l.": "SRL",
    "S.p.A.": "SpA",
}
SHORT_WORDS = {
    "Logistik": "Log.",
    "Logistics": "Log.",
    "Maschinenbau": "Masch.bau",
    "Elektrotechnik": "Elektrotech.",
    "Engineering": "Eng.",
    "Machinery": "Mach.",
    "Packaging": "Pkg",
    "Refrigeration": "Refrig.",
    "Informatique": "Inform.",
    "Automatisering": "Autom.",
}
TRANSLITERATED = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}


def bare(company: Company, random: Random) -> str:
    """Without its legal form."""
    return company.name


def long_form(company: Company, random: Random) -> str:
    """With its legal form written out, or in another spelling."""
    form = company.legal_form
    return f"{company.name} {LONG_FORMS.get(form, form.replace('.', '').upper())}"


def capitals(company: Company, random: Random) -> str:
    """In capitals, without accents and points."""
    name: str = anyascii(company.legal_name)
    return name.upper().replace(".", "").replace(",", "")


def transliterated(company: Company, random: Random) -> str:
    """Umlauts as two letters, accents dropped."""
    name = "".join(TRANSLITERATED.get(c, c) for c in company.legal_name)
    plain: str = anyascii(name)
    return plain.replace("&", "und")


def shortened(company: Company, random: Random) -> str:
    """A word abbreviated."""
    words = [SHORT_WORDS.get(word, word) for word in company.legal_name.split()]
    return " ".join(words)


def mistyped(company: Company, random: Random) -> str:
    """Two letters swapped inside a word."""
    letters = list(company.legal_name)
    at = random.randrange(2, max(3, len(company.name) - 2))
    letters[at], letters[at - 1] = letters[at - 1], letters[at]
    return "".join(letters)


def reordered(company: Company, random: Random) -> str:
    """The trade before the name."""
    first, _, trade = company.name.rpartition(" ")
    return f"{trade} {first} {company.legal_form}"


def cut_off(company: Company, random: Random) -> str:
    """Cut off where a field of the other system ends."""
    return company.legal_name[: max(12, len(company.legal_name) - 6)].strip()


KINDS: dict[str, Callable[[Company, Random], str]] = {
    kind.__name__: kind
    for kind in (
        bare,
        long_form,
        capitals,
        transliterated,
        shortened,
        mistyped,
        reordered,
        cut_off,
    )
}


def disguise(company: Company, random: Random, kind: str = "") -> str:
    """The company's name as another system writes it."""
    return KINDS[kind or random.choice(list(KINDS))](company, random)
