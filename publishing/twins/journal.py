"""The twins' own witness: an append-only file of JSON lines, one per request and effect.

A line is kept in the store within the transaction of its effect, and written to the file right
after; on start, lines the file missed because the process was killed in between are added. So the
file neither lacks an effect that happened nor tells of one that did not.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from publishing.twins.store import Store, now
from publishing.twins.wire import Answer, Effect, Request

NOTHING = Effect("none", "", "", "")
LONGEST_MESSAGE = 300


class Journal:
    def __init__(self, folder: Path, store: Store, *, sync: bool = False) -> None:
        self.path = folder / "log.jsonl"
        self._store = store
        self._sync = sync
        self._pending: list[bytes] = []
        self._file = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_APPEND, 0o600)
        self._seq = store.last_line()
        self._catch_up()

    def close(self) -> None:
        os.close(self._file)

    @property
    def seq(self) -> int:
        return self._seq

    def note(self, twin: str, request: Request, answer: Answer, *, fault: str = "") -> None:
        """Add the lines of one request to the open transaction."""
        for effect in answer.effects or (NOTHING,):
            self.add(twin, _entry(request, answer, effect, fault))

    def add(self, twin: str, entry: Mapping[str, Any]) -> None:
        seq = self._seq + len(self._pending) + 1
        line = orjson.dumps({"seq": seq, "time": now(), "twin": twin, **entry}) + b"\n"
        self._store.add_line(seq, twin, line)
        self._pending.append(line)

    def write(self) -> None:
        """Bring what was committed to the file."""
        self._append(self._pending)
        self._seq += len(self._pending)
        self._pending = []

    def forget(self) -> None:
        """The transaction was rolled back."""
        self._pending = []

    def _append(self, lines: Sequence[bytes]) -> None:
        if not lines:
            return
        os.write(self._file, b"".join(lines))
        if self._sync:
            os.fsync(self._file)

    def _catch_up(self) -> None:
        last, torn = _end_of(self.path)
        missing = [line for _seq, line in self._store.lines(last)]
        self._append([b"\n", *missing] if torn else missing)


def _entry(request: Request, answer: Answer, effect: Effect, fault: str) -> dict[str, Any]:
    correlation = request.header("x-correlation-id")
    query = f"?{request.query_text}" if request.query_text else ""
    return {
        "method": request.method,
        "path": f"{request.path}{query}",
        "status": answer.status,
        "request_id": request.header("x-request-id") or correlation,
        "correlation_id": correlation,
        "effect": effect.kind,
        "object": effect.what,
        "key": effect.key,
        "code": effect.code,
        "body_sha256": hashlib.sha256(request.body).hexdigest() if request.body else "",
        "fault": fault,
        "message": (effect.message or answer.message)[:LONGEST_MESSAGE],
    }


def _end_of(path: Path) -> tuple[int, bool]:
    """The number of the last whole line, and whether a torn one follows it."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 1_000_000))
        lines = file.read().split(b"\n")
    torn = lines[-1] != b""
    for line in reversed(lines[:-1]):
        if line:
            return int(orjson.loads(line)["seq"]), torn
    return 0, torn
