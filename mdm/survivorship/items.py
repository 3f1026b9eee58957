"""Collections of items: the union of what sources list, or one source's list whole. Pure.

An item survives as a unit, from one source; a person's pick may then stand over single fields of
it. Items of different sources are one when their identity is the same; the golden item keeps the id
of whoever listed it first, and a person's own items come before all.
"""

from collections.abc import Collection as Container
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mdm.domains import patch as patches
from mdm.domains.spec import Collection
from mdm.merging import free, identity
from mdm.survivorship.facts import Item, Pick, Said, Voice
from mdm.survivorship.golden import Losing, Reason, holds
from mdm.survivorship.ranking import Contender, contenders, deciding, ranked
from mdm.survivorship.rules import Rule, Rules

Picks = Mapping[str, Pick]


@dataclass
class Group:
    """What is one item: who lists it, and what a person picked of it."""

    id: str
    said: list[tuple[Voice, Said]] = field(default_factory=list)
    same_as: set[tuple[str, ...]] = field(default_factory=set)

    def has(self, source: str) -> bool:
        """Whether the source lists it already; no source lists an item twice."""
        return any(voice.source == source for voice, _ in self.said)


def survive(
    collection: Collection,
    heard: Sequence[Voice],
    picks: Picks,
    rules: Rules,
    day: date,
    flawed: Container[str],
) -> tuple[list[Item], dict[str, Reason]]:
    """The golden items of a collection, and the reason for each non-empty field of them."""
    about = (collection.code, collection.group)
    rule = rules.rule(*about)
    speaking = [voice for voice in heard if collection.code in voice.lists]
    if rule.is_whole:
        lists = [(v, v.lists[collection.code]) for v in speaking if v.lists[collection.code].value]
        inorder = ranked(contenders(lists, rules, about, day, flawed), rule)
        speaking = [inorder[0].voice] if inorder else []
    found: list[Item] = []
    reasons: dict[str, Reason] = {}
    for group in _groups(collection, speaking, picks):
        inorder = ranked(contenders(group.said, rules, about, day, flawed), rule)
        one = _Unit(collection, group, inorder, rule, day, picks)
        if (item := one.item()) is not None:
            found.append(item)
            reasons |= one.reasons(item)
    return found, reasons


def _groups(collection: Collection, speaking: Sequence[Voice], picks: Picks) -> list[Group]:
    """The items that there are, each with everybody who lists it."""
    groups: dict[str, Group] = {}
    for path, pick in picks.items():
        if isinstance(pick.value, Mapping):
            at = patches.parse(path).item
            groups[at] = Group(at)
            _known_as(collection, groups[at], {**pick.value, "id": at}, picks)
    for voice in speaking:
        for said in voice.items.get(collection.code, {}).values():
            group = _place(collection, groups, voice, said.value)
            group.said.append((voice, said))
            _known_as(collection, group, said.value, picks)
    return list(groups.values())


def _place(collection: Collection, groups: dict[str, Group], voice: Voice, item: Item) -> Group:
    named = groups.get(item["id"])
    if named is not None and not named.has(voice.source):
        return named
    same = identity(collection, item)
    if any(same):
        for group in groups.values():
            if same in group.same_as and not group.has(voice.source):
                return group
    at = free(item["id"], groups)
    groups[at] = Group(at)
    return groups[at]


def _known_as(collection: Collection, group: Group, item: Item, picks: Picks) -> None:
    """What makes other items the same as this one: as it is said, and as people corrected it."""
    prefix = f"{collection.code}[{group.id}]."
    corrected = {p.removeprefix(prefix): k.value for p, k in picks.items() if p.startswith(prefix)}
    for one in (item, {**item, **corrected}):
        if any(same := identity(collection, one)):
            group.same_as.add(same)


@dataclass
class _Unit:
    """One golden item: the best source's, with what a person picked over it."""

    collection: Collection
    group: Group
    inorder: Sequence[Contender]
    rule: Rule
    day: date
    picks: Picks

    @property
    def at(self) -> str:
        return f"{self.collection.code}[{self.group.id}]"

    @property
    def best(self) -> Said | None:
        return self.inorder[0].said if self.inorder else None

    def _holds(self, pick: Pick | None, changed_at: Any) -> bool:
        spoke_at = max((said.spoke_at for _, said in self.group.said), default=None)
        return pick is not None and holds(pick, self.day, changed_at=changed_at, spoke_at=spoke_at)

    def whole(self) -> Pick | None:
        """The pick of the item as a whole that still holds: what it is, or that it is gone."""
        pick = self.picks.get(self.at)
        return pick if self._holds(pick, self.best.changed_at if self.best else None) else None

    def inside(self, code: str) -> Pick | None:
        """The pick of one field that still holds."""
        pick = self.picks.get(f"{self.at}.{code}")
        changed_at = self.best.fields.get(code) if self.best else None
        return pick if self._holds(pick, changed_at) else None

    def item(self) -> Item | None:
        """The item; None when it is gone."""
        whole = self.whole()
        if whole is not None and whole.value is None:
            return None
        base = whole.value if whole is not None else self.best.value if self.best else None
        if base is None:
            return None
        item = {code: text for code, text in base.items() if text and code != "id"}
        for f in self.collection.fields:
            if (pick := self.inside(f.code)) is not None:
                item[f.code] = pick.value
        return {"id": self.group.id} | {code: text for code, text in item.items() if text}

    def reasons(self, item: Item) -> dict[str, Reason]:
        """Why each field of the item is what it is."""
        whole = self.whole()
        found: dict[str, Reason] = {}
        for code in (code for code in item if code != "id"):
            pick = self.inside(code) or whole
            found[f"{self.at}.{code}"] = self._reason(code, item[code], pick)
        return found

    def _reason(self, code: str, value: str, pick: Pick | None) -> Reason:
        said = [(c, c.value.get(code, "")) for c in self.inorder]
        losing = tuple(
            Losing(text, c.voice.source, c.said.since) for c, text in said if text and text != value
        )
        if pick is not None:
            return Reason(
                value, pick.by, since=pick.at, hold=pick.hold, until=pick.until, losing=losing
            )
        first = self.inorder[0]
        return Reason(
            value,
            first.voice.source,
            first.voice.system,
            deciding(self.inorder, self.rule),
            self.rule.code,
            first.said.since,
            losing=losing,
            trust=first.trust,
        )
