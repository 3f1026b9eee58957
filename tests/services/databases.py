"""Databases for tests that need real commits, threads or processes.

The ordinary test runs in a transaction that is rolled back. Governed tables refuse deletes, so
nothing can be flushed: a test that commits gets a database of its own, a copy of the migrated one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test.utils import setup_databases, teardown_databases
from psycopg import sql
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

Settings = dict[str, Any]
_numbers = count(1)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,  # a name of its own for each process of a distributed run
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """The migrated database, made also when only tests with a database of their own are run."""
    with django_db_blocker.unblock():
        made = setup_databases(
            verbosity=0, interactive=False, aliases={"default"}, serialized_aliases=set()
        )
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture
def committed_db(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[None]:
    """A database of this test's own, in which commits are real and threads see each other."""
    with django_db_blocker.unblock(), _copy(tmp_path) as own:
        migrated, inner = connections.settings["default"], connections["default"]
        connections.settings["default"] = own
        connections["default"] = connections.create_connection("default")
        try:
            yield
        finally:
            connections["default"].close()
            connections.settings["default"] = migrated
            connections["default"] = inner


@pytest.fixture
def spare_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[dict[str, str]]:
    """The environment of processes that work on a database of this test's own."""
    with spare(django_db_blocker, tmp_path) as environment:
        yield environment


@pytest.fixture
def served(committed_db: None) -> Iterator[LiveServer]:
    """The pages, served by threads of this process: `live_server` without its flush."""
    server = LiveServer("localhost")
    yield server
    server.stop()


@contextmanager
def spare(blocker: DjangoDbBlocker, folder: Path) -> Iterator[dict[str, str]]:
    """The same for as long as a fixture of wider scope wants it."""
    with blocker.unblock(), _copy(folder) as own:
        yield {"MDM_DATA": str(folder), "MDM_DATABASE_URL": _url(own)}


@contextmanager
def _copy(folder: Path) -> Iterator[Settings]:
    """The settings of a new copy of the migrated database."""
    make = _copy_file if settings.ON_SQLITE else _copy_by_template
    with make(folder) as own:
        yield own


@contextmanager
def _copy_file(folder: Path) -> Iterator[Settings]:
    path = folder / "touchstone.sqlite3"
    with connections["default"].cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    yield {**connections.settings["default"], "NAME": str(path)}
    for left in folder.glob(f"{path.name}*"):
        left.unlink()


@contextmanager
def _copy_by_template(folder: Path) -> Iterator[Settings]:
    connection = connections["default"]
    migrated = connections.settings["default"]
    name = f"{migrated['NAME']}_{next(_numbers)}"
    connection.close()  # a template must have no sessions, those of forgotten threads included
    _execute(
        sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {}").format(
            sql.Literal(migrated["NAME"])
        )
    )
    _execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    _execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(migrated["NAME"])
        )
    )
    yield {**migrated, "NAME": name}
    _execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _execute(statement: sql.Composed) -> None:
    with psycopg.connect(
        _url({**connections.settings["default"], "NAME": "postgres"}), autocommit=True
    ) as server:
        server.execute(statement)


def _url(database: Settings) -> str:
    if settings.ON_SQLITE:
        return f"sqlite:///{quote(database['NAME'])}"
    where = {"host": database["HOST"], "port": database["PORT"]}
    options = urlencode({name: value for name, value in where.items() if value})
    owner = ":".join(
        quote(part, safe="") for part in (database["USER"], database["PASSWORD"]) if part
    )
    return f"postgres://{owner}@/{database['NAME']}?{options}"
