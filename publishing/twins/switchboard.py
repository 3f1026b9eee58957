"""Every twin behind one door: faults, one transaction per request, and the line in the log."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from publishing.twins.coupa import Coupa
from publishing.twins.credentials import Credentials
from publishing.twins.faults import UNDONE, Bucket, FaultPlan, draw
from publishing.twins.journal import Journal
from publishing.twins.s4 import S4
from publishing.twins.store import Held, Store
from publishing.twins.wire import WRITES, Answer, Refusal, Request

logger = logging.getLogger(__name__)
GARBLED = b'{"d": {"results": [<html><body>Bad gateway'


class Twin(Protocol):
    name: str
    label: str
    kinds: Mapping[str, str]  # our domain -> where the store keeps it
    single: frozenset[str]  # the domains of which a code of ours may be here once only

    def answer(self, request: Request) -> Answer: ...
    def failure(self, request: Request, status: int) -> Answer: ...
    def locked(self, request: Request) -> Answer: ...
    def seed(self) -> None: ...
    def expire(self) -> None: ...
    def has_waiting(self) -> bool: ...
    def catch_up(self, journal: Journal) -> None: ...
    def parts(self, held: Held) -> Iterator[tuple[str, Held]]: ...
    def title_of(self, held: Held) -> str: ...


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer, and what befalls it on the way."""

    answer: Answer
    fault: str = ""
    delay: float = 0.0


@dataclass(slots=True)
class Weather:
    """What goes wrong at one twin, and how many requests it has seen since that was set."""

    plan: FaultPlan
    seen: int
    bucket: Bucket


class Switchboard:
    def __init__(self, folder: Path, credentials: Credentials, *, sync: bool = False) -> None:
        self.store = Store(folder)
        self.journal = Journal(folder, self.store, sync=sync)
        self.coupa = Coupa(self.store, folder, credentials)
        self.s4 = S4(self.store, folder, credentials)
        self.twins: Mapping[str, Twin] = {"coupa": self.coupa, "s4": self.s4}
        self._weather = {name: self._kept_weather(name) for name in self.twins}
        with self.transaction():
            for twin in self.twins.values():
                twin.seed()

    def close(self) -> None:
        with self.store.lock:
            self.journal.close()
            self.store.close()

    def serve(self, name: str, request: Request) -> Sent:
        """One request to one twin: logged whatever happens, and kept only if it was accepted."""
        twin, weather = self.twins[name], self._weather[name]
        with self.store.lock:
            self.catch_up(twin)
            weather.seen += 1
            fault = self._fault(weather, request)
            answer = self._answer(twin, weather.plan, request, fault)
            self.catch_up(twin)
        delay = weather.plan.slow_seconds if fault == "slow" else 0.0
        if fault == "invalid_json":
            answer = replace(answer, body=GARBLED)
        return Sent(answer, fault, delay)

    def catch_up(self, twin: Twin) -> None:
        """Work that waits at a twin, in a transaction of its own."""
        if not twin.has_waiting():
            return
        with self.transaction():
            twin.catch_up(self.journal)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Objects and lines of the log together, then the lines in the file."""
        with self.store.lock:
            self.store.begin()
            try:
                yield
                self.store.commit()
            except BaseException:
                self.journal.forget()
                self.store.rollback()
                raise
            self.journal.write()

    # --- faults -------------------------------------------------------------------------------

    def plan(self, name: str) -> FaultPlan:
        return self._weather[name].plan

    def set_plan(self, name: str, plan: FaultPlan) -> None:
        """From the next request on, which is number 1."""
        with self.store.lock:
            self._weather[name] = Weather(plan, 0, Bucket())
            kept = {"plan": plan.plain(), "since": self.journal.seq}
            self.store.keep(f"faults.{name}", kept)

    def _kept_weather(self, name: str) -> Weather:
        """What was set before a restart; the numbering goes on from the log."""
        kept: dict[str, Any] = self.store.kept(f"faults.{name}", {})
        plan = FaultPlan.read(kept.get("plan", {}))
        seen = self.store.count_lines(name, kept["since"]) if kept else 0
        return Weather(plan, seen, Bucket())

    def _fault(self, weather: Weather, request: Request) -> str:
        if weather.plan.down:
            return "down"
        if not weather.bucket.takes(weather.plan, time.monotonic()):
            return "limit"
        return draw(weather.plan, weather.seen, writes=request.method in WRITES)

    # --- answers ------------------------------------------------------------------------------

    def _answer(self, twin: Twin, plan: FaultPlan, request: Request, fault: str) -> Answer:
        undone = _undone(twin, plan, request, fault)
        with self.transaction():
            answer = undone or self._handled(twin, request)
            self.journal.note(twin.name, request, answer, fault=fault)
        return answer

    def _handled(self, twin: Twin, request: Request) -> Answer:
        """The twin's own answer; a refusal leaves nothing behind."""
        try:
            return twin.answer(request)
        except Refusal as refusal:
            self._start_again()
            return refusal.answer
        except Exception:  # a twin's defect is a 500, as a target's would be
            logger.exception("%s failed at %s %s", twin.name, request.method, request.path)
            self._start_again()
            return twin.failure(request, 500)

    def _start_again(self) -> None:
        self.journal.forget()
        self.store.rollback()
        self.store.begin()


def _undone(twin: Twin, plan: FaultPlan, request: Request, fault: str) -> Answer | None:
    """The answer to a request that nothing was done about; None when something is to be done."""
    if fault in {"limit", "too_many"}:
        answer = twin.failure(request, 429)
        headers = {**answer.headers, "Retry-After": str(plan.retry_after)}
        return replace(answer, headers=headers)
    if fault == "down":
        return twin.failure(request, 503)
    if fault not in UNDONE:
        return None
    if fault == "redirect":
        location = f"{request.base}/moved{request.path}"
        return Answer(307, b"", {"Location": location}, (), "redirected")
    if fault == "locked":
        return twin.locked(request)
    return twin.failure(request, 500)  # for drop_before nobody will see it


def wait(seconds: float, stopping: threading.Event) -> None:
    """A slow answer does not outlive the server."""
    if seconds > 0:
        stopping.wait(seconds)
