"""The JSON Schemas of what the API takes and gives, made from the declarations of the domains."""

from collections.abc import Mapping
from typing import Any

from mdm import canonical, changes
from mdm.api.operation import Named
from mdm.canonical.json_schema import DEFINITIONS, STATUSES
from mdm.domains.spec import Attribute, Collection, Kind, Subject
from mdm.models import Change, ChangePart, CheckResult, Review

TEXT: dict[str, Any] = {"type": "string"}
TEXT_OR_NONE: dict[str, Any] = {"type": ["string", "null"]}
UUID_TEXT: dict[str, Any] = {"type": "string", "format": "uuid"}
MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
MOMENT_OR_NONE: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
DAY_OR_NONE: dict[str, Any] = {"type": ["string", "null"], "format": "date"}
WHOLE: dict[str, Any] = {"type": "integer", "minimum": 0}
SHORT: dict[str, Any] = {"type": "string", "maxLength": 200}
LONG: dict[str, Any] = {"type": "string", "maxLength": 4000}
REASON: dict[str, Any] = {"type": "string", "maxLength": changes.LONGEST_REASON}


def closed(properties: Mapping[str, Any], *, needed: tuple[str, ...] = ()) -> dict[str, Any]:
    """An object that has these fields and no others."""
    shape: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": dict(properties),
    }
    return shape | ({"required": list(needed)} if needed else {})


def whole(properties: Mapping[str, Any]) -> dict[str, Any]:
    """An object that has all of these fields and no others."""
    return closed(properties, needed=tuple(properties))


def listed(name: str, item: Mapping[str, Any]) -> Named:
    """A page of a list."""
    fields = {"data": {"type": "array", "items": item}, "next": TEXT_OR_NONE}
    return Named(name, whole(fields | {"previous": TEXT_OR_NONE}))


PROBLEM = Named(
    "Problem",
    {
        "type": "object",
        "description": "RFC 9457 problem details. `type` leads to what the problem means.",
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": TEXT,
            "status": {"type": "integer"},
            "detail": TEXT,
            "instance": TEXT,
            "trace_id": TEXT,
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "pointer": {
                            "type": "string",
                            "description": "A JSON Pointer into the body.",
                        },
                        "parameter": {"type": "string", "description": "A query parameter."},
                        "code": TEXT,
                        "detail": TEXT,
                        "value": {
                            "type": "string",
                            "description": "Of the code `adjust`: what would put it right.",
                        },
                    },
                    "required": ["code", "detail"],
                },
            },
        },
        "required": ["type", "title", "status", "detail", "instance", "trace_id"],
        "examples": [
            {
                "type": "/api/problems/stale-version",
                "title": "Stale version",
                "status": 412,
                "detail": 'If-Match names "6-a", and now there is "7-b". Read it again.',
                "instance": "/api/v1/suppliers/0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b11",
                "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
            }
        ],
    },
)


# --- Records --------------------------------------------------------------------------------


def record(domain: Subject) -> Named:
    """A record in its canonical form."""
    schema = {
        k: v for k, v in canonical.schema(domain).items() if k not in ("$schema", "$id", "$defs")
    }
    return Named(_camel(domain.code), _without_definitions(schema))


def values(domain: Subject) -> Named:
    """The values of a record that is proposed."""
    properties = {a.code: _writable(a) for a in domain.attributes}
    properties |= {c.code: {"type": "array", "items": _item(c)} for c in domain.collections}
    return Named(f"{_camel(domain.code)}Values", closed(properties))


PATCH = Named(
    "Patch",
    {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 500,
        "description": (
            "Path to new value; what is not named is not touched. `name` is an attribute, "
            "`addresses[A1].city` a field of an item, `addresses[A1]` a whole item: an object adds "
            'or replaces it, null removes it. null or "" empties an attribute or a field.'
        ),
        "additionalProperties": {
            "type": ["string", "boolean", "integer", "null", "array", "object"],
            "items": TEXT,
        },
        "examples": [
            {"payment_terms": "NET45", "addresses[A1].city": "Bremen", "contacts[C1]": None}
        ],
    },
)


def example_values(domain: Subject) -> dict[str, Any]:
    """The values of the domain's example record, as they are proposed."""
    shape = canonical.example(domain)
    shown = {a.code: shape[a.code] for a in domain.attributes if a.code in shape}
    for code, value in shown.items():
        if isinstance(value, dict):
            shown[code] = {"code": value["code"]}
    for collection in domain.collections:
        items = shape.get(collection.code, [])
        shown[collection.code] = [{k: v for k, v in i.items() if k != "id"} for i in items]
    return shown


