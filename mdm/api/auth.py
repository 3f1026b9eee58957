"""Who calls: a bearer token, or a signed-in person's session. Everybody else gets 401.

A token's scopes narrow what its person may do. A session has every scope, and may also decide.
"""

from typing import Any

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from mdm import tokens
from mdm.api.errors import Problem
from mdm.errors import NotAllowed
from mdm.tokens import Bearer

SCHEME = "bearer "


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer id.secret`."""

    def authenticate(self, request: Any) -> tuple[Any, Bearer] | None:
        header: str = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        bearer = read(header)
        return bearer.user, bearer

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="touchstone"'


class PersonAuthentication(SessionAuthentication):
    """The session of a signed-in person; writes need the CSRF token."""


def read(header: str) -> Bearer:
    """Who an Authorization header speaks for. Raises `AuthenticationFailed`."""
    if header[: len(SCHEME)].lower() != SCHEME:
        raise exceptions.AuthenticationFailed("The header must be Authorization: Bearer id.secret.")
    try:
        return tokens.find(header[len(SCHEME) :].strip())
    except NotAllowed as error:
        raise exceptions.AuthenticationFailed(str(error)) from error


def require_scope(bearer: Any, scope: str) -> None:
    """A token without the scope is refused; a session has them all. `decide` is no token's."""
    if not isinstance(bearer, Bearer) or not scope or scope in bearer.scopes:
        return
    if scope == "decide":
        raise Problem(
            "token-may-not-decide",
            f"“{bearer.name}” is a token. Changes are decided by a signed-in person.",
        )
    raise Problem(
        "scope-missing",
        f"“{bearer.name}” has the scope {', '.join(sorted(bearer.scopes))}; this needs {scope}, "
        f"to {tokens.SCOPES[scope]}.",
    )
