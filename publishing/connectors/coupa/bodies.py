"""What Coupa's bodies need besides the mapping: unique names, addresses taken out of use."""

from collections.abc import Iterator
from typing import Any

from publishing.connectors.base import Context, Error
from publishing.connectors.compare import Difference, flat
from publishing.connectors.coupa.shapes import PARENT
from publishing.connectors.mapping import Piece
from publishing.connectors.transforms import digest

NAME_MAX = 100
REMIT_TO = "remit-to-addresses"


def with_removed(body: dict[str, Any], piece: Piece, context: Context) -> dict[str, Any]:
    """The body, with remit-to addresses of ours that are no more put out of use."""
    wanted = {child.scope.part_id for child in remits(piece)}
    gone = [p.key for p in context.parts if p.kind == "remit_to" and p.part_id not in wanted]
    if not gone:
        return body
    off = [{"remit-to-code": code, "active": False} for code in gone]
    return {**body, REMIT_TO: [*body.get(REMIT_TO, []), *off]}


def remits(piece: Piece) -> Iterator[Piece]:
    """The remit-to addresses of a supplier."""
    return (child for child in piece.children if child.shape.kind == "remit_to")


def hash_of(piece: Piece) -> str:
    """The hash of all that a record should hold."""
    return digest(flat(piece))


def unique_name(piece: Piece) -> str:
    """The name with our code behind it, for when another supplier has the name."""
    suffix = f" ({piece.values['number']})"
    name = str(piece.values["name"]).removesuffix(suffix)
    return f"{name[: NAME_MAX - len(suffix)].rstrip()}{suffix}"


def is_same_name(piece: Piece, difference: Difference) -> bool:
    """Whether a name differs only by the code that made it unique."""
    return difference.target_path == "name" and difference.theirs == unique_name(piece)


def is_same_parent(difference: Difference) -> bool:
    """Whether the value above is the one meant: Coupa names it by its path, we by its code."""
    above = f"-{difference.theirs}"
    return difference.target_path == PARENT and above.endswith(f"-{difference.ours}")


def ignored(difference: Difference) -> Error:
    """What to say of a field that was answered with 200 and not taken."""
    if difference.ours is None:
        words = f"Coupa answered 200 and kept {difference.target_path}."
    else:
        words = (
            f"Coupa answered 200, but {difference.target_path} is "
            f"{difference.theirs or 'empty'} and not {difference.ours or 'empty'}."
        )
    return Error("ignored", words, difference.target_path, difference.canonical_path)
