"""Named points at which a fault test kills the process; in production they do nothing.

`MDM_FAILPOINT=after_attempt:3` ends the process, as a power cut would, when it comes to that
point for the third time.
"""

import os
import signal
import threading

from django.conf import settings

POINTS = (
    "after_claim",
    "after_attempt",
    "after_bytes",
    "after_answer",
    "before_commit",
    "in_relay",
)
_passed = 0
_lock = threading.Lock()


def failpoint(name: str) -> None:
    """Die here if the operator of a fault test said so."""
    if settings.MDM_FAILPOINT:
        _count(name)


def _count(name: str) -> None:
    global _passed  # noqa: PLW0603 - counts for the whole process
    wanted, _, number = settings.MDM_FAILPOINT.partition(":")
    if name != wanted:
        return
    with _lock:
        _passed += 1
        if _passed == int(number or 1):
            os.kill(os.getpid(), signal.SIGKILL)
