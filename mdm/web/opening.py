"""What a propose form is opened on: a record as it was seen, and the draft that is edited, if any.

The version seen travels in the form. History keeps every version, so what was seen is read again
from it, and no value has to travel.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from mdm import changes, history, links, permissions, seams, vault
from mdm.changes import naming, pinning
from mdm.changes.pinning import Pins
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.spec import Subject, Values
from mdm.domains.values import read
from mdm.errors import NotFound, Refused
from mdm.models import Change, ChangePart
from mdm.web.page import find, list_url, new_url, propose_right, row_url

Action = ChangePart.Action
ALLOWED: dict[str, tuple[str, ...]] = {
    Action.UPDATE: (Status.DRAFT, Status.ACTIVE, Status.BLOCKED, Status.RETIRED),
    Action.BLOCK: (Status.ACTIVE,),
    Action.UNBLOCK: (Status.BLOCKED,),
    Action.RETIRE: (Status.ACTIVE, Status.BLOCKED),
    Action.REACTIVATE: (Status.RETIRED,),
}
TITLES = {
    Action.CREATE: "New",
    Action.UPDATE: "Propose a change of",
    Action.BLOCK: "Block",
    Action.UNBLOCK: "Unblock",
    Action.RETIRE: "Retire",
    Action.REACTIVATE: "Reactivate",
}


@dataclass(frozen=True, slots=True)
class Opening:
    """One form: its kind, what was seen, what it starts from. All values are plain."""

    kind: Subject
    action: str
    base: Values  # as the record was when the form was opened
    start: Values  # the same with what the draft proposes already
    seen_version: int
    url: str
    row: Any = None
    change: Change | None = None
    part: ChangePart | None = None
    pinned: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # of the record, today

    @property
    def is_new(self) -> bool:
        """Whether the record does not exist yet."""
        return self.action == Action.CREATE

    @property
    def is_status_change(self) -> bool:
        """Whether it is about the record's status first of all."""
        return self.action not in (Action.CREATE, Action.UPDATE)

    @property
    def name(self) -> str:
        """What the record is called."""
        return self.base.get(self.kind.name, "") or self.base.get("code", "")

    @property
    def heading(self) -> str:
        """What the form is for."""
        if self.change is not None:
            return f"Edit {self.change.number}"
        what = self.kind.label.lower() if self.is_new else self.name
        return f"{TITLES[Action(self.action)]} {what}"

    @property
    def back_url(self) -> str:
        """Where "cancel" leads."""
        if self.change is not None:
            return links.change(self.change.number)
        return list_url(self.kind) if self.row is None else row_url(self.kind, self.row.pk)

    def title(self, patch: patches.Patch, after: Values, pins: Pins) -> str:
        """What a change with this patch is called: "Payment terms of Nordwind GmbH"."""
        name = after.get(self.kind.name, "") or after.get("code", "")
        return naming.title(self.kind, self.action, patch, name, pins)

    def specification(self, patch: patches.Patch, pins: Pins) -> changes.PartSpec:
        """The part that the form proposes, with what was seen when it was opened."""
        return changes.PartSpec(
            subject=self.kind.code,
            action=self.action,
            patch=patch,
            golden_id=self.row.pk if self.row is not None else None,
            seen=patches.seen(self.base, patch),
            seen_version=self.seen_version,
            is_clean=True,
            pins=pins,
        )


def new(user: Any, kind: Subject) -> Opening:
    """A form for something that does not exist yet."""
    permissions.require(user, propose_right(kind), kind.code if kind.is_domain else "")
    blank = patches.blank(kind) | {"status": "", "extensions": {}}
    return Opening(kind, Action.CREATE, blank, blank, 0, new_url(kind))


def existing(
    user: Any, kind: Subject, golden_id: UUID, *, action: str, seen_version: str = ""
) -> Opening:
    """A form for a record, as it is now or as the form's sender saw it."""
    row = find(user, kind, golden_id)
    codes = permissions.company_codes_of(kind, read(kind, row))
    permissions.require(user, propose_right(kind), kind.code if kind.is_domain else "", codes)
    action = action if action in ALLOWED else Action.UPDATE
    if row.status not in ALLOWED[action]:
        raise Refused(f"{row} is {row.status}; you cannot {action} it.")
    base, version = _seen(kind, row, seen_version)
    url = row_url(kind, row.pk, "propose")
    url += "" if action == Action.UPDATE else f"?action={action}"
    pinned = pinning.standing(kind, row.pk)
    return Opening(kind, action, base, base, version, url, row, pinned=pinned)


def edited(user: Any, change: Change, part: ChangePart, *, url: str, seen_version: str) -> Opening:
    """A form for a part of a change that may still be edited."""
    if change.state not in changes.EDITABLE:
        state = change.get_state_display().lower()
        raise Refused(f"{change.number} is {state}; it cannot be edited.")
    kind = seams.subject(part.subject)
    if part.action not in TITLES:
        raise Refused("A merge or a link is not edited; withdraw it and decide again.")
    row = None if part.action == Action.CREATE else find(user, kind, part.golden_id)
    codes = permissions.company_codes_of(kind, read(kind, row)) if row is not None else []
    permissions.require(user, propose_right(kind), kind.code if kind.is_domain else "", codes)
    if row is None:
        base, version = patches.blank(kind) | {"status": "", "extensions": {}}, 0
    else:
        base, version = _seen(kind, row, seen_version or str(part.seen_version))
    start = patches.apply(base, vault.open_patch(part.patch))
    pinned = pinning.standing(kind, part.golden_id) if row is not None else {}
    return Opening(kind, part.action, base, start, version, url, row, change, part, pinned)


def _seen(kind: Subject, row: Any, version: str) -> tuple[Values, int]:
    """The plain values of the version that was seen; of today's when none or no such was."""
    if version.isascii() and version.isdigit() and 0 < int(version) < row.version:
        try:
            old = history.values_at(kind, row.pk, int(version))
            return vault.open_values(kind, old), int(version)
        except NotFound:
            pass
    return vault.open_values(kind, read(kind, row)), row.version


@dataclass(frozen=True, slots=True)
class Moved:
    """A value that somebody changed since the form was opened: seen, theirs, and the sender's."""

    path: str
    label: str
    seen: str
    theirs: str
    mine: str


def rebased(opening: Opening, patch: patches.Patch, theirs: frozenset[str]) -> Opening:
    """The same form opened on the record as it is now; what was given up starts as it is now."""
    now, version = _seen(opening.kind, opening.row, "")
    kept = {path: value for path, value in patch.items() if path not in theirs}
    return replace(opening, base=now, start=patches.apply(now, kept), seen_version=version)


def moved(opening: Opening, patch: patches.Patch) -> list[str]:
    """The paths of a patch whose values were changed since, to something else than proposed."""
    if opening.row is None or opening.row.version == opening.seen_version:
        return []
    now = vault.open_values(opening.kind, read(opening.kind, opening.row))
    return [
        path
        for path, value in patch.items()
        if (there := patches.get(now, path)) != patches.get(opening.base, path) and there != value
    ]
