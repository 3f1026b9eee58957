"""What comes in, what goes out, and what an answer did; the same for every twin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote

import orjson

JSON = "application/json; charset=utf-8"
EffectKind = Literal["create", "update", "delete", "none"]
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, its path below the twin's own prefix and not yet decoded."""

    method: str
    path: str
    query_text: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    base: str  # scheme, host and the twin's prefix, for links in answers

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.query_text, keep_blank_values=True))

    @property
    def plain_path(self) -> str:
        return unquote(self.path)

    def header(self, name: str) -> str:
        return self.headers.get(name, "")

    @property
    def wants_json(self) -> bool:
        return "json" in self.header("accept")


@dataclass(frozen=True, slots=True)
class Effect:
    """What became of one object: its kind in the target's words, its key there, our code."""

    kind: EffectKind
    what: str
    key: str
    code: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    effects: Sequence[Effect] = ()
    message: str = ""  # why it was refused, for the log


class Refusal(Exception):
    """The request is refused, and nothing of it is kept."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.message)
        self.answer = answer


def json_answer(
    status: int,
    value: Any,
    *,
    headers: Mapping[str, str] | None = None,
    effects: Sequence[Effect] = (),
    message: str = "",
) -> Answer:
    head = {"Content-Type": JSON, **(headers or {})}
    return Answer(status, orjson.dumps(value), head, effects, message)


def text_answer(
    status: int, text: str, *, headers: Mapping[str, str] | None = None, kind: str = "text/plain"
) -> Answer:
    head = {"Content-Type": f"{kind}; charset=utf-8", **(headers or {})}
    return Answer(status, text.encode(), head, (), text)
