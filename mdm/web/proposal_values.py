"""From what a propose form sent back to values: which items it holds, what was touched, what is
wrong.

A control that still holds what it was opened with was not touched, and its value stays the very
same; that is how a masked value is never written back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from django.http import QueryDict

from mdm import vault
from mdm.domains import cleaning
from mdm.domains import patch as patches
from mdm.domains.spec import Attribute, Collection, Kind, Problem, Subject, Values
from mdm.errors import Invalid
from mdm.queries.words import Words
from mdm.standardise.masks import HIDDEN

Raw = dict[str, str]
"""Path -> what its control holds: text as typed, "true" for a ticked flag, a set with commas."""
Resolve = Callable[[Attribute, str], str]
MOST_ITEMS = 300


@dataclass(frozen=True, slots=True)
class Layout:
    """Which items a form holds, in order, and which of them are to go."""

    items: dict[str, tuple[str, ...]]
    gone: frozenset[str] = frozenset()
    fresh: str = ""  # the path of the item that was just added

    def paths(self, code: str) -> list[str]:
        """The paths of a collection's items."""
        return [f"{code}[{item}]" for item in self.items.get(code, ())]


def layout_of(kind: Subject, start: Values) -> Layout:
    """The items of a record."""
    return Layout(
        {c.code: tuple(i["id"] for i in start.get(c.code) or []) for c in kind.collections}
    )


def layout_sent(kind: Subject, start: Values, sent: QueryDict) -> Layout:
    """The items that a form was sent with, after the button that was pressed."""
    held = {code: list(ids) for code, ids in layout_of(kind, start).items.items()}
    for path in sent.getlist("_items")[:MOST_ITEMS]:
        at = patches.parse(path)
        if at.code in held and at.item and at.item not in held[at.code]:
            held[at.code].append(at.item)
    gone = {path for path in sent.getlist("_gone") if "[" in path}
    verb, _, what = sent.get("_do", "").partition(":")
    fresh = ""
    if verb == "add" and (collection := kind.collection(what)):
        item = f"{collection.prefix}{uuid4().hex[:8].upper()}"
        held[what].append(item)
        fresh = f"{what}[{item}]"
    elif verb == "keep":
        gone.discard(what)
    elif verb == "remove":
        at = patches.parse(what)
        if patches.item_of(start, at.code, at.item) is None and at.code in held:
            held[at.code] = [item for item in held[at.code] if item != at.item]
        else:
            gone.add(what)
    return Layout({code: tuple(ids) for code, ids in held.items()}, frozenset(gone), fresh)


def controls(kind: Subject, layout: Layout) -> list[tuple[str, Attribute]]:
    """Every path that has a control, with its declaration."""
    found = [(a.code, a) for a in kind.attributes]
    for collection in kind.collections:
        for path in layout.paths(collection.code):
            if path not in layout.gone:
                found += [(f"{path}.{f.code}", f) for f in collection.fields]
    return found


def opened(kind: Subject, start: Values, layout: Layout, words: Words) -> Raw:
    """What each control holds when the form is opened: secrets masked, references by their code."""
    return {
        path: shown(words, attribute, patches.get(start, path) or "", _item(start, path))
        for path, attribute in controls(kind, layout)
    }


def _item(values: Values, path: str) -> Mapping[str, str]:
    at = patches.parse(path)
    return patches.item_of(values, at.code, at.item) or {} if at.item else {}


def shown(words: Words, attribute: Attribute, value: str, item: Mapping[str, str]) -> str:
    """One value as its control holds it."""
    if value and attribute.sealed(item):
        return vault.mask(value)
    if attribute.kind is Kind.REFERENCE:
        found = words.named(attribute, value)
        return found.code if found else value
    return value


def sent(kind: Subject, layout: Layout, before: Raw, post: QueryDict) -> Raw:
    """What each control holds as it was sent; one that was not on the page holds what it held."""
    on_page = set(post.getlist("_items"))
    hidden = set(post.getlist("_gone"))
    raw: Raw = {}
    for path, attribute in controls(kind, layout):
        item = path.partition(".")[0] if "[" in path else ""
        if item and (item not in on_page or item in hidden):
            raw[path] = before.get(path, "")
        elif attribute.kind is Kind.FLAG:
            raw[path] = "true" if post.get(path) else ""
        elif attribute.kind is Kind.SET:
            raw[path] = ",".join(sorted(post.getlist(path)))
        else:
            raw[path] = post.get(path, before.get(path, "")).replace("\r\n", "\n")
    return raw


@dataclass(frozen=True, slots=True)
class Entered:
    """What a form says the record should hold, and what of it cannot be right."""

    after: Values
    problems: list[Problem] = field(default_factory=list)


def entered(
    kind: Subject, start: Values, layout: Layout, before: Raw, raw: Raw, resolve: Resolve
) -> Entered:
    """The values that a form was sent with, cleaned; an untouched control keeps its value."""
    after = {k: [dict(i) for i in v] if isinstance(v, list) else v for k, v in start.items()}
    problems: list[Problem] = []
    for attribute in kind.attributes:
        if raw[attribute.code].strip() != before[attribute.code].strip():
            try:
                after[attribute.code] = _clean(attribute, raw[attribute.code], {}, resolve)
            except Invalid as error:
                problems.append(Problem(attribute.code, error.found, error.expected, error.hint))
    for collection in kind.collections:
        after[collection.code] = [
            item
            for path in layout.paths(collection.code)
            if path not in layout.gone
            and (item := _entered_item(collection, path, start, before, raw, resolve, problems))
        ]
    return Entered(after, problems)


def _entered_item(
    collection: Collection,
    path: str,
    start: Values,
    before: Raw,
    raw: Raw,
    resolve: Resolve,
    problems: list[Problem],
) -> dict[str, str] | None:
    """One item as entered; None for a new one that nobody filled in."""
    at = patches.parse(path)
    held = patches.item_of(start, at.code, at.item) or {}
    item = {"id": at.item}
    for declared in sorted(collection.fields, key=lambda f: f.beside is not None):
        own = f"{path}.{declared.code}"
        if held and raw[own].strip() == before[own].strip():
            item[declared.code] = held.get(declared.code, "")
            continue
        try:
            item[declared.code] = _clean(declared, raw[own], item, resolve)
        except Invalid as error:
            problems.append(Problem(own, error.found, error.expected, error.hint))
            item[declared.code] = ""
    problems += _unmasked(collection, path, held, item)
    item = {code: text for code, text in item.items() if text or code == "id" or code in held}
    return item if held or any(text for code, text in item.items() if code != "id") else None


def _unmasked(
    collection: Collection, path: str, held: Mapping[str, str], item: Mapping[str, str]
) -> list[Problem]:
    """A secret value must not come to light because the item became one that is not secret."""
    hint = "It was masked; whoever proposes the change has to know it."
    return [
        Problem(f"{path}.{f.code}", HIDDEN, f"the whole {f.label.lower()}, typed again", hint)
        for f in collection.fields
        if held.get(f.code)
        and f.sealed(held)
        and not f.sealed(item)
        and item.get(f.code) == held.get(f.code)
    ]


def _clean(attribute: Attribute, text: str, item: Mapping[str, str], resolve: Resolve) -> str:
    if HIDDEN in text:
        raise Invalid(
            text, f"the whole {attribute.label.lower()}", "A masked value cannot be edited in part."
        )
    if attribute.kind is Kind.REFERENCE:
        return resolve(attribute, text.strip())
    return cleaning.clean_beside(attribute, text, item)
