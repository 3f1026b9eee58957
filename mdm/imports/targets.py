"""The small language of column targets: what a column of a file means.

key                          the system's own key of the row; every file needs it
scope                        what the key is unique in, where it is not by itself (a client)
changed_at                   when the source last changed the row
legal_name                   an attribute of the record
addresses[1].city            a field of the first address, addresses[2].city of the second
tax_ids[vat].number          a field of the item of that kind: its type, purpose, language …
key code                     several targets, separated by a space
(empty)                      the column is left out, on purpose
"""

import re
from dataclasses import dataclass

from mdm.domains.spec import Attribute, Collection, Kind, Subject
from mdm.errors import Invalid

KEY, SCOPE, CHANGED_AT = "key", "scope", "changed_at"
OF_THE_ROW = {
    KEY: "Key in the system",
    SCOPE: "Scope of the key",
    CHANGED_AT: "Last changed in the system",
}
_TARGET = re.compile(r"^([a-z0-9_]+)(?:\[([^\[\]\s.]{1,20})\]\.([a-z0-9_]+))?$")
_PLACE = re.compile(r"^\d{1,2}$")


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that a column means."""

    code: str
    slot: str = ""
    field: str = ""

    def __str__(self) -> str:
        return f"{self.code}[{self.slot}].{self.field}" if self.slot else self.code


@dataclass(frozen=True, slots=True)
class Option:
    """A target that may be chosen, in business words."""

    target: str
    label: str
    group: str


def parse(subject: Subject, written: str) -> tuple[Target, ...]:
    """The targets of a column; none for a column that is left out. Raises `Invalid`."""
    return tuple(_parse_one(subject, word) for word in written.split())


def _parse_one(subject: Subject, word: str) -> Target:
    match = _TARGET.match(word)
    target = Target(match[1], match[2] or "", match[3] or "") if match else None
    if target is None or declared(subject, target) is None:
        raise Invalid(
            word,
            f"key, an attribute of a {subject.label.lower()}, or collection[item].field",
            "Such as " + ", ".join(o.target for o in options(subject)[3:6]) + ".",
        )
    if target.slot and not _PLACE.match(target.slot):
        collection = subject.collection(target.code)
        if collection is not None:
            _fits_discriminator(collection, target.slot)
    return target


def declared(subject: Subject, target: Target) -> Attribute | str | None:
    """What a target addresses: an attribute, something of the row by its label, or nothing."""
    if not target.slot:
        return subject.attribute(target.code) or OF_THE_ROW.get(target.code)
    collection = subject.collection(target.code)
    if collection is None:
        return None
    return next((f for f in collection.fields if f.code == target.field), None)


def discriminator(collection: Collection) -> Attribute:
    """The field that a word in brackets sets: what the item is used for, else its kind or key."""
    used_for = next((f for f in collection.fields if f.kind is Kind.SET), None)
    return used_for or collection.field(collection.identity[0])


def said_by_slot(collection: Collection, slot: str) -> dict[str, str]:
    """What an item's brackets say of it: nothing when they only number it."""
    return {} if _PLACE.match(slot) else {discriminator(collection).code: slot}


def _fits_discriminator(collection: Collection, slot: str) -> None:
    field = discriminator(collection)
    codes = [code for code, _ in field.choices]
    if codes and slot not in codes:
        raise Invalid(
            f"{collection.code}[{slot}]",
            f"a number, or one of {', '.join(codes)}",
            f"The brackets say which {collection.singular.lower()} is meant.",
        )


def label(subject: Subject, written: str) -> str:
    """Targets in business words: "Tax id (vat) / Number"."""
    return " + ".join(_label_one(subject, target) for target in parse(subject, written))


def _label_one(subject: Subject, target: Target) -> str:
    what = declared(subject, target)
    if isinstance(what, str):
        return what
    collection = subject.collection(target.code)
    if what is None or collection is None:
        return what.label if what else str(target)
    said = dict(discriminator(collection).choices).get(target.slot, target.slot)
    number = "" if target.slot == "1" else f" ({said})"
    return f"{collection.singular}{number} / {what.label}"


def options(subject: Subject) -> list[Option]:
    """Every target that a mapping page may offer, grouped; more items may be written by hand."""
    offered = [Option(code, name, "Row") for code, name in OF_THE_ROW.items()]
    offered.insert(1, Option(f"{KEY} code", f"{OF_THE_ROW[KEY]}, and code of the record", "Row"))
    offered += [Option(a.code, a.label, a.group) for a in subject.attributes]
    for collection in subject.collections:
        for slot in _offered_slots(collection):
            for field in collection.fields:
                if slot == "1" or field is not discriminator(collection):
                    target = f"{collection.code}[{slot}].{field.code}"
                    offered.append(Option(target, label(subject, target), collection.label))
    return offered


def _offered_slots(collection: Collection) -> list[str]:
    field = discriminator(collection)
    if field.kind is Kind.SET or not field.choices:
        return ["1"]
    return [code for code, _ in field.choices]
