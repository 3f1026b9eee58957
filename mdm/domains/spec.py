"""How a governed kind of thing is declared: its attributes, collections, rules and match rules.

Everything else in the project works over these declarations; nothing else names an attribute of a
domain. Values travel as text: a scalar is text with "" for none, a collection is a list of flat
mappings of text, each with a stable "id".
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from mdm.standardise import text

Item = dict[str, str]
Values = dict[str, Any]
"""Attribute code -> text, collection code -> list of items."""


PERIOD = ("valid_from", "valid_to")
"""The fields of an item, in every collection that has them, between which it counts."""


class Kind(StrEnum):
    """What sort of value an attribute holds, and so how it is stored, shown and published."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    DATE = "date"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLAG = "flag"
    CHOICE = "choice"
    SET = "set"
    LISTED = "listed"  # the code of a row of a reference list
    REFERENCE = "reference"  # the golden id of a record


class Sensitivity(StrEnum):
    """How much care a value needs; it decides who may see it and who must approve it."""

    ROUTINE = "routine"
    IDENTITY = "identity"
    PERSONAL = "personal"
    PAYMENT = "payment"


def never(item: Mapping[str, str]) -> bool:
    """No value of the attribute is sealed."""
    return False


def always(item: Mapping[str, str]) -> bool:
    """Every value of the attribute is sealed by the vault."""
    return True


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a value: where, what was found, what was expected, what to do."""

    path: str
    found: str
    expected: str
    hint: str = ""
    level: str = "error"
    repair: str = ""  # the value at its path that would put it right, where one would

    def __str__(self) -> str:
        found = f"found {self.found!r}" if self.found else "it is empty"
        return " ".join(
            p for p in (f"{self.path}: {found}, expected {self.expected}.", self.hint) if p
        )


def ends_early(path: str, start: str, end: str) -> Problem:
    """What is wrong with the end of a period that lies before its beginning."""
    hint = "It ends before it begins: correct one of the two dates."
    return Problem(path, end, f"a day from {start} on", hint)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One value of a record, or one field of a collection's items.

    `beside` cleans a field that cannot be spelled without its item's other fields, such as a region
    without its country; it is called instead of `clean`, once the others are cleaned.
    """

    code: str
    label: str
    clean: Callable[[str], str] = text.squeeze
    kind: Kind = Kind.TEXT
    group: str = "Identity"
    sensitivity: Sensitivity = Sensitivity.ROUTINE
    max_length: int = 200
    choices: tuple[tuple[str, str], ...] = ()
    refers_to: str = ""
    required: bool = False
    sealed: Callable[[Mapping[str, str]], bool] = never
    beside: Callable[[str, Mapping[str, str]], str] | None = None
    help: str = ""

    @property
    def column(self) -> str:
        """The model column that stores it."""
        return f"{self.code}_id" if self.kind is Kind.REFERENCE else self.code


@dataclass(frozen=True, slots=True)
class Collection:
    """A list of items that live and die with their record: addresses, bank accounts, rates."""

    code: str
    label: str
    singular: str
    prefix: str
    fields: tuple[Attribute, ...]
    identity: tuple[str, ...]
    group: str = ""
    sensitivity: Sensitivity = Sensitivity.ROUTINE

    def field(self, code: str) -> Attribute:
        """The declaration of one field of an item."""
        return next(f for f in self.fields if f.code == code)


class Alike(StrEnum):
    """How two values of an attribute are compared; the engine gives each its levels."""

    NAME = "name"
    CODE = "code"
    EXACT = "exact"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class MatchRules:
    """What to compare in a domain, and from which probability a pair is looked at or linked."""

    profile: str
    review_from: float = 0.20
    same_from: float = 0.99

    def zone(self, probability: float) -> int:
        """On which side of the two limits a probability lies: 0 below, 1 between, 2 above both."""
        return (probability >= self.review_from) + (probability >= self.same_from)

    def said(self, probability: float) -> str:
        """A probability in two digits, or in as many as it takes to stay on its side of a limit."""
        for digits in range(2, 6):
            text = f"{probability:.{digits}f}"
            if self.zone(float(text)) == self.zone(probability):
                return text
        return str(probability)


class Lookup(Protocol):
    """What a rule may ask about other records."""

    def values(self, domain: str, golden_id: str) -> Values | None:
        """The live values of another record, with `status` and `golden_id`; None when unknown."""
        ...

    def users(self, domain: str, attribute: str, golden_id: str) -> Sequence[str]:
        """Codes of live records of a domain whose attribute points at this one."""
        ...

    def pointing(self, domain: str, attribute: str, golden_id: str) -> Sequence[Values]:
        """The values of records of a domain whose attribute points at this one."""
        ...

    def listed(self, subject: str, code: str) -> Mapping[str, str] | None:
        """A row of a reference list; None when the list has no such code."""
        ...


def no_rules(values: Values) -> Iterator[Problem]:
    """A kind without rules of its own."""
    return iter(())


def no_links(values: Values, before: Values, lookup: Lookup) -> Iterator[Problem]:
    """A kind whose rules need no other record."""
    return iter(())


@dataclass(frozen=True, slots=True)
class Subject:
    """A governed kind: something that changes only through changes, one version at a time."""

    code: str
    label: str
    plural: str
    path: str
    model: Any
    attributes: tuple[Attribute, ...]
    collections: tuple[Collection, ...] = ()
    name: str = "name"
    company_code: str = ""
    icon: str = "file"  # of the sprite
    columns: tuple[str, ...] = ()  # what its list shows beside name and code
    rules: Callable[[Values], Iterator[Problem]] = no_rules
    links: Callable[[Values, Values, Lookup], Iterator[Problem]] = no_links
    is_domain: bool = False
    called: Callable[[Values], str] | None = None  # in a change; else by name and code

    def attribute(self, code: str) -> Attribute | None:
        """The declaration of a scalar attribute, if there is one of that code."""
        return next((a for a in self.attributes if a.code == code), None)

    def collection(self, code: str) -> Collection | None:
        """The declaration of a collection, if there is one of that code."""
        return next((c for c in self.collections if c.code == code), None)

    def groups(self) -> list[str]:
        """The headings of its page, in order."""
        return list(dict.fromkeys(a.group for a in self.attributes))


@dataclass(frozen=True, slots=True)
class Identifier:
    """A value that must be searchable, and may have to be unique, across records."""

    kind: str
    path: str  # an attribute, or collection.field
    blind: bool = False
    unique: bool = False
    scope: tuple[str, ...] = ()  # sibling fields that make it comparable, such as country


@dataclass(frozen=True, slots=True)
class Domain(Subject):
    """A kind of golden record that is matched and published."""

    match: MatchRules = field(default_factory=lambda: MatchRules("exact"))
    identifiers: tuple[Identifier, ...] = ()
    number_prefix: str = ""
    number_start: int = 1
    is_domain: bool = True
