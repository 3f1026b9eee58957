"""Two sides beside their result, attribute by attribute: what the rules take, what was picked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from matching.web.sides import Side
from mdm import merging, vault
from mdm.domains.patch import Patch
from mdm.domains.spec import Attribute, Collection, Domain
from mdm.queries.words import Words

PICK = "pick:"
DIFFERENT, KEPT, EQUAL, EMPTY = "different", "kept", "equal", "empty"
"""The result may become the other value; only what stays has one; both say the same; neither."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One side's value; `against` is the other's, so that their differing letters are marked."""

    letter: str
    value: str
    against: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One attribute or item; `fixed` when there is nothing to choose."""

    name: str
    label: str
    state: str
    value: str
    how: str
    by_hand: bool
    picks: list[Pick]
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Merging:
    """The whole view, and the values that were picked against the rules."""

    rows: list[Row]
    picks: Patch = field(default_factory=dict)

    def count(self, state: str) -> int:
        """How many rows differ, are equal or empty."""
        return sum(1 for row in self.rows if row.state == state)

    def shown(self, states: set[str]) -> list[Row]:
        """The rows of some states."""
        return [row for row in self.rows if row.state in states]


def merged(
    domain: Domain, a: Side, b: Side, *, survivor: str, chosen: Mapping[str, str]
) -> Merging:
    """The view of two sides; `chosen` says per attribute "A" or "B" where a person picked."""
    words = Words(domain).learn(a.values, b.values)
    stays, goes = (a, b) if survivor == a.letter else (b, a)
    rows: list[Row] = []
    picks: Patch = {}
    for attribute in domain.attributes:
        if attribute.code != "code":
            row, value = _row(words, attribute, stays, goes, chosen.get(attribute.code, ""))
            rows.append(row)
            if row.by_hand:
                picks[attribute.code] = value
    for collection in domain.collections:
        rows += _items(words, collection, stays, goes)
    return Merging(rows, picks)


def _row(
    words: Words, attribute: Attribute, stays: Side, goes: Side, chosen: str
) -> tuple[Row, str]:
    """One attribute: the survivor's value, the other's where it has none, or what was picked."""
    mine, other = (side.values.get(attribute.code, "") for side in (stays, goes))
    by_rule = stays.letter if mine or not other else goes.letter
    letter = chosen if chosen in (stays.letter, goes.letter) else by_rule
    value = mine if letter == stays.letter else other
    texts = {stays.letter: words.say(attribute, mine), goes.letter: words.say(attribute, other)}
    state = _state(mine, other)
    by_hand = state == DIFFERENT and letter != by_rule
    how = "your pick" if by_hand else _how(state, mine, goes)
    row = Row(
        name=f"{PICK}{attribute.code}",
        label=attribute.label,
        state=state,
        value=texts[letter],
        how=how,
        by_hand=by_hand,
        picks=_picks(texts, letter),
        fixed=state != DIFFERENT,
    )
    return row, value


def _state(mine: str, other: str) -> str:
    if mine == other:
        return EQUAL if mine else EMPTY
    return DIFFERENT if other else KEPT


def _how(state: str, mine: Any, goes: Side) -> str:
    """Which rule the result comes from."""
    if state != DIFFERENT:
        return ""
    return "the survivor's" if mine else f"only {goes.letter} has it"


def _picks(texts: Mapping[str, str], chosen: str) -> list[Pick]:
    return [
        Pick(letter, texts[letter], texts["B" if letter == "A" else "A"], letter == chosen)
        for letter in ("A", "B")
    ]


def _items(words: Words, collection: Collection, stays: Side, goes: Side) -> Iterator[Row]:
    """Items are never lost: those of both sides are kept, the same one once."""
    held = {
        side.letter: {
            merging.identity(collection, item): item
            for item in side.values.get(collection.code) or []
        }
        for side in (stays, goes)
    }
    both = dict.fromkeys([*held[stays.letter], *held[goes.letter]])
    for key in both:
        mine, other = held[stays.letter].get(key), held[goes.letter].get(key)
        texts = {
            stays.letter: _said(words, collection, mine),
            goes.letter: _said(words, collection, other),
        }
        state = _state(texts[stays.letter], texts[goes.letter])
        how = "the survivor's" if mine and other else f"comes along from {goes.letter}"
        letter = stays.letter if mine else goes.letter
        yield Row(
            name="",
            label=collection.singular,
            state=state,
            value=texts[letter],
            how=how if state == DIFFERENT else "",
            by_hand=False,
            picks=_picks(texts, letter if state == DIFFERENT else ""),
            fixed=True,
        )


def _said(words: Words, collection: Collection, item: dict[str, str] | None) -> str:
    if not item:
        return ""
    masked: Any = vault.mask_values(words.kind, {collection.code: [item]})[collection.code][0]
    return ", ".join(text for _, text in words.item(collection, masked))
