"""What an operation takes and gives: declared once, checked at run time, described from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mdm.api.parameters import Parameter


class Named(dict[str, Any]):
    """A JSON Schema with a name: a component of the OpenAPI, itself wherever it is used."""

    def __init__(self, name: str, schema: Mapping[str, Any]) -> None:
        super().__init__(schema)
        self.name = name


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of an operation."""

    description: str
    schema: Mapping[str, Any] | None = None
    headers: tuple[str, ...] = ()
    example: Any = None
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `scope` is what a token needs; "decide" is given to none."""

    id: str
    tag: str
    summary: str
    answers: Mapping[int, Answer]
    description: str = ""
    scope: str = "read"
    query: tuple[Parameter, ...] = ()
    body: Mapping[str, Any] | None = None
    body_needed: bool = True
    example: Any = None
    problems: tuple[str, ...] = ()
    idempotency: str = ""  # "", optional, required
    if_match: bool = False
    if_none_match: bool = False
    paths: Mapping[str, str] = field(default_factory=dict)  # path parameter -> what it is
