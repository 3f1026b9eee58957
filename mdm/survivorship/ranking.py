"""Put the sources that contend for a value in order, and say what decided. Pure."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mdm.survivorship.facts import Said, Voice
from mdm.survivorship.rules import Rule, Rules, Strategy


@dataclass(frozen=True, slots=True)
class Contender:
    """A source's value for one path or item, with what the strategies look at."""

    voice: Voice
    said: Said
    trust: float
    count: int = 1  # of sources that say the same

    @property
    def value(self) -> Any:
        """What it says."""
        return self.said.value


KEYS: Final[dict[Strategy, Callable[[Contender], float]]] = {
    Strategy.AUTHORITY: lambda c: c.trust,
    Strategy.RECENT: lambda c: c.said.since.timestamp() if c.said.since else float("-inf"),
    Strategy.COMPLETE: lambda c: float(c.voice.completeness),
    Strategy.FREQUENT: lambda c: float(c.count),
    Strategy.LONGEST: lambda c: float(length(c.value)),
}


def contenders(
    said: Sequence[tuple[Voice, Said]],
    rules: Rules,
    about: tuple[str, str],
    day: date,
    flawed: Collection[str] = (),
) -> list[Contender]:
    """Those who say something of an attribute or collection (`about`: its code and group).

    `flawed` names the sources whose value fails validation.
    """
    same: dict[str, int] = {}
    for _, one in said:
        same[_plain(one.value)] = same.get(_plain(one.value), 0) + 1
    found = []
    for voice, one in said:
        since = (one.since or one.changed_at or one.spoke_at).date()
        trust = rules.trust(voice.system, *about).on(day, since)
        trust -= rules.deleted if voice.is_deleted else 0
        trust -= rules.flawed if voice.source in flawed else 0
        found.append(Contender(voice, one, max(0.0, trust), same[_plain(one.value)]))
    return found


def ranked(found: Sequence[Contender], rule: Rule) -> list[Contender]:
    """The contenders, the winner first. The order they are given in does not matter."""
    keys = [KEYS[s] for s in rule.order if s in KEYS and _comes_before_first(rule, s)]
    inorder = sorted(found, key=lambda c: (c.voice.joined, c.voice.source))
    return sorted(inorder, key=lambda c: tuple(-key(c) for key in keys))


def _comes_before_first(rule: Rule, strategy: Strategy) -> bool:
    return rule.order.index(strategy) < rule.order.index(Strategy.FIRST)


def deciding(inorder: Sequence[Contender], rule: Rule) -> Strategy | None:
    """The strategy that put the winner before the best of those who say something else.

    None when nobody says anything else.
    """
    winner = inorder[0]
    other = next((c for c in inorder[1:] if _plain(c.value) != _plain(winner.value)), None)
    if other is None:
        return None
    for strategy in rule.order:
        key = KEYS.get(strategy)
        if key is None or key(winner) != key(other):
            return strategy
    return Strategy.FIRST


def length(value: Any) -> int:
    """How much a value says: the letters of a text, the fields of an item, the items of a list."""
    return len(value) if value else 0


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return str(sorted((k, _plain(v)) for k, v in value.items() if v and k != "id"))
    return str(value).casefold()
