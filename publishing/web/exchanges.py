"""One try of a delivery, as its tabs show it: data, what was sent, the answer, the way of values.

Everything was masked when it was written down; values of sealed attributes are masked here again.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from mdm.templatetags.formats import DOTS
from publishing import codemaps, preparing, readiness, sentences, targets
from publishing.connectors import base, masking
from publishing.connectors.base import Rendered, Trace
from publishing.models import Attempt, Replica

LONGEST = 20_000
PARTS = (
    ("canonical", "Our data"),
    ("sent", "Sent"),
    ("answer", "Answer"),
    ("trace", "Mapping"),
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    method: str
    url: str
    status: int
    seconds: float
    note: str
    request_headers: Sequence[tuple[str, str]]
    request_body: str
    response_headers: Sequence[tuple[str, str]]
    response_body: str

    @property
    def path(self) -> str:
        """The address without its host, in plain letters."""
        parts = urlsplit(self.url)
        return unquote(parts.path + (f"?{parts.query}" if parts.query else ""))

    @property
    def tone(self) -> str:
        """The tone of its answer: none came, it was good, or it was refused."""
        return "warn" if not self.status else "ok" if self.status < 400 else "bad"


@dataclass(frozen=True, slots=True)
class Line:
    """One value on its way from our record to their field."""

    ours: str
    label: str
    theirs: str
    value: str
    how: str


def exchanges(attempt: Attempt) -> list[Exchange]:
    """What went back and forth in a try."""
    return [_exchange(each) for each in attempt.exchanges]


def of(exchange: base.Exchange) -> Exchange:
    """One that has just happened and is not kept."""
    return _exchange(asdict(exchange))


def _exchange(kept: Mapping[str, Any]) -> Exchange:
    return Exchange(
        str(kept.get("method", "")),
        str(kept.get("url", "")),
        int(kept.get("status") or 0),
        float(kept.get("duration") or 0),
        str(kept.get("note", "")),
        tuple(masking.headers(kept.get("request_headers") or {}).items()),
        readable(kept.get("request_body", "")),
        tuple(masking.headers(kept.get("response_headers") or {}).items()),
        readable(kept.get("response_body", "")),
    )


def readable(body: Any) -> str:
    """A body as people read it: JSON on lines of its own, all else as it is; cut when endless."""
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    if text.lstrip()[:1] in ("{", "["):
        with suppress(ValueError):  # it only looks like JSON
            text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n… {len(text) - LONGEST:,} more"


def canonical(attempt: Attempt) -> str:
    """The version that the try was for, masked."""
    return readable(bytes(attempt.event.payload.masked).decode())


def rendered(replica: Replica, attempt: Attempt | None) -> Rendered | None:
    """What the version of a try would be sent as now; None when it cannot be opened any more."""
    event = attempt.event if attempt else replica.wanted_event
    if event is None:
        return None
    target = replica.target
    try:
        full = preparing.opened(event.payload)
    except preparing.Unready:
        return None
    context = preparing.context_for(target, replica=replica, event=event)
    payload = preparing.allowed(target, full, replica.domain)
    return targets.connector(target).preview(replica.domain, payload, context)


def lines(domain: str, made: Rendered | None) -> list[Line]:
    """The way of each value, in words; values that are secret are masked."""
    return [_line(domain, each) for each in made.trace] if made else []


def _line(domain: str, each: Trace) -> Line:
    value = "" if each.value is None else str(each.value)
    value = {"True": "yes", "False": "no"}.get(value, value)
    shown = value if value.startswith(DOTS) else sentences.shown(domain, each.canonical_path, value)
    label = sentences.label(domain, each.canonical_path)
    return Line(each.canonical_path, label, each.target_path, shown, each.transform)


def problems(domain: str, made: Rendered | None) -> list[str]:
    """Why it cannot be sent as it is."""
    return [readiness.said(domain, problem) for problem in made.problems] if made else []


def is_same_mapping(replica: Replica, attempt: Attempt) -> bool:
    """Whether the try was rendered with the mapping that is in force."""
    return attempt.mapping_hash in ("", codemaps.maps(replica.target).digest)
