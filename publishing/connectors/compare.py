"""Does the target hold what was meant? Values of theirs read by the shapes of ours.

wanted pieces + their answer -> differences, field by field, after the same transforms
their answer -> canonical    -> the attributes it speaks of, in our words
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from publishing.connectors.mapping import Field, Piece, Shape, dig, put
from publishing.connectors.transforms import digest, plain, same

CodeMaps = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which the target differs from what was meant."""

    canonical_path: str
    target_path: str
    ours: Any
    theirs: Any


def differences(
    piece: Piece, remote: Mapping[str, Any], prefix: str = "", *, alone: bool = False
) -> list[Difference]:
    """Where `remote` differs from a piece and, unless `alone`, the pieces below it."""
    origin = {trace.target_path: trace.canonical_path for trace in piece.trace}
    wanted = {**dict.fromkeys(piece.empties, ""), **piece.standing()}
    found = [
        Difference(origin.get(path, _source_of(piece, path)), f"{prefix}{path}", ours, theirs)
        for path, ours in wanted.items()
        if not same(ours, theirs := dig(remote, path))
    ]
    for shape in () if alone else piece.shape.children:
        below = [child for child in piece.children if child.shape is shape]
        if shape.many:
            found += _among(shape, below, things(dig(remote, shape.at)), f"{prefix}{shape.at}")
        elif below and not shape.at:
            found += differences(below[0], remote, prefix)
        elif below:
            inner = dig(remote, shape.at)
            inside = inner if isinstance(inner, Mapping) else {}
            found += differences(below[0], inside, f"{prefix}{shape.at}.")
    return found


def flat(piece: Piece, prefix: str = "") -> dict[str, Any]:
    """The standing values of a piece and the pieces below it, by path."""
    values = {f"{prefix}{path}": value for path, value in piece.standing().items()}
    for child in piece.children:
        at = f"{prefix}{child.shape.at}."
        if child.shape.many:
            at = f"{prefix}{child.shape.at}[{child.values.get(child.shape.identity, '')}]."
        values |= flat(child, at if child.shape.at else prefix)
    return values


def hash_of(piece: Piece, remote: Mapping[str, Any]) -> str:
    """The hash a thing of theirs has, over the fields this piece speaks of."""
    paths = [*piece.standing(), *piece.empties]
    return digest({path: dig(remote, path) for path in paths})


def canonical(shape: Shape, remote: Mapping[str, Any], code_maps: CodeMaps) -> dict[str, Any]:
    """The attributes of ours that a thing of theirs speaks of; empty ones are left out."""
    record: dict[str, Any] = {}
    for each in shape.fields:
        for source, value in _back(each, remote, code_maps):
            if value not in (None, "") and dig(record, source) in (None, ""):
                put(record, source, value)
    if shape.identity and (identity := dig(remote, shape.identity)):
        record["id"] = identity
    for child in shape.children:
        there = things(dig(remote, child.at)) if child.at else [remote]
        items = [canonical(child, item, code_maps) for item in there]
        if child.collection and (kept := [item for item in items if item]):
            record.setdefault(child.collection, []).extend(kept)
        elif not child.collection:
            for item in items:
                record.update({name: v for name, v in item.items() if name not in record})
    return record


def things(value: Any) -> list[Mapping[str, Any]]:
    """One thing or many, in whichever way a target writes them."""
    if isinstance(value, Mapping):
        inner = value.get("results")
        if isinstance(inner, list):
            return things(inner)
        return [] if "__deferred" in value else [value]
    if isinstance(value, list):
        return [each for each in value if isinstance(each, Mapping)]
    return []


def _among(
    shape: Shape, wanted: Sequence[Piece], remote: Sequence[Mapping[str, Any]], at: str
) -> Iterator[Difference]:
    """Differences of a list, its items paired by the id they carry for us."""
    theirs = {plain(dig(item, shape.identity)): item for item in remote}
    for piece in wanted:
        identity = plain(piece.values.get(shape.identity))
        item = theirs.pop(identity, None)
        if item is None:
            yield Difference(piece.scope.path, f"{at}[{identity}]", identity, None)
        else:
            yield from differences(piece, item, f"{at}[{identity}].")
    for identity, item in theirs.items():
        if identity and item.get("active", True) is not False:
            yield Difference(shape.collection, f"{at}[{identity}]", None, identity)


def _source_of(piece: Piece, target: str) -> str:
    for each, name in piece.shape.targets():
        if name == target:
            return piece.scope.path_of(each.sources[0])
    return ""


def _back(each: Field, remote: Mapping[str, Any], maps: CodeMaps) -> Iterator[tuple[str, Any]]:
    """The values of ours behind one field of theirs."""
    raw = tuple(dig(remote, target) for target in each.targets)
    if all(value in (None, "") for value in raw) or each.each_code:
        return
    value = each.how.back(_ours(each, raw[0], maps) if len(raw) == 1 else raw)
    sources = each.sources
    if len(sources) == 1:
        yield sources[0], value
    elif isinstance(value, tuple):
        yield from zip(sources, value, strict=False)
    elif not isinstance(value, bool) or sources[-1] == "status":
        yield sources[0], value


def _ours(each: Field, theirs: Any, maps: CodeMaps) -> Any:
    if not each.codes:
        return theirs
    entries = maps.get(each.codes, {}).items()
    return next((ours for ours, code in entries if code == str(theirs)), theirs)
