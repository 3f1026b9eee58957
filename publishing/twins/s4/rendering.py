"""V2 entities as JSON: metadata, every property, deferred or expanded parts."""

from collections.abc import Iterable, Mapping
from typing import Any

from publishing.twins.s4.addresses import predicate
from publishing.twins.s4.entities import Entity, Navigation
from publishing.twins.s4.writing import MOBILE, Service, etag
from publishing.twins.store import Held

Tree = dict[str, Any]  # what to expand below what


def tree(text: str) -> Tree:
    """`to_A/to_B,to_C` as nested names."""
    found: Tree = {}
    for path in filter(None, (part.strip() for part in text.split(","))):
        branch = found
        for step in path.split("/"):
            branch = branch.setdefault(step, {})
    return found


def values(service: Service, entity: Entity, held: Held) -> dict[str, Any]:
    """Every property, those nobody set included."""
    derived = service.rules.derived(service.store, entity, held)
    return {**entity.blank, **held.document, **derived}


def shown(
    service: Service, held: Held, base: str, *, expand: Tree, chosen: Iterable[str] = ()
) -> dict[str, Any]:
    entity = service.entities[held.kind.removeprefix("s4.")]
    uri = f"{base}/{entity.name}({predicate(entity, held.document)})"
    body: dict[str, Any] = {
        "__metadata": {
            "id": uri,
            "uri": uri,
            "type": f"{entity.service}.{entity.name}Type",
            "etag": etag(held),
        },
        **values(service, entity, held),
    }
    for way in entity.navigation.values():
        if way.name in expand:
            body[way.name] = _expanded(service, held, way, base, expand[way.name])
        else:
            body[way.name] = {"__deferred": {"uri": f"{uri}/{way.name}"}}
    return _chosen(body, set(chosen))


def _expanded(
    service: Service, held: Held, way: Navigation, base: str, below: Mapping[str, Any]
) -> Any:
    parts = [shown(service, part, base, expand=dict(below)) for part in related(service, held, way)]
    if way.many:
        return {"results": parts}
    return parts[0] if parts else None


def related(service: Service, held: Held, way: Navigation) -> list[Held]:
    """The objects a navigation leads to."""
    target = service.entities[way.target]
    if not way.down:
        owner = service.store.get(target.kind, held.parent)
        return [owner] if owner else []
    parts = service.store.children(target.kind, held.key)
    if target.name == "A_AddressPhoneNumber":
        mobile = way.name == MOBILE
        parts = [part for part in parts if (part.document.get("PhoneNumberType") == "3") is mobile]
    return parts


def _chosen(body: dict[str, Any], names: set[str]) -> dict[str, Any]:
    if not names or "*" in names:
        return body
    kept = {name.partition("/")[0] for name in names} | {"__metadata"}
    return {name: value for name, value in body.items() if name in kept}
