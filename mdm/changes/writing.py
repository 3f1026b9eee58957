"""Write one part of a change into its row: the patch and nothing else."""

from datetime import date
from typing import Any

from django.utils import timezone

from mdm import clocks, seams, vault
from mdm.changes import accepting, moving
from mdm.changes.together import Together, moves_links, publish
from mdm.checks.findings import Inspection
from mdm.domains import cleaning
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.spec import Domain, Subject, Values
from mdm.domains.values import read
from mdm.domains.values import write as write_columns
from mdm.errors import Conflict, Refused
from mdm.models import ChangePart, NumberRange

Action = ChangePart.Action


def write(part: ChangePart, together: Together) -> int | None:
    """Write the part; the version it made, or None when there was nothing to write.

    Raises `Conflict` with the paths that moved since they were seen, `Refused` when a rule says no.
    Call inside a transaction and `authorship.acting`.
    """
    kind = seams.subject(part.subject)
    other = moving.lock_other(kind, part)
    row = _lock(kind, part)
    before = vault.open_values(kind, read(kind, row))
    patch = vault.open_patch(part.patch)
    _refuse_conflicts(part, before, patch)
    moved = moving.moves(kind, part, row, other, together)

    after = _after(kind, part, before, patch)
    if moves_links(part):
        _refuse_broken_links(kind, part, before, after, together)
    version: int | None = None
    if after != before or row.version == 0:
        if exposed := [str(p) for p in cleaning.exposed(kind, before, after)]:
            raise Conflict(" ".join(exposed))
        version = _write_row(kind, part, row, after, together)
    accepting.accept(
        kind, part, row, patch, after, together.known, effective=_effective(part), moves=moved
    )
    moving.settle(kind, part, row, other, moved, together)
    return version


def _effective(part: ChangePart) -> date:
    return part.change.effective_from or timezone.now().date()


def _after(kind: Subject, part: ChangePart, before: Values, patch: patches.Patch) -> Values:
    """What the record holds with the patch; of a back-dated one, what holds today."""
    after = clocks.STATUS_AFTER.get(Action(part.action))
    whole = patch if after is None else {**patch, "status": str(after)}
    effective = _effective(part)
    if part.action == Action.CREATE or effective >= timezone.now().date():
        return patches.apply(before, whole)
    now = clocks.as_now(kind, before, part.golden_id, whole, effective=effective)
    return vault.open_values(kind, now)


def _refuse_broken_links(
    kind: Subject, part: ChangePart, before: Values, after: Values, together: Together
) -> None:
    """The rules over other records, once more: those may have moved since the checks ran."""
    lookup = Inspection(part.change, together.proposals)
    wrong = [str(p) for p in kind.links(after, before, lookup) if p.level == "error"]
    if wrong:
        raise Conflict(" ".join(wrong))


def _write_row(kind: Subject, part: ChangePart, row: Any, after: Values, together: Together) -> int:
    if not after["code"] and isinstance(kind, Domain):
        number = NumberRange.take(kind.code, kind.number_start)
        after["code"] = f"{kind.number_prefix}{number}"
    wrong = [str(p) for p in cleaning.problems(kind, after) if p.level == "error"]
    if wrong:
        raise Refused(" ".join(wrong))
    write_columns(kind, row, vault.seal_values(kind, row.golden_id, after))
    if moving.comes_back(part):
        row.merged_into = None
    row.version += 1
    row.effective_from = _effective(part)
    row.clean_fields()
    row.save(force_insert=row.version == 1)
    row.refresh_from_db()
    part.label = f"{getattr(row, kind.name)} {row.code}"[:400]
    publish(kind, row, part, together)
    return int(row.version)


def _lock(kind: Subject, part: ChangePart) -> Any:
    if part.action == Action.CREATE:
        return kind.model(golden_id=part.golden_id, version=0, status="")
    row = kind.model.objects.select_for_update(no_key=True).filter(pk=part.golden_id).first()
    if row is None:
        raise Refused("The record does not exist.")
    if row.status == Status.MERGED and not moving.comes_back(part):
        raise Conflict(f"{row} was merged into another record in the meantime.")
    return row


def _refuse_conflicts(part: ChangePart, now: Values, patch: patches.Patch) -> None:
    """A conflict is a value that was changed since it was seen, to something else than proposed."""
    moved = [path for path in part.seen if _moved(part, path, now, patch)]
    if moved:
        raise Conflict(f"Changed since it was seen: {', '.join(moved)}.")


def _moved(part: ChangePart, path: str, now: Values, patch: patches.Patch) -> bool:
    if part.action == Action.CREATE or path == moving.OTHER_VERSION:
        return False
    there = patches.get(now, path)
    seen = vault.open_patch({path: part.seen[path]})[path]
    return bool(there != seen and there != patch.get(path, there if path != "status" else None))


def three_way(part: ChangePart) -> list[dict[str, Any]]:
    """Per path of the part: seen, proposed and now, masked, and whether it is in conflict."""
    kind = seams.subject(part.subject)
    row = kind.model.objects.filter(pk=part.golden_id).first()
    stored = read(kind, row) if row else patches.blank(kind) | {"status": ""}
    plain = vault.open_values(kind, stored)
    patch = vault.open_patch(part.patch)
    seen, proposed = vault.mask_patch(part.seen), vault.mask_patch(part.patch)
    return [
        {
            "path": path,
            "seen": seen.get(path),
            "proposed": proposed.get(path),
            "now": vault.mask_patch({path: patches.get(stored, path)})[path],
            "in_conflict": path in part.seen and _moved(part, path, plain, patch),
        }
        for path in dict.fromkeys([*part.seen, *part.patch])
        if path != moving.OTHER_VERSION
    ]
