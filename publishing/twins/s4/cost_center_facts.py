"""The cost center's entities: V4 as the contract writes them, V2 as the read service shows them."""

from collections.abc import Iterator, Mapping
from typing import Any

from publishing.twins import contracts
from publishing.twins.checks import compiled
from publishing.twins.s4 import moments
from publishing.twins.s4.entities import Entity, Field, service
from publishing.twins.s4.writing import etag
from publishing.twins.store import Held, Store

SCHEMA = contracts.schema("sap-s4hana", "cost-center.request")
KEY = ("ControllingArea", "CostCenter", "ValidityEndDate")
TEXT_KEY = ("ControllingArea", "CostCenter", "Language", "ValidityEndDate")
DATES = frozenset({"ValidityStartDate", "ValidityEndDate"})
READ = service("cost-center")


def _v4_entity(name: str, key: tuple[str, ...], properties: Mapping[str, Any]) -> Entity:
    fields = {
        one: Field(one, "Date" if one in DATES else "String", None, creatable=True, updatable=True)
        for one in properties
        if one != "_Text"
    }
    blank = {one: None if one in DATES else "" for one in fields}
    return Entity("costcenter", name, key, frozenset(), fields, {}, blank=blank)


TEXT_SCHEMA = SCHEMA["properties"]["_Text"]["items"]
TEXT_PROPERTIES = {
    **{name: SCHEMA["properties"][name] for name in KEY},
    **TEXT_SCHEMA["properties"],
}
CENTER = _v4_entity("A_CostCenter_2", KEY, SCHEMA["properties"])
TEXT = _v4_entity("A_CostCenterText_2", TEXT_KEY, TEXT_PROPERTIES)
CHECK = compiled(SCHEMA, closed=True)
CHECK_TEXT = compiled({**TEXT_SCHEMA, "properties": TEXT_PROPERTIES}, closed=True)


def shown_v4(held: Held) -> dict[str, Any]:
    entity = CENTER if held.kind == CENTER.kind else TEXT
    return {"@odata.etag": etag(held), **entity.blank, **held.document}


def read_centers(store: Store) -> Iterator[dict[str, Any]]:
    """As the V2 read service shows them."""
    return (_v2(READ["A_CostCenter"], held.document) for held in store.every(CENTER.kind))


def read_texts(store: Store) -> Iterator[dict[str, Any]]:
    return (_v2(READ["A_CostCenterText"], held.document) for held in store.every(TEXT.kind))


def _v2(entity: Entity, document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _v2_value(name, document.get(name, blank)) for name, blank in entity.blank.items()
    }


def _v2_value(name: str, value: Any) -> Any:
    if name in DATES:
        return moments.as_json(moments.of_iso(value) or 0) if value else None
    if isinstance(value, bool):
        return "X" if value else ""
    return value
