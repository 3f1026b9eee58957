"""What the facts come to: values, and for each why it is that one. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from mdm.domains.spec import Values
from mdm.survivorship.facts import Hold, Pick
from mdm.survivorship.rules import SENTENCES, Strategy

HOLDS = {
    Hold.CHANGE: "Chosen by a person; it holds until a source that would win says something new.",
    Hold.SPEAKS: "Pinned until a source speaks of it again.",
    Hold.DATE: "Pinned until {until:%-d %b %Y}.",
    Hold.EVER: "Pinned for ever.",
}
ALONE = "No other source says anything else."


@dataclass(frozen=True, slots=True)
class Losing:
    """A value that lost: who says it, and since when as far as known."""

    value: Any
    source: str
    since: datetime | None = None
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a path has its value: which source's statement or person's pick, and by which rule."""

    value: Any
    source: str  # a source's id, or a person's name
    system: str = ""  # "" for a person
    decided_by: Strategy | None = None
    rule: str = ""  # the code of the rule
    since: datetime | None = None
    hold: Hold | None = None
    until: date | None = None
    losing: tuple[Losing, ...] = ()
    trust: float | None = None  # in the source, about this, on that day

    @property
    def is_person(self) -> bool:
        """Whether a person chose it."""
        return self.hold is not None

    @property
    def sentence(self) -> str:
        """The reason in one sentence."""
        if self.hold is not None:
            return HOLDS[self.hold].format(until=self.until)
        return SENTENCES[self.decided_by] if self.decided_by else ALONE


@dataclass
class Golden:
    """The values that the accepted facts give, each non-empty one with its reason."""

    values: Values = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)


def holds(pick: Pick, day: date, *, changed_at: datetime | None, spoke_at: datetime | None) -> bool:
    """Whether a pick still holds: `changed_at` is when the winning source's value last changed,
    `spoke_at` when any source last spoke of it."""
    if pick.hold is Hold.EVER:
        return True
    if pick.hold is Hold.DATE:
        return pick.until is not None and day <= pick.until
    if pick.hold is Hold.SPEAKS:
        return spoke_at is None or spoke_at <= pick.at
    if pick.hold is Hold.CHANGE:
        return changed_at is None or changed_at <= pick.at
    return False
