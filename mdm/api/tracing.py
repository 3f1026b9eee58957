"""Which request an answer belongs to: the caller's own id and trace, or ones of ours.

`X-Request-ID` is echoed; the trace id of a W3C `traceparent` becomes the correlation id that every
history row, ledger entry and event of the request carries.
"""

import re
from secrets import token_hex
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest

REQUEST_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
TRACEPARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")


def begin(request: Any) -> None:
    """Give the request its `request_id`, `trace_id`, `traceparent` and `correlation_id`."""
    asked = request.META.get("HTTP_X_REQUEST_ID", "")
    given, flags = _trace(request.META.get("HTTP_TRACEPARENT", ""))
    request.trace_id = given or uuid4().hex
    request.request_id = asked if REQUEST_ID.fullmatch(asked) else request.trace_id
    request.traceparent = f"00-{request.trace_id}-{token_hex(8)}-{flags}" if given else ""


def trace_id(request: HttpRequest) -> str:
    """The id under which logs and problems of the request are found."""
    found: str = getattr(request, "trace_id", "")
    return found


def correlation_id(request: HttpRequest) -> UUID:
    """The trace as the id that history, ledger and events carry."""
    return UUID(trace_id(request) or uuid4().hex)


def mark(request: Any, response: Any) -> None:
    """Tell the caller under which id its request is known here."""
    response["X-Request-ID"] = request.request_id
    if request.traceparent:
        response["traceparent"] = request.traceparent


def _trace(header: str) -> tuple[str, str]:
    """The trace id and flags of a valid traceparent, else empty ones."""
    match = TRACEPARENT.fullmatch(header)
    if match is None or match[1] == "ff" or not int(match[2], 16) or not int(match[3], 16):
        return "", ""
    return match[2], match[4]
