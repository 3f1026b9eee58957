"""The folder of one test run. What a killed run left is removed by the next one."""

import atexit
import os
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

PREFIX = "touchstone-test-"


@cache
def folder() -> Path:
    """This process's folder; short, because unix sockets lie in it."""
    _remove_orphans()
    path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def _remove_orphans() -> None:
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        owner = re.match(rf"{PREFIX}(\d+)-", path.name)
        if owner and not Path(f"/proc/{owner[1]}").exists():
            shutil.rmtree(path, ignore_errors=True)
