"""The way of a request under /api/: past everything that only pages need.

    health, security headers -> here -> with a session cookie: the whole chain (session, CSRF ...)
                                     -> else: straight to the view

A token needs no session, no CSRF check and no page's headers, and reads are to be cheap.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import resolve

from mdm.api import errors, tracing

PREFIX = "/api/"
BODILESS = (204, 304)


class ApiMiddleware:
    """Answers what is under /api/, and marks each answer with its request's id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        tracing.begin(request)
        response = self.get_response(request) if _is_of_a_page(request) else _straight(request)
        tracing.mark(request, response)
        return response


def _is_of_a_page(request: HttpRequest) -> bool:
    """A signed-in person's browser asks; a token, where there is one, goes before its session."""
    meta = request.META
    if "HTTP_AUTHORIZATION" in meta or "HTTP_COOKIE" not in meta:
        return False
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def _straight(request: HttpRequest) -> HttpResponseBase:
    try:
        request.get_host()
        request.user = AnonymousUser()
        match = request.resolver_match = resolve(request.path_info)
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except Exception as error:  # noqa: BLE001 - the edge: every error gets its status here
        response = errors.answer(errors.problem_of(error), request)
    if isinstance(response, HttpResponse) and response.status_code not in BODILESS:
        response.headers["Content-Length"] = str(len(response.content))
    return response
