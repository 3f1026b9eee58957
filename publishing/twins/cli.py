"""How the twins are started, by `python -m publishing.twins` or `manage.py run_twins`."""

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from publishing.twins import credentials
from publishing.twins.server import Server
from publishing.twins.switchboard import Switchboard

HOST, PORT = "127.0.0.1", 8090


def add_arguments(
    parser: argparse.ArgumentParser, *, host: str = HOST, port: int = PORT, data: Path
) -> None:
    parser.add_argument("--host", default=host, help=f"address to listen on ({host})")
    parser.add_argument("--port", type=int, default=port, help=f"port, 0 for any ({port})")
    parser.add_argument("--data", type=Path, default=data, help=f"their own folder ({data})")
    parser.add_argument(
        "--sync", action="store_true", help="write each line of the log to the disk itself"
    )


def open_server(host: str, port: int, data: Path, *, sync: bool = False) -> Server:
    """Ready to serve: the socket listens, the store is open."""
    board = Switchboard(data, credentials.load(data), sync=sync)
    return Server((host, port), board)


def run(host: str, port: int, data: Path, *, sync: bool = False) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    server = open_server(host, port, data, sync=sync)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        threading.Thread(target=server.stop, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sys.stdout.write(f"Simulators on {server.url} (pid {os.getpid()}): /coupa, /s4\n")
    sys.stdout.flush()
    try:
        server.serve_forever(poll_interval=0.2)
    finally:
        server.server_close()
        server.board.close()


def main(arguments: Sequence[str] | None = None) -> None:
    logging.basicConfig(level=logging.INFO)
    parser = argparse.ArgumentParser(prog="python -m publishing.twins", description=run.__doc__)
    add_arguments(parser, data=Path("var/twins"))
    options = parser.parse_args(arguments)
    run(options.host, options.port, options.data, sync=options.sync)
