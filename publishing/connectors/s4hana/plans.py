"""What has to be done to a record in S/4HANA that is known there: a sum over pieces and parts.

wanted pieces, known parts -> steps: create, update, remove; what is equal is left alone
step                       -> the request that carries it out
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from publishing.connectors.base import Part, PlannedRequest
from publishing.connectors.compare import hash_of
from publishing.connectors.mapping import KEEP, Piece, dig, nested
from publishing.connectors.s4hana.odata import (
    Entity,
    Found,
    Service,
    literal,
    own_ids,
    own_key,
    unclaimed,
)
from publishing.connectors.transforms import same

Place = tuple[str, str, str]
Parts = dict[Place, Part]
BANK_NUMBER = "BankIdentification"
QUOTE = "'"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do to one part."""

    verb: str  # create, update or remove
    entity: Entity
    piece: Piece | None = None
    part: Part | None = None

    @property
    def place(self) -> Place:
        """The part it is about."""
        if self.piece is not None:
            return place_of(self.piece)
        return self.part.place if self.part else ("", self.entity.kind, "")


def place_of(piece: Piece) -> Place:
    """Where a piece is as a part."""
    return piece.scope.legal_entity, piece.shape.kind, piece.scope.part_id


def spread(service: Service, piece: Piece) -> Iterator[tuple[Entity, Piece]]:
    """A piece and those below it that are things of their own, from the top down."""
    if service.has(piece.shape.kind):
        yield service.entity(piece.shape.kind), piece
    for child in piece.children:
        yield from spread(service, child)


def steps(
    service: Service,
    root: Piece,
    parts: Parts,
    *,
    push_all: bool = False,
    only_blocks: bool = False,
) -> list[Step]:
    """What there is to do below and at a root that exists. Blocks go first, their lifting last."""
    todo: list[Step] = []
    wanted = set()
    for entity, piece in spread(service, root):
        place = place_of(piece)
        part = parts.get(place)
        wanted.add(place)
        if only_blocks and not (piece.blocks and part):
            continue
        if part is None or not part.key:
            todo.append(Step("create", entity, piece))
        elif entity is not service.root and _has_moved(entity, piece, part):
            todo += [Step("create", entity, piece), Step("remove", entity, part=part)]
        elif not entity.is_fixed and (push_all or only_blocks or part.landed_hash != piece.hash()):
            todo.append(Step("update", entity, piece, part))
    if not only_blocks:
        todo += _removals(service, parts, wanted)
    lifting = [step for step in todo if step.entity.kind == "supplier" and _lifts(step)]
    return [step for step in todo if step not in lifting] + lifting


def request_of(
    service: Service, step: Step, parts: Parts, *, only_blocks: bool = False
) -> PlannedRequest:
    """The request a step is, with the keys that are known so far."""
    entity, ids = step.entity, _ids(service, step, parts)
    part_id = step.place[2]
    if entity.action and step.piece:
        values = {**ids, **step.piece.values}
        names = [(name, literal(str(values[name]), kind)) for name, kind in entity.keys]
        names += [(name, literal(str(value))) for name, value in step.piece.values.items()]
        query = "&".join(f"{name}={quote(value, safe=QUOTE)}" for name, value in names)
        path = f"{service.path}/{entity.action}?{query}"
        return PlannedRequest(entity.kind, part_id, "POST", path, None)
    if step.verb == "create" and step.piece:
        inherited = {k: ids[k] for k, _ in entity.keys if ids.get(k)}
        body = {**inherited, **nested(step.piece.values), **_above(service, step, parts)}
        path = f"{service.path}/{entity.set}"
        return PlannedRequest(entity.kind, part_id, "POST", path, body)
    path = path_of(service, step, parts)
    if step.verb == "remove":
        if entity.removal == "delete":
            return PlannedRequest(entity.kind, part_id, "DELETE", path, None)
        return PlannedRequest(entity.kind, part_id, "PATCH", path, dict(entity.removed))
    return PlannedRequest(entity.kind, part_id, "PATCH", path, _changed(step, only_blocks))


def path_of(service: Service, step: Step, parts: Parts) -> str:
    """Where the thing of a step is."""
    return service.at(step.entity, _ids(service, step, parts))


def deep(service: Service, piece: Piece) -> dict[str, Any]:
    """The body that creates a root with all that can come with it."""
    body = nested(piece.values)
    for child in piece.children:
        if not child.shape.at or not comes_along(child):
            continue
        inner = deep(service, child)
        if child.shape.many:
            body.setdefault(child.shape.at, []).append(inner)
        else:
            body[child.shape.at] = inner
    return body


