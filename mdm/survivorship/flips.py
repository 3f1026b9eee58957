"""On which day does time alone change a golden value? Pure.

A pin ends, or the trust in one system decays below that in another. Between such days nothing can
change, so only they are tried.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Final, NamedTuple

from mdm.domains import patch as patches
from mdm.domains.spec import Subject
from mdm.survivorship.consolidate import consolidate, flawed
from mdm.survivorship.facts import Facts, Hold, voices
from mdm.survivorship.rules import DAYS, Rules, Trust

AHEAD: Final = timedelta(days=10 * DAYS)
ONE_DAY: Final = timedelta(days=1)


def next_flip(kind: Subject, facts: Facts, rules: Rules, *, day: date) -> date | None:
    """The first day after `day`, within ten years, on which a value would be another; or None."""
    days = sorted({d for d in _turning(kind, facts, rules, day) if day < d <= day + AHEAD})
    if not days:
        return None
    now = consolidate(kind, facts, rules, day=day).values
    for one in days:
        if patches.diff(kind, now, consolidate(kind, facts, rules, day=one).values):
            return one
    return None


def _turning(kind: Subject, facts: Facts, rules: Rules, day: date) -> Iterator[date]:
    """The days on which an order of sources may turn, or a pin ends."""
    for pick in facts.picks:
        if pick.hold is Hold.DATE and pick.until is not None:
            yield pick.until + ONE_DAY
    if not any(trust.decay for trust in rules.trusts.values()):
        return
    lines = _lines(kind, facts, rules)
    for one, other in combinations(sorted(lines, key=str), 2):
        yield from _crossings(one, other, day)


class Line(NamedTuple):
    """A trust that bears on the record, from a day on which a source said something."""

    trust: Trust
    since: date
    penalty: int = 0

    def on(self, day: date) -> float:
        """What is left of it on a day."""
        return max(0.0, self.trust.on(day, self.since) - self.penalty)


def _lines(kind: Subject, facts: Facts, rules: Rules) -> set[Line]:
    found: set[Line] = set()
    heard = voices(kind, facts.statements)
    flaws = (0, rules.flawed) if flawed(kind, heard) else (0,)
    deleted = {voice.source for voice in heard if voice.is_deleted}
    for said in facts.statements:
        dates = {(said.said or said.received).date(), said.received.date()}
        own = [t for (system, _), t in rules.trusts.items() if system == said.system]
        gone = rules.deleted if said.source in deleted else 0
        found |= {
            Line(trust, since, gone + flaw)
            for trust in own or [Trust()]
            for since in dates
            for flaw in flaws
        }
    return found


def _crossings(one: Line, other: Line, day: date) -> Iterable[date]:
    """The days about which one trust passes the other: by bisection between their bends."""
    bends = sorted({day, day + AHEAD, *_bend(one), *_bend(other)})
    for begin, end in pairwise(bends):
        if _ahead(one, other, begin) != _ahead(one, other, end):
            turn = _turn(one, other, begin, end)
            yield from (turn, turn + ONE_DAY)


def _turn(one: Line, other: Line, begin: date, end: date) -> date:
    """The first day on which they stand to each other as they do at the end."""
    at_first = _ahead(one, other, begin)
    while end - begin > ONE_DAY:
        middle = begin + max(ONE_DAY, (end - begin) / 2)
        if _ahead(one, other, middle) == at_first:
            begin = middle
        else:
            end = middle
    return end


def _bend(line: Line) -> Iterator[date]:
    """Where decay begins, and where it ends: at the floor, or at nothing."""
    yield line.since
    if line.trust.decay:
        for end in (line.trust.floor, line.penalty):
            lost = max(0, line.trust.score - end) * DAYS
            yield line.since + timedelta(days=lost // line.trust.decay + 1)


def _ahead(one: Line, other: Line, day: date) -> int:
    ours, theirs = one.on(day), other.on(day)
    return (ours > theirs) - (ours < theirs)
