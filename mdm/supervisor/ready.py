"""Is the web server ready to answer?"""

import http.client
import time
from collections.abc import Callable
from typing import Final

EVERYWHERE: Final = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  # compared with, not bound to


def is_ready(host: str, port: int, *, called: str) -> bool:
    """Whether the health page says yes; `called` is a host name the server answers to."""
    connection = http.client.HTTPConnection(
        "127.0.0.1" if host in EVERYWHERE else host, port, timeout=5
    )
    try:
        connection.request("GET", "/healthz/", headers={"Host": called})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def wait(is_up: Callable[[], bool], *, seconds: float, meanwhile: Callable[[], None]) -> bool:
    """Whether `is_up` becomes true within that time; `meanwhile` runs between the questions."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_up():
            return True
        meanwhile()
        time.sleep(0.1)
    return False
