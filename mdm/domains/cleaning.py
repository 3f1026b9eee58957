"""From what somebody typed or sent to values: cleaned, and with every problem named. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from mdm.domains import patch as patches
from mdm.domains.spec import (
    PERIOD,
    Attribute,
    Collection,
    Kind,
    Problem,
    Subject,
    Values,
    ends_early,
)
from mdm.errors import Invalid

TRUE, FALSE = frozenset({"true", "1", "yes", "on", "x"}), frozenset({"", "false", "0", "no", "off"})


def clean(attribute: Attribute, value: Any) -> str:
    """One value, cleaned. Raises `Invalid`."""
    text = _as_text(attribute, value)
    if attribute.kind is Kind.FLAG:
        return _flag(text)
    if attribute.kind is Kind.SET:
        return _set(attribute, text)
    text = attribute.clean(text)
    if attribute.kind is Kind.CHOICE and text:
        text = _choice(attribute, text)
    if len(text) > attribute.max_length:
        raise Invalid(text, f"at most {attribute.max_length} characters", f"It has {len(text)}.")
    return text


def _as_text(attribute: Attribute, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if (
        isinstance(value, list)
        and attribute.kind is Kind.SET
        and all(isinstance(v, str) for v in value)
    ):
        return ",".join(value)
    if isinstance(value, str | int):
        return str(value)
    raise Invalid(
        repr(value), f"{attribute.label} as text", "Numbers with decimals are sent as text."
    )


def _flag(text: str) -> str:
    folded = text.strip().lower()
    if folded in TRUE:
        return "true"
    if folded in FALSE:
        return ""
    raise Invalid(text, "true or false")


def _set(attribute: Attribute, text: str) -> str:
    chosen = {_choice(attribute, part.strip()) for part in text.split(",") if part.strip()}
    return ",".join(sorted(chosen))


def _choice(attribute: Attribute, text: str) -> str:
    """A choice by its code or its label, whatever the case."""
    for code, label in attribute.choices:
        if text.casefold() in (code.casefold(), label.casefold()):
            return code
    raise Invalid(text, "one of " + ", ".join(code for code, _ in attribute.choices))


def clean_patch(subject: Subject, patch: Mapping[str, Any]) -> tuple[patches.Patch, list[Problem]]:
    """The patch with every value cleaned, and what is wrong with those that could not be."""
    result: patches.Patch = {}
    problems: list[Problem] = []
    for path, value in patch.items():
        try:
            what = patches.declared(subject, path)
            if isinstance(what, Collection):
                result[path] = _clean_item(what, path, value, problems)
            else:
                result[path] = clean(what, value)
        except Invalid as error:
            problems.append(Problem(path, error.found, error.expected, error.hint))
    return result, problems


def _clean_item(
    collection: Collection, path: str, value: Any, problems: list[Problem]
) -> dict[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise Invalid(str(value), f"a {collection.singular.lower()}, or null to remove it")
    known = {f.code for f in collection.fields} | {"id"}
    wanted = "one of " + ", ".join(sorted(known))
    problems += [Problem(f"{path}.{c}", c, wanted) for c in sorted(set(value) - known)]
    item = {"id": patches.parse(path).item}
    for field in sorted(collection.fields, key=lambda f: f.beside is not None):
        try:
            if text := clean_beside(field, value.get(field.code, ""), item):
                item[field.code] = text
        except Invalid as error:
            problems.append(
                Problem(f"{path}.{field.code}", error.found, error.expected, error.hint)
            )
    problems += _turned_round(collection, item)
    return item


def clean_beside(field: Attribute, value: Any, item: Mapping[str, str]) -> str:
    """A field of an item, cleaned with the other fields of its item at hand. Raises `Invalid`."""
    if field.beside is None:
        return clean(field, value)
    text = field.beside(_as_text(field, value), item)
    if len(text) > field.max_length:
        raise Invalid(text, f"at most {field.max_length} characters", f"It has {len(text)}.")
    return text


def problems(subject: Subject, values: Values) -> Iterator[Problem]:
    """What is wrong with whole, cleaned values: what is required, and the kind's own rules."""
    for attribute in subject.attributes:
        if attribute.required and not values.get(attribute.code):
            yield Problem(attribute.code, "", f"a value for {attribute.label}", "It is required.")
    for collection in subject.collections:
        for item in values.get(collection.code) or []:
            for field in collection.fields:
                if field.required and not item.get(field.code):
                    at = f"{collection.code}[{item['id']}].{field.code}"
                    yield Problem(at, "", f"a value for {field.label}", "It is required.")
            yield from _turned_round(collection, item)
    yield from subject.rules(values)


def _turned_round(collection: Collection, item: Mapping[str, str]) -> Iterator[Problem]:
    """An item of any collection that would end before it begins."""
    start, end = (item.get(code, "") for code in PERIOD)
    if start and end and end < start:
        yield ends_early(f"{collection.code}[{item['id']}].{PERIOD[1]}", start, end)


def broken(subject: Subject, values: Values) -> Iterator[Problem]:
    """What breaks the kind's own rules, in whole values that may lack what is required."""
    for problem in subject.rules(values):
        try:
            patches.declared(subject, problem.path)
        except Invalid:
            continue
        yield problem


def exposed(subject: Subject, before: Values, after: Values) -> Iterator[Problem]:
    """Sealed values that a change of what stands beside them would have stored in clear."""
    for collection in subject.collections:
        held = {item["id"]: item for item in before.get(collection.code) or []}
        for item in after.get(collection.code) or []:
            was = held.get(item["id"], {})
            for field in collection.fields:
                said = item.get(field.code)
                same = said and said == was.get(field.code)
                if same and field.sealed(was) and not field.sealed(item):
                    yield _exposed(collection, field, item)


def _exposed(collection: Collection, field: Attribute, item: Mapping[str, str]) -> Problem:
    singular = collection.singular.lower()
    return Problem(
        f"{collection.code}[{item['id']}].{field.code}",
        "a personal one",
        f"the {singular} to stay one of a person, whose {field.label.lower()} is kept sealed",
        f"Remove this {singular} and add it anew as what it is.",
    )
