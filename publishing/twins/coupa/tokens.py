"""OAuth2 client credentials: tokens that end, and scopes that are asked for."""

import base64
import binascii
import hmac
import re
import secrets
import time
from urllib.parse import parse_qsl

from publishing.twins.coupa.answers import refused
from publishing.twins.credentials import Credentials
from publishing.twins.wire import Answer, Refusal, Request, json_answer

LIFE = 86_400  # seconds
SCOPE = re.compile(r"[a-z]+(\.[a-z_]+)+")
SUPPLIER_SCOPE = "core.supplier.write"


class Tokens:
    def __init__(self, credentials: Credentials, life: int = LIFE) -> None:
        self._credentials = credentials
        self.life = life
        self._given: dict[str, tuple[float, frozenset[str]]] = {}

    def give(self, request: Request) -> Answer:
        """POST /oauth2/token."""
        if request.method != "POST":
            raise refused(request, 405, "Method not allowed")
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        client, secret = _basic(request) or (
            form.get("client_id", ""),
            form.get("client_secret", ""),
        )
        if form.get("grant_type") != "client_credentials":
            raise _denied(400, "unsupported_grant_type", "Only client_credentials is offered.")
        if not self._knows(client, secret):
            raise _denied(401, "invalid_client", "Client authentication failed.")
        scopes = frozenset(form.get("scope", "").split())
        if not all(SCOPE.fullmatch(scope) for scope in scopes):
            raise _denied(400, "invalid_scope", "The requested scope is unknown or malformed.")
        token = secrets.token_hex(32)
        self._given[token] = (time.monotonic() + self.life, scopes)
        body = {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": self.life,
            "scope": " ".join(sorted(scopes)),
        }
        return json_answer(200, body, headers={"Cache-Control": "no-store"})

    def require(self, request: Request) -> frozenset[str]:
        """The scopes of the caller's token; none given means all the client has."""
        kind, _, token = request.header("authorization").partition(" ")
        ends, scopes = self._given.get(token.strip(), (0.0, frozenset()))
        if kind.lower() != "bearer" or ends <= time.monotonic():
            raise refused(request, 401, "The access token is missing, expired or invalid.")
        return scopes

    def require_file_login(self, request: Request) -> None:
        """Files: the bearer token, or client id and secret as user and password."""
        login = _basic(request)
        if login is None:
            self.require(request)
        elif not self._knows(*login):
            raise refused(request, 401, "Login failed.")

    def expire(self) -> None:
        self._given.clear()

    def _knows(self, client: str, secret: str) -> bool:
        right_client = hmac.compare_digest(
            client.encode(), self._credentials.coupa_client_id.encode()
        )
        right_secret = hmac.compare_digest(
            secret.encode(), self._credentials.coupa_client_secret.encode()
        )
        return right_client and right_secret


def _basic(request: Request) -> tuple[str, str] | None:
    kind, _, code = request.header("authorization").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(code, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password


def _denied(status: int, code: str, text: str) -> Refusal:
    return Refusal(
        json_answer(status, {"error": code, "error_description": text}, message=f"{code}: {text}")
    )
