"""Two records in, a score with its evidence out: a prior, and a weight for each attribute."""

from dataclasses import dataclass
from math import log, tanh

from matching.engine.agreement import agreements
from matching.engine.evidence import Evidence, Level, Score
from matching.engine.likeness import Likeness, likeness
from matching.engine.records import Features
from matching.engine.sentences import sentence
from matching.engine.weights import CORPORATE, DOUBT, FURTHER, NAME, NUMBERS, TOGETHER, WEIGHTS
from matching.engine.words import NO_COUNTS, WordCounts, common

Found = tuple[str, str, str, Level, float]  # attribute, left, right, level, weight


@dataclass(frozen=True, slots=True)
class Weighed:
    """A comparison in numbers; `explained` puts it into words."""

    prior: float
    found: list[Found]
    names: Likeness

    @property
    def log_odds(self) -> float:
        return round(self.prior + sum([item[4] for item in self.found]), 3)


def compare(left: Features, right: Features, words: WordCounts | None = None) -> Score:
    """How probable it is that the two are the same, and why; the same in both directions."""
    return explained(weigh(left, right, words or NO_COUNTS))


def explained(weighed: Weighed) -> Score:
    """The score with a sentence for each attribute."""
    evidence = tuple(
        Evidence(
            attribute,
            a,
            b,
            level,
            round(weight, 3),
            sentence(attribute, level, a, b, weighed.names),
        )
        for attribute, a, b, level, weight in weighed.found
    )
    return Score(weighed.log_odds, round(weighed.prior, 3), evidence)


def weigh(left: Features, right: Features, counts: WordCounts) -> Weighed:
    """The attributes both records have, weighed: places together count less than one by one."""
    log_size = log(counts.size)
    found: list[Found] = []
    near: list[int] = []
    for attribute, a, b, level in agreements(left, right):
        weight = WEIGHTS[attribute].of(level, log_size)
        if weight > 0 and attribute in TOGETHER:
            near.append(len(found))
        found.append((attribute, a, b, level, weight))
    near.sort(key=lambda i: -found[i][4])
    for rank, i in enumerate(near):
        found[i] = (*found[i][:4], found[i][4] * FURTHER[rank])
    reached = sum([found[i][4] for i in near])
    if reached:
        _doubt_places(found, reached)
    names = _best_likeness(left, right, counts)
    if left.name and right.name:
        found.insert(0, _name(left, right, names, log_size, found, reached))
    return Weighed(-log_size, found, names)


def name_log_odds(found: Likeness, log_size: float) -> float:
    """Log-odds that two names found in one base mean one company, from the names alone."""
    low, high = sorted((found.left_alone, found.right_alone))
    missing = NAME.per_missing_rarity * max(0.0, log_size - found.shared)
    total = NAME.base - (min(missing, NAME.most_missing_of_equal) if found.exact else missing)
    total += NAME.same_head if found.same_head else 0.0
    total += NAME.exact if found.exact else 0.0
    total -= NAME.per_doubt * found.fuzzy + NAME.per_extra * (high - low)
    total -= NAME.other_order if found.crossed else 0.0
    if low:
        total -= NAME.conflict + NAME.per_conflict * low
    alone = found.left_words if found.left_alone > found.right_alone else found.right_words
    total -= sum(map(_cost_of_extra, alone[:4]))
    total -= NAME.numbers_differ if found.numbers_differ else 0.0
    return NAME.ceiling * tanh(total / NAME.ceiling) + 0.01 * found.shared if total > 0 else total


def _doubt_places(found: list[Found], reached: float) -> None:
    """Two numbers at one address are two companies: each different number takes from the places."""
    for i, (attribute, a, b, level, weight) in enumerate(found):
        if attribute in NUMBERS and level is Level.DIFFERENT:
            found[i] = (attribute, a, b, level, weight - DOUBT * reached)


def _cost_of_extra(word: str) -> float:
    if word in CORPORATE:
        return NAME.corporate_extra
    return NAME.trade_extra if common(word) else NAME.other_extra


def _only_trades_differ(found: Likeness) -> bool:
    """`Acme Steel` and `Acme Logistics`: that is how sister companies are named."""
    for words in (found.left_words, found.right_words):
        telling = [word for word in words if word not in CORPORATE]
        if len(telling) > 3 or not any(map(common, telling)):
            return False
    return True


def _name(
    left: Features,
    right: Features,
    found: Likeness,
    log_size: float,
    others: list[Found],
    reached: float,
) -> Found:
    alone = name_log_odds(found, log_size)
    weight = max(NAME.floor, alone + log_size)
    known = any(item[0] in NUMBERS and item[3] is Level.SAME for item in others)
    if (reached or known) and found.shared and found.left_alone and found.right_alone:
        # With so much else in common, a part of the name is not shared by chance.
        chance = NAME.conflict_known if known else NAME.conflict_nearby
        weight = max(NAME.floor, weight - chance)
        if not known and (found.numbers_differ or _only_trades_differ(found)):
            weight = NAME.floor - NAME.sister * reached
    if found.exact:
        level = Level.SAME
    elif alone > -1.4:
        level = Level.CLOSE
    else:
        level = Level.PART if found.shared else Level.DIFFERENT
    return ("name", left.shown, right.shown, level, weight)


def _best_likeness(left: Features, right: Features, counts: WordCounts) -> Likeness:
    """Of legal and trade names, the two that agree best."""
    best = likeness(left.name, right.name, counts)
    if best.exact or not (left.other_name or right.other_name) or not (left.name and right.name):
        return best
    log_size = log(counts.size)
    names = [
        (a, b)
        for a in filter(None, (left.name, left.other_name))
        for b in filter(None, (right.name, right.other_name))
    ]
    found = [likeness(a, b, counts) for a, b in names]
    return max(found, key=lambda item: name_log_odds(item, log_size))
