"""Values in business words: labels for codes, names for ids, masks for secrets.

`Words(kind).learn(values, ...)` reads the names of everything these values refer to, one query per
list or domain; afterwards every value is said without another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model

from mdm import links, seams
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.spec import Attribute, Collection, Kind, Subject, Values
from mdm.standardise import text as plain

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
listing = plain.listing
STATUS = Attribute("status", "Status", kind=Kind.CHOICE, choices=tuple(Status.choices))


@dataclass(frozen=True, slots=True)
class Named:
    """What a code or an id stands for."""

    code: str
    name: str
    link: str = ""


class Words:
    """How the values of one kind are said."""

    def __init__(self, kind: Subject) -> None:
        self.kind = kind
        self._known: dict[str, dict[str, Named]] = {}

    def learn(self, *many: Values) -> "Words":
        """Know the names of everything that these values refer to."""
        wanted: dict[str, set[str]] = {}
        for values in many:
            for _, attribute, value in patches.walk(self.kind, values):
                if attribute.refers_to:
                    wanted.setdefault(attribute.refers_to, set()).add(value)
        for subject, values_of in wanted.items():
            self._read(subject, values_of)
        return self

    def learn_patches(self, *many: Mapping[str, Any]) -> "Words":
        """The same for the values of patches."""
        wanted: dict[str, set[str]] = {}
        for patch in many:
            for attribute, value in _patched(self.kind, patch):
                if attribute.refers_to and value:
                    wanted.setdefault(attribute.refers_to, set()).add(value)
        for subject, values_of in wanted.items():
            self._read(subject, values_of)
        return self

    def learn_codes(self, subject: str, codes: Iterable[str]) -> "Words":
        """Know the names of some codes of a reference list, or of some records by their ids."""
        self._read(subject, set(codes))
        return self

    def _read(self, subject: str, values: set[str]) -> None:
        known = self._known.setdefault(subject, {})
        fresh = {v for v in values if v and v not in known}
        kind = seams.subjects().get(subject)
        if not fresh or kind is None:
            return
        if kind.is_domain:
            ids = [v for v in fresh if _is_uuid(v)]
            rows = kind.model.objects.filter(pk__in=ids)
            known |= {
                str(pk): Named(code, name, links.record(kind, pk))
                for pk, code, name in rows.values_list("golden_id", "code", kind.name)
            }
            return
        rows = kind.model.objects.filter(code__in=fresh)
        known |= {code: Named(code, name) for code, name in rows.values_list("code", kind.name)}

    def named(self, attribute: Attribute, value: str) -> Named | None:
        """What a reference or a code of a list stands for; None when nobody knows."""
        return self._known.get(attribute.refers_to, {}).get(value) if attribute.refers_to else None

    def say(self, attribute: Attribute, value: str) -> str:
        """One value in words; "" stays ""."""
        if not value:
            return ""
        match attribute.kind:
            case Kind.LISTED:
                return _listed(value, self.named(attribute, value))
            case Kind.REFERENCE:
                found = self.named(attribute, value)
                return f"{found.name} ({found.code})" if found else "a record that is gone"
            case _:
                return said(attribute, value)

    def link(self, attribute: Attribute, value: str) -> str:
        """The page of the record that a value refers to; "" when it refers to none."""
        found = self.named(attribute, value)
        return found.link if found else ""

    def item(self, collection: Collection, item: Mapping[str, str]) -> list[tuple[str, str]]:
        """What an item holds, as pairs of label and words; empty fields are left out."""
        return [
            (field.label, self.say(field, item[field.code]))
            for field in collection.fields
            if item.get(field.code)
        ]

    def path(self, path: str, value: Any) -> str:
        """The value of a patch's path in words; an item by its parts."""
        if value is None or value == "":
            return ""
        what = declared(self.kind, path)
        if isinstance(what, Collection):
            return ", ".join(text for _, text in self.item(what, value))
        return self.say(what, value)


def declared(kind: Subject, path: str) -> Attribute | Collection:
    """What a path addresses; `status` too, which is nobody's attribute."""
    return STATUS if path == "status" else patches.declared(kind, path)


def label(kind: Subject, path: str) -> str:
    """A path in business words."""
    return STATUS.label if path == "status" else patches.label(kind, path)


def said(attribute: Attribute, value: str) -> str:
    """A value that refers to nothing, in words."""
    match attribute.kind:
        case Kind.CHOICE:
            return str(dict(attribute.choices).get(value, value))
        case Kind.SET:
            labels = dict(attribute.choices)
            return ", ".join(labels.get(part, part) for part in value.split(","))
        case Kind.FLAG:
            return "Yes" if value == "true" else "No"
        case Kind.DATE:
            return day(value)
        case Kind.DECIMAL:
            return number(value) + (" %" if attribute.label.endswith("(%)") else "")
        case _:
            return value


def day(iso: str) -> str:
    """A date in full: 1 Dec 2026; what is no date stays as it is."""
    year, _, rest = iso.partition("-")
    month, _, day_of = rest.partition("-")
    if not (year.isdigit() and month.isdigit() and day_of.isdigit() and 1 <= int(month) <= 12):
        return iso
    return f"{int(day_of)} {_MONTHS[int(month) - 1]} {year}"


def number(text: str) -> str:
    """A number with thousands apart and all its decimals."""
    try:
        return f"{Decimal(text):,f}"
    except InvalidOperation:
        return text


def accounts(usernames: Iterable[str]) -> dict[str, str]:
    """The full name of each of these that is an account of somebody."""
    wanted = {name for name in usernames if name}
    users = get_user_model().objects.filter(username__in=wanted) if wanted else ()
    return {u.get_username(): u.get_full_name() or u.get_username() for u in users}


def people(usernames: Iterable[str]) -> dict[str, str]:
    """The full name of each account; a machine, or somebody long gone, keeps its own."""
    wanted = {name for name in usernames if name}
    known = accounts(wanted)
    return {name: known.get(name, name) for name in wanted}


def _listed(value: str, found: Named | None) -> str:
    return f"{found.code}, {found.name}" if found and found.name != found.code else value


def _patched(kind: Subject, patch: Mapping[str, Any]) -> Iterable[tuple[Attribute, str]]:
    for path, value in patch.items():
        if value is None:
            continue
        what = declared(kind, path)
        if isinstance(what, Collection):
            yield from ((field, value.get(field.code, "")) for field in what.fields)
        else:
            yield what, value


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
