"""Which of several sources' values is the golden one, and why. Pure.

facts.py        what was accepted: statements of sources, picks of people
rules.py        strategies and trust
ranking.py      who wins
items.py        collections: union by identity, or one list whole
consolidate.py  facts and rules -> values, each with its reason
flips.py        the day on which time alone changes a value
joining.py      what a merge, its inverse and an unlink come to
"""

from mdm.survivorship.choices import against
from mdm.survivorship.consolidate import consolidate
from mdm.survivorship.facts import Facts, Hold, Pick, Statement
from mdm.survivorship.flips import next_flip
from mdm.survivorship.golden import Golden, Losing, Reason
from mdm.survivorship.rules import USUAL, Rule, Rules, Strategy, Trust

__all__ = [
    "USUAL",
    "Facts",
    "Golden",
    "Hold",
    "Losing",
    "Pick",
    "Reason",
    "Rule",
    "Rules",
    "Statement",
    "Strategy",
    "Trust",
    "against",
    "consolidate",
    "next_flip",
]
