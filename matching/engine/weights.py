"""What each level of agreement weighs, in nats of log-odds.

Priors of experts, tuned on real lists and never on made-up ones. `IDENTIFYING` weights come on top
of the size of the base (`log N`): a shared phone is worth what telling one record from N is worth,
less this much doubt.
"""

from dataclasses import dataclass

from matching.engine.evidence import Level


@dataclass(frozen=True, slots=True)
class Weights:
    """One attribute's weights; those of `identifying` levels come on top of `log N`."""

    same: float
    different: float
    close: float = 0.0
    part: float = 0.0
    identifying: tuple[Level, ...] = ()

    def of(self, level: Level, log_size: float) -> float:
        if level is Level.SAME:
            weight = self.same
        elif level is Level.DIFFERENT:
            weight = self.different
        else:
            weight = self.close if level is Level.CLOSE else self.part
        return weight + log_size if level in self.identifying else weight


_SAME = (Level.SAME,)
_SAME_OR_CLOSE = (Level.SAME, Level.CLOSE)

WEIGHTS = {
    "tax_id": Weights(3.0, -5.5, close=-1.5, identifying=_SAME_OR_CLOSE),
    "duns": Weights(2.5, -3.0, close=-2.0, identifying=_SAME_OR_CLOSE),
    "lei": Weights(4.0, -6.0, close=-1.0, identifying=_SAME_OR_CLOSE),
    "iban": Weights(-1.0, -0.3, identifying=_SAME),
    "phone": Weights(-1.5, -0.5, identifying=_SAME),
    "domain": Weights(-1.5, -0.8, identifying=_SAME),
    "address": Weights(-1.0, -2.2, close=4.0, part=1.5, identifying=_SAME),
    "city": Weights(2.2, -1.8, close=1.5),
    "postal_code": Weights(3.5, -0.7, part=1.5),
    "country": Weights(0.5, -3.5),
    "legal_form": Weights(0.3, -1.6, close=-0.1),
    "code": Weights(1.5, -1.0, identifying=_SAME),
    "scope": Weights(2.5, -5.0),
    "tax_code": Weights(1.0, -0.5, identifying=_SAME),
    "tax_country": Weights(1.0, -12.0),
    "tax_kind": Weights(1.5, -5.0),
    "rate": Weights(-3.0, -7.0, identifying=_SAME),
}

# Places where a company is reached go together: each further one tells less than it would alone.
TOGETHER = frozenset(["address", "phone", "domain", "iban", "postal_code", "city"])
FURTHER = (1.0, 0.6, 0.4, 0.3, 0.2, 0.1)

# Numbers that one company has one of; where they differ, places shared count for less by this part.
NUMBERS = frozenset(["tax_id", "duns", "lei"])
DOUBT = 0.5


@dataclass(frozen=True, slots=True)
class NameWeights:
    """How the likeness of two names is weighed; the unit is nats of rarity of their words."""

    base: float = 1.9
    per_missing_rarity: float = 1.8
    most_missing_of_equal: float = 6.0
    conflict: float = 0.75
    per_conflict: float = 0.85
    per_extra: float = 0.2
    corporate_extra: float = 0.1
    trade_extra: float = 1.0
    other_extra: float = 0.0
    same_head: float = 2.3
    exact: float = 3.0
    per_doubt: float = 1.2
    other_order: float = 1.5
    numbers_differ: float = 5.0
    ceiling: float = 3.6
    floor: float = -4.0
    conflict_nearby: float = 5.0
    conflict_known: float = 6.5
    sister: float = 0.38


NAME = NameWeights()

# Words that companies add to and drop from their names without becoming another company.
CORPORATE = frozenset(
    [
        *("group", "holdings", "international", "company", "technologies", "industries", "global"),
        *("corporation", "worldwide", "enterprises", "partners", "brands", "systems", "services"),
        *("solutions", "com", "us", "usa", "gesellschaft"),
    ]
)
