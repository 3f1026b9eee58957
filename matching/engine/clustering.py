"""From likely pairs to groups of records that are one thing."""

from collections import defaultdict
from collections.abc import Iterable

from matching.engine.evidence import Pair

MEAN_SHARE = 0.45
LOOKED_AT = 20  # others that a record of a large group was compared with, at most

Edge = tuple[float, str, str]


def clusters(
    pairs: Iterable[Pair],
    threshold: float,
    same: Iterable[tuple[str, str]] = (),
    different: Iterable[tuple[str, str]] = (),
) -> list[tuple[str, ...]]:
    """Groups joined by falling probability; only groups of two or more, members sorted.

    Two groups are joined only when their members agree on average, a pair that was not found
    counting nothing: one likely pair does not chain two groups. No verdict of *different* is
    ever crossed.
    """
    edges: list[Edge] = [(2.0, a, b) for a, b in same]
    edges += [(pair.score.probability, pair.left, pair.right) for pair in pairs]
    edges.sort(key=lambda edge: (-edge[0], edge[1], edge[2]))
    groups = _Groups(edges, different)
    for probability, a, b in edges:
        if probability < threshold:
            break
        groups.join(a, b, at_least=0.0 if probability > 1 else MEAN_SHARE * threshold)
    return groups.of_two_or_more()


class _Groups:
    """Groups of records, what binds each two of them, and the walls between them."""

    def __init__(self, edges: Iterable[Edge], walls: Iterable[tuple[str, str]]) -> None:
        self.group: dict[str, str] = {}
        self.members: dict[str, list[str]] = {}
        self.bonds: dict[str, dict[str, float]] = defaultdict(dict)
        self.walls: dict[str, set[str]] = defaultdict(set)
        for probability, a, b in edges:
            self._know(a, b)
            bond = max(min(1.0, probability), self.bonds[a].get(b, 0.0))
            self.bonds[a][b] = self.bonds[b][a] = bond
        for a, b in walls:
            self.walls[a].add(b)
            self.walls[b].add(a)

    def join(self, a: str, b: str, *, at_least: float) -> None:
        """Join the groups of both, unless a wall or too weak a mean bond is between them."""
        one, other = self.group[a], self.group[b]
        if one == other or other in self.walls[one]:
            return
        sizes = sorted((len(self.members[one]), len(self.members[other])))
        possible = sizes[0] * min(sizes[1], LOOKED_AT)
        if self.bonds[one].get(other, 0.0) / possible < at_least:
            return
        if len(self.members[one]) < len(self.members[other]):
            one, other = other, one
        self._absorb(one, other)

    def of_two_or_more(self) -> list[tuple[str, ...]]:
        return sorted(tuple(sorted(group)) for group in self.members.values() if len(group) > 1)

    def _know(self, *ids: str) -> None:
        for name in ids:
            if name not in self.group:
                self.group[name] = name
                self.members[name] = [name]

    def _absorb(self, one: str, other: str) -> None:
        for name in self.members[other]:
            self.group[name] = one
        self.members[one] += self.members.pop(other)
        for third, bond in self.bonds.pop(other, {}).items():
            del self.bonds[third][other]
            if third != one:
                total = self.bonds[one].get(third, 0.0) + bond
                self.bonds[one][third] = self.bonds[third][one] = total
        for third in self.walls.pop(other, set()):
            self.walls[third].discard(other)
            self.walls[third].add(one)
            self.walls[one].add(third)
