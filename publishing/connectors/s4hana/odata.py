"""OData's small print: keys, filters, etags, and things found in an answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from publishing.connectors.compare import things
from publishing.connectors.mapping import Shape


@dataclass(frozen=True, slots=True)
class Entity:
    """One of S/4's entity sets, and how a piece of ours lives in it."""

    shape: Shape
    set: str
    keys: tuple[tuple[str, str], ...]  # property and type: text, guid or date
    own: tuple[str, ...]  # the key properties that make a part's key
    match: tuple[str, ...] = ()  # what pairs a found thing with a piece; nothing: the first one
    removal: str = "leave"  # delete, block or leave
    removed: Mapping[str, Any] = field(default_factory=dict)  # what blocks it when it is removed
    parent: str = ""  # the kind whose key it also carries
    any_etag: bool = False
    is_creatable: bool = True
    is_fixed: bool = False  # all of it is key: it is there or not, and never changed
    action: str = ""  # a function import that sets it, in place of POST and PATCH

    @property
    def kind(self) -> str:
        """The kind of its parts."""
        return self.shape.kind


@dataclass(frozen=True, slots=True)
class Service:
    """One OData service with its entities, the root first."""

    path: str
    version: int
    entities: tuple[Entity, ...]
    identity: tuple[str, ...]  # the root's properties by which our record is found

    @property
    def root(self) -> Entity:
        """The entity a record itself is."""
        return self.entities[0]

    def entity(self, kind: str) -> Entity:
        """The entity of a kind of part."""
        return next(each for each in self.entities if each.kind == kind)

    def has(self, kind: str) -> bool:
        """Whether parts of this kind are things of their own."""
        return any(each.kind == kind for each in self.entities)

    def at(self, entity: Entity, ids: Mapping[str, str]) -> str:
        """The path of one thing."""
        return f"{self.path}/{entity.set}({predicate(entity, ids)})"

    def search(self, values: Mapping[str, Any]) -> str:
        """The path that finds the root by our code, with all that hangs on it."""
        known = [name for name in self.identity if values.get(name)]
        test = " and ".join(f"{name} eq {literal(str(values[name]))}" for name in known)
        return f"{self.path}/{self.root.set}?$filter={quote(test)}&$expand={self.expand()}"

    def expand(self) -> str:
        """Every navigation below the root."""
        paths = [path for path in _navigations(self.root.shape) if path]
        if self.version == 4:
            return ",".join(path for path in paths if "/" not in path)
        return ",".join(paths)


@dataclass(frozen=True, slots=True)
class Found:
    """A thing in an answer."""

    kind: str
    key: str
    etag: str
    values: Mapping[str, Any]
    above: str = ""  # the key of the thing it hangs on


def literal(value: str, kind: str = "text") -> str:
    """A value as a key or a filter writes it."""
    if kind == "guid":
        return f"guid'{value}'"
    return value if kind == "date" else "'" + value.replace("'", "''") + "'"


def predicate(entity: Entity, ids: Mapping[str, str]) -> str:
    """The key of one thing, in parentheses."""
    parts = [
        (name, quote(literal(ids.get(name, ""), kind), safe="'")) for name, kind in entity.keys
    ]
    if len(parts) == 1:
        return parts[0][1]
    return ",".join(f"{name}={value}" for name, value in parts)


def own_key(entity: Entity, values: Mapping[str, Any]) -> str:
    """The key a thing has as a part; empty when the values do not say."""
    found = [values.get(name) for name in entity.own]
    if not found or found[0] in (None, ""):
        return ""
    return "/".join(str(value or "") for value in found)


def own_ids(entity: Entity, key: str) -> dict[str, str]:
    """The key properties that a part's key stands for."""
    return dict(zip(entity.own, key.split("/"), strict=False)) if key else {}


def etag_of(values: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> str:
    """The etag of a thing, from its own body or else the header of its answer."""
    metadata = values.get("__metadata")
    inside = metadata.get("etag") if isinstance(metadata, Mapping) else values.get("@odata.etag")
    return str(inside or (headers or {}).get("etag", "") or "")


def unwrapped(body: Any) -> Any:
    """What an answer carries, out of V2's `d`."""
    return body.get("d", body) if isinstance(body, Mapping) else body


def rows(body: Any) -> list[Mapping[str, Any]]:
    """The things a search found."""
    inner = unwrapped(body)
    if isinstance(inner, Mapping) and isinstance(inner.get("value"), list):
        inner = inner["value"]
    return things(inner)


Follow = Callable[[Entity, Mapping[str, Any], str], Any]


def walk(service: Service, remote: Mapping[str, Any], follow: Follow) -> Iterator[Found]:
    """Every thing in an answer that has an entity here, from the root down."""
    yield from _walk(service, service.root, remote, follow, "")


def _walk(
    service: Service, entity: Entity, values: Mapping[str, Any], follow: Follow, above: str
) -> Iterator[Found]:
    key = own_key(entity, values)
    yield Found(entity.kind, key, etag_of(values), values, above)
    for shape in entity.shape.children:
        if not service.has(shape.kind):
            continue
        below = service.entity(shape.kind)
        if not shape.at:
            yield Found(shape.kind, key, "", values, key)
            continue
        inner = values.get(shape.at)
        if isinstance(inner, Mapping) and "__deferred" in inner:
            inner = unwrapped(follow(entity, values, shape.at))
        for each in things(inner):
            yield from _walk(service, below, each, follow, key)


def _navigations(shape: Shape, above: str = "") -> Iterator[str]:
    for child in shape.children:
        path = f"{above}/{child.at}" if above and child.at else child.at
        yield path
        yield from _navigations(child, path)


def unclaimed(found: Sequence[Found], kind: str, taken: set[tuple[str, str]]) -> list[Found]:
    """The found things of a kind that no piece has been paired with."""
    return [each for each in found if each.kind == kind and (kind, each.key) not in taken]