def comes_along(piece: Piece) -> bool:
    """Whether a piece can be made together with its root: not below another of its kind."""
    return bool(piece.shape.at) and not piece.scope.item.get("above")


def number_banks(root: Piece, parts: Parts) -> None:
    """Give each bank account its number: the one it has, else the next free one."""
    banks = [child for child in root.children if child.shape.kind == "bank_account"]
    used = {part.key for part in parts.values() if part.kind == "bank_account"}
    for piece in banks:
        part = parts.get(place_of(piece))
        key = part.key if part else ""
        if not key:
            key = next(n for i in range(1, 10000) if (n := f"{i:04d}") not in used)
            used.add(key)
        piece.values[BANK_NUMBER] = key
        piece.create_only.add(BANK_NUMBER)


def pair(
    service: Service,
    root: Piece,
    found: Sequence[Found],
    known: Parts,
    sent: Collection[int] = (),
) -> Parts:
    """The parts that found things are: paired by the key known, else by what they say.

    A piece in `sent` was just taken as it was sent; another part has landed what it now holds.
    """
    paired: Parts = {}
    taken: set[tuple[str, str]] = set()
    for entity, piece in spread(service, root):
        place = place_of(piece)
        free = unclaimed(found, entity.kind, taken)
        if entity.parent and entity.parent != "supplier":
            above = paired.get(("", entity.parent, piece.scope.under))
            free = [each for each in free if above is not None and each.above == above.key]
        mine = known.get(place)
        match = next((each for each in free if mine and each.key == mine.key), None)
        match = match or next((each for each in free if _alike(entity, piece, each)), None)
        if match is None or not match.key:
            continue
        taken.add((entity.kind, match.key))
        landed = piece.hash() if id(piece) in sent else hash_of(piece, match.values)
        paired[place] = Part(entity.kind, match.key, place[2], place[0], match.etag, landed)
    return paired


def _alike(entity: Entity, piece: Piece, found: Found) -> bool:
    return all(same(piece.values.get(name), dig(found.values, name)) for name in entity.match)


def _has_moved(entity: Entity, piece: Piece, part: Part) -> bool:
    """Whether the code that is its key there has become another."""
    natural = own_key(entity, piece.values)
    return bool(natural) and natural != part.key


def _removals(service: Service, parts: Parts, wanted: set[Place]) -> Iterator[Step]:
    for place, part in parts.items():
        if place in wanted or not service.has(part.kind) or not part.key:
            continue
        entity = service.entity(part.kind)
        if entity.removal != "leave":
            yield Step("remove", entity, part=part)


def _lifts(step: Step) -> bool:
    """Whether a step frees payments, which must not happen before accounts are right."""
    values = step.piece.values if step.piece else {}
    return step.verb == "update" and not values.get("PaymentIsBlockedForSupplier")


def _ids(service: Service, step: Step, parts: Parts) -> dict[str, str]:
    """Every key property that is known for the thing of a step."""
    root = parts.get(("", service.root.kind, ""))
    ids = own_ids(service.root, root.key) if root else {}
    if step.entity.parent:
        under = step.piece.scope.under if step.piece else ""
        above = parts.get(("", step.entity.parent, under))
        ids |= own_ids(service.entity(step.entity.parent), above.key) if above else {}
    return ids | own_ids(step.entity, step.part.key if step.part else "")


def _above(service: Service, step: Step, parts: Parts) -> Mapping[str, str]:
    """What a new element of a project hangs on, and which project it is in."""
    if step.entity.kind != "element" or step.piece is None:
        return {}
    root = parts.get(("", service.root.kind, ""))
    project = root.key if root else ""
    above = parts.get(("", "element", str(step.piece.scope.item.get("above", ""))))
    return {"ProjectUUID": project, "ParentObjectUUID": above.key if above else project}


def _changed(step: Step, only_blocks: bool) -> dict[str, Any]:
    """The body of an update: what may change, and what empties the rest; never the key."""
    piece = step.piece
    if piece is None:
        return {}
    keys = {name for name, _ in step.entity.keys}
    values = dict(piece.standing())
    if only_blocks:
        values = {path: value for path, value in values.items() if path in piece.blocks}
    else:
        values |= {path: empty for path, empty in piece.empties.items() if empty is not KEEP}
    return nested({path: value for path, value in values.items() if path not in keys})
