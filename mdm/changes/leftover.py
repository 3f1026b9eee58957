"""What a partly applied change could not write, taken up as a new one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from mdm import vault
from mdm.changes import following
from mdm.changes.drafting import PartSpec, draft_many
from mdm.effects import Flipped
from mdm.errors import Refused
from mdm.models import Change, ChangePart

NOT_WRITTEN = (ChangePart.State.FAILED, ChangePart.State.CONFLICTED)


@transaction.atomic
def take_up(change: Change, *, by: Any) -> Change:
    """A draft of the parts that were not written, against what is there now."""
    if change.state != Change.State.PARTLY_APPLIED:
        raise Refused(f"{change.number} is {change.get_state_display().lower()}.")
    parts = list(change.parts.filter(state__in=NOT_WRITTEN).select_related("revision", "change"))
    owed = following.owed([part for part in parts if following.is_following(part)])
    specs = [_again(part, owed) for part in parts]
    if not any(specs):
        raise Refused("Nothing is left to write: the records hold what the rules make of them.")
    return draft_many(
        [spec for spec in specs if spec is not None],
        by=by,
        title=f"What {change.number} could not write",
        reason=change.reason,
        channel=change.channel,
        is_atomic=False,
        effective_from=change.effective_from,
        import_run=change.import_run,
    )


def _again(part: ChangePart, owed: Mapping[UUID, Flipped]) -> PartSpec | None:
    """The same against what is there now; what followed from rules as it follows today."""
    if following.is_following(part):
        found = owed.get(part.golden_id)
        return (
            PartSpec(part.subject, part.action, found.patch, part.golden_id, is_clean=True)
            if found
            else None
        )
    return PartSpec(
        subject=part.subject,
        action=part.action,
        patch=vault.open_patch(part.patch),
        golden_id=part.golden_id,
        revision=part.revision,
        other_id=part.other_id,
        is_clean=True,
    )
