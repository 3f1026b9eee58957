"""Which source wins: strategies in order, and how far each system is trusted. Pure.

A rule or a trust is about an attribute or collection, by its code; about a group of attributes, by
its heading; or about everything, "*". The narrowest counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

EVERYTHING: Final = "*"
DAYS: Final = 365


class Strategy(StrEnum):
    """One way to prefer a source's value to another's."""

    AUTHORITY = "authority"
    RECENT = "recent"
    COMPLETE = "complete"
    FREQUENT = "frequent"
    LONGEST = "longest"
    FIRST = "first"


SENTENCES: Final = {
    Strategy.AUTHORITY: "The system that is trusted most wins.",
    Strategy.RECENT: "The most recent word wins, by the source's own date.",
    Strategy.COMPLETE: "The source that says most of the record wins.",
    Strategy.FREQUENT: "What most sources say wins.",
    Strategy.LONGEST: "The longest value wins.",
    Strategy.FIRST: "The source that was linked first wins.",
}


THEN: Final = {
    Strategy.AUTHORITY: "the system that is trusted most",
    Strategy.RECENT: "the most recent word, by the source's own date",
    Strategy.COMPLETE: "the source that says most of the record",
    Strategy.FREQUENT: "what most sources say",
    Strategy.LONGEST: "the longest value",
    Strategy.FIRST: "the source that was linked first",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Strategies, each deciding where those before it leave a tie; `fallback` decides the rest.

    `is_whole` takes one source's list of items as it is, instead of the union of all by identity.
    """

    strategies: tuple[Strategy, ...] = (Strategy.AUTHORITY, Strategy.RECENT)
    fallback: Strategy = Strategy.FIRST
    is_whole: bool = False
    code: str = "default"

    @property
    def order(self) -> tuple[Strategy, ...]:
        """All its strategies; the last of all is always who came first, so that one wins."""
        every = dict.fromkeys((*self.strategies, self.fallback, Strategy.FIRST))
        return tuple(every)[: list(every).index(Strategy.FIRST) + 1]

    @property
    def sentence(self) -> str:
        """The rule in one sentence."""
        first, *others = self.order
        said = SENTENCES[first].removesuffix(".")
        for strategy in others[:-1]:
            said += f"; then {THEN[strategy]}"
        return f"{said}; else {THEN[others[-1]]}." if others else f"{said}."


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a system is believed, 0 to 100; it loses `decay` points a year, down to `floor`."""

    score: int = 50
    decay: int = 0
    floor: int = 0

    def on(self, day: date, since: date | None) -> float:
        """The trust in a value that has been said since a day."""
        if not self.decay or since is None or since >= day:
            return float(self.score)
        lost = self.decay * (day - since).days / DAYS
        return max(float(min(self.floor, self.score)), self.score - lost)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one domain. Penalties are points of trust."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    trusts: Mapping[tuple[str, str], Trust] = field(default_factory=dict)  # (system, about what)
    deleted: int = 40  # lost by what its source has deleted
    flawed: int = 20  # lost by a value that fails validation

    def rule(self, code: str, group: str) -> Rule:
        """The rule for an attribute or collection of a group."""
        found = (self.rules.get(about) for about in (code, group, EVERYTHING))
        return next((rule for rule in found if rule is not None), DEFAULT)

    def trust(self, system: str, code: str, group: str) -> Trust:
        """How far a system is believed about an attribute or collection of a group."""
        found = (self.trusts.get((system, about)) for about in (code, group, EVERYTHING))
        return next((trust for trust in found if trust is not None), TRUSTED)


DEFAULT: Final = Rule()
TRUSTED: Final = Trust()
USUAL: Final = Rules()
