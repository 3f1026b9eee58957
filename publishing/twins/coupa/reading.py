"""Coupa's queries: filters with operators, order, pages, and how much of a resource to return.

GET /api/suppliers?number=S-1&return_object=limited
GET /api/suppliers?updated_at[gt]=2026-01-15T00:00:00Z&limit=50&offset=50&fields=["id","number"]
GET /api/lookup_values?external-ref-code=CC-4100&lookup[name]=Cost Center
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from publishing.twins.coupa.answers import refused
from publishing.twins.wire import Request

LARGEST_PAGE = 50
FORMAT = frozenset({"limit", "offset", "order-by", "dir", "fields", "return-object"})
OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda have, want: have == want,
    "not-eq": lambda have, want: have != want,
    "gt": lambda have, want: have > want,
    "gt-or-eq": lambda have, want: have >= want,
    "lt": lambda have, want: have < want,
    "lt-or-eq": lambda have, want: have <= want,
    "contains": lambda have, want: str(want) in str(have),
    "starts-with": lambda have, want: str(have).startswith(str(want)),
    "in": lambda have, want: str(have) in str(want).split(","),
}
PARAMETER = re.compile(r"([a-z0-9-]+)((?:\[[a-z0-9-]+\])*)")
Filter = tuple[tuple[str, ...], str, str]  # path, operator, value


def filters(request: Request, attributes: Mapping[str, Iterable[str]]) -> list[Filter]:
    """The conditions of a query, on attributes (with what is below each) the resource has."""
    known = {**attributes, "id": (), "created-at": (), "updated-at": ()}
    found = []
    for raw, value in request.query.items():
        match = PARAMETER.fullmatch(raw.replace("_", "-").lower())
        if match and not match[2] and match[1] in FORMAT:
            continue
        inner = re.findall(r"\[([a-z0-9-]+)\]", match[2]) if match else []
        operator = inner.pop() if inner and inner[-1] in OPERATORS else "eq"
        below = known.get(match[1]) if match else None
        if match is None or below is None or len(inner) > 1 or not set(inner) <= set(below):
            raise refused(request, 400, f"Unknown query parameter {raw}")
        found.append(((match[1], *inner), operator, value))
    return found


def holds(document: Mapping[str, Any], wanted: Iterable[Filter]) -> bool:
    return all(_one_holds(document, *condition) for condition in wanted)


def _one_holds(
    document: Mapping[str, Any], path: tuple[str, ...], operator: str, want: str
) -> bool:
    have: Any = document
    for step in path:
        have = have.get(step) if isinstance(have, Mapping) else None
    if have is None:
        return False
    if path[-1] in {"created-at", "updated-at"}:
        moment = _moment(want)
        return moment is not None and OPERATORS[operator](datetime.fromisoformat(have), moment)
    if operator in {"contains", "starts-with", "in"}:
        return OPERATORS[operator](have, want)
    return OPERATORS[operator](_plain(have), want)


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def page(request: Request) -> tuple[int, int]:
    """Limit and offset; Coupa returns 50 at most."""
    values = {name.replace("_", "-"): value for name, value in request.query.items()}
    limit, offset = values.get("limit", str(LARGEST_PAGE)), values.get("offset", "0")
    if not (limit.isdecimal() and offset.isdecimal() and int(limit) > 0):
        raise refused(request, 400, "Limit and offset must be whole numbers")
    return min(int(limit), LARGEST_PAGE), int(offset)


def ordered(request: Request, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by = request.query.get("order_by", "id").replace("_", "-")
    down = request.query.get("dir", "asc").lower() == "desc"
    if by == "id" and not down:
        return documents

    def key(document: dict[str, Any]) -> tuple[bool, Any]:
        value = document.get(by)
        if not isinstance(value, str | int | float):
            value = None
        return value is None, value if value is not None else ""

    return sorted(documents, key=key, reverse=down)


def cut(request: Request, document: dict[str, Any], natural_keys: Iterable[str]) -> dict[str, Any]:
    """As much of a resource as `fields` or `return_object` ask for."""
    values = {name.replace("_", "-"): value for name, value in request.query.items()}
    if text := values.get("fields"):
        try:
            return dict(_chosen(document, orjson.loads(text)))
        except (orjson.JSONDecodeError, TypeError, AttributeError):
            raise refused(request, 400, "Invalid fields parameter") from None
    match values.get("return-object"):
        case None:
            return document
        case "limited":
            return {"id": document["id"]}
        case "shallow":
            keys = {"id", *natural_keys}
            return {
                name: {key: inner for key, inner in value.items() if key in keys}
                if isinstance(value, dict)
                else value
                for name, value in document.items()
            }
        case other:
            raise refused(request, 400, f"Invalid return_object {other}")


def _chosen(document: Any, fields: list[Any]) -> Any:
    if isinstance(document, list):
        return [_chosen(item, fields) for item in document]
    chosen: dict[str, Any] = {}
    for field in fields:
        wanted = field.items() if isinstance(field, dict) else ((field, None),)
        for name, inner in wanted:
            written = name.replace("_", "-")
            value = document.get(written)
            if inner and isinstance(value, dict | list):
                value = _chosen(value, inner)
            chosen[written] = value
    return chosen
