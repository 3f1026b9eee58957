"""Starts processes that cannot outlive the one that started them."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

PR_SET_PDEATHSIG: Final = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def start(
    argv: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    log: IO[bytes] | int = subprocess.DEVNULL,
    user: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in its own session, which dies with this one. For the main thread."""
    account = pwd.getpwnam(user) if user else None
    return subprocess.Popen(
        argv,
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
        start_new_session=True,  # a Ctrl-C in the terminal is for the supervisor alone
        preexec_fn=die_with(os.getpid()),  # noqa: PLW1509  # the main thread forks; it must come last
    )


def die_with(parent: int) -> Callable[[], None]:
    """What a child calls before it becomes the program: the kernel kills it when `parent` ends."""

    def ask_the_kernel() -> None:
        if LIBC is None:
            return
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died between the fork and the line above
            os._exit(1)

    return ask_the_kernel


def stop(process: subprocess.Popen[bytes], *, patience: float = 10.0) -> None:
    """Ask the process to end, and kill what is left of its session after `patience` seconds."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and the rest of its session, at once."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # it leads its session, so this is its group
    process.wait()
