"""What every view of the API does: who calls, may they, what do they ask; the answer is JSON."""

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any, ClassVar

import orjson
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from mdm import authorship, ledger
from mdm.api import auth, bodies, conditions, errors, idempotency, throttle, tracing
from mdm.api.auth import BearerAuthentication, PersonAuthentication
from mdm.api.description import Described
from mdm.api.errors import Problem
from mdm.api.operation import Operation
from mdm.api.parameters import read_query
from mdm.tokens import Bearer

READS = ("GET", "HEAD")
ACCEPTED = ("application/json", "application/*", "*/*", "application/problem+json")


class ApiView(APIView):
    """A view that says what it takes and gives in `operations`, by method."""

    authentication_classes = [BearerAuthentication, PersonAuthentication]
    permission_classes = [IsAuthenticated]
    schema = Described()
    operations: ClassVar[Mapping[str, Operation]] = {}

    query: dict[str, Any]
    body: Any

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who calls, may they call this, and is what they ask well-formed?"""
        self.perform_authentication(request)
        self.check_permissions(request)
        bearer = self.bearer
        throttle.take(str(bearer.token_id if bearer else request.user.pk))
        if request.method == "OPTIONS":
            return
        operation = self.operation
        auth.require_scope(bearer, operation.scope)
        _require_json(request.META.get("HTTP_ACCEPT", "*/*"))
        self.query = read_query(request.GET, operation.query)
        if operation.body is not None:
            self.body = bodies.read(request._request, operation.body, needed=operation.body_needed)

    @property
    def operation(self) -> Operation:
        """What is asked for. Raises 405 when it is not there."""
        method = "GET" if self.request.method == "HEAD" else str(self.request.method)
        if method not in self.operations:
            detail = f"{method} is not possible here; {self._allow['Allow']} is."
            raise Problem("method-not-allowed", detail, headers=self._allow)
        return self.operations[method]

    @property
    def _allow(self) -> dict[str, str]:
        return {"Allow": ", ".join(self.operations)}

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer the request; whatever goes wrong is a problem."""
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request, *args, **kwargs)
        self.headers = {}
        if not hasattr(request, "trace_id"):
            tracing.begin(request)
        try:
            self.initial(self.request, *args, **kwargs)
            response = self._work(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the edge: every error gets its status here
            problem = errors.problem_of(error)
            self._note(problem)
            response = errors.answer(problem, request)
        return response

    def _note(self, problem: Problem) -> None:
        """What somebody was not allowed to do is in the ledger."""
        user = self.request.user if problem.kind.status == HTTPStatus.FORBIDDEN else None
        if user is None or not user.is_authenticated:
            return
        with suppress(DatabaseError):  # the refusal stands, noted or not
            ledger.append(
                "access.refused",
                person=user.get_username(),
                subject=f"{self.request.method} {self.request.path}"[:200],
                correlation_id=tracing.correlation_id(self.request._request),
                code=problem.kind.slug,
            )

    def _work(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Call the method's handler, once per Idempotency-Key, as the person who calls."""
        request = self.request
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers=self._allow)
        handler = getattr(self, str(request.method).lower())
        if request.method in READS:
            read: HttpResponse = handler(request, *args, **kwargs)
            return read
        author = authorship.Author(
            person=request.user.get_username(),
            user=request.user,
            correlation_id=tracing.correlation_id(request._request),
        )
        with authorship.acting(author):
            key = request.META.get("HTTP_IDEMPOTENCY_KEY")
            if key is not None and self.operation.idempotency:
                return idempotency.once(request, key, lambda: handler(request, *args, **kwargs))
            if self.operation.idempotency == "required":
                raise Problem("idempotency-key-missing")
            done: HttpResponse = handler(request, *args, **kwargs)
            return done

    def require_match(self, *tags: str) -> None:
        """The write is against what is there now."""
        conditions.require_match(self.request.META.get("HTTP_IF_MATCH", ""), tags)

    @property
    def bearer(self) -> Bearer | None:
        """The token that calls; None for a person's session."""
        return self.request.auth if isinstance(self.request.auth, Bearer) else None


def _require_json(accept: str) -> None:
    """The caller takes JSON, or gets 406."""
    if not any(part.split(";")[0].strip() in ACCEPTED for part in accept.lower().split(",")):
        raise Problem("not-acceptable")


def answer(
    shape: Any, status: int = 200, *, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """A JSON answer that nobody keeps without asking again."""
    response = HttpResponse(orjson.dumps(shape), "application/json", status)
    response["Cache-Control"] = "private, no-cache"
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def answer_tagged(request: Request | HttpRequest, shape: Any, tag: str) -> HttpResponse:
    """A JSON answer with its ETag, or 304 when the caller has it."""
    if conditions.is_known(request.META.get("HTTP_IF_NONE_MATCH", ""), tag):
        response = HttpResponse(status=304)
        response["Cache-Control"] = "private, no-cache"
    else:
        response = answer(shape)
    response["ETag"] = tag
    return response
