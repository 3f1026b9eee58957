"""Lookup values: what carries a cost center (or any segment of an account).

A value is known by its path: `external-ref-code` is the `external-ref-num` of each value from the
root down, joined. Coupa makes it; a caller may send it to say which value is meant, and a wrong one
is refused. Name and number are unique in a lookup, below one parent.
"""

from collections.abc import Iterable
from typing import Any

from publishing.twins.coupa.resources import Document, Names, Resource
from publishing.twins.customising import COUPA_ACCOUNT_TYPES, COUPA_LOOKUPS
from publishing.twins.store import Held, Store

KIND = "coupa.lookup_values"
JOIN = "-"
LOOKUP_NAMES = {number: name for name, number in COUPA_LOOKUPS.items()}


def complete(store: Store, document: Document) -> list[str]:
    """Fills in lookup, parent, depth and path; a reference that leads nowhere is a problem."""
    texts = []
    lookup = _lookup(document["lookup"])
    if not lookup:
        return ["Unable to find valid Lookup record"]
    document["lookup"] = {"id": COUPA_LOOKUPS[lookup], "name": lookup}
    parent = None
    if document.get("parent"):
        parent = _parent(store, lookup, document["parent"])
        if parent is None:
            return ["Unable to find valid Parent record"]
        document["parent"] = {
            "id": int(parent.key),
            "external-ref-code": parent.alias,
            "name": parent.document["name"],
        }
    document["depth"] = parent.document["depth"] + 1 if parent else 1
    number = document["external-ref-num"]
    path = f"{parent.alias}{JOIN}{number}" if parent else number
    if document.get("external-ref-code", path) != path and not _moved(store, lookup, document):
        texts.append(f"External ref code is made by Coupa, and would be {path}")
    document["external-ref-code"] = path
    account_type = document.get("account-type", {}).get("name", "")
    if account_type and account_type not in COUPA_ACCOUNT_TYPES:
        texts.append("Unable to find valid AccountType record")
    return texts


def _lookup(reference: dict[str, Any]) -> str:
    if "id" in reference:
        return LOOKUP_NAMES.get(reference["id"], "")
    name = reference.get("name", "")
    return name if name in COUPA_LOOKUPS else ""


def _parent(store: Store, lookup: str, reference: dict[str, Any]) -> Held | None:
    if "id" in reference:
        found = store.get(KIND, str(reference["id"]))
        return found if found and found.document["lookup"]["name"] == lookup else None
    return _at(store, lookup, reference.get("external-ref-code", ""))


def _at(store: Store, lookup: str, path: str) -> Held | None:
    values = store.aliased(KIND, path) if path else []
    return next((one for one in values if one.document["lookup"]["name"] == lookup), None)


def _moved(store: Store, lookup: str, document: Document) -> bool:
    """The path is the one it has now, and number or parent are being changed."""
    return _at(store, lookup, document["external-ref-code"]) is not None


def names(document: Document) -> Names:
    if "depth" not in document:  # refused already
        return Names(code="")
    above = document.get("parent", {}).get("external-ref-code", "")
    place = f"{document['lookup']['name']}\n{above}\n"
    return Names(
        code=document["external-ref-num"],
        name=place + document["name"].casefold(),
        alias=document["external-ref-code"],
    )


def rivals(store: Store, wanted: Names) -> Iterable[tuple[str, Held | None]]:
    if not wanted.name:
        return
    lookup = wanted.name.partition("\n")[0]
    yield "name", store.first(KIND, name=wanted.name)
    yield "external-ref-num", _at(store, lookup, wanted.alias)


LOOKUP_VALUES = Resource(
    path="lookup_values",
    single="lookup-value",
    contract="lookup-value.request",
    title="Lookup value",
    code="external-ref-num",
    complete=complete,
    names=names,
    rivals=rivals,
    references=frozenset({"lookup", "parent", "account-type"}),
    read_only=frozenset({"depth", "lookup-id", "parent-id"}),
    found_by="external-ref-code",
)
