"""Finds what is due by itself, so that nothing depends on the broker, on a worker or on beat.

every second or so: unrelayed events -> relay; changes whose time has come -> apply
                    values that time alone turns -> propose
                    files that nobody runs -> run
                    due a moment ago -> ring; due for longer -> drain it here
                    leases that ran out are due rows like any other
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db import Error, close_old_connections, connections
from django.db.models import Min
from django.utils import timezone

from mdm import changes, ledger, turning
from mdm.imports import run
from publishing import broadcasting, delivery, relay
from publishing.models import Heartbeat, Replica, SubscriptionLane, Target

logger = logging.getLogger(__name__)
POLL = 1.0
GRACE = timedelta(seconds=3)  # within which a worker that heard the bell should have begun
RING_EVERY = 3.0
BEAT_EVERY = 5.0
CHANGES_EVERY = 2.0
IMPORTS_EVERY = 5.0
TURNING_EVERY = 60.0
HEARTBEAT = "sweeper"


class Sweeper:
    """One loop, and a thread for each target that nobody else drains."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._last: dict[str, float] = {}

    def stop(self) -> None:
        """End after the step in hand."""
        self._stop.set()

    def run(self, *, poll: float = POLL) -> None:
        """Sweep until stopped; a step that fails is logged and tried again."""
        while not self._stop.is_set():
            close_old_connections()
            self.sweep()
            self._stop.wait(poll)
        for thread in list(self._threads.values()):
            thread.join()

    def sweep(self) -> None:
        """Go round once."""
        self._step(relay.run)
        self._every("changes", CHANGES_EVERY, changes.apply_due)
        self._every("turning", TURNING_EVERY, turning.propose_due)
        self._every("ledger", CHANGES_EVERY, ledger.seal)
        self._every("imports", IMPORTS_EVERY, self._imports)
        self._step(self._targets)
        self._step(self._subscriptions)
        self._every("heartbeat", BEAT_EVERY, beat)

    def _targets(self) -> None:
        now = timezone.now()
        due = Replica.objects.filter(due_at__lte=now).order_by()
        oldest = due.values_list("target_id").annotate(oldest=Min("due_at"))
        for pk, at in oldest:
            target = Target.objects.get(pk=pk)
            if now - at > GRACE:
                self._start(target.code, partial(delivery.drain, target, stop=self._stop.is_set))
            else:
                self._every(f"ring {pk}", RING_EVERY, partial(delivery.ring, target, due=1))

    def _imports(self) -> None:
        if run.due().exists():
            self._start("imports", run.resume_due)

    def _subscriptions(self) -> None:
        late = timezone.now() - GRACE
        if SubscriptionLane.objects.filter(due_at__lte=late).exists():
            self._start("subscriptions", partial(broadcasting.drain, stop=self._stop.is_set))

    def _start(self, name: str, work: Callable[[], object]) -> None:
        running = self._threads.get(name)
        if running is not None and running.is_alive():
            return
        thread = threading.Thread(target=self._drain, args=(name, work), name=name, daemon=True)
        self._threads[name] = thread
        thread.start()

    def _drain(self, name: str, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:
            logger.exception("draining %s failed; it is tried again", name)
        finally:
            connections.close_all()

    def _every(self, name: str, seconds: float, work: Callable[[], object]) -> None:
        if time.monotonic() - self._last.get(name, -seconds) >= seconds:
            self._last[name] = time.monotonic()
            self._step(work)

    def _step(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:
            logger.exception("a step of the sweeper failed; it is tried again")
            if isinstance(error, Error):
                connections.close_all()


def beat(name: str = HEARTBEAT) -> None:
    """Leave a sign of life."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now()})
