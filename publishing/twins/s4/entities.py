"""SAP's entities as the contract lists them: fields, keys, verbs, and who belongs to whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from publishing.twins import contracts

BLANK: Mapping[str, Any] = {"String": "", "Boolean": False, "Byte": 0, "Int16": 0, "Int32": 0}


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: str
    longest: int | None
    creatable: bool
    updatable: bool

    @property
    def is_moment(self) -> bool:
        return self.type in {"DateTime", "DateTimeOffset"}


@dataclass(frozen=True, slots=True)
class Navigation:
    name: str
    target: str
    many: bool
    down: bool  # to what belongs to the entity, not to what it belongs to


@dataclass(slots=True)
class Entity:
    """An entity type, which is also the name of its set."""

    service: str
    name: str
    key: tuple[str, ...]
    verbs: frozenset[str]
    fields: Mapping[str, Field]
    navigation: Mapping[str, Navigation]
    owner: str = ""
    blank: dict[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return f"s4.{self.name}"

    @property
    def down(self) -> list[Navigation]:
        return [one for one in self.navigation.values() if one.down]


@cache
def service(name: str) -> Mapping[str, Entity]:
    """The entities of a contract file, each knowing its owner."""
    listed = contracts.entities("sap-s4hana", name)
    _borrow_keys(listed["entities"])
    found = {
        entity: _entity(listed["service"].partition(";")[0], entity, facts)
        for entity, facts in listed["entities"].items()
    }
    for entity in found.values():
        for way in entity.down:
            found[way.target].owner = found[way.target].owner or entity.name
    return found


def _borrow_keys(listed: Mapping[str, Any]) -> None:
    """A text's key is also its owner's; the contract tells the type of it there only."""
    known = {name: text for facts in listed.values() for name, text in facts["fields"].items()}
    for facts in listed.values():
        for name in facts["key"]:
            facts["fields"].setdefault(name, known[name])


def _entity(service_name: str, name: str, facts: Mapping[str, Any]) -> Entity:
    fields = {one: _field(one, text) for one, text in facts["fields"].items()}
    return Entity(
        service=service_name,
        name=name,
        key=tuple(facts["key"]),
        verbs=frozenset(facts["verbs"]),
        fields=fields,
        navigation={way: _navigation(name, way, text) for way, text in facts["navigation"].items()},
        blank={one: BLANK.get(that.type) for one, that in fields.items()},
    )


def _field(name: str, text: str) -> Field:
    kind, _, flag = text.partition(" ")
    word, _, length = kind.rstrip(")").partition("(")
    return Field(
        name,
        word,
        int(length) if length else None,
        creatable=flag != "read-only",
        updatable=not flag,
    )


def _navigation(owner: str, name: str, text: str) -> Navigation:
    target, multiplicity = text.split()
    down = multiplicity != "1" and target != owner
    return Navigation(name, target, many=multiplicity == "*", down=down)
