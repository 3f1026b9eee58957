"""A load of GET requests over connections that stay open, in one thread, by bare sockets."""

import selectors
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

CHUNK = 1 << 16


@dataclass
class Result:
    """What a load got: how many answers a second, and how long they took."""

    seconds: float
    statuses: dict[int, int] = field(default_factory=dict)
    waits: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return sum(self.statuses.values()) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share of the answers came."""
        waits = sorted(self.waits) or [0.0]
        return waits[min(len(waits) - 1, int(len(waits) * share))] * 1000


@dataclass
class Connection:
    """One open connection, with at most one request under way."""

    socket: socket.socket
    sent_at: float = 0.0
    buffer: bytes = b""

    def answered(self) -> int:
        """The status of a whole answer; 0 while it is still coming."""
        self.buffer += self.socket.recv(CHUNK)
        head, mark, body = self.buffer.partition(b"\r\n\r\n")
        if not mark:
            if not self.buffer:
                raise ConnectionError("the server closed a connection that was to stay open")
            return 0
        status = int(head[9:12])
        if status != 304 and len(body) < _length(head):
            return 0
        self.buffer = b""
        return status


def _length(head: bytes) -> int:
    """The length of the body that is announced; an answer in chunks is not ours."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line[15:])
    raise ConnectionError("an answer without Content-Length")


def run(
    address: tuple[str, int],
    paths: Sequence[str],
    *,
    headers: Sequence[str] = (),
    connections: int = 8,
    seconds: float = 5.0,
) -> Result:
    """Ask for the paths in turn, on so many connections, for so long."""
    extra = "".join(f"{header}\r\n" for header in headers)
    requests = [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{extra}\r\n".encode() for path in paths]
    opened = [Connection(socket.create_connection(address, timeout=10)) for _ in range(connections)]
    result = Result(seconds)
    with selectors.DefaultSelector() as selector:
        for connection in opened:
            connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        turn = _ask_first(opened, requests)
        began = perf_counter()
        while (now := perf_counter()) < began + seconds:
            for key, _ in selector.select(1.0):
                connection: Connection = key.data
                if status := connection.answered():
                    done = perf_counter()
                    result.statuses[status] = result.statuses.get(status, 0) + 1
                    result.waits.append(done - connection.sent_at)
                    turn += 1
                    connection.sent_at = done
                    connection.socket.sendall(requests[turn % len(requests)])
        result.seconds = now - began
    for connection in opened:
        connection.socket.close()
    return result


def _ask_first(opened: Sequence[Connection], requests: Sequence[bytes]) -> int:
    for turn, connection in enumerate(opened):
        connection.sent_at = perf_counter()
        connection.socket.sendall(requests[turn % len(requests)])
    return len(opened)
