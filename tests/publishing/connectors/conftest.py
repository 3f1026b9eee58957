"""Twins of their own for each test, and targets at them."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from publishing.twins import cli
from publishing.twins.control import Control
from publishing.twins.server import Server
from tests.publishing.connectors.lines import Line


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[Server]:
    server = cli.open_server("127.0.0.1", 0, tmp_path)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.stop()
    thread.join()
    server.server_close()
    server.board.close()


@pytest.fixture
def control(twins: Server) -> Control:
    return Control(twins.url)


@pytest.fixture
def line(twins: Server, tmp_path: Path) -> Iterator[Callable[[str], Line]]:
    lines: list[Line] = []

    def open_line(system: str) -> Line:
        lines.append(Line(system, twins.url, tmp_path))
        return lines[-1]

    yield open_line
    for each in lines:
        each.session.close()
