"""Are these two the same? Values in, evidence out; no Django.

found = features(values, "supplier")            standardise once, when a record is written
keys(found)                                     numbers to find it again by
best(found, candidates, words)                  one record against its candidates
find_pairs(items, words)                        a whole base
compare(left, right, words)                     any two, with the evidence
clusters(pairs, threshold)                      pairs to groups
"""

from matching.engine.clustering import clusters
from matching.engine.evidence import Evidence, Level, Pair, Score
from matching.engine.keying import VERSION as KEYS_VERSION
from matching.engine.keying import keys
from matching.engine.pairs import best, find_pairs
from matching.engine.records import Address, Features, features
from matching.engine.scoring import compare
from matching.engine.words import WordCounts

REVIEW_FROM = 0.20
SAME_FROM = 0.99

__all__ = [
    "KEYS_VERSION",
    "REVIEW_FROM",
    "SAME_FROM",
    "Address",
    "Evidence",
    "Features",
    "Level",
    "Pair",
    "Score",
    "WordCounts",
    "best",
    "clusters",
    "compare",
    "features",
    "find_pairs",
    "keys",
]
