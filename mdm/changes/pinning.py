"""How long a value that a person chose holds against what sources say.

A pin is {"hold": "ever" | "date" | "speaks" | "none", "until": "2026-12-31"}: for ever, until the
end of a day, until a source speaks of it again (also when it says the same), or taken back. What is
not pinned holds until the source that would win says something new.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.utils import timezone

from mdm import facts as accepted
from mdm import rules
from mdm.changes.malformed import Malformed
from mdm.domains import patch as patches
from mdm.domains.spec import Domain, Problem, Subject, Values
from mdm.errors import Invalid
from mdm.models import ChangePart
from mdm.survivorship import Facts, Golden, Hold, Pick, consolidate

LAST: Final = "~"  # after the places of all that was picked before
Pins = Mapping[str, Mapping[str, str]]
WORDS = {
    Hold.EVER: "for ever",
    Hold.DATE: "until the end of a day",
    Hold.SPEAKS: "until a source speaks of it again",
    Hold.NONE: "no longer pinned",
}


def clean(
    kind: Subject, pins: Pins, after: Values, golden_id: UUID, day: date | None
) -> dict[str, dict[str, str]]:
    """The pins as they are kept. Raises `Malformed` with every one that cannot be right.

    `day` is the one on which the change takes effect, where it names one.
    """
    problems = [problem for path, pin in pins.items() for problem in _wrong(kind, path, pin, after)]
    problems = problems or [*_late(pins, day), *_loose(kind, pins, golden_id)]
    if problems:
        raise Malformed(problems, of_pins=True)
    return {path: {name: text for name, text in pin.items() if text} for path, pin in pins.items()}


def _wrong(kind: Subject, path: str, pin: Mapping[str, str], after: Values) -> Iterator[Problem]:
    try:
        patches.declared(kind, path)
    except Invalid as error:
        yield Problem(path, error.found, error.expected, error.hint)
        return
    if not isinstance(kind, Domain) or path == "code":
        yield Problem(path, path, "a value that sources compete for", "This one cannot be pinned.")
    hold, until = pin.get("hold", ""), pin.get("until", "")
    if hold not in WORDS:
        yield Problem(f"{path}.hold", hold, "one of " + ", ".join(WORDS))
    if patches.parse(path).item and patches.get(after, path) is None and hold != Hold.NONE:
        yield Problem(path, path, "an item that the record has")
    if hold == Hold.DATE:
        yield from _wrong_day(path, until)
    elif until:
        yield Problem(f"{path}.until", until, "no day", "Only a pin until a day has one.")


def _wrong_day(path: str, until: str) -> Iterator[Problem]:
    try:
        day = date.fromisoformat(until)
    except ValueError:
        yield Problem(f"{path}.until", until, "a day such as 2026-12-31")
        return
    if day < timezone.now().date():
        yield Problem(f"{path}.until", until, "today or a later day")


def require_in_time(parts: Iterable[ChangePart], day: date | None) -> None:
    """Refuse a day on which a pin would have ended already. Raises `Malformed`."""
    if problems := [problem for part in parts for problem in _late(part.pins, day)]:
        raise Malformed(problems, of_pins=True)


def _late(pins: Pins, day: date | None) -> Iterator[Problem]:
    """Pins that end before the change takes effect."""
    for path, pin in pins.items():
        until = pin.get("until", "")
        if day is not None and until and until < day.isoformat():
            hint = "The change takes effect only after its pin has ended."
            yield Problem(f"{path}.until", until, f"{day} or a later day", hint)


def _loose(kind: Subject, pins: Pins, golden_id: UUID) -> Iterator[Problem]:
    """Pins to be taken off where there is none."""
    taken = [path for path, pin in pins.items() if pin.get("hold") == Hold.NONE]
    pinned = standing(kind, golden_id) if taken else {}
    for path in taken:
        if not any(patches.clashes(path, one) for one in pinned):
            hint = "Nothing is pinned there, so there is no pin to take off."
            yield Problem(f"{path}.hold", Hold.NONE, "a pin that stands", hint)


def standing(kind: Subject, golden_id: UUID) -> dict[str, dict[str, str]]:
    """The pins of a record that hold today, by path: of attributes, and of fields of items."""
    if not isinstance(kind, Domain):
        return {}
    golden = _golden(kind, accepted.of(kind, [golden_id])[golden_id])
    found: dict[str, dict[str, str]] = {}
    for path, reason in golden.reasons.items():
        if reason.hold not in (None, Hold.CHANGE, Hold.NONE):
            found[path] = {"hold": str(reason.hold)}
            if reason.until is not None:
                found[path]["until"] = reason.until.isoformat()
    return found


def freed(kind: Subject, golden_id: UUID, paths: Iterable[str]) -> patches.Patch:
    """What the rules would give, were nothing pinned at these paths.

    Where no source says anything, the value stays what it is.
    """
    wanted = list(paths)
    if not wanted or not isinstance(kind, Domain):
        return {}
    facts = accepted.of(kind, [golden_id])[golden_id]
    pinned = _golden(kind, facts).values
    now = timezone.now()
    free = [Pick(path, patches.get(pinned, path), "", now, LAST, Hold.NONE) for path in wanted]
    given = _golden(kind, facts.with_picks(free)).values
    return {
        path: value
        for path in wanted
        if (value := patches.get(given, path)) and value != patches.get(pinned, path)
    }


def _golden(kind: Domain, facts: Facts) -> Golden:
    return consolidate(kind, facts, rules.in_force(kind.code), day=timezone.now().date())
