"""Request bodies: one JSON value, checked against the schema that describes it."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import orjson
from django.http import HttpRequest
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from mdm.api.errors import Problem, escaped

NAMED_AT_MOST = 20
EXACT = 2**53  # from here on not every whole number is a float
FORMATS = FormatChecker(("uuid", "date", "date-time"))
WORDS = {
    "minLength": ("too_short", "at least {} character"),
    "maxLength": ("too_long", "at most {} characters"),
    "minItems": ("too_few", "at least {} item"),
    "maxItems": ("too_many", "at most {} items"),
    "minimum": ("too_small", "at least {}"),
    "maximum": ("too_large", "at most {}"),
    "pattern": ("wrong_form", "the form {}"),
    "format": ("wrong_form", "a {}"),
    "const": ("not_a_choice", "{}"),
    "minProperties": ("too_few", "at least {} field"),
    "maxProperties": ("too_many", "at most {} fields"),
}


def read(request: HttpRequest, schema: Mapping[str, Any], *, needed: bool) -> Any:
    """The body as it is described. Raises `Problem`: not JSON, another type, unknown fields."""
    raw = request.body
    if not raw:
        if needed:
            raise Problem("bad-json", "The body is empty; it must be one JSON object.")
        return {}
    if request.content_type != "application/json":
        sent = (request.content_type or "none")[:80]
        raise Problem(
            "unsupported-media-type", f"The Content-Type is {sent}; it must be application/json."
        )
    try:
        body = _settled(orjson.loads(raw))
    except orjson.JSONDecodeError as error:
        raise Problem("bad-json", f"The body is not JSON: {error}.") from error
    check(body, schema)
    return body


def check(body: Any, schema: Mapping[str, Any], at: str = "") -> None:
    """Raises `Problem` when the value, at that place in the body, is not as described."""
    errors = _validator(_Key(schema)).iter_errors(body)
    every = [e | {"pointer": at + e["pointer"]} for error in errors for e in named(error)]
    found = list({(e["pointer"], e["detail"]): e for e in every}.values())
    if found:
        slug = "unknown-field" if all(e["code"] == "unknown_field" for e in found) else "invalid"
        raise Problem(slug, found[0]["detail"], errors=found[:NAMED_AT_MOST])


class _Key:
    """A schema as a key of the cache: schemas are declared once, so the very same one is meant."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.schema is other.schema


@cache
def _validator(key: _Key) -> Draft202012Validator:
    return Draft202012Validator(key.schema, format_checker=FORMATS)


def named(error: ValidationError) -> Iterator[dict[str, str]]:
    """What a validator found, in the project's words."""
    at = "".join(f"/{escaped(str(step))}" for step in error.absolute_path)
    if error.validator == "additionalProperties":
        properties = error.schema.get("properties", {})
        known = ", ".join(sorted(properties)) or "none"
        for name in sorted(set(error.instance) - set(properties)):
            detail = f"There is no field “{name[:120]}” here. There are: {known}."
            yield {"pointer": f"{at}/{escaped(name)}", "code": "unknown_field", "detail": detail}
    elif error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                detail = f"“{name}” is required."
                yield {"pointer": f"{at}/{escaped(name)}", "code": "missing", "detail": detail}
    else:
        code, detail = _said(error)
        yield {"pointer": at, "code": code, "detail": detail}


def _said(error: ValidationError) -> tuple[str, str]:
    found = _shown(error.instance)
    where = str(error.absolute_path[-1]) if error.absolute_path else "the body"
    match error.validator:
        case "type":
            wanted = error.validator_value
            types = wanted if isinstance(wanted, str) else " or ".join(wanted)
            return "wrong_type", f"{where}: found {found}, expected {types}."
        case "enum":
            choices = ", ".join(
                str(choice) for choice in error.validator_value if choice is not None
            )
            return "not_a_choice", f"{where}: found {found}, expected one of {choices}."
        case _:
            code, words = WORDS.get(str(error.validator), ("invalid", "another value"))
            expected = words.format(error.validator_value)
            return code, f"{where}: found {found}, expected {expected}."


def _shown(value: Any) -> str:
    """A value fit for a sentence: what it is, never much of it."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else f"a list of {len(value)}"
    shown = orjson.dumps(value).decode()
    return shown if len(shown) <= 60 else f"{shown[:60]}…"


def _settled(value: Any) -> Any:
    """The value with 30.0 as 30, which JSON Schema takes for the same; no text has U+0000."""
    if isinstance(value, str):
        if "\x00" in value:
            raise Problem("invalid", "A text in the body has the character U+0000.")
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < EXACT else value
    if isinstance(value, dict):
        return {_settled(key): _settled(part) for key, part in value.items()}
    return [_settled(part) for part in value] if isinstance(value, list) else value
