"""The supervisor: one per data folder, restarts, order of stopping, nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mdm.supervisor import broker, lock, process
from mdm.supervisor.children import STOP_ORDER, Child, children
from mdm.supervisor.watch import Watch, backoff

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")


@pytest.fixture
def watch(tmp_path):
    said = []
    watch = Watch(dict(os.environ), tmp_path, tmp_path, said.append)
    yield watch
    watch.stop(())


def _ended(pid: int, *, within: float = 5.0) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":  # dead, and waiting for a parent that is dead itself
            return True
        time.sleep(0.02)
    return False


def test_every_child_has_its_place_in_the_order_of_stopping():
    assert {child.name for child in children(with_broker=True)} <= set(STOP_ORDER)
    assert "worker" not in {child.name for child in children(with_broker=False)}


def test_waits_double_up_to_half_a_minute():
    assert [backoff(deaths) for deaths in (1, 2, 3, 6, 20)] == [1, 2, 4, 30, 30]


def test_a_dead_child_is_started_again_with_its_last_words_shown(watch):
    watch.start(Child("sweeper", (sys.executable, "-c", "print('no more'); raise SystemExit(3)")))
    first = watch.running["sweeper"].process
    first.wait(10)

    watch.look()
    assert watch.say.__self__ == [
        "sweeper ended with 3; starting it again in 1 s",
        "  sweeper: no more",
    ]

    watch.running["sweeper"].again_at = time.monotonic()
    watch.look()
    assert watch.running["sweeper"].process.pid != first.pid


def test_children_stop_in_the_order_that_is_asked_for(watch, tmp_path):
    note = (
        "import signal, sys, time, pathlib; name = sys.argv[1]; book = pathlib.Path('book')\n"
        "def end(*_):\n"
        "    book.open('a').write(name + ' '); raise SystemExit\n"
        "signal.signal(signal.SIGTERM, end); pathlib.Path(name).touch(); time.sleep(60)"
    )
    for name in ("broker", "web", "beat"):
        watch.start(Child(name, (sys.executable, "-c", note, name)))
    while not all((tmp_path / name).exists() for name in ("broker", "web", "beat")):
        time.sleep(0.02)

    watch.stop(("beat", "web"))

    assert (tmp_path / "book").read_text().split() == ["beat", "web", "broker"]


def test_a_child_that_does_not_listen_is_killed(watch):
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('deaf', flush=True); time.sleep(60)"
    )
    watch.start(Child("web", (sys.executable, "-c", deaf), patience=0.2))
    child = watch.running["web"].process
    while "deaf" not in watch.last_words("web"):
        time.sleep(0.02)

    watch.stop(())

    assert child.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_nothing_outlives_a_killed_supervisor():
    code = (
        "import sys, time; from mdm.supervisor.process import start\n"
        "child = start([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True
    ) as parent:
        child = int(parent.stdout.readline())
        parent.kill()

    assert _ended(child)


def test_a_data_folder_has_one_supervisor(tmp_path):
    with lock.held(tmp_path), pytest.raises(lock.Taken, match=str(os.getpid())):
        lock.held(tmp_path).__enter__()

    with lock.held(tmp_path):
        pass  # and is free when that one has ended


@pytest.mark.parametrize("depth", [0, 120])
def test_the_broker_answers_by_socket_or_where_that_is_too_long_by_port(tmp_path, depth):
    data = tmp_path / ("x" * depth)
    own = broker.plan(broker.find_server(), data)
    server = process.start(own.argv)
    try:
        assert broker.wait(own)
    finally:
        process.stop(server)

    assert own.url.startswith("redis://:" if depth else "redis+socket://")
    assert not own.answers()
    assert (data / "valkey" / "server.conf").stat().st_mode & 0o077 == 0
