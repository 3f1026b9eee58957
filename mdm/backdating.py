"""What a patch changes in the past: each of its values from its day until the next overwrite."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from mdm.domains import patch as patches
from mdm.models import Fact


@dataclass(frozen=True, slots=True)
class Span:
    """How long a back-dated value holds: until the day on which a version says otherwise."""

    path: str
    since: date
    until: date | None = None  # none: it holds today
    version: int = 0  # that overwrites it

    @property
    def holds_today(self) -> bool:
        """Whether nothing later overwrites it."""
        return self.until is None


def spans(paths_of: Mapping[UUID, Sequence[str]], effective: date) -> dict[UUID, list[Span]]:
    """For each record, how long each of these paths would hold from a day on; one query."""
    later: dict[UUID, list[Fact]] = {}
    facts = Fact.objects.filter(golden_id__in=list(paths_of), effective_from__gt=effective)
    for fact in facts.order_by("effective_from", "version", "id"):
        later.setdefault(fact.golden_id, []).append(fact)
    return {
        golden_id: [_span(path, effective, later.get(golden_id, [])) for path in paths]
        for golden_id, paths in paths_of.items()
    }


def _span(path: str, effective: date, later: Iterable[Fact]) -> Span:
    for fact in later:
        if any(_overwrites(path, other) for other in fact.values):
            return Span(path, effective, fact.effective_from, fact.version)
    return Span(path, effective)


def _overwrites(path: str, other: str) -> bool:
    """A later patch says something else in this place: the value itself, or its whole item."""
    at, there = patches.parse(path), patches.parse(other)
    if not there.field:
        return at.code == there.code and at.item == there.item
    return path == other
