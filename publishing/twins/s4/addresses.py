"""OData addresses: `A_BusinessPartnerAddress(BusinessPartner='1',AddressID='2')/to_Email...`."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from publishing.twins.s4 import moments
from publishing.twins.s4.entities import Entity

SEGMENT = re.compile(r"([A-Za-z_$][\w$.]*)(?:\((.*)\))?", re.DOTALL)
LITERAL = re.compile(
    r"(?:(?P<type>datetimeoffset|datetime|guid|time)?'(?P<quoted>(?:[^']|'')*)'"
    r"|(?P<bare>[^',()\s=]+))"
)
PAIR = re.compile(rf"\s*(?:(?P<name>\w+)\s*=\s*)?{LITERAL.pattern}\s*(?:,|$)")


class BadAddress(ValueError):
    """The address cannot be read; the text says where."""


@dataclass(frozen=True, slots=True)
class Segment:
    name: str
    key: Mapping[str, str] | None  # "" names the single value of a one-part key


def segments(path: str) -> list[Segment]:
    return [_segment(unquote(part)) for part in path.strip("/").split("/") if part]


def _segment(text: str) -> Segment:
    match = SEGMENT.fullmatch(text)
    if match is None:
        raise BadAddress(f"Malformed URI segment '{text}'")
    inner = match[2]
    return Segment(match[1], None if inner is None else dict(_pairs(inner)))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        match = PAIR.match(text, at)
        if match is None:
            raise BadAddress(f"Malformed key predicate '{text}'")
        yield match["name"] or "", literal(match["type"], match["quoted"], match["bare"])
        at = match.end()


def literal(kind: str | None, quoted: str | None, bare: str | None) -> str:
    """The value of a literal as text; moments become milliseconds."""
    if quoted is None:
        return bare or ""
    value = quoted.replace("''", "'")
    if kind in {"datetime", "datetimeoffset"}:
        return str(moments.of_iso(value))
    return value.lower() if kind == "guid" else value


def key_text(entity: Entity, values: Mapping[str, str]) -> str:
    """The key as the store keeps it, from a predicate: every part must be there."""
    if set(values) == {""} and len(entity.key) == 1:
        return values[""]
    if set(values) != set(entity.key):
        raise BadAddress(f"Invalid key predicate for '{entity.name}'")
    return ",".join(values[part] for part in entity.key)


def key_of(entity: Entity, document: Mapping[str, object]) -> str:
    """The key as the store keeps it, from a document."""
    return ",".join(_part(entity, part, document) for part in entity.key)


def _part(entity: Entity, name: str, document: Mapping[str, object]) -> str:
    value = str(document.get(name, ""))
    if entity.fields[name].is_moment:
        return str(moments.of_json(value))
    return value.lower() if entity.fields[name].type == "Guid" else value


def predicate(entity: Entity, document: Mapping[str, object]) -> str:
    """The key as links write it."""
    parts = [(name, _written(entity, name, document)) for name in entity.key]
    return parts[0][1] if len(parts) == 1 else _joined(parts)


def _joined(parts: Sequence[tuple[str, str]]) -> str:
    return ",".join(f"{name}={value}" for name, value in parts)


def _written(entity: Entity, name: str, document: Mapping[str, object]) -> str:
    value = str(document.get(name, ""))
    kind = entity.fields[name].type
    if entity.fields[name].is_moment:
        iso = moments.as_iso(moments.of_json(value) or 0)
        return f"datetimeoffset'{iso}Z'" if kind == "DateTimeOffset" else f"datetime'{iso}'"
    quoted = value.replace("'", "''")
    return f"guid'{quoted}'" if kind == "Guid" else f"'{quoted}'"
