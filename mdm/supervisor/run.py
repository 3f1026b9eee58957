"""The supervisor itself: from a data folder to a product that answers, and back to nothing."""

import os
import signal
import socket
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import CommandError
from django.db import connections

from mdm import celery
from mdm.supervisor import broker, lock, ready
from mdm.supervisor.children import STOP_ORDER, Child, children
from mdm.supervisor.watch import Watch

READY_WITHIN: Final = 90.0
ACCOUNTS: Final = "mdm.demo.accounts"

Say = Callable[[str], None]


def run(say: Say) -> None:
    """Serve until somebody says stop."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    data = Path(settings.MDM_DATA)
    try:
        with lock.held(data):
            _serve(data, say)
    except lock.Taken as taken:
        raise CommandError(str(taken)) from taken


def _serve(data: Path, say: Say) -> None:
    _refuse_taken_port()
    watch = Watch(dict(os.environ), Path(settings.BASE_DIR), _empty_logs(data), say)
    try:
        has_broker = _start_broker(data, watch)
        _prepare_database(data, say)
        for child in children(with_broker=has_broker):
            watch.start(child)
        _wait_until_ready(watch)
        _greet(say, watch)
        while True:
            watch.look()
            time.sleep(0.3)
    except KeyboardInterrupt:
        say("Stopping.")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        watch.stop(STOP_ORDER)


def _refuse_taken_port() -> None:
    host, port = settings.MDM_LISTEN
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {host}:{port} ({error.strerror}). "
                "Set MDM_LISTEN to another address, for example 127.0.0.1:8100."
            ) from error


def _empty_logs(data: Path) -> Path:
    logs = data / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    for old in logs.glob("*.log"):
        old.unlink()
    return logs


def _start_broker(data: Path, watch: Watch) -> bool:
    """Whether there is a broker: the configured one, else one of our own."""
    if os.environ.get("MDM_BROKER_URL"):
        return True
    server = broker.find_server()
    if server is None:
        watch.say("No broker was found: the sweeper alone brings changes to the targets.")
        return False
    own = broker.plan(server, data)
    watch.start(Child("broker", own.argv))
    if not broker.wait(own):
        raise CommandError(f"The broker did not start.\n{watch.last_words('broker')}")
    watch.env = {**watch.env, "MDM_BROKER_URL": own.url}
    celery.app.conf.broker_url = own.url
    return True


def _prepare_database(data: Path, say: Say) -> None:
    """Bring the tables up to date; with MDM_DEMO, fill them on the first start."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_reference", verbosity=0)
    seeded = data / "demo-seeded"
    if settings.MDM_DEMO and "seed_demo" in get_commands() and not seeded.exists():
        say("Making the demo data, once.")
        call_command("seed_demo")
        seeded.touch()
    connections.close_all()


def _wait_until_ready(watch: Watch) -> None:
    host, port = settings.MDM_LISTEN
    called = settings.ALLOWED_HOSTS[0].lstrip(".").replace("*", "localhost")
    if not ready.wait(
        lambda: ready.is_ready(host, port, called=called),
        seconds=READY_WITHIN,
        meanwhile=watch.look,
    ):
        raise CommandError(f"The web server did not become ready.\n{watch.last_words('web')}")


def _greet(say: Say, watch: Watch) -> None:
    host, port = settings.MDM_LISTEN
    shown = f"[{host}]" if ":" in host else host
    say(f"\nTouchstone is ready on http://{shown}:{port}/ (Ctrl-C ends it).")
    say(f"Running: {', '.join(watch.running)}. Their logs: {watch.logs}")
    if settings.MDM_DEMO and find_spec("mdm.demo") and find_spec(ACCOUNTS):
        demo = import_module(ACCOUNTS)
        say(f"\nDemo accounts, all with the password {demo.PASSWORD}:")
        for account in demo.ACCOUNTS:
            say(f"  {account.username:<14} {account.role}")
    say("")
