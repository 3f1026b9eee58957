"""What a change is called when nobody named it: what it touches, and of what."""

from collections.abc import Sequence

from mdm.domains import patch as patches
from mdm.domains.spec import Subject
from mdm.models import ChangePart
from mdm.standardise.text import listing

Action = ChangePart.Action
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


def title(kind: Subject, action: str, patch: patches.Patch, name: str) -> str:
    """A part in a few words: "Payment terms of Nordwind GmbH", "Block Nordwind GmbH"."""
    name = name or "without a name"
    if action == Action.CREATE:
        return f"New {kind.label.lower()} {name}"
    if action == Action.UPDATE:
        return f"{listing(touches(kind, patch)) or 'Nothing'} of {name}"
    return f"{TITLES[Action(action)]} {name}"


def of_many(kind: Subject, parts: Sequence[ChangePart]) -> str:
    """The first part in a few words, and how many more there are; `kind` is that of the first."""
    first = parts[0]
    more = f" and {len(parts) - 1} more" if len(parts) > 1 else ""
    return title(kind, first.action, first.patch, first.label) + more


def touches(kind: Subject, patch: patches.Patch) -> list[str]:
    """What a patch touches, each attribute or kind of item once."""
    found: dict[str, None] = {}
    for path in patch:
        items = kind.collection(patches.parse(path).code)
        found[patches.label(kind, path) if items is None else items.singular] = None
    return list(found)
