"""Every error of the API and its status, in one place; answered as RFC 9457 problem details."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions as drf

from mdm import errors
from mdm.api import tracing
from mdm.changes import Malformed, Unexplained
from mdm.domains.spec import Problem as Finding

logger = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: its name in the type address, its status, and what it means."""

    slug: str
    status: int
    title: str
    meaning: str

    @property
    def address(self) -> str:
        """The problem's `type`, which can be followed."""
        return f"/api/problems/{self.slug}"


PROBLEMS = {
    slug: Kind(slug, status, title, meaning)
    for slug, status, title, meaning in (
        ("bad-json", 400, "Not JSON", "The body could not be read as one JSON value."),
        ("bad-request", 400, "Bad request", "The request could not be understood."),
        ("unknown-parameter", 400, "Unknown parameter", "There is no such query parameter here."),
        ("invalid-parameter", 400, "Invalid parameter", "A parameter or header cannot be that."),
        ("idempotency-key-missing", 400, "Idempotency-Key missing", "This POST needs that header."),
        ("not-authenticated", 401, "Not signed in", "There is no token, or none that counts."),
        ("not-allowed", 403, "Not allowed", "The account may not do this here."),
        ("scope-missing", 403, "Scope missing", "The token lacks the scope that this needs."),
        ("token-may-not-decide", 403, "A token may not decide", "Only a signed-in person decides."),
        ("not-found", 404, "Not found", "There is no such thing, or none that you may see."),
        ("method-not-allowed", 405, "Method not allowed", "The resource has no such method."),
        ("not-acceptable", 406, "Not acceptable", "The API answers in JSON only."),
        ("conflict", 409, "Conflict", "Somebody else changed or holds the same thing."),
        ("in-progress", 409, "In progress", "The first request with this key still runs."),
        ("gone", 410, "Gone", "It was merged into another record; the detail says which."),
        ("stale-version", 412, "Stale version", "What If-Match names is not what is there now."),
        ("too-large", 413, "Too large", "The body is larger than is accepted."),
        ("unsupported-media-type", 415, "Not JSON", "The body must be application/json."),
        ("invalid", 422, "Invalid", "The body is JSON, but not as expected; errors say where."),
        ("unknown-field", 422, "Unknown field", "The body has a field that does not exist."),
        ("refused", 422, "Refused", "A rule of the business says no; the detail says which."),
        ("idempotency-key-reused", 422, "Idempotency-Key reused", "It was of another request."),
        ("precondition-required", 428, "If-Match required", "This write needs the ETag it is for."),
        ("too-many-requests", 429, "Too many requests", "Wait as long as Retry-After says."),
        ("internal", 500, "Our fault", "Something broke on our side; the trace id finds it."),
        ("unavailable", 503, "Not available", "The database cannot be reached right now."),
    )
}


class Problem(Exception):
    """An answer that is a problem. `errors` are {pointer or parameter, code, detail}."""

    def __init__(
        self,
        slug: str,
        detail: str = "",
        *,
        errors: Iterable[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.kind = PROBLEMS[slug]
        self.detail = detail or self.kind.meaning
        self.errors = [dict(error) for error in errors]
        self.headers = dict(headers or {})
        super().__init__(self.detail)

    def as_json(self, instance: str, trace_id: str) -> dict[str, Any]:
        """The problem's members."""
        shape: dict[str, Any] = {
            "type": self.kind.address,
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
            "instance": instance,
            "trace_id": trace_id,
        }
        return shape | ({"errors": self.errors} if self.errors else {})


SLUGS: tuple[tuple[type[Exception], str], ...] = (
    (errors.Invalid, "invalid"),
    (errors.Conflict, "conflict"),
    (errors.NotAllowed, "not-allowed"),
    (errors.NotFound, "not-found"),
    (errors.MdmError, "refused"),
    (Http404, "not-found"),
    (PermissionDenied, "not-allowed"),
    (RequestDataTooBig, "too-large"),
    (SuspiciousOperation, "bad-request"),
    (drf.NotAuthenticated, "not-authenticated"),
    (drf.AuthenticationFailed, "not-authenticated"),
    (drf.PermissionDenied, "not-allowed"),
    (drf.NotFound, "not-found"),
    (drf.MethodNotAllowed, "method-not-allowed"),
    (drf.NotAcceptable, "not-acceptable"),
    (drf.UnsupportedMediaType, "unsupported-media-type"),
    (drf.APIException, "bad-request"),
    (OperationalError, "unavailable"),
    (InterfaceError, "unavailable"),
)
OWN_WORDS = (errors.MdmError, drf.NotAuthenticated, drf.AuthenticationFailed, drf.PermissionDenied)


def problem_of(error: Exception) -> Problem:
    """The problem that an error is. What nobody foresaw is logged and is our fault."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, Malformed):
        at = _pin_at if error.of_pins else _value_at
        found = [found_at(f, at(f.path)) for f in error.problems]
        return Problem("invalid", errors=found)
    if isinstance(error, Unexplained):
        missing = {"pointer": "/reason", "code": "missing", "detail": str(error)}
        return Problem("invalid", str(error), errors=[missing])
    for known, slug in SLUGS:
        if isinstance(error, known):
            return Problem(slug, str(error) if isinstance(error, OWN_WORDS) else "")
    logger.error("a request failed unforeseen", exc_info=error)
    return Problem("internal")


def _value_at(path: str) -> str:
    return f"/patch/{escaped(path)}"


def _pin_at(path: str) -> str:
    """Where a pin stands in a body, or one of its members: trade_name.until."""
    for member in (".hold", ".until"):
        if path.endswith(member):
            return f"/pins/{escaped(path.removesuffix(member))}/{member[1:]}"
    return f"/pins/{escaped(path)}"


def found_at(finding: Finding, pointer: str) -> dict[str, str]:
    """What is wrong with a value, as a problem's error."""
    return {"pointer": pointer, "code": "invalid", "detail": str(finding)}


def escaped(step: str) -> str:
    """One step of a JSON Pointer (RFC 6901)."""
    return step.replace("~", "~0").replace("/", "~1")


def answer(problem: Problem, request: HttpRequest) -> HttpResponse:
    """The problem as a response to the request."""
    body = orjson.dumps(problem.as_json(request.path, tracing.trace_id(request)))
    response = HttpResponse(body, MEDIA_TYPE, problem.kind.status)
    for name, value in problem.headers.items():
        response[name] = value
    if problem.kind.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="touchstone"'
    response["Cache-Control"] = "no-store"
    return response
