"""Run the checks of a change before people see it, and again when it is edited before them."""

from collections.abc import Sequence
from uuid import UUID

from mdm import checks, seams
from mdm.changes.following import is_following
from mdm.domains.spec import Domain, Values
from mdm.errors import Refused
from mdm.models import Change, ChangePart


def check(change: Change, parts: Sequence[ChangePart]) -> None:
    """Keep what every check says, and let others find what would be created.

    Raises `Refused` for what no approver may wave through. Call inside a transaction.
    """
    findings = checks.run(change)
    blocking = [
        f
        for f in findings
        if f.outcome == checks.FAIL and f.code in checks.BLOCKING and not _stands_alone(f)
    ]
    if blocking:
        raise Refused(" ".join(dict.fromkeys(f.sentence for f in blocking[:5])))
    _propose(parts)


def _stands_alone(found: checks.Finding) -> bool:
    """What follows from a rule for one record fails for that record alone."""
    return found.part is not None and is_following(found.part)


def _propose(parts: Sequence[ChangePart]) -> None:
    """Let others find what the change would create, under the golden ids it will have."""
    new = [part for part in parts if part.action == ChangePart.Action.CREATE]
    written: dict[str, list[tuple[UUID, str, Values]]] = {}
    for one in checks.proposals(new):
        written.setdefault(one.kind.code, []).append(
            (one.part.golden_id, one.part.label, one.after)
        )
    for code, many in written.items():
        if isinstance(kind := seams.subject(code), Domain):
            seams.record_written(kind, many, stage="part")
