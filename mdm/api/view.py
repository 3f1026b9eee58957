"""What every view of the API does: who calls, may they, what do they ask; the answer is JSON."""

from collections.abc import Mapping
from typing import Any, ClassVar

import orjson
from django.http import HttpRequest, HttpResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from mdm import authorship
from mdm.api import auth, bodies, conditions, errors, idempotency, throttle, tracing
from mdm.api.auth import BearerAuthentication, PersonAuthentication
from mdm.api.description import Described
from mdm.api.errors import Problem
from mdm.api.operation import Operation
from mdm.api.parameters import read_query
from mdm.tokens import Bearer

ACCEPTED = ("application/json", "application/*", "*/*", "application/problem+json")


class Json(BaseRenderer):
    """Names the one media type; the bytes are made by `answer`."""

    media_type = "application/json"
    format = "json"
    charset = None


class Negotiation(BaseContentNegotiation):
    """JSON, or 406."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        accept = request.META.get("HTTP_ACCEPT", "*/*").lower()
        if not any(part.split(";")[0].strip() in ACCEPTED for part in accept.split(",")):
            raise Problem("not-acceptable")
        return renderers[0], renderers[0].media_type

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return None


class ApiView(APIView):
    """A view that says what it takes and gives in `operations`, by method."""

    authentication_classes = [BearerAuthentication, PersonAuthentication]
    permission_classes = [IsAuthenticated]
    renderer_classes = [Json]
    parser_classes = []
    content_negotiation_class = Negotiation
    schema = Described()
    operations: ClassVar[Mapping[str, Operation]] = {}

    query: dict[str, Any]
    body: Any

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who calls, may they call this, and is what they ask well-formed?"""
        self.perform_authentication(request)
        self.check_permissions(request)
        bearer = request.auth
        throttle.take(str(bearer.token_id if bearer else request.user.pk))
        if request.method not in self.operations and request.method != "HEAD":
            return
        operation = self.operation
        auth.require_scope(bearer, operation.scope)
        self.perform_content_negotiation(request)
        self.query = read_query(request.GET, operation.query)
        if operation.body is not None:
            self.body = bodies.read(request._request, operation.body, needed=operation.body_needed)

    @property
    def operation(self) -> Operation:
        """What is asked for."""
        method = "GET" if self.request.method == "HEAD" else self.request.method
        return self.operations[str(method)]

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
            if problem.kind.slug == "method-not-allowed":
                problem.headers["Allow"] = ", ".join(self.allowed_methods)
            response = errors.answer(problem, request)
        return response

    def _work(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Call the method's handler, once per Idempotency-Key, as the person who calls."""
        request = self.request
        method = str(request.method)
        if method not in self.operations and method not in ("HEAD", "OPTIONS"):
            raise Problem("method-not-allowed", f"{method} is not possible here.")
        handler = getattr(self, method.lower(), self.http_method_not_allowed)
        if method in ("GET", "HEAD", "OPTIONS"):
            answer: HttpResponse = handler(request, *args, **kwargs)
            return answer
        author = authorship.Author(
            person=request.user.get_username(),
            user=request.user,
            correlation_id=tracing.correlation_id(request._request),
        )
        with authorship.acting(author):
            key = request.META.get("HTTP_IDEMPOTENCY_KEY", "")
            if key and self.operation.idempotency:
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
