"""Who calls, and with which token: Basic authentication, a session cookie, X-CSRF-Token."""

import base64
import binascii
import hmac
import secrets
import time
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from publishing.twins.credentials import Credentials
from publishing.twins.s4 import errors
from publishing.twins.wire import WRITES, Request

COOKIE = "SAP_SESSIONID_TWN_100"
LIFE = 1_800  # seconds without a request


class Sessions:
    def __init__(self, credentials: Credentials, life: float = LIFE) -> None:
        self._credentials = credentials
        self.life = life
        self._tokens: dict[str, tuple[str, float]] = {}  # session -> token, when it ends

    def require_user(self, request: Request) -> None:
        kind, _, code = request.header("authorization").partition(" ")
        if kind.lower() != "basic" or not self._knows(code):
            challenge = 'Basic realm="SAP NetWeaver Application Server [TWN/100]"'
            raise errors.text(401, "Logon failed", WWW_Authenticate=challenge)

    def require_token(self, request: Request) -> None:
        """A writing request needs the token of its own session."""
        if request.method not in WRITES:
            return
        session, token = self._session(request)
        sent = request.header("x-csrf-token")
        if not session or not hmac.compare_digest(sent.encode(), token.encode()):
            demand = {"X_CSRF_Token": "Required"}
            raise errors.text(403, "CSRF token validation failed", **demand)

    def headers(self, request: Request) -> Mapping[str, str]:
        """What a reading request that asks for a token gets besides its answer."""
        asks = request.header("x-csrf-token").lower() == "fetch"
        if not asks or request.method in WRITES:
            return {}
        session, token = self._session(request)
        if not session:
            session, token = secrets.token_urlsafe(24), secrets.token_urlsafe(18)
            self._tokens[session] = (token, time.monotonic() + self.life)
        return {"X-CSRF-Token": token, "Set-Cookie": f"{COOKIE}={session}; Path=/; HttpOnly"}

    def expire(self) -> None:
        self._tokens.clear()

    def _session(self, request: Request) -> tuple[str, str]:
        """The caller's session and its token, both empty when there is none."""
        try:
            cookie = SimpleCookie(request.header("cookie")).get(COOKIE)
        except CookieError:
            cookie = None
        session = cookie.value if cookie else ""
        token, ends = self._tokens.get(session, ("", 0.0))
        if not token or ends <= time.monotonic():
            return "", ""
        self._tokens[session] = (token, time.monotonic() + self.life)
        return session, token

    def _knows(self, code: str) -> bool:
        try:
            user, _, password = base64.b64decode(code, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        right_user = hmac.compare_digest(user.encode(), self._credentials.s4_user.encode())
        return right_user and hmac.compare_digest(
            password.encode(), self._credentials.s4_password.encode()
        )
