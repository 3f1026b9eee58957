"""Pure plans: what a link or a merge would write into the record that stays."""

from collections.abc import Container

from mdm.domains import patch as patches
from mdm.domains.spec import Collection, Subject, Values


def additions(kind: Subject, record: Values, other: Values) -> patches.Patch:
    """What `other` knows and the record does not: empty attributes filled, unknown items added."""
    patch: patches.Patch = {
        a.code: other[a.code]
        for a in kind.attributes
        if a.code != "code" and other.get(a.code) and not record.get(a.code)
    }
    for collection in kind.collections:
        known = {identity(collection, i) for i in record.get(collection.code) or []}
        taken = {i["id"] for i in record.get(collection.code) or []}
        for item in other.get(collection.code) or []:
            if identity(collection, item) in known:
                continue
            at = free(item["id"], taken)
            taken.add(at)
            patch[f"{collection.code}[{at}]"] = {**item, "id": at}
    return patch


def identity(collection: Collection, item: dict[str, str]) -> tuple[str, ...]:
    """What makes two items the same one, whatever their ids."""
    return tuple(item.get(code, "").casefold() for code in collection.identity)


def merge(kind: Subject, survivor: Values, loser: Values, picks: patches.Patch) -> patches.Patch:
    """The survivor's patch: what it lacks comes from the loser, what was picked by hand wins."""
    return chosen(survivor, additions(kind, survivor, loser), picks)


def chosen(record: Values, patch: patches.Patch, picks: patches.Patch) -> patches.Patch:
    """A patch with what was picked by hand over it.

    A pick of what the record has anyway, be it nothing, keeps the other value out.
    """
    patch = patch | picks
    kept = (path for path, value in picks.items() if patches.get(record, path) == value)
    for path in kept:
        del patch[path]
    return patch


def free(wanted: str, taken: Container[str]) -> str:
    """An item id that is not taken: the wanted one, or the next with a number behind it."""
    number, at = 2, wanted
    while at in taken:
        at, number = f"{wanted}-{number}", number + 1
    return at
