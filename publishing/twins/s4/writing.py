"""Create (deep), change and delete of V2 entities, each with its own version and ETag."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from publishing.twins.s4 import errors, verifying
from publishing.twins.s4.addresses import key_of
from publishing.twins.s4.entities import Entity, Navigation
from publishing.twins.s4.rules import Document, Rules
from publishing.twins.store import Held, Store
from publishing.twins.wire import Request

MOBILE = "to_MobilePhoneNumber"
MATCH_MISSING = "Header if-match required"
PROJECT_MATCH_MISSING = "Precondition required for action in entity {} (If-Match missing)"


@dataclass(frozen=True, slots=True)
class Service:
    """One V2 service at work: where its objects are, which entities and rules it has."""

    store: Store
    entities: Mapping[str, Entity]
    rules: Rules


# --- ETags --------------------------------------------------------------------------------------


def etag(held: Held) -> str:
    seed = f"{held.kind}:{held.key}:{held.seq}:{held.version}"
    return f"W/\"'{hashlib.blake2b(seed.encode(), digest_size=13).hexdigest().upper()}'\""


def require_match(service: Service, request: Request, held: Held) -> None:
    """428 without If-Match, 412 with one that is not the entity's."""
    sent = request.header("if-match").strip()
    entity = held.kind.removeprefix("s4.")
    if not sent:
        if service.rules.only_any_match:
            text = PROJECT_MATCH_MISSING.format(entity)
            raise errors.v2(428, "SADL_ENTITY_RUNTIME/006", text)
        raise errors.v2(428, errors.NO_MATCH_HEADER, MATCH_MISSING)
    if sent == "*":
        return
    if service.rules.only_any_match:
        text = "Runtime Error: ASSERTION_FAILED (If-Match must be *)"
        raise errors.v2(500, errors.TECHNICAL, text)
    if etag(held) not in [one.strip() for one in sent.split(",")]:
        raise errors.v2(412, errors.STALE, "Precondition failed")


# --- create -------------------------------------------------------------------------------------


def create(service: Service, entity: Entity, body: Document, parent: Held | None) -> Held:
    """The entity and everything nested in the body, or nothing."""
    held = _insert(service, entity, body, parent, at="")
    root = root_of(service, held)
    service.rules.settle(service.store, root)
    _touch(service, root, held)
    return held


def _insert(
    service: Service, entity: Entity, body: Document, parent: Held | None, *, at: str
) -> Held:
    verifying.fields(entity, body, creating=True, at=at)
    flat = {
        name: value
        for name, value in body.items()
        if name not in entity.navigation and value is not None
    }
    service.rules.prepare(service.store, entity, flat, parent)
    verifying.customised(flat, at=at)
    service.rules.examine(service.store, entity, flat, parent)
    key = key_of(entity, flat)
    if service.store.get(entity.kind, key) is not None:
        text = f"{entity.name} {key} already exists"
        raise errors.v2(400, errors.BUSINESS, text, at.rstrip("/"))
    code = parent.code if parent else str(flat.get(service.rules.code_field, ""))
    held = service.store.insert(
        entity.kind,
        key,
        flat,
        parent=parent.key if parent else "",
        code=code,
        name=_unique_name(service, entity, flat),
        alias=str(flat.get("AddressID", "")),
    )
    for way in entity.down:
        _insert_nested(service, way, body, held, at=at)
    return held


def _insert_nested(
    service: Service, way: Navigation, body: Document, held: Held, *, at: str
) -> None:
    value = body.get(way.name)
    if value is None:
        return
    target, inner_at = service.entities[way.target], f"{at}{way.name}/"
    items = value if way.many else [value]
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        text = f"Property '{at}{way.name}' has an invalid value"
        raise errors.v2(400, errors.BUSINESS, text, f"{at}{way.name}")
    for item in items:
        _insert(service, target, as_nested(way, item), held, at=inner_at)


def _unique_name(service: Service, entity: Entity, document: Document) -> str:
    return str(document.get(service.rules.names.get(entity.name, ""), ""))


def as_nested(way: Navigation, item: Document) -> Document:
    """A mobile number is a phone number of type 3."""
    return {"PhoneNumberType": "3", **item} if way.name == MOBILE else item


# --- change and delete --------------------------------------------------------------------------


def change(service: Service, entity: Entity, held: Held, body: Document) -> bool:
    """Whether anything is different now."""
    verifying.fields(entity, body, creating=False)
    for name in entity.key:
        if name in body and body[name] != held.document.get(name):
            text = f"Key property '{name}' cannot be changed"
            raise errors.v2(400, errors.BUSINESS, text, name)
    both = {**held.document, **body}
    document = {name: value for name, value in both.items() if value is not None}
    if document == held.document:
        return False
    verifying.customised(body)
    parent = parent_of(service, held)
    service.rules.examine(service.store, entity, document, parent)
    code = str(document.get(service.rules.code_field, "")) if parent is None else held.code
    name = _unique_name(service, entity, document)
    service.store.update(held, document, code=code, name=name)
    root = root_of(service, held)
    service.rules.settle(service.store, root)
    _touch(service, root, held)
    return True


def delete(service: Service, held: Held) -> None:
    root = root_of(service, held)
    _delete_below(service, held)
    if root.seq != held.seq:
        service.rules.settle(service.store, root)
        _touch(service, root, held)


def _delete_below(service: Service, held: Held) -> None:
    for way in entity_of(service, held).down:
        for child in service.store.children(service.entities[way.target].kind, held.key):
            _delete_below(service, child)
    service.store.delete(held)


# --- who belongs to whom ------------------------------------------------------------------------


def entity_of(service: Service, held: Held) -> Entity:
    return service.entities[held.kind.removeprefix("s4.")]


def parent_of(service: Service, held: Held) -> Held | None:
    owner = entity_of(service, held).owner
    return service.store.get(f"s4.{owner}", held.parent) if owner else None


def root_of(service: Service, held: Held) -> Held:
    above = parent_of(service, held)
    return held if above is None else root_of(service, above)


def _touch(service: Service, root: Held, held: Held) -> None:
    """The date of the last change is the whole object's; its ETag is not."""
    if root.seq != held.seq:
        service.store.touch(root)


def find_parent(service: Service, entity: Entity, body: Mapping[str, Any]) -> Held | None:
    """The object a new part belongs to, from the keys its body names."""
    owner = service.entities[entity.owner]
    if set(owner.key) <= set(body):
        return service.store.get(owner.kind, key_of(owner, body))
    if "AddressID" in body:  # unique by itself, and all that e-mail and phone numbers name
        return service.store.first(owner.kind, alias=str(body["AddressID"]))
    return None
