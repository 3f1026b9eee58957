"""A running product for a whole flow: people, reference data and both targets, nothing else."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from publishing.twins.control import Control
from tests.faults.conftest import Scene
from tests.journeys.callers import Person, Program
from tests.services.databases import spare
from tests.services.product import Product, running

PASSWORD = "a-long-test-password"
LANDS_WITHIN = 10.0  # seconds from approval to both targets


@dataclass
class Stage:
    """The product, its twins, a program, and whoever has signed in so far."""

    product: Product
    twins: Control
    program: Program
    signed_in: dict[str, Person] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Person:
        """The person of that name, signed in."""
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self.signed_in:
            self.signed_in[name] = Person(self.product.base_url, name, PASSWORD)
        return self.signed_in[name]

    def deliveries(self, golden_id: str) -> dict[str, Any]:
        """Where a record is: target -> its delivery."""
        found = self.program.get("/deliveries", golden_id=golden_id)["data"]
        return {one["target"]: one for one in found}

    def arrives(self, golden_id: str, **states: str) -> dict[str, Any]:
        """The deliveries of a record once they are in these states, within the promised time."""
        found: dict[str, Any] = {}

        def there() -> bool:
            found.update(self.deliveries(golden_id))
            return {target: one["state"] for target, one in found.items()} == states

        _until(there, LANDS_WITHIN, lambda: [one["sentence"] for one in found.values()])
        return found

    def lands(
        self, golden_id: str, *, version: int, seconds: float = LANDS_WITHIN
    ) -> dict[str, int]:
        """Which version each target has, as soon as both have this one, or when time is up."""
        found: dict[str, int] = {}

        def there() -> bool:
            now = self.deliveries(golden_id)
            found.update({target: one["landed_version"] for target, one in now.items()})
            return set(found.values()) == {version} and len(found) == 2

        _until(there, seconds, lambda: found)
        return found


def _until(holds: Callable[[], bool], seconds: float, says: Callable[[], Any]) -> None:
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, f"not within {seconds:.0f} s: {says()}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator[Stage]:
    """One product for the journeys of a module."""
    folder = tmp_path_factory.mktemp("journey")
    with spare(django_db_blocker, folder) as database, running(database, folder) as product:
        product.start("beat")
        url = f"http://{product.env['MDM_TWINS_LISTEN']}"
        twins = Control(url, seconds=10.0)
        Scene(product, twins, []).writer("set_up", url)
        token = product.manage(
            *("create_token", "integrator", "--name", "ERP"),
            *(
                word
                for scope in ("read", "source", "propose", "publish")
                for word in ("--scope", scope)
            ),
        )
        made = Stage(product, twins, Program(product.base_url, token.strip()))
        yield made
        for caller in (made.program, *made.signed_in.values()):
            caller.session.close()  # or the server waits for them
