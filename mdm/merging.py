"""Pure plans: what a link or a merge would write into the record that stays."""

from collections.abc import Container, Iterable, Mapping

from mdm.domains import patch as patches
from mdm.domains.spec import Collection, Item, Kind, Subject, Values


def additions(kind: Subject, record: Values, other: Values) -> patches.Patch:
    """What `other` knows and the record does not: empty attributes filled, unknown items added.

    Of an item that both have, what only the other says of it, and the uses of both.
    """
    own = {str(values.get("golden_id", "")) for values in (record, other)}
    patch: patches.Patch = {
        a.code: other[a.code]
        for a in kind.attributes
        if a.code != "code"
        and other.get(a.code)
        and not record.get(a.code)
        and not (a.kind is Kind.REFERENCE and other[a.code] in own)
    }
    for collection in kind.collections:
        items = record.get(collection.code) or []
        taken = {i["id"] for i in items}
        for item in other.get(collection.code) or []:
            same = same_item(collection, items, item)
            if same is not None:
                patch |= _filled(collection, same, item)
                continue
            at = free(item["id"], taken)
            taken.add(at)
            patch[f"{collection.code}[{at}]"] = {**item, "id": at}
    return patch


def _filled(
    collection: Collection, mine: Mapping[str, str], other: Mapping[str, str]
) -> patches.Patch:
    """What only the other says of an item that both have; of a set, what either says."""
    at, patch = f"{collection.code}[{mine['id']}]", {}
    for field in collection.fields:
        ours, theirs = mine.get(field.code, ""), other.get(field.code, "")
        if field.kind is Kind.SET:
            both = ",".join(sorted({p for p in f"{ours},{theirs}".split(",") if p}))
            theirs, ours = both, "" if both != ours else both
        if theirs and not ours:
            patch[f"{at}.{field.code}"] = theirs
    return patch


def same_item(
    collection: Collection, items: Iterable[Item], item: Mapping[str, str]
) -> Item | None:
    """The item that is the same one; of those without an identity, one that says just the same."""
    wanted = identity(collection, item)
    if not any(wanted):
        return next((i for i in items if _said(i) == _said(item)), None)
    return next((i for i in items if identity(collection, i) == wanted), None)


def _said(item: Mapping[str, str]) -> dict[str, str]:
    return {code: text for code, text in item.items() if code != "id" and text}


def identity(collection: Collection, item: Mapping[str, str]) -> tuple[str, ...]:
    """What makes two items the same one, whatever their ids."""
    return tuple(item.get(code, "").casefold() for code in collection.identity)


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
