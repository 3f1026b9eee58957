"""A database made for one benchmark, and nobody to ring."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def environment() -> Iterator[None]:
    """Settings of an empty installation in a folder that goes when it ends.

    `MDM_DATABASE_URL`, where it is set, names the (empty) database instead.
    """
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "mdm.settings",
            "MDM_DATA": folder,
            "MDM_DEBUG": "no",
            "MDM_LOG_LEVEL": "ERROR",
            "MDM_BROKER_URL": "memory://",
        }
        yield
