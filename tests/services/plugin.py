"""Makes the environment of a test run; pytest loads it before anything reads the settings.

TEST_DB=sqlite (default) or postgres chooses the database. Servers are started by the first process;
the others of a distributed run find their addresses in the environment.
"""

import os
from pathlib import Path

import pytest

from tests.services import postgres, scratch

NEEDS_DATABASE = frozenset({"db", "transactional_db", "committed_db", "django_db_setup"})
BROWSER = Path(__file__).parent.parent / "browser"  # each test of it needs a process of its own
JOURNEYS = BROWSER.with_name("journeys")
KEY = "only-for-tests-" + "x" * 40


def _prepare(environ: "os._Environ[str]") -> None:
    for name in [name for name in environ if name.startswith("MDM_")]:
        del environ[name]  # a developer's own installation is none of the tests' business
    environ |= {
        "MDM_DATA": str(scratch.folder()),
        "MDM_SECRET_KEY": KEY,
        "MDM_VAULT_KEYS": KEY,
        "MDM_INDEX_KEY": KEY,
        "MDM_BROKER_URL": "memory://",
        "MDM_HOSTS": "localhost,127.0.0.1,testserver",
        "MDM_LOG_LEVEL": "WARNING",
    }
    match environ.get("TEST_DB", "sqlite"):
        case "sqlite":
            pass
        case "postgres":
            environ["TEST_DATABASE_URL"] = postgres.find_or_start()
            environ["MDM_DATABASE_URL"] = environ["TEST_DATABASE_URL"]
        case other:
            raise pytest.UsageError(f"TEST_DB is {other!r}; it must be sqlite or postgres")


_prepare(os.environ)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--needs-database",
        action="store_true",
        help="only the tests that need a database: what differs between the two engines",
    )


@pytest.hookimpl(tryfirst=True)  # before pytest reads -m
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if BROWSER in item.path.parents:
            item.add_marker("browser")
        if JOURNEYS in item.path.parents:
            item.add_marker("journey")
    if not config.getoption("--needs-database"):
        return
    kept = [item for item in items if _needs_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def pytest_report_header() -> str:
    engine = os.environ.get("TEST_DB", "sqlite")
    return f"database: {engine} {os.environ.get('TEST_DATABASE_URL', '')}".rstrip()


def _needs_database(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    return bool(names & NEEDS_DATABASE) or item.get_closest_marker("django_db") is not None
