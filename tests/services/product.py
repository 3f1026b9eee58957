"""A live product for journeys and fault tests: real processes, real HTTP, real kills.

    spare database -> broker -> web, twins, worker, sweeper -> ready -> the test -> all stopped

A process is killed with `kill9("worker")` and started again with `start("worker")`.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands
from pytest_django import DjangoDbBlocker

from mdm.supervisor import broker, children, process, ready
from mdm.supervisor.children import Child
from tests.services.databases import spare

READY_WITHIN = 60.0
ORDER = (*children.STOP_ORDER, "broker")


@dataclass(slots=True)
class Product:
    """One running product, and the handles of its processes."""

    env: dict[str, str]
    folder: Path
    port: int
    children: dict[str, Child] = field(default_factory=dict)
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str) -> None:
        """Start a process that is not running; the web server is waited for."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = process.start(
                self.children[name].argv, env=self.env, cwd=Path(settings.BASE_DIR), log=log
            )
        if name == "web":
            self._wait_until_ready()

    def kill9(self, name: str) -> None:
        """Kill a process and what it started, as a power cut would."""
        process.kill(self.processes.pop(name))

    def stop(self, name: str) -> None:
        """Ask a process to end, and wait for it."""
        process.stop(self.processes.pop(name), patience=self.children[name].patience)

    def stop_all(self) -> None:
        for name in ORDER:
            if name in self.processes:
                self.stop(name)

    def manage(self, *arguments: str) -> str:
        """What a command of this product prints; a failed one fails the test with its words."""
        done = subprocess.run(
            [sys.executable, children.MANAGE, *arguments],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"manage.py {' '.join(arguments)}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def log(self, name: str) -> str:
        """All that a process has printed."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def _wait_until_ready(self) -> None:
        up = ready.wait(
            lambda: ready.is_ready("127.0.0.1", self.port, called="127.0.0.1"),
            seconds=READY_WITHIN,
            meanwhile=self._refuse_dead_web,
        )
        assert up, f"the web server did not become ready:\n{self.log('web')}"

    def _refuse_dead_web(self) -> None:
        assert self.processes["web"].poll() is None, f"the web server died:\n{self.log('web')}"


@contextmanager
def running(database: Mapping[str, str], folder: Path, *, demo: bool = False) -> Iterator[Product]:
    """A product on that database; with `demo`, its accounts and demo data are made first."""
    port, twins_port = broker.free_port(), broker.free_port()
    env = {
        **os.environ,
        **database,
        "MDM_DEMO": "1",
        "MDM_LISTEN": f"127.0.0.1:{port}",
        "MDM_TWINS_LISTEN": f"127.0.0.1:{twins_port}",
    }
    product = Product(env, folder, port)
    try:
        _declare(product)
        if "broker" in product.children:
            product.start("broker")
        if demo:
            product.manage("seed_demo")
        for name in ("web", "twins", "worker", "sweeper"):
            if name in product.children:
                product.start(name)
        yield product
    finally:
        product.stop_all()


def _declare(product: Product) -> None:
    """What this product runs; the broker is its own, unless TEST_REDIS_URL names one."""
    declared = [
        Child("web", children.web(f"127.0.0.1:{product.port}")),
        Child("worker", children.worker()),
        Child("beat", children.beat()),
    ]
    for name, verb in (("twins", "run_twins"), ("sweeper", "sweep")):
        if verb in get_commands():
            declared.append(Child(name, (sys.executable, children.MANAGE, verb)))
    if given := os.environ.get("TEST_REDIS_URL"):
        product.env["MDM_BROKER_URL"] = given
    else:
        server = broker.find_server()
        assert server, "no Valkey and no Redis: TEST_REDIS_URL names none, and none is installed"
        own = broker.plan(server, product.folder)
        product.env["MDM_BROKER_URL"] = own.url
        declared.append(Child("broker", own.argv))
    product.children = {child.name: child for child in declared}


@pytest.fixture
def running_product(spare_database: dict[str, str], tmp_path: Path) -> Iterator[Product]:
    """An empty product that is up: no accounts, no records."""
    with running(spare_database, tmp_path) as product:
        yield product


@pytest.fixture(scope="session")
def demo_product(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Product]:
    """One product with the demo's accounts, records and targets, for all tests that look at it."""
    folder = tmp_path_factory.mktemp("demo")
    with (
        spare(django_db_blocker, folder) as database,
        running(database, folder, demo=True) as product,
    ):
        yield product


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The browser of this machine."""
    from tests.services import browser  # only browser tests need it

    path = browser.find()
    if path is None:
        pytest.skip("no browser: BROWSER_BIN names none, and no Chromium is installed")
    return path
