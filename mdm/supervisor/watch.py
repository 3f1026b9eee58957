"""Keeps children alive: starts them, starts the dead ones again, stops all in order."""

import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mdm.supervisor import process
from mdm.supervisor.children import Child

SHORTEST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 30.0
STEADY: Final = 60.0  # seconds alive after which an earlier death is forgotten


@dataclass(slots=True)
class Running:
    """One child and what became of it."""

    child: Child
    process: subprocess.Popen[bytes]
    since: float
    deaths: int = 0
    again_at: float | None = None


@dataclass(slots=True)
class Watch:
    """The children of one supervisor."""

    env: Mapping[str, str]
    cwd: Path
    logs: Path
    say: Callable[[str], None]
    running: dict[str, Running] = field(default_factory=dict)

    def start(self, child: Child) -> None:
        self.running[child.name] = Running(child, self._spawn(child), time.monotonic())

    def look(self) -> None:
        """Note who died, and start again whose time has come."""
        now = time.monotonic()
        for one in self.running.values():
            if one.again_at is not None:
                if now >= one.again_at:
                    one.process, one.since, one.again_at = self._spawn(one.child), now, None
            elif (code := one.process.poll()) is not None:
                one.deaths = 1 if now - one.since > STEADY else one.deaths + 1
                wait = backoff(one.deaths)
                one.again_at = now + wait
                process.kill(one.process)  # whatever it left in its session
                self.say(f"{one.child.name} ended with {code}; starting it again in {wait:.0f} s")
                self.say(self.last_words(one.child.name))

    def stop(self, order: Iterable[str]) -> None:
        """Stop these in this order, then whatever is left."""
        for name in (*order, *self.running):
            one = self.running.pop(name, None)
            if one is not None:
                process.stop(one.process, patience=one.child.patience)

    def last_words(self, name: str, lines: int = 12) -> str:
        """The end of a child's log."""
        try:
            text = (self.logs / f"{name}.log").read_text(errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(f"  {name}: {line}" for line in text.splitlines()[-lines:])

    def _spawn(self, child: Child) -> subprocess.Popen[bytes]:
        with (self.logs / f"{child.name}.log").open("ab") as log:
            return process.start(child.argv, env=self.env, cwd=self.cwd, log=log)


def backoff(deaths: int) -> float:
    """Seconds to wait after so many deaths in a row."""
    return min(LONGEST_WAIT, SHORTEST_WAIT * 2.0 ** (deaths - 1))
