"""Does a body hold what its contract says? JSON Schema, compiled once, with problems as values.

Only the words our contracts use are known, and another one is an error when the schema is
compiled. A general validator would take milliseconds per body, and a twin must not be what a
benchmark of the product measures.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Rule = Literal["type", "required", "unknown", "too_long", "enum", "pattern", "format"]
Path = tuple[str | int, ...]
Check = Callable[[Any, Path], Iterator["Problem"]]

KNOWN = frozenset(
    {"type", "properties", "required", "enum", "maxLength", "pattern", "format", "items"}
    | {"additionalProperties", "title", "description", "$schema", "$id"}
)
DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
FORMATS: Mapping[str, re.Pattern[str]] = {"date": DATE, "uuid": UUID}
TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One way in which a body breaks its contract."""

    path: Path
    rule: Rule
    value: Any = None
    wanted: Any = None

    @property
    def field(self) -> str:
        """The last name on the path; the number of an array's item is no name."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "")

    @property
    def dotted(self) -> str:
        return "/".join(map(str, self.path))


def compiled(schema: Mapping[str, Any], *, closed: bool) -> Check:
    """The check of a schema. `closed`: an object refuses what its properties do not name."""
    strange = [word for word in schema if word not in KNOWN and not word.startswith("x-")]
    if strange:
        raise ValueError(f"the contract uses {', '.join(strange)}, which is not checked here")
    steps = [*_value_steps(schema)]
    if "properties" in schema:
        steps.append(_object_step(schema, closed))
    if "items" in schema:
        steps.append(_items_step(compiled(schema["items"], closed=closed)))
    right_type = _type_of(schema.get("type"))

    def check(value: Any, path: Path = ()) -> Iterator[Problem]:
        if not right_type(value):
            yield Problem(path, "type", value, schema["type"])
            return
        for step in steps:
            yield from step(value, path)

    return check


def _type_of(wanted: str | list[str] | None) -> Callable[[Any], bool]:
    if wanted is None:
        return lambda _value: True
    if isinstance(wanted, str):
        return TYPES[wanted]
    tests = [TYPES[one] for one in wanted]
    return lambda value: any(test(value) for test in tests)


def _value_steps(schema: Mapping[str, Any]) -> Iterator[Check]:
    if "maxLength" in schema:
        most: int = schema["maxLength"]
        yield _test("too_long", most, lambda value: len(value) <= most)
    if "enum" in schema:
        among: list[Any] = schema["enum"]
        yield _test("enum", among, lambda value: value in among)
    if "pattern" in schema:
        pattern = re.compile(schema["pattern"])
        yield _test("pattern", schema["pattern"], lambda value: bool(pattern.search(value)))
    if "format" in schema:
        form = FORMATS[schema["format"]]
        yield _test("format", schema["format"], lambda value: bool(form.fullmatch(value)))


def _test(rule: Rule, wanted: Any, holds: Callable[[Any], bool]) -> Check:
    def step(value: Any, path: Path) -> Iterator[Problem]:
        if isinstance(value, str) and not holds(value):
            yield Problem(path, rule, value, wanted)

    return step


def _object_step(schema: Mapping[str, Any], closed: bool) -> Check:
    checks = {name: compiled(inner, closed=closed) for name, inner in schema["properties"].items()}
    required: tuple[str, ...] = tuple(schema.get("required", ()))
    refuses_others = not schema.get("additionalProperties", not closed)

    def step(value: Any, path: Path) -> Iterator[Problem]:
        for name in required:
            if name not in value:
                yield Problem((*path, name), "required")
        for name, inner in value.items():
            check = checks.get(name)
            if check is not None:
                yield from check(inner, (*path, name))
            elif refuses_others:
                yield Problem((*path, name), "unknown", inner)

    return step


def _items_step(check: Check) -> Check:
    def step(value: Any, path: Path) -> Iterator[Problem]:
        for index, item in enumerate(value):
            yield from check(item, (*path, index))

    return step
