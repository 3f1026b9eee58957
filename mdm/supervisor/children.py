"""The processes of an installation, declared in one place, in the order in which they start."""

import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands

PYTHON = sys.executable
MANAGE = str(Path(settings.BASE_DIR) / "manage.py")


@dataclass(frozen=True, slots=True)
class Child:
    """One process: its name, its command line, and how long it may take to end."""

    name: str
    argv: tuple[str, ...]
    patience: float = 10.0


def children(*, with_broker: bool) -> tuple[Child, ...]:
    """What this installation runs beside the broker."""
    host, port = settings.MDM_LISTEN
    parts = [
        Child("web", web(f"{host}:{port}")),
        command("twins", "run_twins", wanted=settings.MDM_DEMO),
        Child("worker", worker()) if with_broker else None,
        command("sweeper", "sweep"),
        Child("beat", beat(), patience=3.0) if with_broker else None,
    ]
    return tuple(part for part in parts if part is not None)


# Who ends first: nothing new is begun, then nobody asks, then what is under way is finished.
STOP_ORDER = ("beat", "web", "worker", "sweeper", "twins")


def web(bind: str) -> tuple[str, ...]:
    return (
        *(PYTHON, "-m", "gunicorn", "mdm.wsgi", "--preload", "--bind", bind),
        *("--workers", "2", "--worker-class", "gthread", "--threads", "4"),
        *("--timeout", "120", "--graceful-timeout", "5", "--no-control-socket"),
        *("--log-level", "warning"),
    )


def worker(name: str = "worker") -> tuple[str, ...]:
    """Threads on SQLite, which has one writer anyway; processes on PostgreSQL."""
    pool = "threads" if settings.ON_SQLITE else "prefork"
    return (
        *(PYTHON, "-m", "celery", "-A", "mdm.celery", "--quiet", "worker"),
        *("--pool", pool, "--concurrency", "4", "--hostname", f"{name}@%h"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"),
    )


def beat() -> tuple[str, ...]:
    return (
        *(PYTHON, "-m", "celery", "-A", "mdm.celery", "--quiet", "beat"),
        *("--pidfile=", "--loglevel", "WARNING"),
    )


def command(name: str, verb: str, *, wanted: bool = True) -> Child | None:
    """A child that is one of our own commands; none where nobody wants or has it."""
    if not wanted or verb not in get_commands():
        return None
    return Child(name, (PYTHON, MANAGE, verb))
