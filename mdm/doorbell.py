"""Rings a worker after commit. The broker may be down: then the sweeper finds the row by itself.

One ring per task and transaction is enough, since the row is the queue; and after a ring that
nobody heard, the next few seconds are silent, so that nobody waits for a broker that is down.
"""

import logging
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.db import connection, transaction

logger = logging.getLogger(__name__)

SILENCE = 5.0  # seconds


@dataclass
class Counters:
    """Of this process: rings that nobody heard, and until when it does not try again."""

    unheard: int = 0
    silent_until: float = 0.0


counters = Counters()


@dataclass(frozen=True)
class Ring:
    """One ring of a transaction."""

    task: str
    args: tuple[Any, ...]

    def __call__(self) -> None:
        """Send the task by name; a failure is counted, never raised."""
        if monotonic() < counters.silent_until:
            counters.unheard += 1
            return
        # The composition root is imported when ringing, not when modelling.
        from mdm.celery import app

        try:
            app.send_task(self.task, args=self.args, ignore_result=True, retry=False)
        except Exception:  # noqa: BLE001 - whatever the broker's client raises, the row is the queue
            counters.unheard += 1
            counters.silent_until = monotonic() + SILENCE
            logger.warning("nobody heard the doorbell for %s; the sweeper will find it", self.task)


def ring(task: str, *args: Any) -> None:
    """Ring once the transaction has committed, however often it is asked for inside it."""
    bell = Ring(task, args)
    if not any(entry[1] == bell for entry in connection.run_on_commit):
        transaction.on_commit(bell, robust=True)
