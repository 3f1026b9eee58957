"""Several records beside what they would come to, row by row, with what may be picked."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mdm import merging, vault
from mdm.changes.plans import MergePlan
from mdm.domains import patch as patches
from mdm.domains.spec import Attribute, Collection, Domain, Values
from mdm.queries.words import Words
from mdm.survivorship.joining import Side


class Joined(Protocol):
    """A merge as it is shown: the survivor before it and after it."""

    @property
    def kind(self) -> Domain:
        """The domain of the records."""

    @property
    def before(self) -> Side:
        """The survivor before it."""

    @property
    def after(self) -> Side:
        """The survivor after it."""


PICK, ITEM, HAND, WAS = "pick:", "item:", "hand:", "was:"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Pick:
    """One member's value of a row; `against` is the result, so that differing letters show."""

    letter: str
    value: str
    against: str
    chosen: bool
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One attribute or item, as the merge component takes it."""

    name: str
    label: str
    value: str
    how: str
    by_hand: bool
    picks: list[Pick]
    fixed: bool
    was: str = ""  # the field that says which letter is ticked without anybody's pick
    default: str = ""  # that letter


@dataclass(frozen=True, slots=True)
class Member:
    """One of the records on the page, under a letter that it keeps; None for one left out."""

    letter: str
    values: Values | None


def picked(sent: Mapping[str, Any], members: Sequence[Member], by_rule: Values) -> patches.Patch:
    """What a person picked of the members' values, as picks of a merge.

    What the rules come to anyway is no pick; nor is what the page had ticked by itself.
    """
    held = {one.letter: one.values for one in members if one.values is not None}
    found: patches.Patch = {}
    for name, value in sent.items():
        kind, _, path = name.partition(":")
        if kind == PICK[:-1] and (values := held.get(str(value))) is not None:
            if sent.get(f"{WAS}{path}", "") == str(value):
                continue
            if values.get(path, "") != by_rule.get(path, ""):
                found[path] = values.get(path, "")
        elif kind == ITEM[:-1] and value == "out":
            found[path] = None
    return found


def mark(bare: MergePlan) -> str:
    """What tells one merge from another before anybody picks: who, and what they come to."""
    rows = [f"{row.pk} {row.version}" for row in (bare.survivor, *bare.losers)]
    comes_to = vault.mask_values(bare.kind, bare.after.values)
    said = json.dumps([rows, comes_to], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def rows(
    plan: Joined, members: Sequence[Member], chosen: patches.Patch, by_rule: Values | None = None
) -> list[Row]:
    """The rows in which the members differ; `by_rule` is what they come to without a pick."""
    words = Words(plan.kind).learn(plan.after.values, *(m.values for m in members if m.values))
    found = [
        _scalar(words, attribute, members, plan, chosen, by_rule or {})
        for attribute in plan.kind.attributes
        if attribute.code != "code" and _differ(attribute.code, members, plan)
    ]
    for collection in plan.kind.collections:
        found += _items(words, collection, members, plan)
    return found


def _differ(code: str, members: Sequence[Member], plan: Joined) -> bool:
    said = {m.values.get(code, "") for m in members if m.values is not None}
    return len({*said, plan.after.values.get(code, "")}) > 1


def _scalar(
    words: Words,
    attribute: Attribute,
    members: Sequence[Member],
    plan: Joined,
    chosen: patches.Patch,
    by_rule: Values,
) -> Row:
    code, result = attribute.code, plan.after.values.get(attribute.code, "")
    value, by_hand = words.say(attribute, result), attribute.code in chosen
    said = {m.letter: m.values.get(code, "") for m in members if m.values is not None}
    holder = next((letter for letter, text in said.items() if text == result), "")
    if by_hand:
        how = "your pick"
    elif plan.before.values.get(code, "") == result:
        how = "the survivor's"
    else:
        how = f"by rule, from {holder}" if holder else "by rule"
    picks = [
        _pick(m, words.say(attribute, said.get(m.letter, "")), value, m.letter == holder)
        for m in members
    ]
    ruled = by_rule.get(code)
    default = next((letter for letter, text in said.items() if text == ruled), "")
    return Row(
        f"{PICK}{code}",
        attribute.label,
        value,
        how,
        by_hand,
        picks,
        len(set(said)) < 2,
        f"{WAS}{code}",
        default,
    )


def _pick(member: Member, text: str, result: str, chosen: bool) -> Pick:
    return Pick(member.letter, text, result, chosen, left_out=member.values is None)


def _items(
    words: Words, collection: Collection, members: Sequence[Member], plan: Joined
) -> Iterator[Row]:
    """Items of all members, the same one once, and what each says of it."""
    code = collection.code
    own = {item["id"] for item in plan.before.values.get(code) or []}
    for item in plan.after.values.get(code) or []:
        texts = {
            m.letter: said(words, collection, merging.same_item(collection, m.values[code], item))
            for m in members
            if m.values is not None
        }
        result = said(words, collection, item)
        if len({*texts.values(), result}) == 1:
            continue
        picks = [
            _pick(m, texts.get(m.letter, ""), result, texts.get(m.letter) == result)
            for m in members
        ]
        how = "the survivor's" if item["id"] in own else "comes along"
        yield Row("", collection.singular, result, how, False, picks, fixed=True)


def said(words: Words, collection: Collection, item: Mapping[str, str] | None) -> str:
    """An item in words, its secrets masked."""
    if not item:
        return ""
    masked: Any = vault.mask_values(words.kind, {collection.code: [dict(item)]})
    return ", ".join(text for _, text in words.item(collection, masked[collection.code][0]))


def brought(plan: MergePlan) -> list[tuple[str, str]]:
    """Items that the losers bring: path and words, to be left out one by one."""
    members = [one.values for one in plan.others]
    words = Words(plan.kind).learn(plan.after.values, *members)
    found = []
    for collection in plan.kind.collections:
        own = {item["id"] for item in plan.before.values.get(collection.code) or []}
        for item in plan.after.values.get(collection.code) or []:
            if item["id"] not in own:
                text = f"{collection.singular}: {said(words, collection, item)}"
                found.append((f"{collection.code}[{item['id']}]", text))
    return found
