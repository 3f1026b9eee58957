"""One try with a target: every request signed, timed and written down, every failure a `Stop`.

Conversation.read   looks only: a lost answer is transient
Conversation.write  may change the target: a lost answer is unknown
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from publishing.connectors import masking
from publishing.connectors.auth import Auth, CredentialCache
from publishing.connectors.base import Context, Error, Exchange, Outcome, Part, Stop
from publishing.http import Answer, AnswerLost, NotSent
from publishing.retry import parse_retry_after

MAX_KEPT = 100_000  # characters of a body that the archive keeps
MAX_DEPTH = 40

Classify = Callable[[int, Mapping[str, str], Any], tuple[Outcome, list[Error]]]
GOOD = (Outcome.OK, Outcome.ACCEPTED_ASYNC)


class Sender(Protocol):
    """What carries a request: `publishing.http.Session`, or a fake of it."""

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout: float = 15.0,
    ) -> Answer:
        """The answer, or `NotSent`, or `AnswerLost`."""
        ...


@dataclass(frozen=True, slots=True)
class Channel:
    """A sender together with the tokens and CSRF sessions that its users share."""

    sender: Sender
    cache: CredentialCache


class Conversation:
    """The exchanges of one try, and the parts learnt from them."""

    def __init__(
        self, context: Context, channel: Channel, *, auth: Auth, classify: Classify
    ) -> None:
        self.context = context
        self.exchanges: list[Exchange] = []
        self.parts: list[Part] = []
        self._channel = channel
        self._auth = auth
        self._classify = classify
        self._ends = time.monotonic() + context.time_limit
        self._secrets: set[str] = set()

    def learn(self, part: Part) -> Part:
        """Keep what is now known of a part, over what was known before."""
        self.parts = [each for each in self.parts if each.place != part.place]
        self.parts.append(part)
        return part

    def read(
        self, path: str, *, headers: Mapping[str, str] | None = None, missing: bool = False
    ) -> Any:
        """The parsed answer to a look; with `missing`, None when the thing is not there."""
        answer = self._signed("GET", path, None, headers or {}, write=False)
        if missing and answer.status == 404:
            return None
        self._stop_unless_good(answer)
        return parsed(answer, Outcome.TRANSIENT)

    def write(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        expect: Sequence[Outcome] = (),
    ) -> tuple[Answer, Outcome, tuple[Error, ...]]:
        """The answer to a change. Outcomes not named in `expect` other than good ones stop."""
        answer = self._signed(method, path, body, headers or {}, write=True)
        outcome, errors = self.judged(answer)
        if outcome not in GOOD and outcome not in expect:
            self._stop(answer, outcome, errors)
        return answer, outcome, errors

    def judged(self, answer: Answer) -> tuple[Outcome, tuple[Error, ...]]:
        """What an answer means, its complaints without account numbers."""
        outcome, errors = self._classify(answer.status, answer.headers, answer.text)
        return outcome, tuple(replace(e, message=self._masked_text(e.message)) for e in errors)

    def bare(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> Answer:
        """An unsigned request, for fetching what signs the others; not classified."""
        return self._exchange(method, path, content, headers, write=False)

    @property
    def cache(self) -> CredentialCache:
        """What the threads share of tokens and sessions."""
        return self._channel.cache

    def _signed(
        self, method: str, path: str, body: Any, headers: Mapping[str, str], *, write: bool
    ) -> Answer:
        content, kind = _encoded(body)
        common = {"Accept": "application/json", **kind, **self._marks(), **headers}
        signature = self._auth.sign(self, path, write=write)
        answer = self._exchange(method, path, content, {**common, **signature}, write=write)
        if self._auth.is_stale(answer):
            self._auth.forget(self, path)
            signature = self._auth.sign(self, path, write=write)
            answer = self._exchange(method, path, content, {**common, **signature}, write=write)
        return answer

    def _marks(self) -> dict[str, str]:
        """What lets a request be found again on the other side."""
        marks = {
            "traceparent": self.context.traceparent,
            "X-Correlation-ID": self.context.correlation_id,
            "Idempotency-Key": self.context.idempotency_key,
        }
        return {name: value for name, value in marks.items() if value}

    def _exchange(
        self,
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str],
        *,
        write: bool,
    ) -> Answer:
        left = self._ends - time.monotonic()
        if left <= 0:
            words = "The time for this try is up; the rest goes with the next one."
            raise Stop(Outcome.TRANSIENT, Error("time_is_up", words))
        url = f"{self.context.address.rstrip('/')}{path}"
        sent = (content or b"").decode("utf-8", "replace")
        self._secrets |= masking.secrets_in(sent)
        started, clock = datetime.now(UTC), time.monotonic()
        answer, note = Answer(0), ""
        timeout = min(left, self.context.timeout)
        try:
            sender = self._channel.sender
            answer = sender.send(method, url, headers=headers, content=content, timeout=timeout)
        except (NotSent, AnswerLost) as error:
            note = self._masked_text(str(error))
            raise _stop_for(error, note, write=write) from error
        finally:
            spent = time.monotonic() - clock
            self._keep(method, url, headers, sent, answer, started=started, spent=spent, note=note)
        return answer

    def _keep(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        sent: str,
        answer: Answer,
        *,
        started: datetime,
        spent: float,
        note: str,
    ) -> None:
        """Write an exchange down, masked."""
        self.exchanges.append(
            Exchange(
                method,
                url,
                masking.headers(headers),
                self._kept(sent),
                answer.status,
                masking.headers(answer.headers),
                self._kept(answer.text),
                started,
                spent,
                note,
            )
        )

    def _kept(self, text: str) -> str:
        if len(text) > MAX_KEPT:
            return f"({len(text):,} characters, not kept)"
        masked = masking.body(text, self.context.masked_fields)
        return self._masked_text(str(masked))

    def _masked_text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, masking.hide(secret))
        return masking.text(text)

    def _stop_unless_good(self, answer: Answer) -> None:
        outcome, errors = self.judged(answer)
        if outcome not in GOOD:
            self._stop(answer, outcome, errors)

    def _stop(self, answer: Answer, outcome: Outcome, errors: tuple[Error, ...]) -> None:
        wait = parse_retry_after(answer.headers.get("retry-after", ""), now=self.context.now)
        seconds = wait.total_seconds() if wait is not None else None
        raise Stop(outcome, *errors, retry_after=seconds, status=answer.status)


def parsed(answer: Answer, otherwise: Outcome) -> Any:
    """The JSON of an answer; what cannot be read stops the try with `otherwise`."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        error = Error("unreadable", "The answer is not JSON.")
        raise Stop(otherwise, error, status=answer.status) from None
    if _depth(found) > MAX_DEPTH:
        raise Stop(otherwise, Error("unreadable", "The answer is nested too deeply."))
    return found


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level and deepest <= MAX_DEPTH:
        deepest += 1
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return deepest


def _encoded(body: Any) -> tuple[bytes | None, dict[str, str]]:
    if body is None:
        return None, {}
    if isinstance(body, bytes):
        return body, {"Content-Type": "text/csv; charset=utf-8"}
    return json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json"}


def _stop_for(error: NotSent | AnswerLost, words: str, *, write: bool) -> Stop:
    if isinstance(error, NotSent):
        outcome = Outcome.CONFIGURATION if error.is_configuration else Outcome.TRANSIENT
        return Stop(outcome, Error("not_sent", words))
    return Stop(Outcome.UNKNOWN if write else Outcome.TRANSIENT, Error("no_answer", words))
