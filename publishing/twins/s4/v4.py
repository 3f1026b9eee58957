"""What OData V4 services share: bodies, If-Match, and problems in V4's error form."""

from collections.abc import Iterable
from typing import Any

import orjson

from publishing.twins import customising
from publishing.twins.checks import Problem
from publishing.twins.s4 import errors
from publishing.twins.s4.writing import etag
from publishing.twins.store import Held
from publishing.twins.wire import Refusal, Request

Document = dict[str, Any]


def body_of(request: Request) -> Document:
    if "json" not in request.header("content-type"):
        raise errors.v4(415, errors.NOT_ALLOWED, "This service reads application/json only")
    try:
        body = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise errors.v4(400, "CX_SXML_PARSE_ERROR", "Error while parsing the body") from None
    if not isinstance(body, dict):
        raise errors.v4(400, "CX_SXML_PARSE_ERROR", "The body must be one entity")
    return body


def require_match(request: Request, held: Held) -> None:
    sent = request.header("if-match").strip()
    if not sent:
        raise errors.v4(428, errors.NO_MATCH_HEADER, "Header if-match required")
    if sent != "*" and etag(held) not in [one.strip() for one in sent.split(",")]:
        raise errors.v4(412, errors.STALE, "Precondition failed")


def customised(document: Document) -> None:
    """Every code is set up in the table it belongs to."""
    for name, value in document.items():
        table, known = customising.S4_TABLES.get(name, ("", frozenset()))
        if value and table and value not in known:
            text = f"Entry {value} does not exist in {table} (check entry)"
            raise errors.v4(400, errors.NO_ENTRY, text, name)
        if value and value not in customising.S4_VALUES.get(name, (value,)):
            raise errors.v4(400, errors.BAD_VALUE, f"Enter a valid value for {name}", name)


def verify(problems: Iterable[Problem]) -> None:
    for problem in problems:
        raise _refused(problem)


def _refused(problem: Problem) -> Refusal:
    where = problem.dotted
    text = {
        "required": f"Property '{where}' is required",
        "unknown": f"Property '{where}' is invalid",
        "too_long": f"Property '{where}' is too long: maximum is {problem.wanted} characters",
    }.get(problem.rule, f"Property '{where}' has an invalid value")
    return errors.v4(400, errors.BUSINESS, text, where)
