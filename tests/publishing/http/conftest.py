"""A server that speaks raw bytes, so that it can speak badly; a session that may reach it."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

import pytest

from publishing.addresses import Guard
from publishing.http import Session

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
Serve = Callable[..., "Server"]


class Server:
    """Speaks raw bytes, so that it can speak badly."""

    def __init__(self, reply: Callable[[socket.socket], None], tls: ssl.SSLContext | None) -> None:
        self.seen: list[bytes] = []
        self._reply, self._tls = reply, tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            with connection, self._wrapped(connection) as spoken:
                while request := _whole(spoken):
                    self.seen.append(request)
                    self._reply(spoken)
        except OSError:
            pass

    def _wrapped(self, connection: socket.socket) -> socket.socket:
        if self._tls is None:
            return connection
        spoken = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        try:
            spoken.do_handshake()
        except OSError:
            spoken.close()
            raise
        return spoken

    def close(self) -> None:
        self._socket.close()


def _whole(connection: socket.socket) -> bytes:
    """One request, head and body, which may come in pieces; empty when the caller has left."""
    request = b""
    while b"\r\n\r\n" not in request:
        if not (more := connection.recv(65536)):
            return b""
        request += more
    head, _, body = request.partition(b"\r\n\r\n")
    said = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    length = int(said[1]) if said else 0
    while len(body) < length and (more := connection.recv(65536)):
        body += more
    return head + b"\r\n\r\n" + body


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[Server] = []

    def start(
        reply: bytes | Callable[[socket.socket], None] = OK, tls: ssl.SSLContext | None = None
    ) -> Server:
        speak = reply if callable(reply) else lambda connection: connection.sendall(reply)
        servers.append(Server(speak, tls))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(Guard(["127.0.0.1"]), max_bytes=1000) as opened:
        yield opened