def _writable(attribute: Attribute) -> dict[str, Any]:
    codes: list[Any] = [code for code, _ in attribute.choices]
    titled: dict[str, Any] = {"title": attribute.label}
    match attribute.kind:
        case Kind.FLAG:
            return titled | {"type": ["boolean", "null"]}
        case Kind.INTEGER:
            return titled | {"type": ["integer", "null"]}
        case Kind.CHOICE:
            return titled | {"enum": [*codes, None]}
        case Kind.SET:
            items = {"enum": codes} if codes else TEXT
            return titled | {"type": ["array", "null"], "items": items}
        case Kind.REFERENCE:
            return titled | REFERENCE_IN
        case Kind.DATE:
            return titled | DAY_OR_NONE
        case _:
            return titled | {"type": ["string", "null"], "maxLength": attribute.max_length}


REFERENCE_IN = Named(
    "ReferenceIn",
    {
        "type": ["object", "string", "null"],
        "description": "A record by its golden id, or by its code.",
        "additionalProperties": False,
        "properties": {"golden_id": UUID_TEXT, "code": {"type": "string", "maxLength": 40}},
        "minProperties": 1,
        "maxProperties": 2,
    },
)


def _item(collection: Collection) -> dict[str, Any]:
    own = {"id": {"type": "string", "minLength": 1, "maxLength": 60, "pattern": r"^[^\[\]]+$"}}
    needed = tuple(f.code for f in collection.fields if f.required)
    return closed(own | {f.code: _writable(f) for f in collection.fields}, needed=needed)


# --- Changes --------------------------------------------------------------------------------

CHECK = Named(
    "Check",
    whole(
        {
            "code": TEXT,
            "outcome": {"enum": list(CheckResult.Outcome.values)},
            "sentence": TEXT,
            "path": TEXT,
            "part": {"type": ["integer", "null"], "description": "The position of the part."},
            "link": TEXT,
        }
    ),
)
REVIEW = Named(
    "Review",
    whole(
        {
            "by": TEXT,
            "verdict": {"enum": list(Review.Verdict.values)},
            "comment": TEXT,
            "path": TEXT,
            "at": MOMENT,
            "voided_at": MOMENT_OR_NONE,
        }
    ),
)
PART = Named(
    "ChangePart",
    whole(
        {
            "position": WHOLE,
            "subject": TEXT,
            "golden_id": UUID_TEXT,
            "action": {"enum": list(ChangePart.Action.values)},
            "label": TEXT,
            "patch": {"type": "object", "description": "Sealed values are masked."},
            "pins": {"type": "object", "description": "Path to how long its value is to hold."},
            "seen": {"type": "object", "description": "What was there when it was proposed."},
            "seen_version": WHOLE,
            "state": {"enum": list(ChangePart.State.values)},
            "problem": TEXT,
            "applied_version": {"type": ["integer", "null"]},
            "merges": {"type": ["string", "null"], "format": "uuid"},
        }
    ),
)
SUMMARY: dict[str, Any] = {
    "number": TEXT,
    "title": TEXT,
    "reason": TEXT,
    "state": {"enum": list(Change.State.values)},
    "channel": {"enum": list(Change.Channel.values)},
    "domain": {"type": "string", "description": "Of its parts; empty when they differ."},
    "is_atomic": {"type": "boolean"},
    "risk": {"enum": list(Change.Risk.values)},
    "requested_by": TEXT,
    "effective_from": DAY_OR_NONE,
    "part_count": WHOLE,
    "correlation_id": UUID_TEXT,
    "created_at": MOMENT,
    "submitted_at": MOMENT_OR_NONE,
    "decided_at": MOMENT_OR_NONE,
    "cooling_until": MOMENT_OR_NONE,
    "applied_at": MOMENT_OR_NONE,
}
CHANGE_SUMMARY = Named("ChangeSummary", whole(SUMMARY))
CHANGE = Named(
    "Change",
    whole(
        SUMMARY
        | {
            "content_hash": {"type": "string", "description": "What an approval is bound to."},
            "requirement": {"type": "object", "description": "What it needs to be approved."},
            "authors": {"type": "array", "items": TEXT},
            "parts": {"type": "array", "items": PART, "description": "The first fifty."},
            "checks": {"type": "array", "items": CHECK, "description": "The first hundred."},
            "reviews": {"type": "array", "items": REVIEW},
        }
    ),
)
STATUS_ENUM = {"enum": list(STATUSES)}


def _camel(code: str) -> str:
    return "".join(word.capitalize() for word in code.split("_"))


def _without_definitions(schema: Any) -> Any:
    """The schema with its own definitions replaced by named components."""
    if isinstance(schema, Mapping):
        reference = schema.get("$ref", "")
        if reference.startswith("#/$defs/"):
            name = reference.removeprefix("#/$defs/")
            rest = {k: v for k, v in schema.items() if k != "$ref"}
            inner = (
                DEFINITIONS[name] if name != "reference" else Named("Reference", DEFINITIONS[name])
            )
            return {"allOf": [inner]} | rest if name == "reference" else dict(inner) | rest
        return {key: _without_definitions(value) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_without_definitions(value) for value in schema]
    return schema
