"""What a change is called when nobody named it: what it touches, and of what."""

from collections.abc import Mapping, Sequence

from mdm.domains import patch as patches
from mdm.domains.spec import Subject
from mdm.models import ChangePart
from mdm.standardise.text import listing
from mdm.survivorship import Hold

Action = ChangePart.Action
Pins = Mapping[str, Mapping[str, str]]
TITLES = {
    Action.BLOCK: "Block",
    Action.UNBLOCK: "Unblock",
    Action.RETIRE: "Retire",
    Action.REACTIVATE: "Reactivate",
    Action.LINK: "Link a source to",
    Action.UNLINK: "Unlink a source from",
    Action.MERGE: "Merge another into",
    Action.UNMERGE: "Take a merge back from",
}


def title(
    kind: Subject, action: str, patch: patches.Patch, name: str, pins: Pins | None = None
) -> str:
    """A part in a few words: "Payment terms of Nordwind GmbH", "Block Nordwind GmbH"."""
    name = name or "without a name"
    if action == Action.CREATE:
        return f"New {kind.label.lower()} {name}"
    if action == Action.UPDATE:
        if pins and set(patch) <= set(pins):
            return f"{_pinned(kind, patch, pins)} of {name}"
        return f"{listing(touches(kind, patch)) or 'Nothing'} of {name}"
    return f"{TITLES[Action(action)]} {name}"


def _pinned(kind: Subject, patch: patches.Patch, pins: Pins) -> str:
    """What is pinned, or no longer so: "Pin of Trading name", "Pin taken off Trading name"."""
    taken = all(pin.get("hold") == Hold.NONE for pin in pins.values())
    if patch and not taken:
        return listing(touches(kind, {**patch, **pins}))
    word = "Pin taken off" if taken else "Pin of"
    return f"{word} {listing(touches(kind, dict(pins)))}"


def of_many(kind: Subject, parts: Sequence[ChangePart]) -> str:
    """The first part in a few words, and how many more there are; `kind` is that of the first."""
    first = parts[0]
    more = f" and {len(parts) - 1} more" if len(parts) > 1 else ""
    return title(kind, first.action, first.patch, first.label, first.pins) + more


def touches(kind: Subject, patch: patches.Patch) -> list[str]:
    """What a patch touches, each attribute or kind of item once."""
    found: dict[str, None] = {}
    for path in patch:
        items = kind.collection(patches.parse(path).code)
        found[patches.label(kind, path) if items is None else items.singular] = None
    return list(found)
