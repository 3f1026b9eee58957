"""Pages of a list: a limit and an opaque cursor. A page never shifts when rows come or go."""

import base64
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from mdm.api.parameters import invalid

SEAL = 12


@dataclass(frozen=True, slots=True)
class Order:
    """By which column a list runs, and what breaks ties."""

    column: str
    tie: str = "golden_id"
    descending: bool = False
    read: Callable[[str], Any] = str  # the column's value from the cursor's text
    read_tie: Callable[[str], Any] = UUID


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, and the cursors of those around them."""

    rows: Sequence[Any]
    next: str | None
    previous: str | None


def page(rows: QuerySet[Any], order: Order, *, limit: int, cursor: str | None, mark: str) -> Page:
    """The rows after (or before) a cursor. `mark` is the query that the cursor belongs to."""
    mark = f"{mark}\x1f{order.column}\x1f{order.descending}"
    back, at = _decode(cursor, mark, order) if cursor else (False, None)
    upwards = order.descending == back
    if at is not None:
        rows = rows.filter(_beyond(order, at, upwards=upwards))
    sign = "" if upwards else "-"
    found = list(rows.order_by(f"{sign}{order.column}", f"{sign}{order.tie}")[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    if back:
        found.reverse()
    if not found:
        return Page([], None, None)
    has_next, has_previous = (True, more) if back else (more, at is not None)
    return Page(
        found,
        _encode(order, found[-1], mark, back=False) if has_next else None,
        _encode(order, found[0], mark, back=True) if has_previous else None,
    )


def _beyond(order: Order, at: tuple[Any, Any], *, upwards: bool) -> Q:
    than = "gt" if upwards else "lt"
    value, tie = at
    if order.column == order.tie:
        return Q(**{f"{order.tie}__{than}": tie})
    beyond = Q(**{f"{order.column}__{than}": value})
    return beyond | Q(**{order.column: value, f"{order.tie}__{than}": tie})


def _encode(order: Order, row: Any, mark: str, *, back: bool) -> str:
    place = [back, _text(getattr(row, order.column)), _text(getattr(row, order.tie))]
    body = orjson.dumps(place)
    return base64.urlsafe_b64encode(_seal(body, mark) + body).decode().rstrip("=")


def _decode(cursor: str, mark: str, order: Order) -> tuple[bool, tuple[Any, Any]]:
    """What `_encode` wrote; only a cursor of ours, for this very query, is read."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        raw = b""
    body = raw[SEAL:]
    if not hmac.compare_digest(raw[:SEAL], _seal(body, mark)):
        raise invalid("cursor", "It is not one that this query gave. Begin again without it.")
    back, value, tie = orjson.loads(body)
    return back, (order.read(value), order.read_tie(tie))


def _seal(body: bytes, mark: str) -> bytes:
    return salted_hmac("api.cursor", body + mark.encode(), algorithm="sha256").digest()[:SEAL]


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
