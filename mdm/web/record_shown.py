"""A record's values as its page shows them: groups of fields, items of collections, provenance.

Values come in as they are stored; whatever is sealed leaves masked, except the items in `revealed`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from mdm import vault
from mdm.domains import patch as patches
from mdm.domains.spec import Attribute, Collection, Kind, Subject, Values, never
from mdm.lineage import Provenance
from mdm.queries import words as say
from mdm.queries.words import Words
from mdm.survivorship import Hold
from mdm.web.page import row_url

MOST_COLUMNS = 4
CODES = frozenset({"code", "duns", "lei", "number", "bic", "routing_number"})
"""What is written in monospace: it is compared letter by letter."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One value in words, with where it comes from."""

    label: str
    value: str
    url: str = ""
    is_code: bool = False
    source: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Values under one heading; what is empty and what is "no" is only named."""

    label: str
    fields: list[Shown]
    empty: list[str]
    unset: list[str]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a collection."""

    id: str
    path: str
    cells: list[Shown]
    badges: list[str]
    is_sealed: bool
    is_revealed: bool
    source: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Items:
    """A collection: as a table when its items have few fields, else as cards."""

    code: str
    label: str
    singular: str
    columns: list[str]
    items: list[Item] = field(default_factory=list)

    @property
    def is_table(self) -> bool:
        """Whether its fields fit beside each other."""
        beside = any(item.badges for item in self.items)
        return len(self.columns) + beside <= MOST_COLUMNS

    @property
    def is_tags(self) -> bool:
        """Whether an item is one word."""
        return len(self.columns) == 1 and not any(item.is_sealed for item in self.items)


