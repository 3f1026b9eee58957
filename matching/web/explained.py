"""Why two things look alike, or why not: the evidence as a waterfall and as sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from matching.engine.evidence import log_odds
from mdm.domains.spec import MatchRules
from mdm.web.plots import Weight

LABELS = {
    "name": "Name",
    "tax_id": "Tax id",
    "duns": "D-U-N-S",
    "lei": "LEI",
    "iban": "Bank account",
    "phone": "Phone",
    "domain": "Mail domain",
    "address": "Street",
    "postal_code": "Postal code",
    "city": "City",
    "country": "Country",
    "legal_form": "Legal form",
    "code": "Code",
    "scope": "Company code",
    "tax_code": "Code",
    "tax_country": "Country",
    "tax_kind": "Type and direction",
    "rate": "Rate",
}
AGREEMENT = {"same": "equal", "close": "near", "part": "in part", "different": "differ"}
PER_DOUBLING = log(2)
SECRET = ("phone", "iban")
"""What is only said to agree or not: the index holds blind numbers that tell nobody anything."""


MIXED = (("address", "part"),)
"""What agrees in one thing and differs in another, however the odds turn out: a street and its
numbers."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One comparison in a sentence, and whether it speaks for or against."""

    label: str
    sentence: str
    speaks: str  # for, against, neither


@dataclass(frozen=True, slots=True)
class Explained:
    """A score, taken apart. Weights are in doublings of the odds."""

    prior: float
    weights: list[Weight]
    limits: list[tuple[str, float]]
    sentence: str
    reasons: list[Reason]


def explained(
    rules: MatchRules, prior: float, evidence: Sequence[Mapping[str, Any]], probability: float
) -> Explained:
    """The evidence, strongest first."""
    ordered = sorted(evidence, key=lambda one: -abs(one["weight"]))
    weights = [_weight(one) for one in ordered]
    start, total = prior / PER_DOUBLING, (prior + sum(w["weight"] for w in ordered)) / PER_DOUBLING
    limits = [
        (f"review from {rules.review_from:.2f}", log_odds(rules.review_from) / PER_DOUBLING),
        (f"same from {rules.same_from:.2f}", log_odds(rules.same_from) / PER_DOUBLING),
    ]
    said = f"Match weights from {start:.1f} at the start to {total:+.1f} in total"
    sure = rules.said(probability)
    return Explained(
        prior=start,
        weights=weights,
        limits=limits,
        sentence=f"{said}, which is a probability of {sure}: {zone(rules, probability)}",
        reasons=[_reason(one) for one in ordered],
    )


def zone(rules: MatchRules, probability: float) -> str:
    """Where a probability lies between the two limits."""
    if probability >= rules.same_from:
        return "above the limit for the same"
    return "to be reviewed" if probability >= rules.review_from else "below the limit for a review"


def _weight(one: Mapping[str, Any]) -> Weight:
    left, right = str(one["left"]), str(one["right"])
    values = left if left == right else f"{left} / {right}"
    values = "not shown" if one["attribute"] in SECRET else values
    level = AGREEMENT.get(str(one["level"]), str(one["level"]))
    return Weight(_label(one), values, level, one["weight"] / PER_DOUBLING)


def _reason(one: Mapping[str, Any]) -> Reason:
    weight = one["weight"]
    speaks = "for" if weight > 0.05 else "against" if weight < -0.05 else "neither"
    if speaks == "for" and (one["attribute"], str(one["level"])) in MIXED:
        speaks = "neither"
    return Reason(_label(one), str(one["sentence"]), speaks)


def _label(one: Mapping[str, Any]) -> str:
    code = str(one["attribute"])
    return LABELS.get(code, code.replace("_", " ").capitalize())
