"""A target of a few lines: what it answers is scripted, what it was asked is kept."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from publishing.connectors.auth import CredentialCache
from publishing.connectors.conversation import Channel
from publishing.http import Answer


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


def answer(status: int, body: Any = None, **headers: str) -> Answer:
    """An answer; `set_cookie` becomes a cookie."""
    cookies = tuple(filter(None, [headers.pop("set_cookie", "")]))
    content = b"" if body is None else json.dumps(body).encode()
    return Answer(status, {k.replace("_", "-"): v for k, v in headers.items()}, content, cookies)


TOKEN = answer(200, {"access_token": "secret-token", "expires_in": 3600})
CSRF = answer(200, {"d": {}}, x_csrf_token="secret-csrf", set_cookie="SAP=secret-cookie; path=/")

Reply = Answer | Exception | Callable[[Asked], Answer]


class Script:
    """Answers by method and the end of the path, in order; the last answer of a place repeats."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._replies: dict[tuple[str, str], list[Reply]] = {}
        self.on("POST", "/oauth2/token", TOKEN)

    def on(self, method: str, part: str, *replies: Reply) -> "Script":
        self._replies[method, part] = list(replies)
        return self

    @property
    def channel(self) -> Channel:
        return Channel(self, CredentialCache())

    def sent(self, method: str = "") -> list[Asked]:
        """What was asked, without what only signs."""
        signing = ("/oauth2/token", "API_BUSINESS_PARTNER/", "0001/", "v=0002/")
        return [
            each
            for each in self.asked
            if not each.path.endswith(signing) and method in ("", each.method)
        ]

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout: float = 15.0,
    ) -> Answer:
        path = unquote(url.removeprefix("http://target"))
        body = content.decode() if content else ""
        parsed = json.loads(body) if body[:1] in ("{", "[") else body
        asked = Asked(method, path, dict(headers or {}), parsed)
        self.asked.append(asked)
        if "X-CSRF-Token" in asked.headers and asked.headers["X-CSRF-Token"] == "Fetch":
            return CSRF
        reply = self._next(method, path)
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, Answer) else reply(asked)

    def _next(self, method: str, path: str) -> Reply:
        for (wanted, part), replies in self._replies.items():
            if wanted == method and part in path:
                return replies.pop(0) if len(replies) > 1 else replies[0]
        raise AssertionError(f"nobody expected {method} {path}")
