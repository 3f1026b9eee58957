"""Rings a worker after commit. The broker may be down: then the sweeper finds the row by itself."""

import logging
from typing import Any

from django.db import transaction

logger = logging.getLogger(__name__)
unheard = 0


def ring(task: str, *args: Any) -> None:
    """Send a task by name once the transaction has committed; a failure is only counted."""
    transaction.on_commit(lambda: _send(task, args), robust=True)


def _send(task: str, args: tuple[Any, ...]) -> None:
    from mdm.celery import app  # the composition root: imported when ringing, not when modelling

    global unheard  # noqa: PLW0603 - a counter of this process, shown by the metrics
    try:
        app.send_task(task, args=args, ignore_result=True, retry=False)
    except Exception:  # noqa: BLE001 - whatever the broker's client raises, the row is the queue
        unheard += 1
        logger.warning("nobody heard the doorbell for %s; the sweeper will find it", task)
