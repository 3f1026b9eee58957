"""The HTTP server of the twins: a thread per connection, kept alive, without Nagle's delay."""

import contextlib
import ipaddress
import logging
import socket
import struct
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from publishing.twins.operations import Operations
from publishing.twins.switchboard import Sent, Switchboard, wait
from publishing.twins.wire import Answer, Request, json_answer

logger = logging.getLogger(__name__)
LARGEST_BODY = 10_000_000
CONTROL = "_control"
RESET = struct.pack("ii", 1, 0)  # close with a reset instead of a farewell


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    block_on_close = False

    def __init__(self, address: tuple[str, int], board: Switchboard) -> None:
        self.board = board
        self.operations = Operations(board)
        self.stopping = threading.Event()
        super().__init__(address, Handler)

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def stop(self) -> None:
        self.stopping.set()
        self.shutdown()

    def handle_error(self, request: Any, client_address: Any) -> None:
        logger.debug("connection from %s ended", client_address)


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "Touchstone-twins"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 120  # an idle connection

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdecimal():
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
            return
        if int(length) > LARGEST_BODY:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        body = self.rfile.read(int(length))
        path, _, query = self.path.partition("?")
        prefix, _, rest = path.lstrip("/").partition("/")
        method = "GET" if self.command == "HEAD" else self.command
        headers = {name.lower(): value for name, value in self.headers.items()}
        base = f"http://{headers.get('host', 'localhost')}/{prefix}"
        request = Request(method, f"/{rest}", query, headers, body, base)
        self._send(self._sent(prefix, request))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_MERGE = _serve  # noqa: N815

    def _sent(self, prefix: str, request: Request) -> Sent:
        if prefix in self.server.board.twins:
            return self.server.board.serve(prefix, request)
        if prefix == CONTROL:
            if not ipaddress.ip_address(self.client_address[0]).is_loopback:
                return Sent(json_answer(403, {"error": "Only from this machine."}))
            return Sent(self.server.operations.answer(request))
        known = sorted(self.server.board.twins)
        return Sent(json_answer(404, {"error": "There is no such twin.", "twins": known}))

    def _send(self, sent: Sent) -> None:
        wait(sent.delay, self.server.stopping)
        if sent.fault in {"drop_before", "drop_after"}:
            self._reset()
            return
        head = self._head(sent.answer)
        body = b"" if self.command == "HEAD" else sent.answer.body
        if sent.fault == "half_answer":
            body = body[: len(body) // 2]
            head = head if sent.answer.body else head[: len(head) // 2]
            self.close_connection = True
        self.connection.sendall(head + body)

    def _head(self, answer: Answer) -> bytes:
        status = answer.status
        phrase = self.responses.get(HTTPStatus(status), ("",))[0]
        lines = [
            f"{self.protocol_version} {status} {phrase}",
            f"Server: {self.server_version}",
            f"Date: {self.date_time_string()}",
            *(f"{name}: {value}" for name, value in answer.headers.items()),
        ]
        if status != HTTPStatus.NO_CONTENT:
            lines.append(f"Content-Length: {len(answer.body)}")
        if self.close_connection:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True
        self._send(Sent(json_answer(status, {"error": status.phrase})))

    def _reset(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """The journal is the log."""
