"""Two records in, a score with its evidence out: prior plus the weight of each attribute compared."""

from math import log, tanh

from matching.engine.agreement import agreements
from matching.engine.evidence import Evidence, Level, Score
from matching.engine.records import Features
from matching.engine.likeness import Likeness, likeness
from matching.engine.sentences import sentence
from matching.engine.weights import CORPORATE, FURTHER, NAME, TOGETHER, WEIGHTS
from matching.engine.words import NO_COUNTS, WordCounts, common

Found = tuple[str, str, str, Level, float]  # attribute, left, right, level, weight


def compare(left: Features, right: Features, words: WordCounts | None = None) -> Score:
    """How probable it is that the two are the same, and why; the same in both directions."""
    counts = words or NO_COUNTS
    prior = -log(counts.size)
    found, alike_names = weigh(left, right, counts)
    evidence = tuple(
        Evidence(
            attribute, a, b, level, round(weight, 3), sentence(attribute, level, a, b, alike_names)
        )
        for attribute, a, b, level, weight in found
    )
    return Score(round(prior + sum(item.weight for item in evidence), 3), round(prior, 3), evidence)


def weigh(left: Features, right: Features, counts: WordCounts) -> tuple[list[Found], Likeness]:
    """The attributes both records have, weighed; without words around them."""
    log_size = log(counts.size)
    alike_names = _best_likeness(left, right, counts)
    found = [
        (attribute, a, b, level, WEIGHTS[attribute].of(level, log_size))
        for attribute, a, b, level in agreements(left, right)
    ]
    near = [i for i, item in enumerate(found) if item[0] in TOGETHER and item[4] > 0]
    near.sort(key=lambda i: -found[i][4])
    for rank, i in enumerate(near):
        attribute, a, b, level, weight = found[i]
        found[i] = (attribute, a, b, level, weight * FURTHER[rank])
    if left.name and right.name:
        reached = sum(found[i][4] for i in near)
        found.insert(0, _name(left, right, alike_names, log_size, reached))
    return found, alike_names


def name_log_odds(found: Likeness, log_size: float) -> float:
    """Log-odds that two names found in one base mean one company, from the names alone."""
    low, high = sorted((found.left_alone, found.right_alone))
    total = NAME.base + NAME.per_missing_rarity * min(0.0, found.shared - log_size)
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


def _cost_of_extra(word: str) -> float:
    if word in CORPORATE:
        return NAME.corporate_extra
    return NAME.trade_extra if common(word) else NAME.other_extra


def _name(
    left: Features, right: Features, found: Likeness, log_size: float, reached: float
) -> Found:
    alone = name_log_odds(found, log_size)
    weight = max(NAME.floor, alone + log_size)
    conflict = bool(found.left_alone and found.right_alone) or found.numbers_differ
    if conflict and found.shared and alone < 0 and reached > 0:
        # One word shared and another one different, at one address: that is how sisters are named.
        weight = min(weight, NAME.floor) - NAME.sister
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
    if not (left.other_name or right.other_name) or best.exact:
        return best
    log_size = log(counts.size)
    names = [
        (a, b)
        for a in filter(None, (left.name, left.other_name))
        for b in filter(None, (right.name, right.other_name))
    ]
    found = [likeness(a, b, counts) for a, b in names]
    return max(found, key=lambda item: name_log_odds(item, log_size))