class Showing:
    """How one record's values are shown."""

    def __init__(
        self,
        kind: Subject,
        values: Values,
        provenance: Mapping[str, Provenance] | None = None,
        revealed: Sequence[str] = (),
        words: Words | None = None,
        *,
        may_pin: bool = False,
    ) -> None:
        self.kind = kind
        self.values = values
        self.provenance = provenance or {}
        self.revealed = frozenset(revealed)
        self.may_pin = may_pin and kind.is_domain
        self.words = words or Words(kind).learn(values, *_former(kind, self.provenance))
        self.people = say.accounts(
            {
                name
                for p in self.provenance.values()
                for name in (p.source, *p.approved_by, *p.choice_approved_by)
            }
        )

    def bare(self) -> list[str]:
        """What the record could have and has nothing of."""
        groups = [group.label for group in self.groups()[1:] if not group.fields]
        return groups + [c.label for c in self.kind.collections if not self.values.get(c.code)]

    def groups(self) -> list[Group]:
        """The scalar values by heading."""
        return [self._group(label) for label in self.kind.groups()]

    def _group(self, label: str) -> Group:
        own = [a for a in self.kind.attributes if a.group == label]
        filled = [a for a in own if self.values.get(a.code)]
        lacking = [a for a in own if not self.values.get(a.code)]
        return Group(
            label,
            [self._field(a) for a in filled],
            [a.label for a in lacking if a.kind is not Kind.FLAG],
            [a.label for a in lacking if a.kind is Kind.FLAG],
        )

    def _field(self, attribute: Attribute) -> Shown:
        value = self.values[attribute.code]
        return Shown(
            attribute.label,
            self.words.say(attribute, value),
            self.words.link(attribute, value),
            is_code=attribute.code in CODES,
            source=self._source([(attribute.code, attribute)]),
        )

    def collections(self) -> list[Items]:
        """The collections, those without items too."""
        return [self._items(collection) for collection in self.kind.collections]

    def _items(self, collection: Collection) -> Items:
        held = self.values.get(collection.code) or []
        fields = [f for f in collection.fields if any(item.get(f.code) for item in held)]
        in_columns = [f for f in fields if not _is_badge(f)]
        return Items(
            collection.code,
            collection.label,
            collection.singular,
            [f.label for f in in_columns],
            [self._item(collection, item, fields) for item in held],
        )

    def _item(
        self, collection: Collection, item: Mapping[str, str], fields: Sequence[Attribute]
    ) -> Item:
        path = f"{collection.code}[{item['id']}]"
        is_revealed = path in self.revealed
        shown = [f for f in fields if not _is_badge(f)]
        return Item(
            id=item["id"],
            path=path,
            cells=[self._cell(f, item, is_revealed=is_revealed) for f in shown],
            badges=[b for f in fields if _is_badge(f) for b in _badges(f, item)],
            is_sealed=any(_secret(f, item) and item.get(f.code) for f in collection.fields),
            is_revealed=is_revealed,
            source=self._source([(f"{path}.{f.code}", f) for f in fields]),
        )

    def _cell(self, declared: Attribute, item: Mapping[str, str], *, is_revealed: bool) -> Shown:
        value = item.get(declared.code, "")
        if value and _secret(declared, item):
            opened = vault.unseal(value) if is_revealed else vault.mask(value)
            return Shown(declared.label, opened, is_code=True)
        url = self.words.link(declared, value)
        return Shown(declared.label, self.words.say(declared, value), url, declared.code in CODES)

    def _source(self, paths: Sequence[tuple[str, Attribute]]) -> dict[str, Any] | None:
        """Where a value, or the fields of an item, come from, as the popover shows it."""
        found = [
            (attribute, self.provenance[path])
            for path, attribute in paths
            if path in self.provenance
        ]
        if not found:
            return None
        newest = max((p for _, p in found), key=lambda p: p.version)
        is_one = len(paths) == 1
        rows = [row for a, p in found for row in self._rows(a, p, labelled=not is_one)]
        if not is_one and len({(p.source, p.version) for _, p in found}) == 1:
            rows = [row | {"from": "", "when": None} for row in rows]  # the note says it once
        return {
            "by": self._by(newest),
            "name": self.people.get(newest.source, newest.source),
            "title": newest.rule,
            "rows": rows,
            "note": self._note(newest),
            "choice": self._choice(newest),
            "life_url": self._life_url(paths[0][0], is_one=is_one),
            "pin_url": self._pin_url(paths[0][0], is_one=is_one),
        }

    def _by(self, found: Provenance) -> str:
        if found.hold and found.hold != Hold.CHANGE:
            return "steward"
        return "person" if found.source in self.people else "source"

    def _choice(self, found: Provenance) -> str:
        """What stands behind it: how far the source is believed, or who chose it and why."""
        on = say.day(found.said_since.date().isoformat()) if found.said_since else ""
        if not found.hold:
            dated = f" since {on}, by its own date" if on else ", and gives no date of its own"
            trust = f" Trust {found.trust:.0f}." if found.trust is not None else ""
            rule = f" Rule {found.rule_code}." if found.rule_code not in ("", "default") else ""
            return f"The source says so{dated}.{trust}{rule}"
        if not found.chosen_by:
            return ""
        who = self.people.get(found.source, found.source)
        why = f": “{found.why}”" if found.why else ""
        by = ""
        if found.chosen_by != found.change:  # else the note says it
            by = self._approved(found.choice_approved_by)
        return f"Chosen by {who} on {on} with {found.chosen_by}{by}{why}."

    def _approved(self, names: Sequence[str]) -> str:
        said = [self.people.get(name) or name for name in names]
        return f", approved by {say.listing(said)}" if said else ""

    def _pin_url(self, path: str, *, is_one: bool) -> str:
        """The form in which it is pinned, or its pin is taken back, for somebody who may."""
        golden_id = self.values.get("golden_id")
        if not (self.may_pin and golden_id) or path in ("code", "status"):
            return ""
        wanted = path if is_one else path.rpartition(".")[0]
        anchor = f"id_{path}-field" if is_one else f"c-{patches.parse(path).code}"
        return f"{row_url(self.kind, golden_id, 'propose')}?pin={quote(wanted)}#{anchor}"

    def _life_url(self, path: str, *, is_one: bool) -> str:
        """Where every change of a value, or of an item, is told."""
        golden_id = self.values.get("golden_id")
        wanted = path if is_one else path.rpartition(".")[0]
        history = row_url(self.kind, golden_id, "history") if golden_id else ""
        return f"{history}?path={quote(wanted)}" if history else ""

    def _rows(
        self, declared: Attribute, found: Provenance, *, labelled: bool
    ) -> list[dict[str, Any]]:
        said = [(found.value, found.source, found.said_since)]  # the source's own date
        lost = [] if labelled else found.losing
        said += [(one.value, one.source, one.since) for one in lost]
        return [
            {
                "value": f"{declared.label}: {text}" if labelled else text,
                "from": self.people.get(source, source),
                "when": when,
            }
            for value, source, when in said
            if (text := self._words_of(declared, value)) or not labelled
        ]

    def _words_of(self, declared: Attribute, value: str) -> str:
        return vault.mask(value) if vault.is_sealed(value) else self.words.say(declared, value)

    def _note(self, found: Provenance) -> str:
        approved = self._approved(found.approved_by)
        since = f" since {say.day(found.since.date().isoformat())}" if found.since else ""
        return f"In force{since}, version {found.version}. {found.change}{approved}."


def _secret(declared: Attribute, item: Mapping[str, str]) -> bool:
    return vault.is_sealed(item.get(declared.code)) or (
        declared.sealed is not never and declared.sealed(item)
    )


def _is_badge(declared: Attribute) -> bool:
    return declared.kind in (Kind.FLAG, Kind.SET)


def _badges(declared: Attribute, item: Mapping[str, str]) -> list[str]:
    value = item.get(declared.code, "")
    if not value:
        return []
    if declared.kind is Kind.FLAG:
        return [declared.label]
    return say.said(declared, value).split(", ")


def _former(kind: Subject, provenance: Mapping[str, Provenance]) -> list[Values]:
    """Values that lost, so that the names of what they refer to are known as well."""
    result: list[Values] = []
    for path, found in provenance.items():
        if kind.attribute(path) is not None:
            result += [{path: lost.value} for lost in found.losing]
    return result
