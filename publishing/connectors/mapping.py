"""From our words to theirs: mappings as data, and the sums that carry them out.

    Field   one attribute -> one (or a few) of the target's fields, with its limit and code list
    Shape   a thing in the target: its fields, and which items of the record become one
    Piece   a shape filled from one item: values, what clears the empty ones, trace, problems

Nothing is guessed: a code without an entry in its map, a value that is too long and a required one
that is missing are problems, and a record with problems is not sent.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from publishing.connectors import masking, transforms
from publishing.connectors.base import CanonicalRecord, Context, Problem, Trace
from publishing.connectors.transforms import AS_IS, Transform

KEEP = object()  # this field cannot be emptied by sending something empty
PROBLEM, AS_OURS, LEFT_OUT = "problem", "as ours", "left out"


def always(_: Mapping[str, Any]) -> bool:
    """Whatever the item says."""
    return True


@dataclass(frozen=True, slots=True)
class Field:
    """Where one value comes from and goes to. Several sources reach `how` as a tuple."""

    source: str | tuple[str, ...]
    target: str | tuple[str, ...]
    max: int | None = None
    how: Transform = AS_IS
    codes: str = ""  # the code list it goes through
    each_code: bool = False  # the value is a list of codes, written together
    unmapped: str = (
        PROBLEM  # what a code without an entry is: a problem, or it goes AS_OURS, or not
    )
    required: bool = False
    cut: bool = False  # the contract says it may be cut to `max`
    empty: Any = ""  # what empties it on an update
    create_only: bool = False
    is_block: bool = False  # one of the few that are sent even when the rest has problems
    when: Callable[[Mapping[str, Any]], bool] = always

    @property
    def sources(self) -> tuple[str, ...]:
        """The attributes it reads."""
        return (self.source,) if isinstance(self.source, str) else self.source

    @property
    def targets(self) -> tuple[str, ...]:
        """The fields it writes."""
        return (self.target,) if isinstance(self.target, str) else self.target


@dataclass(frozen=True, slots=True)
class Scope:
    """The item a piece is made of. `paths` says where a value borrowed from elsewhere lives."""

    item: Mapping[str, Any]
    path: str = ""
    part_id: str = ""
    legal_entity: str = ""
    under: str = ""  # part id of the piece it belongs to
    paths: Mapping[str, str] = field(default_factory=dict)

    def path_of(self, source: str) -> str:
        """The canonical path of one of its values."""
        name = source.removesuffix(".code")
        own = f"{self.path}.{name}" if self.path else name
        return self.paths.get(source, own)


def whole(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    """One piece, made of the record itself."""
    return (Scope(payload),)


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of thing in the target."""

    kind: str
    fields: tuple[Field, ...]
    of: Callable[[CanonicalRecord, Context], Sequence[Scope]] = whole
    at: str = ""  # its place in the body of the thing above it
    many: bool = False
    children: tuple["Shape", ...] = ()
    collection: str = ""  # our collection it is read back into
    identity: str = ""  # the field of theirs that carries our item id
    needed: str = ""  # our collection that must have an item for it

    def targets(self) -> Iterator[tuple[Field, str]]:
        """Its fields one target at a time."""
        for each in self.fields:
            for target in each.targets:
                yield each, target


@dataclass(slots=True)
class Piece:
    """A shape filled. Paths in `values` and `empties` are the target's, dotted."""

    shape: Shape
    scope: Scope
    values: dict[str, Any] = field(default_factory=dict)
    empties: dict[str, Any] = field(default_factory=dict)
    create_only: set[str] = field(default_factory=set)
    blocks: set[str] = field(default_factory=set)
    trace: list[Trace] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    children: list["Piece"] = field(default_factory=list)

    def standing(self) -> dict[str, Any]:
        """The values that a later update may change: what is hashed and compared."""
        return {path: v for path, v in self.values.items() if path not in self.create_only}

    def hash(self) -> str:
        """The hash of what this piece alone should hold."""
        return transforms.digest(self.standing())

    def whole_trace(self, prefix: str = "") -> list[Trace]:
        """Its own trace and its children's, with the path from the top."""
        trace = [replace(t, target_path=f"{prefix}{t.target_path}") for t in self.trace]
        for child in self.children:
            at = child.shape.at
            at = f"{at}[{child.scope.part_id}]" if child.shape.many else at
            trace += child.whole_trace(f"{prefix}{at}." if at else prefix)
        return trace

    def whole_problems(self) -> list[Problem]:
        """Its own problems and its children's."""
        return [*self.problems, *(p for child in self.children for p in child.whole_problems())]


def fill(shape: Shape, payload: CanonicalRecord, context: Context) -> list[Piece]:
    """The pieces a record makes of this shape and of those below it."""
    pieces = []
    for scope in shape.of(payload, context):
        piece = Piece(shape, scope)
        for each in shape.fields:
            if each.when(scope.item):
                _fill_field(piece, each, context)
        for child in shape.children:
            below = fill(child, payload, context)
            if child.needed and not below:
                piece.problems.append(_none_there(child.needed))
            piece.children += [p for p in below if p.scope.under in ("", scope.part_id)]
        pieces.append(piece)
    return pieces


