"""What speaks for and against two records being the same, and what it adds up to."""

from dataclasses import dataclass
from enum import StrEnum
from math import exp, expm1, log, log1p


class Level(StrEnum):
    """How far one attribute of two records agrees."""

    SAME = "same"
    CLOSE = "close"
    PART = "part"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One attribute compared: both values, how far they agree, what that weighs, in a sentence."""

    attribute: str
    left: str
    right: str
    level: Level
    weight: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Score:
    """How probable it is that two records are the same; the log-odds are prior plus weights."""

    log_odds: float
    prior: float
    evidence: tuple[Evidence, ...]

    @property
    def probability(self) -> float:
        return probability(self.log_odds)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of one base, and how probable it is that they are the same."""

    left: str
    right: str
    score: Score


def probability(log_odds: float) -> float:
    """Log-odds as a probability that keeps its order and never reaches 0 or 1.

    Attributes are not independent, so strong evidence counts less the more of it there is.
    """
    damped = log_odds if log_odds <= 2 else 2 + 4 * log1p((log_odds - 2) / 4)
    return 1 / (1 + exp(min(700.0, -damped)))


def log_odds(wanted: float) -> float:
    """The log-odds at which `probability` reaches a value."""
    plain = log(wanted / (1 - wanted))
    return plain if plain <= 2 else 2 + 4 * expm1((plain - 2) / 4)
