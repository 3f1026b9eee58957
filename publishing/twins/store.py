"""What the twins have: one table of objects, each a document with a key, a parent and our code.

One connection, one lock. The switchboard opens a transaction per request, so that an answer and its
lines in the log are kept together or not at all.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

TABLES = """
CREATE TABLE IF NOT EXISTS held (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    parent TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    alias TEXT NOT NULL,
    document BLOB NOT NULL,
    version INTEGER NOT NULL,
    created TEXT NOT NULL,
    changed TEXT NOT NULL,
    UNIQUE (kind, key)
);
CREATE INDEX IF NOT EXISTS held_code ON held (kind, code);
CREATE INDEX IF NOT EXISTS held_parent ON held (kind, parent);
CREATE INDEX IF NOT EXISTS held_name ON held (kind, name);
CREATE INDEX IF NOT EXISTS held_alias ON held (kind, alias);
CREATE INDEX IF NOT EXISTS held_changed ON held (kind, changed);
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS log (seq INTEGER PRIMARY KEY, twin TEXT NOT NULL, line BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS log_twin ON log (twin, seq);
"""
COLUMNS = "seq, kind, key, parent, code, name, alias, document, version, created, changed"
SELECT = f"SELECT {COLUMNS} FROM held WHERE kind = ?"  # noqa: S608
INSERT = f"INSERT INTO held ({COLUMNS}) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?)"  # noqa: S608


@dataclass(slots=True)
class Held:
    """One object a twin has."""

    seq: int
    kind: str
    key: str
    parent: str
    code: str
    name: str  # as it must be unique, if it must be
    alias: str  # a second key to find it by
    document: dict[str, Any]
    version: int
    created: str
    changed: str


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


class Store:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self._sql = sqlite3.connect(
            folder / "twins.sqlite3", isolation_level=None, check_same_thread=False
        )
        self._sql.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._sql.execute("PRAGMA journal_mode = WAL")
        self._sql.execute("PRAGMA synchronous = NORMAL")
        self._sql.execute("PRAGMA wal_autocheckpoint = 4000")
        self._sql.executescript(TABLES)

    def close(self) -> None:
        with self.lock:
            self._sql.close()

    def begin(self) -> None:
        self._sql.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._sql.execute("COMMIT")

    def rollback(self) -> None:
        if self._sql.in_transaction:
            self._sql.execute("ROLLBACK")

    # --- objects ------------------------------------------------------------------------------

    def insert(
        self,
        kind: str,
        key: str,
        document: dict[str, Any],
        *,
        parent: str = "",
        code: str = "",
        name: str = "",
        alias: str = "",
    ) -> Held:
        moment = now()
        row = (kind, key, parent, code, name, alias)
        cursor = self._sql.execute(INSERT, (*row, orjson.dumps(document), moment, moment))
        return Held(int(cursor.lastrowid or 0), *row, document, 1, moment, moment)

    def update(
        self,
        held: Held,
        document: dict[str, Any],
        *,
        code: str | None = None,
        name: str | None = None,
        alias: str | None = None,
    ) -> Held:
        """The same object with another document and the next version."""
        held.document = document
        held.code = held.code if code is None else code
        held.name = held.name if name is None else name
        held.alias = held.alias if alias is None else alias
        held.version += 1
        held.changed = now()
        self._sql.execute(
            "UPDATE held SET document = ?, code = ?, name = ?, alias = ?, version = ?, changed = ?"
            " WHERE seq = ?",
            (
                orjson.dumps(document),
                held.code,
                held.name,
                held.alias,
                held.version,
                held.changed,
                held.seq,
            ),
        )
        return held

    def touch(self, held: Held) -> None:
        """Something that belongs to it changed."""
        held.changed = now()
        self._sql.execute("UPDATE held SET changed = ? WHERE seq = ?", (held.changed, held.seq))

    def delete(self, held: Held) -> None:
        self._sql.execute("DELETE FROM held WHERE seq = ?", (held.seq,))

    def get(self, kind: str, key: str) -> Held | None:
        return self._one(f"{SELECT} AND key = ?", (kind, key))

    def first(self, kind: str, *, name: str = "", alias: str = "", code: str = "") -> Held | None:
        """The oldest one with that name, alias or code; the first that is given counts."""
        column, value = next(
            (pair for pair in (("name", name), ("alias", alias), ("code", code)) if pair[1]),
            ("name", ""),
        )
        return self._one(f"{SELECT} AND {column} = ? ORDER BY seq LIMIT 1", (kind, value))

    def coded(self, kind: str, code: str) -> list[Held]:
        return self._many(f"{SELECT} AND code = ? ORDER BY seq", (kind, code))

    def aliased(self, kind: str, alias: str) -> list[Held]:
        return self._many(f"{SELECT} AND alias = ? ORDER BY seq", (kind, alias))

    def children(self, kind: str, parent: str) -> list[Held]:
        return self._many(f"{SELECT} AND parent = ? ORDER BY seq", (kind, parent))

    def every(self, kind: str) -> Iterator[Held]:
        cursor = self._sql.execute(f"{SELECT} ORDER BY seq", (kind,))
        return map(_held, cursor)

    def page(self, kind: str, limit: int, offset: int = 0, search: str = "") -> list[Held]:
        """Some objects, oldest first; with a search, those whose code, key or name contains it."""
        where, values = _searched(search)
        return self._many(
            f"{SELECT}{where} ORDER BY seq LIMIT ? OFFSET ?", (kind, *values, limit, offset)
        )

    def count(self, kind: str, search: str = "") -> int:
        where, values = _searched(search)
        question = f"SELECT count(*) FROM held WHERE kind = ?{where}"  # noqa: S608 - our own words
        return int(self._sql.execute(question, (kind, *values)).fetchone()[0])

    def doubled(self, kind: str) -> list[str]:
        """Codes of ours that more than one object carries."""
        rows = self._sql.execute(
            "SELECT code FROM held WHERE kind = ? AND code <> '' GROUP BY code HAVING count(*) > 1"
            " ORDER BY code",
            (kind,),
        )
        return [code for (code,) in rows]

    def clear(self, prefix: str) -> None:
        self._sql.execute("DELETE FROM held WHERE kind GLOB ?", (f"{prefix}.*",))

    # --- single values and the log ------------------------------------------------------------

    def next_number(self, name: str, first: int) -> int:
        number = int(self.kept(name, first - 1)) + 1
        self.keep(name, number)
        return number

    def kept(self, name: str, default: Any) -> Any:
        row = self._sql.execute("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
        return orjson.loads(row[0]) if row else default

    def keep(self, name: str, value: Any) -> None:
        self._sql.execute(
            "INSERT INTO kept VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, orjson.dumps(value)),
        )

    def add_line(self, seq: int, twin: str, line: bytes) -> None:
        self._sql.execute("INSERT INTO log VALUES (?, ?, ?)", (seq, twin, line))

    def lines(self, since: int, limit: int = -1) -> list[tuple[int, bytes]]:
        return self._sql.execute(
            "SELECT seq, line FROM log WHERE seq > ? ORDER BY seq LIMIT ?", (since, limit)
        ).fetchall()

    def count_lines(self, twin: str, since: int) -> int:
        question = "SELECT count(*) FROM log WHERE twin = ? AND seq > ?"
        return int(self._sql.execute(question, (twin, since)).fetchone()[0])

    def last_line(self) -> int:
        return int(self._sql.execute("SELECT coalesce(max(seq), 0) FROM log").fetchone()[0])

    def _one(self, question: str, values: Sequence[object]) -> Held | None:
        row = self._sql.execute(question, values).fetchone()
        return _held(row) if row else None

    def _many(self, question: str, values: Sequence[object]) -> list[Held]:
        return [_held(row) for row in self._sql.execute(question, values)]


def _held(row: tuple[Any, ...]) -> Held:
    seq, kind, key, parent, code, name, alias, document, version, created, changed = row
    content = orjson.loads(document)
    return Held(seq, kind, key, parent, code, name, alias, content, version, created, changed)


def _searched(search: str) -> tuple[str, tuple[str, ...]]:
    if not search:
        return "", ()
    like = "%" + search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    where = (
        " AND (code LIKE ? ESCAPE '\\' OR key LIKE ? ESCAPE '\\' OR document LIKE ? ESCAPE '\\')"
    )
    return where, (like, like, like)
