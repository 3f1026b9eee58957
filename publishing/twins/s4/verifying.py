"""Is a body good for an entity? Names, types, lengths, what may be written, what is set up."""

import re
from collections.abc import Mapping
from typing import Any

from publishing.twins import customising
from publishing.twins.checks import UUID, Check
from publishing.twins.s4 import errors, moments
from publishing.twins.s4.entities import Entity, Field

DECIMAL = re.compile(r"-?\d+(\.\d+)?")
DURATION = re.compile(r"PT(\d+H)?(\d+M)?(\d+S)?")


def contract(check: Check, body: Mapping[str, Any]) -> None:
    """The contract schema of a create: required, values, patterns, and the type of each part."""
    for problem in check(body, ()):
        raise errors.v2(
            400, errors.BUSINESS, _sentence(problem.rule, problem.dotted), problem.dotted
        )


def _sentence(rule: str, field: str) -> str:
    return {
        "required": f"Property '{field}' is required",
        "unknown": f"Property '{field}' is invalid",
        "too_long": f"Property '{field}' is too long",
    }.get(rule, f"Property '{field}' has an invalid value")


def fields(entity: Entity, body: Mapping[str, Any], *, creating: bool, at: str = "") -> None:
    """Each property exists, may be written now, has its type and keeps its length."""
    for name, value in body.items():
        where = f"{at}{name}"
        if name in entity.navigation:
            if not creating:
                text = f"Deep update of '{where}' is not supported"
                raise errors.v2(400, errors.BUSINESS, text, where)
            continue
        known = entity.fields.get(name)
        if known is None:
            raise errors.v2(400, errors.BUSINESS, f"Property '{where}' is invalid", where)
        if not (known.creatable if creating else known.updatable or name in entity.key):
            raise errors.v2(400, errors.BUSINESS, f"Property '{where}' is read-only", where)
        value_of(known, value, where)


def value_of(known: Field, value: Any, where: str) -> None:
    if value is None:
        return
    if not _has_type(known.type, value):
        text = f"Property '{where}' has an invalid value"
        raise errors.v2(400, errors.BUSINESS, text, where)
    if known.longest is not None and len(value) > known.longest:
        text = f"Property '{where}' is too long: {len(value)} of {known.longest} characters"
        raise errors.v2(400, errors.BUSINESS, text, where)


def _has_type(kind: str, value: Any) -> bool:
    if kind == "Boolean":
        return isinstance(value, bool)
    if kind in {"Byte", "Int16", "Int32"}:
        return isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    match kind:
        case "DateTime" | "DateTimeOffset":
            return moments.of_json(value) is not None
        case "Guid":
            return bool(UUID.fullmatch(value))
        case "Decimal":
            return bool(DECIMAL.fullmatch(value))
        case "Time":
            return bool(DURATION.fullmatch(value))
    return True


def customised(document: Mapping[str, Any], *, at: str = "") -> None:
    """Every code is set up in the table it belongs to."""
    for name, value in document.items():
        if not value or not isinstance(value, str):
            continue
        if name in customising.S4_TABLES:
            table, known = customising.S4_TABLES[name]
            if value not in known:
                raise no_entry(value, table, f"{at}{name}")
        elif name in customising.S4_VALUES and value not in customising.S4_VALUES[name]:
            text = f"Enter a valid value for {name}"
            raise errors.v2(400, errors.BAD_VALUE, text, f"{at}{name}")


def no_entry(value: str, table: str, field: str) -> Exception:
    text = f"Entry {value} does not exist in {table} (check entry)"
    return errors.v2(400, errors.NO_ENTRY, text, field)
