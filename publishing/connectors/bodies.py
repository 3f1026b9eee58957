"""Request bodies, made of pieces."""

from typing import Any

from publishing.connectors.mapping import KEEP, Piece, nested


def body_of(piece: Piece, *, update: bool) -> dict[str, Any]:
    """One thing and what is nested in it; an update also empties what has no value any more."""
    values = dict(piece.standing() if update else piece.values)
    if update:
        values |= {path: empty for path, empty in piece.empties.items() if empty is not KEEP}
    body = nested(values)
    for child in piece.children:
        inner = body_of(child, update=update)
        if child.shape.many:
            body.setdefault(child.shape.at, []).append(inner)
        elif not child.shape.at:
            body |= inner
        elif inner:
            body[child.shape.at] = inner
    return body
