"""A connector for tests: it answers from a script and keeps what it was given."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from publishing.connectors.base import (
    Context,
    Error,
    Operation,
    Outcome,
    Part,
    PlannedRequest,
    Result,
    Support,
)
from publishing.connectors.connector import Connector
from publishing.connectors.mapping import Field, Shape
from publishing.limits import Limits

Answer = Result | Callable[[Mapping[str, Any], Context], Result]


@dataclass
class Sent:
    """One try as the connector saw it."""

    domain: str
    payload: Mapping[str, Any]
    context: Context

    @property
    def version(self) -> int:
        return int(self.payload["version"])


@dataclass
class Fake(Connector):
    """Takes suppliers, cost centers and projects; what no script answers lands."""

    script: list[Answer] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    confirmed: list[Sent] = field(default_factory=list)

    code = "coupa"
    label = "Coupa"
    limits = Limits(per_second=1000, parallel=4, burst=1000)
    supported = {
        "supplier": Support.WRITE,
        "cost_center": Support.WRITE,
        "project": Support.WRITE,
    }
    shapes = {
        "supplier": Shape(
            "supplier",
            (
                Field("legal_name", "name", 40, required=True),
                Field("payment_terms", "terms", codes="payment_terms"),
            ),
        ),
        "cost_center": Shape("cost_center", (Field("name", "name"),)),
        "project": Shape("project", (Field("name", "name"),)),
    }
    references = {
        "cost_center": (("parent", "cost_center"),),
        "project": (("cost_center", "cost_center"),),
    }
    DEFAULT_MAPS = {"payment_terms": {"NET30": "N30"}}

    def deliver(
        self, domain: str, payload: Mapping[str, Any], context: Context, session: Any
    ) -> Result:
        self.sent.append(Sent(domain, payload, context))
        answer = self.script.pop(0) if self.script else landed(f"K-{payload['code']}", domain)
        return answer if isinstance(answer, Result) else answer(payload, context)

    def confirm(
        self, domain: str, payload: Mapping[str, Any], context: Context, session: Any
    ) -> Result:
        self.confirmed.append(Sent(domain, payload, context))
        answer = self.script.pop(0) if self.script else landed(f"K-{payload['code']}", domain)
        return answer if isinstance(answer, Result) else answer(payload, context)

    def classify(self, status: int, headers: Mapping[str, str], body: Any) -> Any:
        return Outcome.OK, []

    def _plan(self, *_: Any) -> Iterator[PlannedRequest]:
        return iter(())

    def _write(self, *_: Any, **__: Any) -> Any:
        raise NotImplementedError

    def _fetch(self, *_: Any) -> None:
        return None

    def _knock(self, *_: Any) -> Any:
        return Outcome.OK, Operation.NONE


def landed(key: str, kind: str = "supplier") -> Result:
    return Result(Outcome.OK, Operation.CREATE, parts=(Part(kind, key, landed_hash="h"),))


def ended(outcome: Outcome, message: str = "", *, path: str = "", **facts: Any) -> Result:
    errors = (Error("E1", message, canonical_path=path),) if message else ()
    return Result(outcome, errors=errors, **facts)
