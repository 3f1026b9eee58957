"""The identifier index: values by which records are found, and how it is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from mdm import permissions, vault
from mdm.domains.golden import LIVE
from mdm.domains.spec import Domain, Subject, Values
from mdm.domains.spec import Identifier as Declared
from mdm.models import Identifier


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a record in the index."""

    kind: str
    value: str
    path: str
    is_unique: bool = False
    shown: str = ""


def entries(kind: Subject, values: Values) -> Iterator[Entry]:
    """What the index holds of a record with these plain values."""
    for code in permissions.company_codes_of(kind, values):
        yield Entry("company_code", code, kind.company_code)
    if not isinstance(kind, Domain):
        return
    for declared in kind.identifiers:
        for path, item, found in _found(values, declared.path):
            text = found.rpartition("@")[2].lower() if declared.kind == "email_domain" else found
            secret = _is_secret(kind, declared, item)
            kept = vault.blind(declared.kind, text) if secret else text
            value = "|".join([kept, *(item.get(s, "") for s in declared.scope)])
            shown = vault.mask(text) if secret else text
            yield Entry(declared.kind, value[:128], path, declared.unique, shown)


def _is_secret(kind: Subject, declared: Declared, item: Mapping[str, str]) -> bool:
    """Whether a value is sealed where it is stored, and so stands blind in the index."""
    code, _, field = declared.path.partition(".")
    collection = kind.collection(code)
    is_sealed = collection is not None and collection.field(field).sealed(item)
    return declared.blind or (is_sealed and declared.kind != "email_domain")


def _found(values: Values, path: str) -> Iterator[tuple[str, dict[str, str], str]]:
    code, _, field = path.partition(".")
    if not field:
        if text := values.get(code, ""):
            yield code, {}, text
        return
    for item in values.get(code) or []:
        if text := item.get(field, ""):
            yield f"{code}[{item['id']}].{field}", item, text


def rewrite(kind: Subject, golden_id: UUID, values: Values, *, is_new: bool = False) -> None:
    """Make the index say what the record now holds; a record that is not live holds nothing."""
    if not is_new:
        Identifier.objects.filter(golden_id=golden_id).delete()
    live = values.get("status") in LIVE
    rows = {(e.kind, e.value): e for e in entries(kind, values) if live or e.kind == "company_code"}
    Identifier.objects.bulk_create(
        Identifier(
            domain=kind.code, golden_id=golden_id, kind=e.kind, value=e.value, path=e.path[:120]
        )
        for e in rows.values()
    )


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that begins with what somebody looks for."""

    golden_id: UUID
    path: str
    is_sealed: bool  # it tells of a value that is sealed


def starting(kind: Subject, text: str, most: int = 200) -> list[Match]:
    """Entries that begin with a text, or are exactly that where they are blind."""
    if not isinstance(kind, Domain):
        return []
    declared = {one.kind: one for one in kind.identifiers}
    found = Q(value__istartswith=text)
    for one in kind.identifiers:
        found |= Q(kind=one.kind, value__startswith=vault.blind(one.kind, text))
    rows = Identifier.objects.filter(found, domain=kind.code, kind__in=declared)[:most]
    return [
        Match(row.golden_id, declared[row.kind].path, _is_sealed(kind, declared[row.kind], row))
        for row in rows
    ]


def _is_sealed(kind: Domain, declared: Declared, row: Identifier) -> bool:
    item = dict(zip(declared.scope, row.value.split("|")[1:], strict=False))
    code, _, field = declared.path.partition(".")
    collection = kind.collection(code)
    return declared.blind or (collection is not None and collection.field(field).sealed(item))


def find(domain: str, kind: str, value: str) -> list[UUID]:
    """Golden ids of live records with that identifier (blind for secret kinds)."""
    rows = Identifier.objects.filter(domain=domain, kind=kind, value=value)
    return list(rows.values_list("golden_id", flat=True))
