"""`$filter` of OData V2 and V4: parsed into one test of a document.

Comparisons, and, or, not, brackets, startswith, endswith, substringof, contains. Equalities that
every match must fulfil are kept apart, so that an index can be used.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from publishing.twins.s4 import moments
from publishing.twins.s4.addresses import LITERAL, literal
from publishing.twins.s4.entities import Entity

TOKEN = re.compile(rf"\s*(?:(?P<sign>[(),])|{LITERAL.pattern})")
Test = Callable[[Mapping[str, Any]], bool]
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda have, want: have == want,
    "ne": lambda have, want: have != want,
    "gt": lambda have, want: have is not None and have > want,
    "ge": lambda have, want: have is not None and have >= want,
    "lt": lambda have, want: have is not None and have < want,
    "le": lambda have, want: have is not None and have <= want,
}
FUNCTIONS: Mapping[str, Callable[[str, str], bool]] = {
    "startswith": lambda have, want: have.startswith(want),
    "endswith": lambda have, want: have.endswith(want),
    "contains": lambda have, want: want in have,
    "substringof": lambda have, want: want in have,
}


class BadFilter(ValueError):
    """The filter cannot be read; the text says why."""


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    is_text: bool = False  # a quoted literal


@dataclass(slots=True)
class Filter:
    test: Test
    equal: dict[str, str] = field(default_factory=dict)


EVERYTHING = Filter(lambda _document: True)


def parse(text: str, entity: Entity) -> Filter:
    if not text.strip():
        return EVERYTHING
    parser = _Parser(_tokens(text), entity)
    found = parser.either()
    if parser.more():
        raise BadFilter(f"Invalid token '{parser.peek()}' in $filter")
    return found


def _tokens(text: str) -> list[Token]:
    tokens, at = [], 0
    stripped = text.rstrip()
    while at < len(stripped):
        match = TOKEN.match(stripped, at)
        if match is None:
            raise BadFilter(f"Invalid token in $filter at position {at}")
        quoted = match["quoted"] is not None
        value = match["sign"] or literal(match["type"], match["quoted"], match["bare"])
        tokens.append(Token(value, quoted))
        at = match.end()
    return tokens


class _Parser:
    def __init__(self, tokens: list[Token], entity: Entity) -> None:
        self._tokens = tokens
        self._entity = entity
        self._at = 0

    def more(self) -> bool:
        return self._at < len(self._tokens)

    def peek(self) -> str:
        if not self.more() or self._tokens[self._at].is_text:
            return ""
        return self._tokens[self._at].text

    def either(self) -> Filter:
        left = self._both()
        while self.peek() == "or":
            self._next()
            left = _or(left, self._both())
        return left

    def _both(self) -> Filter:
        left = self._one()
        while self.peek() == "and":
            self._next()
            left = _and(left, self._one())
        return left

    def _one(self) -> Filter:
        if self.peek() == "not":
            self._next()
            inner = self._one().test
            return Filter(lambda document: not inner(document))
        if self.peek() == "(":
            self._next()
            found = self.either()
            self._expect(")")
            return found
        if self.peek() in FUNCTIONS:
            return self._function()
        return self._comparison()

    def _function(self) -> Filter:
        name = self._next().text
        self._expect("(")
        first = self._next()
        self._expect(",")
        second = self._next()
        self._expect(")")
        if self.peek() in {"eq"}:  # V2 writes: substringof('x',Field) eq true
            self._next()
            self._expect("true")
        want, field_name = (first, second) if name == "substringof" else (second, first)
        self._field(field_name.text)
        holds, have, value = FUNCTIONS[name], field_name.text, want.text
        return Filter(lambda document: holds(str(document.get(have) or ""), value))

    def _comparison(self) -> Filter:
        name = self._next().text
        convert = self._field(name)
        operator = self._next().text
        if operator not in COMPARE:
            raise BadFilter(f"Invalid operator '{operator}' in $filter")
        token = self._next()
        want = _wanted(self._entity, name, token)
        compare = COMPARE[operator]
        found = Filter(lambda document: compare(convert(document.get(name)), want))
        if operator == "eq" and token.is_text:
            found.equal[name] = token.text
        return found

    def _field(self, name: str) -> Callable[[Any], Any]:
        known = self._entity.fields.get(name)
        if known is None:
            raise BadFilter(f"Property '{name}' not found in type '{self._entity.name}Type'")
        if known.is_moment:
            return lambda value: moments.of_json(value) if isinstance(value, str) else value
        blank = self._entity.blank[name]
        return lambda value: blank if value is None else value

    def _next(self) -> Token:
        if not self.more():
            raise BadFilter("$filter ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, text: str) -> None:
        if self._next().text != text:
            raise BadFilter(f"'{text}' is missing in $filter")


def _wanted(entity: Entity, name: str, token: Token) -> Any:
    known = entity.fields[name]
    if token.text == "null" and not token.is_text:
        return None if known.is_moment else entity.blank[name]
    if known.type == "Boolean":
        return token.text == "true"
    if known.is_moment:
        if token.text.lstrip("-").isdecimal():
            return int(token.text)
        moment = moments.of_iso(token.text)
        if moment is None:
            raise BadFilter(f"Invalid literal for '{name}' in $filter")
        return moment
    if known.type.startswith("Int") or known.type == "Byte":
        return int(token.text) if token.text.lstrip("-").isdecimal() else token.text
    return token.text


def _and(left: Filter, right: Filter) -> Filter:
    one, other = left.test, right.test
    return Filter(lambda document: one(document) and other(document), {**left.equal, **right.equal})


def _or(left: Filter, right: Filter) -> Filter:
    one, other = left.test, right.test
    return Filter(lambda document: one(document) or other(document))
