"""What a partly applied change could not write, taken up as a new one."""

from typing import Any

from django.db import transaction

from mdm import vault
from mdm.changes.drafting import PartSpec, draft_many
from mdm.errors import Refused
from mdm.models import Change, ChangePart

NOT_WRITTEN = (ChangePart.State.FAILED, ChangePart.State.CONFLICTED)


@transaction.atomic
def take_up(change: Change, *, by: Any) -> Change:
    """A draft of the parts that were not written, against what is there now."""
    if change.state != Change.State.PARTLY_APPLIED:
        raise Refused(f"{change.number} is {change.get_state_display().lower()}.")
    parts = change.parts.filter(state__in=NOT_WRITTEN).select_related("revision")
    return draft_many(
        [_again(part) for part in parts],
        by=by,
        title=f"What {change.number} could not write",
        reason=change.reason,
        channel=change.channel,
        is_atomic=False,
        effective_from=change.effective_from,
        import_run=change.import_run,
    )


def _again(part: ChangePart) -> PartSpec:
    return PartSpec(
        subject=part.subject,
        action=part.action,
        patch=vault.open_patch(part.patch),
        golden_id=part.golden_id,
        revision=part.revision,
        other_id=part.other_id,
        is_clean=True,
    )
