"""A session that can be made to fail right after its bytes left; otherwise the plain one."""

from collections.abc import Mapping

from publishing.failpoints import failpoint
from publishing.http import DEFAULT_TIMEOUT, Answer, Session


class WatchedSession(Session):
    """What deliveries use: `publishing.http.Session` with a named point after each exchange."""

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> Answer:
        """One request and its whole answer."""
        answer = super().send(method, url, headers=headers, content=content, timeout=timeout)
        failpoint("after_bytes")
        return answer
