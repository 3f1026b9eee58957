"""How long a value holds, in the propose form: one small choice beside what is changed.

A choice is sent as `_hold:<path>` and `_until:<path>`; of an item, its path stands for whatever of
it is changed, or for the whole of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.http import QueryDict

from mdm.domains import patch as patches
from mdm.domains.spec import Subject
from mdm.queries import words as say
from mdm.survivorship import Hold

Pins = dict[str, dict[str, str]]
CHOICES: Final = (
    ("", "until a source says something new"),
    (Hold.SPEAKS.value, "until a source speaks of it again"),
    (Hold.DATE.value, "until the end of a day"),
    (Hold.EVER.value, "for ever"),
)
WHOLE_PREFIX, UNTIL_PREFIX = "_hold:", "_until:"


@dataclass(frozen=True, slots=True)
class Choice:
    """The choice beside one control or item, as it is shown."""

    path: str
    label: str
    hold: str = ""
    until: str = ""
    is_open: bool = False  # it is shown although nothing is changed

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """What there is to choose."""
        return CHOICES


@dataclass(frozen=True, slots=True)
class Holding:
    """The choices of a form: what is pinned now, and what was chosen."""

    standing: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    chosen: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    opened: frozenset[str] = frozenset()

    def choice(self, kind: Subject, path: str) -> Choice | None:
        """The choice beside a control or an item; None where nothing competes."""
        if not kind.is_domain or path == "code":
            return None
        now = _now(self.standing, path)
        hold, until = self.chosen.get(path, now)
        shown = bool(hold) or path in self.opened or now != ("", "")
        return Choice(path, say.label(kind, path), hold, until, shown)

    def pins(self, patch: patches.Patch) -> Pins:
        """What was chosen as the pins of a part with this patch."""
        found: Pins = {}
        for path, (hold, until) in self.chosen.items():
            now = _now(self.standing, path)
            inside = [p for p in patch if p == path or p.startswith(f"{path}.")]
            if hold and (inside or (hold, until) != now):
                pin = {"hold": hold} | ({"until": until} if until and hold == Hold.DATE else {})
                found |= dict.fromkeys(inside or [path], pin)
            elif not hold and now != ("", ""):
                found |= {p: {"hold": Hold.NONE.value} for p in _pinned(self.standing, path)}
        return found


NO_PINS: Final = Holding()


def opened(standing: Mapping[str, Mapping[str, str]], drafted: Pins, path: str) -> Holding:
    """The choices as a form is opened: those of the record, over them those of the draft."""
    chosen = {}
    for at, pin in drafted.items():
        hold = "" if pin["hold"] == Hold.NONE else pin["hold"]
        chosen[_beside(at)] = (hold, pin.get("until", ""))
    return Holding(standing, chosen, frozenset({path} if path else ()))


def sent(standing: Mapping[str, Mapping[str, str]], post: QueryDict) -> Holding:
    """The choices as a form was sent."""
    chosen: dict[str, tuple[str, str]] = {}
    for name in post:
        if name.startswith(WHOLE_PREFIX):
            path = name.removeprefix(WHOLE_PREFIX)
            hold, until = post.get(name, ""), post.get(f"{UNTIL_PREFIX}{path}", "").strip()
            chosen[path] = (hold, until if hold == Hold.DATE else "")
    return Holding(standing, chosen)


def _beside(path: str) -> str:
    """Where the choice for a path stands: beside its control, or at the head of its item."""
    at = patches.parse(path)
    return f"{at.code}[{at.item}]" if at.item else path


def _pinned(standing: Mapping[str, Mapping[str, str]], path: str) -> Iterable[str]:
    """What is pinned at a path: the value itself, or fields of the item."""
    return [p for p in standing if p == path or p.startswith(f"{path}.")]


def _now(standing: Mapping[str, Mapping[str, str]], path: str) -> tuple[str, str]:
    """How it is pinned now; of an item, as all pinned fields of it are."""
    found = {(standing[p]["hold"], standing[p].get("until", "")) for p in _pinned(standing, path)}
    return found.pop() if len(found) == 1 else ("", "")
