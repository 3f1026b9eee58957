"""Reads of one record a second, beside what a bare view of the same row reaches in the same run.

    ./run bench reads                   PostgreSQL, gunicorn with 2 workers, 10,000 suppliers
    TEST_DB=sqlite ./run bench reads    the embedded database

It starts database, servers and load by itself on loopback, and ends by itself.
"""

import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from benchmarks import _load
from mdm.supervisor import process
from tests.services import postgres, scratch

RECORDS, LISTED, CONNECTIONS = 10_000, 500, 8
ROUNDS, SECONDS = 5, 2.0
ROOT = Path(__file__).resolve().parent.parent
GUNICORN = ("--preload", "--workers", "2", "--worker-class", "gthread", "--threads", "4")
QUIET = ("--no-control-socket", "--log-level", "warning")


@dataclass(frozen=True, slots=True)
class Case:
    """One way to read: what is asked of which server."""

    name: str
    address: tuple[str, int]
    paths: list[str]
    headers: tuple[str, ...] = ()

    def run(self, seconds: float) -> _load.Result:
        """Ask for so long."""
        return _load.run(
            self.address,
            self.paths,
            headers=self.headers,
            connections=CONNECTIONS,
            seconds=seconds,
        )


def main() -> None:
    """Measure every way to read, in turn and several times; the best round of each counts."""
    on_sqlite = os.environ.get("TEST_DB") == "sqlite"
    _environment(on_sqlite=on_sqlite)
    import django

    django.setup()
    ids, token = _fill()
    print(f"{'SQLite' if on_sqlite else 'PostgreSQL'}, gunicorn with 2 workers of 4 threads,")
    print(f"{len(ids)} suppliers, {CONNECTIONS} connections kept open, best of {ROUNDS} rounds")
    with ExitStack() as stack:
        cases = list(_cases(stack, ids, f"Authorization: Bearer {token}", on_sqlite=on_sqlite))
        for case in cases:
            case.run(1.0)
        best: dict[str, _load.Result] = {}
        for case in cases * ROUNDS:
            result = case.run(SECONDS)
            if case.name not in best or result.rate > best[case.name].rate:
                best[case.name] = result
    _print(best)


def _cases(stack: ExitStack, ids: list[str], bearer: str, *, on_sqlite: bool) -> Iterator[Case]:
    paths = [f"/api/v1/suppliers/{golden_id}" for golden_id in ids]
    if not on_sqlite:
        bare = stack.enter_context(_served("benchmarks._bare:wsgi"))
        yield Case("bare WSGI, one prepared query", bare, paths)
    view = stack.enter_context(_served("benchmarks._bare:django_app()"))
    yield Case("bare Django view, one query", view, paths)
    product = stack.enter_context(_served("mdm.wsgi"))
    known = f"If-None-Match: {_etag(product, paths[0], bearer)}"
    yield Case("GET a record (token, rights, ETag)", product, paths, (bearer,))
    yield Case("GET a record the caller has: 304", product, paths[:1], (bearer, known))
    yield Case("GET a list of 50", product, ["/api/v1/suppliers?limit=50"], (bearer,))


