"""`manage.py runall`, from an empty folder to a page and back."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from mdm.supervisor import broker, ready

MANAGE = str(Path(settings.BASE_DIR) / "manage.py")


@pytest.fixture
def environment(spare_database, tmp_path):
    """An empty data folder; on PostgreSQL a database and secrets beside it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MDM_")}
    if settings.ON_SQLITE:
        (tmp_path / "touchstone.sqlite3").unlink()
    else:
        secrets = ("MDM_SECRET_KEY", "MDM_VAULT_KEYS", "MDM_INDEX_KEY")
        kept |= spare_database | {name: os.environ[name] for name in secrets}
    return {**kept, "MDM_DATA": str(tmp_path), "MDM_LISTEN": f"127.0.0.1:{broker.free_port()}"}


def _running(folder: Path) -> list[int]:
    """The processes that have this folder in their environment or on their command line."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if str(folder).encode() in told:
            found.append(int(entry.name))
    return found


def _started(environment: dict[str, str]) -> subprocess.Popen[str]:
    supervisor = subprocess.Popen(
        [sys.executable, MANAGE, "runall"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    for line in supervisor.stdout:
        lines.append(line)
        if "is ready on" in line:
            return supervisor
    raise AssertionError("".join(lines))


@pytest.mark.parametrize(
    "how", [signal.SIGINT, signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.long)]
)
def test_it_becomes_ready_and_leaves_nothing_behind(environment, tmp_path, how):
    supervisor = _started(environment)
    host, _, port = environment["MDM_LISTEN"].partition(":")
    with urllib.request.urlopen(f"http://{host}:{port}/healthz/", timeout=5) as answer:
        assert answer.status == 200
    assert len(_running(tmp_path)) >= 5

    supervisor.send_signal(how)
    supervisor.communicate(timeout=180)

    # Web workers notice that nobody leads them and first finish the requests they have.
    assert ready.wait(lambda: _running(tmp_path) == [], seconds=30, meanwhile=lambda: None)
    assert supervisor.returncode == (-signal.SIGKILL if how == signal.SIGKILL else 0)


def test_a_taken_address_is_refused_with_what_to_do(environment):
    import socket

    host, _, port = environment["MDM_LISTEN"].partition(":")
    with socket.create_server((host, int(port))):
        done = subprocess.run(
            [sys.executable, MANAGE, "runall"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert "Set MDM_LISTEN to another address" in done.stderr