def dig(item: Any, path: str) -> Any:
    """The value at a dotted path; None where there is none."""
    for step in path.split("."):
        if not isinstance(item, Mapping):
            return None
        item = item.get(step)
    return item


def put(body: dict[str, Any], path: str, value: Any) -> None:
    """Write a value at a dotted path, making the objects on the way."""
    *steps, last = path.split(".")
    for step in steps:
        body = body.setdefault(step, {})
    body[last] = value


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by dotted path as the object they describe."""
    body: dict[str, Any] = {}
    for path, value in values.items():
        put(body, path, value)
    return body


def _fill_field(piece: Piece, each: Field, context: Context) -> None:
    raw = tuple(dig(piece.scope.item, source) for source in each.sources)
    given = (source for source, value in zip(each.sources, raw, strict=True) if value)
    path = piece.scope.path_of(next(given, each.sources[0]))
    value = _changed(each, raw)
    if value is None and not _is_empty(raw):
        piece.problems.append(_not_taken(path, raw, each))
        return
    ours = value
    if each.codes and not _is_empty((value,)):
        value = _coded(piece, each, path, value, context)
        if value is None:
            return
    if _is_empty((value,)):
        _leave_empty(piece, each, path)
    else:
        _write(piece, each, path, value, _said(ours) if each.codes else "")


def _is_empty(values: tuple[Any, ...]) -> bool:
    return all(value is None or value in ("", [], (), ("", "")) for value in values)


def _changed(each: Field, raw: tuple[Any, ...]) -> Any:
    """The value after its transform: None when the transform has no answer."""
    if not isinstance(each.source, str):
        return each.how.there(raw)
    if _is_empty(raw) and not each.how.takes_empty:
        return ""
    return each.how.there(raw[0])


def _coded(piece: Piece, each: Field, path: str, value: Any, context: Context) -> Any:
    """Their code for ours; None, with a problem, when the map has no entry."""
    entries = context.code_maps.get(each.codes, {})
    ours = value if each.each_code else (value,)
    theirs = []
    for code in ours:
        found = entries.get(str(code), str(code) if each.unmapped == AS_OURS else "")
        if not found and each.unmapped == LEFT_OUT:
            return ""
        if not found:
            piece.problems.append(
                Problem(
                    path,
                    str(code),
                    f"an entry in the code map {each.codes}",
                    f"Add {code} to the code map {each.codes} of this target.",
                    "missing_code",
                )
            )
            return None
        theirs.append(found)
    return "".join(theirs)


def _leave_empty(piece: Piece, each: Field, path: str) -> None:
    if each.required:
        hint = f"Fill {path}."
        piece.problems.append(Problem(path, "", "a value", hint, "required"))
    for target in each.targets:
        if not each.create_only:
            piece.empties[target] = each.empty


def _write(piece: Piece, each: Field, path: str, value: Any, ours: str) -> None:
    values = tuple(value) if isinstance(each.target, tuple) else (value,)
    if not _fits(piece, each, path, values):
        return
    label = f"{each.how.label}, code map {each.codes}" if each.codes else each.how.label
    for index, target in enumerate(each.targets):
        one = values[index] if index < len(values) else ""
        if each.cut and each.max and len(str(one)) > each.max:
            one, label = str(one)[: each.max].rstrip(), f"{label}, cut to {each.max}"
        if one == "":
            piece.empties[target] = each.empty
            continue
        piece.values[target] = one
        piece.trace.append(Trace(path, target, one, label, each.codes, ours))
        if each.create_only:
            piece.create_only.add(target)
        if each.is_block:
            piece.blocks.add(target)


def _said(codes: Any) -> str:
    return ", ".join(map(str, codes)) if isinstance(codes, list | tuple) else str(codes)


def _fits(piece: Piece, each: Field, path: str, values: tuple[Any, ...]) -> bool:
    """Whether the limits hold; `max` is for all the targets together."""
    text = "".join(str(value) for value in values)
    over = each.max is not None and len(text) > each.max and not isinstance(values[0], bool)
    if (each.cut or not over) and len(values) <= len(each.targets):
        return True
    limit = f"{each.max} characters" if over else f"{len(each.targets)} lines of it"
    targets = ", ".join(each.targets)
    found = f"{len(text)} characters" if masking.is_sensitive(each.targets[0]) else text[:200]
    hint = f"Shorten it: {targets} takes no more."
    piece.problems.append(Problem(path, found, f"at most {limit}", hint, "too_long"))
    return False


def _none_there(path: str) -> Problem:
    return Problem(path, "", "at least one", f"Add one to {path}.", "required")


def _not_taken(path: str, raw: tuple[Any, ...], each: Field) -> Problem:
    found = ",".join(str(value) for value in raw if value not in (None, ""))
    expected = f"a value that {each.targets[0]} takes"
    return Problem(path, found, expected, f"Change {path}.", "not_one_of")
