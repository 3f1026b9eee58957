"""Item-addressed patches over a record's values: what a change says, and how it is applied.

Paths: `name` (a scalar), `addresses[A1].city` (a field of an item), `addresses[A1]` (a whole item:
a mapping adds or replaces it, None removes it). Pure: values in, values out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mdm.domains.spec import Attribute, Collection, Sensitivity, Subject, Values
from mdm.errors import Invalid

Patch = dict[str, Any]
_PATH = re.compile(
    r"^(?P<code>[a-z0-9_]+)(?:\[(?P<item>[^\[\]]{1,60})\](?:\.(?P<field>[a-z0-9_]+))?)?$"
)


@dataclass(frozen=True, slots=True)
class Path:
    """A parsed path; `item` and `field` are "" where the path has none."""

    code: str
    item: str = ""
    field: str = ""

    def __str__(self) -> str:
        if not self.item:
            return self.code
        return f"{self.code}[{self.item}]" + (f".{self.field}" if self.field else "")


def parse(path: str) -> Path:
    """The parts of a path. Raises `Invalid` when it is not one."""
    match = _PATH.match(path)
    if match is None:
        raise Invalid(found=path, expected="a path such as name or addresses[A1].city")
    return Path(match["code"], match["item"] or "", match["field"] or "")


def blank(subject: Subject) -> Values:
    """The values of a record that does not exist yet."""
    values: Values = {a.code: "" for a in subject.attributes}
    return values | {c.code: [] for c in subject.collections}


def item_of(values: Values, code: str, item: str) -> dict[str, str] | None:
    """One item of a collection, or None."""
    return next((i for i in values.get(code) or [] if i["id"] == item), None)


def get(values: Values, path: str) -> Any:
    """What the values hold at a path: text, an item, or None for an absent item."""
    at = parse(path)
    if not at.item:
        return values.get(at.code, "")
    item = item_of(values, at.code, at.item)
    if item is None or not at.field:
        return item
    return item.get(at.field, "")


def seen(values: Values, patch: Patch) -> Patch:
    """What the values hold at each path of a patch."""
    return {path: get(values, path) for path in patch}


def apply(values: Values, patch: Patch) -> Values:
    """The values with the patch written into them; untouched values stay the very same."""
    result = {k: [dict(i) for i in v] if isinstance(v, list) else v for k, v in values.items()}
    for path, value in patch.items():
        at = parse(path)
        if not at.item:
            result[at.code] = value
        elif at.field:
            _write_field(result, at, value)
        else:
            _write_item(result, at, value)
    return result


def _write_field(values: Values, at: Path, value: str) -> None:
    item = item_of(values, at.code, at.item)
    if item is None:
        item = {"id": at.item}
        values.setdefault(at.code, []).append(item)
    item[at.field] = value


def _write_item(values: Values, at: Path, value: Mapping[str, str] | None) -> None:
    items = values.setdefault(at.code, [])
    position = next((n for n, i in enumerate(items) if i["id"] == at.item), None)
    if value is None:
        if position is not None:
            del items[position]
        return
    item = {"id": at.item} | {k: v for k, v in value.items() if k != "id"}
    if position is None:
        items.append(item)
    else:
        items[position] = item


def diff(subject: Subject, before: Values, after: Values) -> Patch:
    """The smallest patch that turns one into the other."""
    patch: Patch = {
        a.code: after.get(a.code, "")
        for a in subject.attributes
        if after.get(a.code, "") != before.get(a.code, "")
    }
    for collection in subject.collections:
        patch |= _diff_items(collection, before, after)
    return patch


def _diff_items(collection: Collection, before: Values, after: Values) -> Patch:
    code = collection.code
    patch: Patch = {}
    kept = {i["id"] for i in after.get(code) or []}
    for item in after.get(code) or []:
        old = item_of(before, code, item["id"])
        if old is None:
            patch[f"{code}[{item['id']}]"] = {k: v for k, v in item.items() if v or k == "id"}
            continue
        for f in collection.fields:
            if item.get(f.code, "") != old.get(f.code, ""):
                patch[f"{code}[{item['id']}].{f.code}"] = item.get(f.code, "")
    for old in before.get(code) or []:
        if old["id"] not in kept:
            patch[f"{code}[{old['id']}]"] = None
    return patch


def declared(subject: Subject, path: str) -> Attribute | Collection:
    """What a path addresses in a subject. Raises `Invalid` when the subject has no such thing."""
    at = parse(path)
    found: Attribute | Collection | None
    if not at.item:
        found = subject.attribute(at.code)
    else:
        found = subject.collection(at.code)
        if found is not None and at.field:
            found = next((f for f in found.fields if f.code == at.field), None)
    if found is None:
        known = ", ".join(
            [a.code for a in subject.attributes] + [c.code + "[id]" for c in subject.collections]
        )
        raise Invalid(
            found=path,
            expected=f"an attribute of a {subject.label.lower()}",
            hint=f"It has: {known}.",
        )
    return found


def sensitivity(subject: Subject, path: str) -> Sensitivity:
    """The care that what a path addresses needs; a field inherits its collection's."""
    at = parse(path)
    collection = subject.collection(at.code)
    if collection is not None and collection.sensitivity is not Sensitivity.ROUTINE:
        return collection.sensitivity
    return declared(subject, path).sensitivity


def label(subject: Subject, path: str) -> str:
    """A path in business words: "Address / City"."""
    at = parse(path)
    what = declared(subject, path)
    collection = subject.collection(at.code)
    if collection is None or what is collection:
        return what.label if collection is None else collection.singular
    return f"{collection.singular} / {what.label}"


def clashes(path: str, other: str) -> bool:
    """Two paths address the same value, or one addresses the item the other lies in."""
    a, b = parse(path), parse(other)
    return (
        a.code == b.code and a.item == b.item and (not a.field or not b.field or a.field == b.field)
    )


def walk(subject: Subject, values: Values) -> Iterator[tuple[str, Attribute, str]]:
    """Every non-empty value with its path and declaration."""
    for attribute in subject.attributes:
        if value := values.get(attribute.code, ""):
            yield attribute.code, attribute, value
    for collection in subject.collections:
        for item in values.get(collection.code) or []:
            for f in collection.fields:
                if value := item.get(f.code, ""):
                    yield f"{collection.code}[{item['id']}].{f.code}", f, value
