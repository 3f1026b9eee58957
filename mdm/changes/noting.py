"""What a change leaves in the ledger, and what is read back of it: its whole past, in order."""

from collections.abc import Mapping
from typing import Any

from mdm import ledger, vault
from mdm.domains.patch import Patch
from mdm.models import Change, ChangePart, LedgerEntry

ABSENT = object()


def note(kind: str, change: Change, by: Any, **facts: Any) -> None:
    """Append what somebody did with the change."""
    ledger.append(
        kind,
        person=by.get_username(),
        subject=change.number,
        correlation_id=change.correlation_id,
        content_hash=change.content_hash,
        **facts,
    )


def edited(change: Change, part: ChangePart, before: Patch, by: Any) -> None:
    """Append what an edit made of a part that reviewers have seen: `before` and `after` hold the
    paths that differ, secrets sealed. A draft is nobody's business yet."""
    if change.state == Change.State.DRAFT:
        return
    paths = _differing(before, part.patch)
    if paths:
        note(
            "change.edited",
            change,
            by,
            part=str(part.position),
            domain=part.subject,
            before={path: before[path] for path in paths if path in before},
            after={path: part.patch[path] for path in paths if path in part.patch},
        )


def described(change: Change, before: Mapping[str, str], by: Any) -> None:
    """Append that the reason or the day of a change that reviewers have seen is another."""
    after = about(change)
    if change.state != Change.State.DRAFT and after != before:
        note("change.described", change, by, before=dict(before), after=after)


def about(change: Change) -> dict[str, str]:
    """What a change says of itself."""
    return {"reason": change.reason, "effective_from": str(change.effective_from or "")}


def past(change: Change) -> list[LedgerEntry]:
    """What is in the ledger of the change, oldest first."""
    return ledger.about(change.number, since=change.pk)


def _differing(before: Patch, after: Patch) -> list[str]:
    was, now = vault.open_patch(before), vault.open_patch(after)
    paths = dict.fromkeys([*was, *now])
    return [path for path in paths if was.get(path, ABSENT) != now.get(path, ABSENT)]
