"""A product of real processes with two targets, and what its twins saw."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from publishing.twins.control import Control, LogEntry
from tests.services.product import Product

TARGETS = ("coupa", "s4")
KINDS = (
    *("drop_before", "drop_after", "too_many", "error_500"),
    *("slow", "half_answer", "invalid_json"),
)


@dataclass
class Scene:
    """A running product, its twins, and everything that was approved."""

    product: Product
    twins: Control
    approved: list[dict[str, Any]]

    def approve(self, first: int, last: int) -> None:
        """The next version of these suppliers; approving never fails, whatever is down."""
        self.approved += self.writer("approve", str(first), str(last))

    def approving(self, first: int, last: int) -> "subprocess.Popen[str]":
        """The same, while the test goes on; hand the process to `take`."""
        return self._start("approve", str(first), str(last))

    def take(self, process: "subprocess.Popen[str]") -> None:
        """Wait for an approving process."""
        self.approved += _answer(process)

    def behind(self, seconds: float) -> list[dict[str, Any]]:
        """Deliveries that are not where they should be after this time; a shorter one if none."""
        found: list[dict[str, Any]] = self.writer("wait", str(seconds))
        return found

    def writer(self, *arguments: str) -> Any:
        return _answer(self._start(*arguments))

    def _start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.writer", *arguments],
            env=self.product.env,
            cwd=Path(settings.BASE_DIR),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def lost(self) -> list[str]:
        """Approved suppliers whose newest version a twin does not have."""
        newest = {one["code"]: one["name"] for one in self.approved}
        return [
            f"{twin} {code}: {held.get(code)!r} is not {name!r}"
            for twin in TARGETS
            if (held := self._held(twin)) is not None
            for code, name in newest.items()
            if held.get(code) != name
        ]

    def twice(self) -> list[str]:
        """Suppliers that a twin has more than once, and versions that it was made to take twice."""
        state = self.twins.state()
        found = [f"{t} {code}" for t in TARGETS for code in state[t].doubled.get("supplier", ())]
        done = Counter(
            (line.twin, line.effect, line.object, line.key, line.correlation_id)
            for line in self._effects()
        )
        return found + [" ".join(at) for at, count in done.items() if count > 1]

    def seen(self) -> int:
        """Versions of suppliers that the twins took, one per target and change."""
        known = {one["correlation_id"] for one in self.approved}
        return len(
            {(e.twin, e.correlation_id) for e in self._effects() if e.correlation_id in known}
        )

    def out_of_order(self) -> list[str]:
        """Effects of an older version that came after those of a newer one."""
        version = {one["correlation_id"]: one["version"] for one in self.approved}
        code_of = {one["correlation_id"]: one["code"] for one in self.approved}
        seen: dict[tuple[str, str], int] = {}
        wrong = []
        for line in self._effects():
            if line.correlation_id not in version:
                continue
            at = (line.twin, code_of[line.correlation_id])
            now = version[line.correlation_id]
            if now < seen.get(at, 0):
                wrong.append(f"{at}: {now} after {seen[at]}")
            seen[at] = max(now, seen.get(at, 0))
        return wrong

    def faults_drawn(self) -> int:
        return sum(1 for line in self.twins.log() if line.fault)

    def _effects(self) -> Iterator[LogEntry]:
        return (line for line in self.twins.log() if line.effect != "none")

    def _held(self, twin: str) -> dict[str, str]:
        page = self.twins.objects(twin, "supplier", limit=1000)
        return {one.code: one.name for one in page.objects}


@pytest.fixture
def scene(running_product: Product) -> Scene:
    """Two targets, and nothing approved yet."""
    url = f"http://{running_product.env['MDM_TWINS_LISTEN']}"
    made = Scene(running_product, Control(url, seconds=10.0), [])
    made.writer("set_up", url)
    running_product.start("beat")
    return made


def _answer(process: "subprocess.Popen[str]") -> Any:
    out, errors = process.communicate(timeout=180)
    assert process.returncode == 0, errors
    return json.loads(out)
