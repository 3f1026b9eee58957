"""The OpenAPI 3.1 description, from the operations that the views check against at run time."""

import re
from collections.abc import Mapping
from typing import Any

from drf_spectacular.openapi import AutoSchema

from mdm.api.errors import PROBLEMS
from mdm.api.operation import Answer, Named, Operation
from mdm.api.shapes import PROBLEM

ALWAYS = ("not-authenticated", "not-allowed", "too-many-requests", "internal", "unavailable")
WITH_BODY = ("bad-json", "too-large", "unsupported-media-type", "invalid", "unknown-field")
WITH_QUERY = ("unknown-parameter", "invalid-parameter")
PATHS = {
    "golden_id": ("The record's id for life.", {"type": "string", "format": "uuid"}),
    "number": ("The change's number, such as CR-1042.", {"type": "string"}),
    "system": ("The system's code.", {"type": "string"}),
    "key": ("The system's own key.", {"type": "string"}),
    "code": ("The code in the list.", {"type": "string"}),
    "version": ("The version's number.", {"type": "integer", "minimum": 1}),
}
HEADERS = {
    "ETag": "The strong tag of what was answered.",
    "Location": "Where what was made, or what stands for it, is.",
    "Retry-After": "Seconds to wait.",
    "Link": 'The record that stands for this one, as rel="canonical".',
    "Allow": "The methods there are.",
}


class Described(AutoSchema):
    """Describes a view's method by the operation it declares."""

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: Any
    ) -> dict[str, Any] | None:
        operations: Mapping[str, Operation] = getattr(self.view, "operations", {})
        operation = operations.get(method.upper())
        if operation is None:
            return None
        described: dict[str, Any] = referring(describe(operation, path), named(registry))
        return described


def describe(operation: Operation, path: str) -> dict[str, Any]:
    """One operation as OpenAPI has it; named schemas are still whole in it."""
    described: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": _description(operation),
        "parameters": [
            *_path_parameters(operation, path),
            *_query(operation),
            *_headers(operation),
        ],
        "security": [{"bearer": []}, {"session": []}],
        "responses": {str(s): _answer(a) for s, a in operation.answers.items()}
        | _problems(operation),
    }
    if operation.body is not None:
        media: dict[str, Any] = {"schema": operation.body}
        if operation.example is not None:
            media["example"] = operation.example
        described["requestBody"] = {
            "required": operation.body_needed,
            "content": {"application/json": media},
        }
    return described


def _description(operation: Operation) -> str:
    who = "A signed-in person, never a token." if operation.scope == "decide" else ""
    scope = who or f"A token needs the scope `{operation.scope}`."
    return "\n\n".join(text for text in (operation.description, scope) if text)


def _path_parameters(operation: Operation, path: str) -> list[dict[str, Any]]:
    found = []
    for name in re.findall(r"\{(\w+)\}", path):
        description, schema = PATHS.get(name, (name, {"type": "string"}))
        found.append(
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": operation.paths.get(name, description),
                "schema": schema,
            }
        )
    return found


def _query(operation: Operation) -> list[dict[str, Any]]:
    found = []
    for parameter in operation.query:
        schema: Mapping[str, Any] = parameter.schema
        if parameter.repeated:
            schema = {"type": "array", "items": schema}
        described = {"name": parameter.name, "in": "query", "description": parameter.description}
        found.append(described | {"schema": schema})
    return found


def _headers(operation: Operation) -> list[dict[str, Any]]:
    wanted = (
        ("If-Match", operation.if_match, True, "The ETag of what was read."),
        ("If-None-Match", operation.if_none_match, False, "An ETag; 304 when it is still current."),
        (
            "Idempotency-Key",
            bool(operation.idempotency),
            operation.idempotency == "required",
            "A repeat with the same key and body gets the first answer, for a day.",
        ),
    )
    return [
        {
            "name": name,
            "in": "header",
            "required": required,
            "description": description,
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        }
        for name, given, required, description in wanted
        if given
    ]


def _answer(answer: Answer) -> dict[str, Any]:
    described: dict[str, Any] = {"description": answer.description}
    if answer.schema is not None:
        media: dict[str, Any] = {"schema": answer.schema}
        if answer.example is not None:
            media["example"] = answer.example
        described["content"] = {answer.media_type: media}
    if answer.headers:
        described["headers"] = {
            name: {"description": HEADERS.get(name, ""), "schema": {"type": "string"}}
            for name in answer.headers
        }
    return described


def _problems(operation: Operation) -> dict[str, Any]:
    """The problems it may answer with, by status."""
    slugs = [*ALWAYS, *operation.problems, *WITH_QUERY, "bad-request", "not-acceptable"]
    if operation.body is not None:
        slugs += WITH_BODY
    if operation.if_match:
        slugs += ["stale-version", "precondition-required"]
    if operation.idempotency:
        slugs += ["in-progress", "idempotency-key-reused"]
    if operation.idempotency == "required":
        slugs.append("idempotency-key-missing")
    by_status: dict[int, list[str]] = {}
    for slug in dict.fromkeys(slugs):
        by_status.setdefault(PROBLEMS[slug].status, []).append(slug)
    return {str(status): _problem(by_status[status]) for status in sorted(by_status)}


def _problem(slugs: list[str]) -> dict[str, Any]:
    meanings = " ".join(f"`{slug}`: {PROBLEMS[slug].meaning}" for slug in slugs)
    return {
        "description": meanings,
        "content": {"application/problem+json": {"schema": PROBLEM}},
    }


def named(registry: Any) -> dict[str, Any]:
    """The components that a run of drf-spectacular has met."""
    found: dict[str, Any] = registry.__dict__.setdefault("named_schemas", {})
    return found


def referring(shape: Any, schemas: dict[str, Any]) -> Any:
    """The shape with each named schema in it replaced by a reference to its component."""
    if isinstance(shape, Named):
        if shape.name not in schemas:
            schemas[shape.name] = {}  # it may refer to itself
            schemas[shape.name] = referring(dict(shape), schemas)
        return {"$ref": f"#/components/schemas/{shape.name}"}
    if isinstance(shape, Mapping):
        return {key: referring(value, schemas) for key, value in shape.items()}
    if isinstance(shape, list | tuple):
        return [referring(value, schemas) for value in shape]
    return shape
