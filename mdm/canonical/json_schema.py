"""JSON Schemas (2020-12) of the canonical payloads and events, made from the declarations."""

from collections.abc import Iterable
from typing import Any

from mdm.canonical.samples import example
from mdm.domains.spec import Attribute, Collection, Kind, Sensitivity, Subject, never

SCHEMA_VERSION = "1.0"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
STATUSES = ("draft", "active", "blocked", "retired", "merged")
EVENT_VERBS = (
    "created", "updated", "blocked", "unblocked", "retired", "reactivated", "merged", "unmerged",
)  # fmt: skip
DECIMAL = r"^-?\d{1,18}(\.\d{1,8})?$"
TRACEPARENT = "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"
DEFINITIONS: dict[str, Any] = {
    "date": {"type": "string", "format": "date"},
    "decimal": {
        "type": "string",
        "pattern": DECIMAL,
        "description": "A decimal as text, never a floating point number.",
    },
    "reference": {
        "type": "object",
        "description": "Another record, by its id for life and the code it had at this version.",
        "additionalProperties": False,
        "properties": {
            "golden_id": {"type": "string", "format": "uuid"},
            "code": {"type": "string", "minLength": 1, "maxLength": 40},
        },
        "required": ["golden_id"],
    },
}


def schema_id(domain: Subject) -> str:
    """The name of a domain's schema for life; what an event calls its `dataschema`."""
    return f"urn:touchstone:schema:{domain.code}:v1"


def schema(domain: Subject) -> dict[str, Any]:
    """The JSON Schema of a domain's canonical payload, masked or full."""
    properties = _header(domain) | _properties(domain.attributes)
    properties |= {c.code: _collection(c) for c in domain.collections}
    properties["extensions"] = {
        "type": "object",
        "description": "Declared custom attributes.",
        "propertyNames": {"pattern": "^[a-z][a-z0-9_]*$"},
    }
    needed = ("schema_version", "domain", "golden_id", "code", "version", "status")
    return {
        "$schema": DIALECT,
        "$id": schema_id(domain),
        "title": f"{domain.label} {SCHEMA_VERSION}",
        "description": (
            f"One approved version of a {domain.label.lower()}. Empty values are left out; flags "
            "are always present. Masked values begin with ••••."
        ),
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": list(dict.fromkeys([*needed, *_required(domain.attributes)])),
        "$defs": DEFINITIONS,
        "examples": [example(domain)],
    }


def event_schema(domain: Subject) -> dict[str, Any]:
    """The JSON Schema of a domain's events: CloudEvents 1.0 around the canonical payload."""
    return {
        "$schema": DIALECT,
        "$id": f"urn:touchstone:schema:{domain.code}-event:v1",
        "title": f"{domain.label} event",
        "description": "CloudEvents 1.0 in structured JSON; at least once, in order per record.",
        "type": "object",
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "format": "uuid"},
            "source": {"type": "string", "format": "uri-reference", "minLength": 1},
            "type": {"enum": [f"{domain.code}.{verb}.v1" for verb in EVENT_VERBS]},
            "subject": {"type": "string", "minLength": 1},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"const": "application/json"},
            "dataschema": {"const": schema_id(domain)},
            "traceparent": {"type": "string", "pattern": TRACEPARENT},
            "sequence": {"type": "string", "description": "Of the event log, zero padded."},
            "partitionkey": {"type": "string", "format": "uuid"},
            "correlationid": {"type": "string", "format": "uuid"},
            "idempotencykey": {"type": "string", "pattern": "^[^:]+:[0-9]+$"},
            "data": {"$ref": schema_id(domain)},
        },
        "required": [
            *("specversion", "id", "source", "type", "subject", "time", "datacontenttype"),
            *("dataschema", "sequence", "partitionkey", "data"),
        ],
    }


def index(domains: Iterable[Subject]) -> dict[str, dict[str, Any]]:
    """Every schema by the name it is served under."""
    found: dict[str, dict[str, Any]] = {}
    for domain in domains:
        found[f"{domain.code}.v1"] = schema(domain)
        found[f"{domain.code}-event.v1"] = event_schema(domain)
    return found


def _header(domain: Subject) -> dict[str, Any]:
    return {
        "schema_version": {"const": SCHEMA_VERSION},
        "domain": {"const": domain.code},
        "golden_id": {"type": "string", "format": "uuid", "description": "The record, for life."},
        "version": {"type": "integer", "minimum": 1, "description": "One more per approval."},
        "status": {"enum": list(STATUSES)},
        "effective_from": {
            "$ref": "#/$defs/date",
            "description": "The day from which this version holds in business.",
        },
        "merged_into": {
            "$ref": "#/$defs/reference",
            "description": "The record that stands for this one since it was merged.",
        },
    }


def _properties(attributes: Iterable[Attribute]) -> dict[str, Any]:
    return {a.code: _property(a) for a in attributes}


def _property(attribute: Attribute) -> dict[str, Any]:
    described: dict[str, Any] = {"title": attribute.label} | _type(attribute)
    if attribute.help:
        described["description"] = attribute.help
    if attribute.sensitivity is not Sensitivity.ROUTINE:
        described["x-sensitivity"] = attribute.sensitivity.value
    if attribute.sealed is not never:
        described["x-sealed"] = True
    return described


PLAIN: dict[Kind, dict[str, Any]] = {
    Kind.FLAG: {"type": "boolean"},
    Kind.INTEGER: {"type": "integer"},
    Kind.DATE: {"$ref": "#/$defs/date"},
    Kind.DECIMAL: {"$ref": "#/$defs/decimal"},
}


def _type(attribute: Attribute) -> dict[str, Any]:
    codes = [code for code, _ in attribute.choices]
    some_text = {"type": "string", "minLength": 1}
    match attribute.kind:
        case Kind.REFERENCE:
            return {"$ref": "#/$defs/reference", "x-domain": attribute.refers_to}
        case Kind.CHOICE:
            return {"enum": codes}
        case Kind.SET:
            items = {"enum": codes} if codes else some_text
            return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True}
        case Kind.LISTED:
            return some_text | {"maxLength": 40, "x-reference-list": attribute.refers_to}
        case kind:
            return PLAIN.get(kind) or some_text | {"maxLength": attribute.max_length}


def _collection(collection: Collection) -> dict[str, Any]:
    described: dict[str, Any] = {
        "title": collection.label,
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "id": {"type": "string", "minLength": 1, "description": "Of the item, for life."}
            }
            | _properties(collection.fields),
            "required": ["id", *_required(collection.fields)],
        },
    }
    if collection.sensitivity is not Sensitivity.ROUTINE:
        described["x-sensitivity"] = collection.sensitivity.value
    return described


def _required(attributes: Iterable[Attribute]) -> list[str]:
    return [a.code for a in attributes if a.required or a.kind is Kind.FLAG]
