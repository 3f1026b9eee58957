"""What a person chose with what they approved: where it is not what the rules make. Pure."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from mdm.domains import patch as patches
from mdm.domains.spec import Subject, Values
from mdm.survivorship.consolidate import OWN, consolidate
from mdm.survivorship.facts import Facts, Pick
from mdm.survivorship.rules import Rules

Picked = Callable[[patches.Patch], Iterable[Pick]]
ROUNDS: Final = 5


def against(
    kind: Subject,
    facts: Facts,
    rules: Rules,
    written: Values,
    *,
    day: date,
    picked: Picked,
    given: patches.Patch | None = None,
) -> patches.Patch:
    """The choices that, made over the facts, let them come to the values that were written.

    `given` are choices that were made on purpose. `picked` makes picks of choices. An item added
    by hand may draw a source's like item to itself; so what came of the choices is looked at again.
    """
    chosen: patches.Patch = dict(given or {})
    for _ in range(ROUNDS):
        golden = consolidate(kind, facts.with_picks(picked(chosen)), rules, day=day)
        left = patches.diff(kind, golden.values, written)
        left = {path: value for path, value in left.items() if path not in OWN}
        if not left:
            break
        chosen = _over(chosen, left)
    return chosen


def _over(chosen: patches.Patch, left: patches.Patch) -> patches.Patch:
    """More choices over those there are; a whole item replaces what was chosen inside it."""
    wholes = tuple(f"{path}." for path in left if path.endswith("]"))
    kept = (
        {p: value for p, value in chosen.items() if not p.startswith(wholes)} if wholes else chosen
    )
    return {**kept, **left}