def _environment(*, on_sqlite: bool) -> None:
    key = "only-for-benchmarks-" + "x" * 40
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "mdm.settings",
        "MDM_DATA": str(scratch.folder()),
        "MDM_SECRET_KEY": key,
        "MDM_VAULT_KEYS": key,
        "MDM_INDEX_KEY": key,
        "MDM_BROKER_URL": "memory://",
        "MDM_LOG_LEVEL": "ERROR",
        "MDM_API_REQUESTS_PER_MINUTE": "0",
    }
    if on_sqlite:
        os.environ.pop("MDM_DATABASE_URL", None)
        return
    server = postgres.find_or_start()
    name = f"touchstone_reads_{os.getpid()}"
    with psycopg.connect(_database(server, "postgres"), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    os.environ["MDM_DATABASE_URL"] = _database(server, name)


def _database(server: str, name: str) -> str:
    parts = urlsplit(server)
    return f"{parts.scheme}://{parts.netloc}/{name}{'?' if parts.query else ''}{parts.query}"


def _fill() -> tuple[list[str], str]:
    """Suppliers as their last approval left them, and a token that may read them."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection

    from mdm import tokens
    from mdm.models import Grant

    call_command("migrate", verbosity=0)
    _approve()
    ids = _store()
    user = get_user_model().objects.create_user("reader")
    Grant.objects.create(user=user, role="auditor")
    _, token = tokens.issue(
        user, name="Benchmark", scopes=["read"], lifetime=timedelta(days=1), by="benchmark"
    )
    if connection.vendor == "postgresql":
        connection.cursor().execute("VACUUM ANALYZE")
    connection.close()
    return ids, token


def _approve() -> None:
    """Some suppliers by the way they really come, for lists."""
    from mdm import changes
    from tests import make

    people = make.people()
    make.reference(people)
    specs = [
        changes.PartSpec("supplier", "create", make.SUPPLIER | {"legal_name": f"Nordwind {n} GmbH"})
        for n in range(LISTED)
    ]
    change = changes.draft_many(specs, by=people["requester"], is_atomic=False, title="Load")
    change = changes.submit(change, by=people["requester"])
    change = changes.decide(change, "approve", by=people["approver"], comment="For a benchmark")
    change = changes.apply_change(change)
    assert change.state == "applied", change.state


def _store() -> list[str]:
    """Many more, only as they are stored for reading."""
    from mdm import canonical
    from mdm.domains import DOMAINS
    from mdm.domains.ids import uuid7
    from mdm.models import LiveVersion, Payload

    domain = DOMAINS["supplier"]
    payloads, live = [], []
    for number in range(RECORDS):
        golden_id = uuid7()
        shape = canonical.example(domain) | {"golden_id": str(golden_id), "code": f"S-{number}"}
        body = canonical.dumps(canonical.masked(domain, shape))
        digest = hashlib.sha256(body).hexdigest()
        payloads.append(Payload(hash=digest, golden_id=golden_id, masked=body, masked_hash=digest))
        live.append(
            LiveVersion(golden_id=golden_id, domain=domain.code, version=7, payload_id=digest)
        )
    Payload.objects.bulk_create(payloads, batch_size=500)
    LiveVersion.objects.bulk_create(live, batch_size=500)
    return [str(row.golden_id) for row in live]


@contextmanager
def _served(app: str) -> Iterator[tuple[str, int]]:
    """The application served by gunicorn, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()[:2]
    bind = f"{address[0]}:{address[1]}"
    argv = [sys.executable, "-m", "gunicorn", app, "--bind", bind, *GUNICORN, *QUIET]
    server = process.start(argv, env=dict(os.environ), cwd=ROOT, log=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while not _listens(address):
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{app} did not start")
            time.sleep(0.05)
        yield address
    finally:
        process.stop(server)


def _listens(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=1).close()
    except OSError:
        return False
    return True


def _etag(address: tuple[str, int], path: str, bearer: str) -> str:
    with socket.create_connection(address, timeout=60) as one:  # the first one imports everything
        one.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{bearer}\r\n\r\n".encode())
        head = one.recv(1 << 16).decode(errors="replace").partition("\r\n\r\n")[0]
    (tag,) = [line[6:] for line in head.splitlines() if line.lower().startswith("etag: ")]
    return tag


def _print(found: dict[str, _load.Result]) -> None:
    floor = next(iter(found.values())).rate
    print(f"{'':<38}{'requests/s':>11}{'of floor':>10}{'p50 ms':>8}{'p95 ms':>8}  answers")
    for name, result in found.items():
        answers = ", ".join(f"{count} of {status}" for status, count in result.statuses.items())
        print(
            f"{name:<38}{result.rate:>11,.0f}{result.rate / floor:>10.0%}"
            f"{result.percentile(0.5):>8.1f}{result.percentile(0.95):>8.1f}  {answers}"
        )


if __name__ == "__main__":
    main()
