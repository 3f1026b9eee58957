"""Where S/4HANA differs from what it should have, part by part."""

from collections.abc import Iterator, Mapping
from typing import Any

from publishing.connectors.compare import Difference, differences
from publishing.connectors.mapping import Piece
from publishing.connectors.s4hana import plans
from publishing.connectors.s4hana.odata import Found, Service, walk
from publishing.connectors.s4hana.plans import Parts


def found_in(service: Service, remote: Mapping[str, Any]) -> list[Found]:
    """The things in an answer that holds them all."""
    return list(walk(service, remote, lambda _entity, _values, _navigation: None))


def drift(service: Service, root: Piece, found: list[Found], known: Parts) -> Iterator[Difference]:
    """Fields that differ, parts that are missing, and parts of ours that should be gone."""
    paired = plans.pair(service, root, found, known)
    there = {(each.kind, each.key): each for each in found}
    for entity, piece in plans.spread(service, root):
        part = paired.get(plans.place_of(piece))
        if part is None:
            yield Difference(piece.scope.path, entity.set, "there", None)
            continue
        values = there[part.kind, part.key].values
        yield from differences(piece, values, f"{entity.set}.", alone=True)
    for place, part in known.items():
        is_left = service.has(part.kind) and service.entity(part.kind).removal != "leave"
        if is_left and place not in paired and (part.kind, part.key) in there:
            yield Difference("", f"{service.entity(part.kind).set} {part.key}", None, "there")
