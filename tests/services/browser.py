"""A browser for the tests: the one named, else a Chromium on PATH.

`python -m tests.services.browser` prints it, or ends with 1.
"""

import os
import shutil
import sys

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def find() -> str | None:
    """The browser's path; None where there is none."""
    if given := os.environ.get("BROWSER_BIN"):
        return given
    return next((path for name in NAMES if (path := shutil.which(name))), None)


if __name__ == "__main__":
    path = find()
    print(path or "no browser", file=sys.stdout if path else sys.stderr)
    sys.exit(path is None)
