"""The one shape in which a record leaves: what is published, served, stored and compared.

    values + header -> payload (full) -> dumps -> bytes, stored once under their hash
                          └-> masked  -> dumps -> bytes for those who may not see sealed values

Pure: plain values in (already unsealed), plain JSON out. Empty values are left out, flags never.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from mdm.canonical.cloud_event import SOURCE, cloud_event
from mdm.canonical.json_schema import SCHEMA_VERSION, event_schema, index, schema, schema_id
from mdm.canonical.samples import example
from mdm.domains import patch as patches
from mdm.domains.spec import Attribute, Collection, Kind, Subject, Values
from mdm.standardise.masks import mask

__all__ = [
    "SCHEMA_VERSION",
    "SOURCE",
    "cloud_event",
    "dumps",
    "event_schema",
    "example",
    "index",
    "masked",
    "patch",
    "payload",
    "schema",
    "schema_id",
]


def payload(
    domain: Subject,
    values: Values,
    *,
    golden_id: UUID | str,
    version: int,
    status: str,
    effective_from: date | str | None,
    merged_into: UUID | str | None = None,
    references: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The canonical form of one version. `references` gives the code of each record referred to."""
    codes = references or {}
    result: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "domain": domain.code,
        "golden_id": str(golden_id),
        "version": version,
        "status": status,
    }
    if effective_from:
        result["effective_from"] = str(effective_from)
    if merged_into:
        result["merged_into"] = _reference(str(merged_into), codes)
    result |= _fields(domain.attributes, values, codes)
    for collection in domain.collections:
        if items := values.get(collection.code):
            result[collection.code] = [
                {"id": item["id"]} | _fields(collection.fields, item, codes) for item in items
            ]
    if extensions := values.get("extensions"):
        result["extensions"] = dict(extensions)
    return result


def patch(subject: Subject, paths: Mapping[str, Any]) -> dict[str, Any]:
    """A patch with its values as JSON has them: null for an empty one and for an item removed."""
    return {path: _patched(subject, path, value) for path, value in paths.items()}


def dumps(shape: Mapping[str, Any]) -> bytes:
    """The bytes of a payload: sorted keys, no spaces, so that equal payloads have equal hashes."""
    return orjson.dumps(shape, option=orjson.OPT_SORT_KEYS)


def masked(domain: Subject, shape: Mapping[str, Any]) -> dict[str, Any]:
    """The same payload with every sealed value masked. Masking twice changes nothing."""
    result = dict(shape)
    result |= _masked_fields(domain.attributes, shape)
    for collection in domain.collections:
        if items := shape.get(collection.code):
            result[collection.code] = [_masked_item(collection, item) for item in items]
    return result


def _patched(subject: Subject, path: str, value: Any) -> Any:
    at = patches.parse(path)
    collection = subject.collection(at.code)
    if isinstance(value, Mapping) and collection is not None:
        return {"id": at.item} | _fields(collection.fields, value, {})
    fields = collection.fields if collection is not None else subject.attributes
    attribute = next((f for f in fields if f.code == (at.field or at.code)), None)
    if attribute is None or not isinstance(value, str):
        return value
    return _json(attribute, value, {})


def _fields(
    attributes: tuple[Attribute, ...], values: Mapping[str, Any], codes: Mapping[str, str]
) -> dict[str, Any]:
    found = {a.code: _json(a, values.get(a.code) or "", codes) for a in attributes}
    return {code: value for code, value in found.items() if value is not None}


def _json(attribute: Attribute, text: str, codes: Mapping[str, str]) -> Any:
    """A value of text as JSON has it; None for an empty one."""
    if attribute.kind is Kind.FLAG:
        return text == "true"
    if not text:
        return None
    match attribute.kind:
        case Kind.INTEGER:
            return int(text)
        case Kind.SET:
            return text.split(",")
        case Kind.REFERENCE:
            return _reference(text, codes)
        case _:
            return text


def _reference(golden_id: str, codes: Mapping[str, str]) -> dict[str, str]:
    reference = {"golden_id": golden_id}
    if code := codes.get(golden_id):
        reference["code"] = code
    return reference


def _masked_item(collection: Collection, item: Mapping[str, Any]) -> dict[str, Any]:
    return dict(item) | _masked_fields(collection.fields, item)


def _masked_fields(attributes: tuple[Attribute, ...], shape: Mapping[str, Any]) -> dict[str, str]:
    text = {code: value for code, value in shape.items() if isinstance(value, str)}
    return {a.code: mask(text[a.code]) for a in attributes if a.code in text and a.sealed(text)}
