"""What lists leave unsaid, filled in by rules over declared fields. Pure.

- An item without a country takes that of its record.
- A place whose country is still missing takes it from its region: an ISO code, a state of the USA,
  or a country written where a state belongs. A region that is none is left out, with a warning.
- A record without a country takes that of its first address, and its other items with it.
- A bank account takes its country from its IBAN, and its holder from the record's name.
- Words that stand for nothing (none, n/a, -) are nothing, with a warning.
"""

import re
from collections.abc import Iterator, Mapping

from mdm.domains.spec import Collection, Problem, Subject
from mdm.errors import Invalid
from mdm.standardise import places

Items = dict[str, dict[str, str]]  # slot -> field -> text
NOTHING = frozenset(
    {"none", "n/a", "n.a.", "null", "nil", "-", "--", "?", "unknown", "#n/a", "tbd"}
)
_FOOTNOTE = re.compile(r"\s*\[\w{1,3}\]$")


def is_nothing(text: str) -> bool:
    """Whether a cell says in words that it has no value."""
    return text.strip().casefold() in NOTHING


def fill(
    subject: Subject, scalars: dict[str, str], collections: Mapping[str, Items]
) -> list[Problem]:
    """Write what follows from what is there into the scalars and items; the warnings it takes."""
    warnings: list[Problem] = []
    _country_of_items(subject, scalars, collections)
    for collection in subject.collections:
        for slot, item in collections.get(collection.code, {}).items():
            at = f"{collection.code}[{slot}]"
            warnings += _place(collection, at, item)
            _bank_account(subject, collection, scalars, item)
    _country_of_record(subject, scalars, collections)
    _country_of_items(subject, scalars, collections)
    return warnings


def _has(collection: Collection, *codes: str) -> bool:
    return set(codes) <= {f.code for f in collection.fields}


def _place(collection: Collection, at: str, item: dict[str, str]) -> Iterator[Problem]:
    region = item.get("region", "")
    if not region or item.get("country") or not _has(collection, "region", "country"):
        return
    plain = _FOOTNOTE.sub("", region)
    if code := _region("", plain) or _region("US", plain):
        item["country"], item["region"] = code[:2], code
        return
    item["region"] = ""
    if country := _country(plain.rpartition(",")[2]):
        item["country"] = country
        return
    yield Problem(
        f"{at}.region",
        region,
        "a state of the USA, or its country beside it",
        "It is left empty.",
        level="warning",
    )


def _region(country: str, text: str) -> str:
    for written in (text, text.replace(".", "")):
        try:
            return places.region(written, country)
        except Invalid:
            continue
    return ""


def _country(text: str) -> str:
    try:
        return places.country(text)
    except Invalid:
        return ""


def _bank_account(
    subject: Subject, collection: Collection, scalars: Mapping[str, str], item: dict[str, str]
) -> None:
    if not _has(collection, "iban", "country", "holder"):
        return
    if item.get("iban") and not item.get("country"):
        item["country"] = item["iban"].strip()[:2].upper()
    if not item.get("holder"):
        item["holder"] = scalars.get(subject.name, "")


def _country_of_record(
    subject: Subject, scalars: dict[str, str], collections: Mapping[str, Items]
) -> None:
    if subject.attribute("country") is None or scalars.get("country"):
        return
    for collection in subject.collections:
        if _has(collection, "region", "country"):
            for item in collections.get(collection.code, {}).values():
                if country := _country(item.get("country", "")):
                    scalars["country"] = country
                    return


def _country_of_items(
    subject: Subject, scalars: Mapping[str, str], collections: Mapping[str, Items]
) -> None:
    country = _country(scalars.get("country", ""))
    for collection in subject.collections:
        if country and _has(collection, "country") and not _has(collection, "iban"):
            for item in collections.get(collection.code, {}).values():
                item["country"] = item.get("country") or country
