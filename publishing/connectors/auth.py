"""How a request is signed: tokens and CSRF sessions, shared by threads, renewed once."""

import base64
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Protocol
from urllib.parse import urlencode

from publishing.connectors.answers import by_status
from publishing.connectors.base import Error, Outcome, Stop
from publishing.http import Answer
from publishing.retry import parse_retry_after

LEEWAY = 30.0  # seconds by which a token is given up before its end
CSRF_LIFE = 1500.0


class Credentialed(Protocol):
    """The part of a context that signing needs."""

    @property
    def address(self) -> str: ...

    @property
    def credentials(self) -> Mapping[str, str]: ...

    def option(self, name: str, default: str = "") -> str: ...


class Talk(Protocol):
    """The part of a conversation that signing needs."""

    @property
    def context(self) -> Credentialed: ...

    @property
    def cache(self) -> "CredentialCache": ...

    def bare(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> Answer: ...


class Auth(Protocol):
    """A way to sign requests."""

    def sign(self, talk: Talk, path: str, *, write: bool) -> dict[str, str]:
        """The headers that make a request ours."""
        ...

    def is_stale(self, answer: Answer) -> bool:
        """Whether the answer asks for a fresh signature."""
        ...

    def forget(self, talk: Talk, path: str) -> None:
        """Drop what was cached, so that the next signature is fresh."""
        ...


class CredentialCache:
    """Short-lived secrets of this process, each made once however many threads want it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[str, tuple[dict[str, str], float]] = {}
        self._makers: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def fetch(self, key: str, make: Callable[[], tuple[dict[str, str], float]]) -> dict[str, str]:
        """What is held under the key, or what `make` gives, for so many seconds."""
        with self._lock:
            maker = self._makers.setdefault(key, threading.Lock())
        with maker:
            held = self._held.get(key)
            if held is not None and held[1] > self._clock():
                return held[0]
            value, seconds = make()
            self._held[key] = (value, self._clock() + seconds)
            return value

    def drop(self, key: str) -> None:
        """Forget what is held under the key."""
        with self._lock:
            self._held.pop(key, None)


@dataclass(frozen=True, slots=True)
class OAuth2ClientCredentials:
    """A bearer token for client id and secret."""

    token_path: str
    scope: str = ""

    def sign(self, talk: Talk, path: str, *, write: bool) -> dict[str, str]:
        """The Authorization header, with a token made when none is held."""
        held = talk.cache.fetch(self._key(talk), lambda: self._make(talk))
        return {"Authorization": f"Bearer {held['token']}"}

    def is_stale(self, answer: Answer) -> bool:
        """A token that is not taken any more."""
        return answer.status == 401

    def forget(self, talk: Talk, path: str) -> None:
        """Drop the token."""
        talk.cache.drop(self._key(talk))

    def _key(self, talk: Talk) -> str:
        return _cache_key("oauth2", talk, ("client_id", "client_secret", "scope"))

    def _make(self, talk: Talk) -> tuple[dict[str, str], float]:
        given = _needed(talk, "client_id", "client_secret")
        form = {"grant_type": "client_credentials", **given}
        if scope := talk.context.credentials.get("scope") or self.scope:
            form["scope"] = scope
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        answer = talk.bare("POST", self.token_path, urlencode(form).encode(), headers)
        _refuse_failure(answer, "The token service")
        try:
            body = json.loads(answer.body)
            seconds = float(body.get("expires_in", 300)) - LEEWAY
            return {"token": str(body["access_token"])}, max(seconds, 1.0)
        except (ValueError, KeyError, TypeError, AttributeError):
            words = "The token service gave an answer that cannot be read."
            raise Stop(Outcome.TRANSIENT, Error("token", words), status=answer.status) from None


@dataclass(frozen=True, slots=True)
class BasicWithCsrf:
    """A communication user by Basic authentication; writes also carry a CSRF token and cookies."""

    def sign(self, talk: Talk, path: str, *, write: bool) -> dict[str, str]:
        """The Authorization header, and for a write the token and cookies of the service."""
        given = _needed(talk, "username", "password")
        pair = f"{given['username']}:{given['password']}".encode()
        basic = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        if not write:
            return basic
        service = service_of(path)
        held = talk.cache.fetch(self._key(talk, service), lambda: self._make(talk, service, basic))
        return {**basic, **held}

    def is_stale(self, answer: Answer) -> bool:
        """A CSRF token that has lapsed."""
        required = answer.headers.get("x-csrf-token", "").lower() == "required"
        return answer.status == 403 and required

    def forget(self, talk: Talk, path: str) -> None:
        """Drop the CSRF session of the service."""
        talk.cache.drop(self._key(talk, service_of(path)))

    def _key(self, talk: Talk, service: str) -> str:
        return _cache_key(f"csrf {service}", talk, ("username", "password"))

    def _make(
        self, talk: Talk, service: str, basic: Mapping[str, str]
    ) -> tuple[dict[str, str], float]:
        headers = {**basic, "X-CSRF-Token": "Fetch", "Accept": "application/json"}
        answer = talk.bare("GET", service, None, headers)
        token = answer.headers.get("x-csrf-token", "")
        _refuse_failure(answer, f"The service at {service}")
        if not token or token.lower() == "required":
            words = f"No CSRF token was given by {service}."
            raise Stop(Outcome.AUTH, Error("csrf", words), status=answer.status)
        pairs = [cookie.split(";", 1)[0].strip() for cookie in answer.cookies]
        cookies = {"Cookie": "; ".join(pairs)} if pairs else {}
        return {"X-CSRF-Token": token, **cookies}, CSRF_LIFE


def service_of(path: str) -> str:
    """The root of the OData service a path belongs to: what stands before its entity set."""
    return path.split("?", 1)[0].rsplit("/", 1)[0] + "/"


def _refuse_failure(answer: Answer, who: str) -> None:
    """Stop when what signs the requests cannot be had; a refusal of any kind is one of access."""
    outcome = by_status(answer.status)
    if outcome in (Outcome.OK, Outcome.ACCEPTED_ASYNC):
        return
    if outcome not in (Outcome.TRANSIENT, Outcome.CONFIGURATION):
        outcome = Outcome.AUTH
    wait = parse_retry_after(answer.headers.get("retry-after", ""), now=datetime.now(UTC))
    words = f"{who} answered {answer.status}."
    raise Stop(
        outcome,
        Error(str(answer.status), words),
        retry_after=wait.total_seconds() if wait is not None else None,
        status=answer.status,
    )


def _needed(talk: Talk, *names: str) -> dict[str, str]:
    given = {name: talk.context.credentials.get(name, "") for name in names}
    missing = [name for name, value in given.items() if not value]
    if missing:
        words = f"The target has no {' and no '.join(missing)}."
        raise Stop(Outcome.CONFIGURATION, Error("credentials", words))
    return given


def _cache_key(what: str, talk: Talk, names: tuple[str, ...]) -> str:
    secrets = "\0".join(talk.context.credentials.get(name, "") for name in names)
    return f"{what} {talk.context.address} {sha256(secrets.encode()).hexdigest()}"
