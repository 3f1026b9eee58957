"""The one way out over HTTP: to an admitted address, once, bounded in size and time.

    Session.send -> Guard.destination -> connect to an admitted address -> Answer
                 -> NotSent      nothing was sent: safe to send again
                 -> AnswerLost   it may have been taken: look before sending again

Redirects are answers, not instructions; no proxy, `.netrc` or cookie jar of the machine has a say;
TLS is always verified. A session is shared by threads and keeps its connections.
"""

import ssl
import time
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Self

import httpcore2
import httpx2

from publishing.addresses import AddressRefused, Guard, Resolve, resolve

MAX_ANSWER_BYTES = 4_000_000
DEFAULT_TIMEOUT = 15.0
CONNECTIONS = 20

_deadline: ContextVar[float] = ContextVar("deadline")

_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


class NotSent(Exception):
    """No byte of the request left. `is_configuration`: none will until a setting is mended."""

    def __init__(self, message: str, *, is_configuration: bool = False) -> None:
        super().__init__(message)
        self.is_configuration = is_configuration


class AnswerLost(Exception):
    """Bytes left, and no usable answer came: whether the target took them is unknown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a target answered. Header names are lower-case; cookies are apart, as set."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cookies: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced."""
        return self.body.decode("utf-8", "replace")


class Session:
    """An HTTP client that goes only where it may."""

    def __init__(
        self,
        guard: Guard,
        *,
        origins: Iterable[str] = (),
        max_bytes: int = MAX_ANSWER_BYTES,
        tls: ssl.SSLContext | None = None,
        resolver: Resolve = resolve,
    ) -> None:
        """`origins`: the addresses this session is for; with any given, it goes nowhere else."""
        self._guard = guard
        self._origins = frozenset(guard.destination(address).origin for address in origins)
        self._max_bytes = max_bytes
        context = tls or ssl.create_default_context()
        self._client = httpx2.Client(
            transport=_GuardedTransport(guard, context, resolver),
            follow_redirects=False,
            trust_env=False,
        )
        self._client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> Answer:
        """One request and its whole answer, all within `timeout` seconds."""
        self._refuse_elsewhere(url)
        sent = {"Accept-Encoding": "identity", "User-Agent": "Touchstone", **(headers or {})}
        token = _deadline.set(time.monotonic() + timeout)
        try:
            with self._client.stream(
                method,
                url,
                headers=sent,
                content=content,
                timeout=httpx2.Timeout(None, pool=timeout),
            ) as response:
                return self._read(response)
        except AddressRefused as refused:
            raise NotSent(str(refused), is_configuration=True) from None
        except _NOT_SENT as error:
            wrong_certificate = _is_certificate_error(error)
            words = "its certificate is not valid: " if wrong_certificate else "no connection: "
            raise NotSent(f"{words}{error}", is_configuration=wrong_certificate) from error
        except (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
            raise AnswerLost(f"no answer: {error or type(error).__name__}") from error
        finally:
            _deadline.reset(token)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _refuse_elsewhere(self, url: str) -> None:
        try:
            found = self._guard.destination(url)
        except AddressRefused as refused:
            raise NotSent(str(refused), is_configuration=True) from None
        if self._origins and found.origin not in self._origins:
            words = f"{found.origin} is not the address of this target."
            raise NotSent(words, is_configuration=True)

    def _read(self, response: httpx2.Response) -> Answer:
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            raise AnswerLost("the answer is compressed, which was not asked for")
        body = bytearray()
        for part in response.iter_raw():
            body += part
            if len(body) > self._max_bytes:
                raise AnswerLost(f"the answer is longer than {self._max_bytes:,} bytes")
        stream = response.extensions.get("network_stream")
        is_chunked = "transfer-encoding" in response.headers
        if isinstance(stream, _HeldStream) and stream.has_surplus(len(body), is_chunked=is_chunked):
            stream.close()
            raise AnswerLost("more bytes came than the answer announced")
        return Answer(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            bytes(body),
            tuple(response.headers.get_list("set-cookie")),
        )


def _is_certificate_error(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _left() -> float:
    """Seconds until the deadline of the request in hand."""
    return _deadline.get() - time.monotonic()


class _Count:
    """The bytes of one answer as they came: how long its head is, and how it ends."""

    def __init__(self) -> None:
        self.total = 0
        self._head = bytearray()
        self._head_ends = 0
        self._tail = b""

    def add(self, data: bytes) -> None:
        self.total += len(data)
        self._tail = (self._tail + data)[-4:]
        if self._head_ends:
            return
        self._head += data
        begins = 0
        while (found := self._head.find(b"\r\n\r\n", begins)) >= 0:
            is_interim = self._head[begins:].startswith(b"HTTP/1.1 1")
            begins = found + 4
            if not is_interim:
                self._head_ends = begins
                self._head.clear()
                return

    def has_surplus(self, body: int, *, is_chunked: bool) -> bool:
        if not self._head_ends:
            return False
        return self._tail != b"\r\n\r\n" if is_chunked else self.total > self._head_ends + body


class _HeldStream(httpcore2.NetworkStream):
    """A connection whose every step ends at the deadline, however slowly the other side drips."""

    def __init__(self, stream: httpcore2.NetworkStream) -> None:
        self._stream = stream
        self._count = _Count()

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        left = _left()
        if left <= 0:
            raise httpcore2.ReadTimeout("the time is up")
        data = self._stream.read(max_bytes, timeout=left)
        self._count.add(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = _left()
        if left <= 0:
            raise httpcore2.WriteTimeout("the time is up")
        if self._count.total:
            self._count = _Count()
        self._stream.write(buffer, timeout=left)

    def has_surplus(self, body: int, *, is_chunked: bool) -> bool:
        """Whether bytes are left of an answer, which the next request would take for its own."""
        return self._count.has_surplus(body, is_chunked=is_chunked)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        left = max(_left(), 0.001)
        return _HeldStream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _GuardedBackend(httpcore2.SyncBackend):
    """Resolves a name once, asks the guard, and connects to what was admitted and nothing else."""

    def __init__(self, guard: Guard, resolver: Resolve) -> None:
        self._guard = guard
        self._resolve = resolver

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        plain = host.strip("[]").rstrip(".")
        try:
            answers = self._resolve(plain, port)
        except (OSError, UnicodeError) as error:
            raise httpcore2.ConnectError(f"{plain} has no address: {error}") from error
        failure: Exception = httpcore2.ConnectError(f"{plain} has no address")
        for address in self._guard.admit(plain, port, answers):
            left = _left()
            if left <= 0:
                raise httpcore2.ConnectTimeout("the time is up")
            try:
                stream = super().connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
            else:
                return _HeldStream(stream)
        raise failure

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore2.NetworkStream:
        raise AddressRefused("A target is reached over the network.")


class _GuardedTransport(httpx2.HTTPTransport):
    """httpx2's transport with its connections made by the guarded backend."""

    def __init__(self, guard: Guard, tls: ssl.SSLContext, resolver: Resolve) -> None:
        super().__init__(verify=tls, trust_env=False)
        self._pool.close()
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls,
            max_connections=CONNECTIONS,
            max_keepalive_connections=CONNECTIONS,
            keepalive_expiry=5.0,
            network_backend=_GuardedBackend(guard, resolver),
        )
