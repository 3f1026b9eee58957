"""Write one part of a change into its row: the patch and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone

from mdm import clocks, identifiers, merging, outbox, seams, vault
from mdm.changes import accepting
from mdm.changes.accepting import NO_MOVES, Known, Moves
from mdm.checks.findings import Inspection, Proposal, proposals
from mdm.domains import cleaning
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.spec import Domain, Kind, Subject, Values, no_links
from mdm.domains.values import read
from mdm.domains.values import write as write_columns
from mdm.errors import Conflict, Refused
from mdm.models import ChangePart, Fact, Key, NumberRange, SourceRecord

Action = ChangePart.Action


@dataclass
class Together:
    """The parts that one transaction writes: each sees the others as if they were written."""

    parts: Sequence[ChangePart]
    written: list[tuple[Domain, tuple[UUID, str, Values]]] = field(default_factory=list)

    @cached_property
    def known(self) -> Known:
        """What was accepted about their records, and the rules in force."""
        return Known(self.parts)

    def lock_links(self) -> None:
        """Let no other transaction move links of the same kinds until this one has ended.

        The first lock a transaction takes, so that nobody waits for it while holding a row.
        """
        for code in sorted({part.subject for part in self.parts if _moves_links(part)}):
            NumberRange.take(f"links of {code}", 0, 0)

    def tell(self) -> None:
        """Tell the other packages of the records that were written, inside the transaction."""
        latest = {(domain.code, facts[0]): facts for domain, facts in self.written}
        for domain in {domain.code: domain for domain, _ in self.written}.values():
            seams.record_written(
                domain, [f for (code, _), f in latest.items() if code == domain.code]
            )

    @cached_property
    def proposals(self) -> list[Proposal]:
        """What each of them leads to."""
        return proposals(self.parts)


def write(part: ChangePart, together: Together) -> int | None:
    """Write the part; the version it made, or None when there was nothing to write.

    Raises `Conflict` with the paths that moved since they were seen, `Refused` when a rule says no.
    Call inside a transaction and `authorship.acting`.
    """
    kind = seams.subject(part.subject)
    other = _lock_other(kind, part)
    row = _lock(kind, part)
    before = vault.open_values(kind, read(kind, row))
    patch = vault.open_patch(part.patch)
    _refuse_conflicts(part, before, patch)
    if other is not None:
        patch = merging.merge(kind, before, vault.open_values(kind, read(kind, other)), patch)

    after = _after(kind, part, before, patch)
    if _moves_links(part):
        _refuse_broken_links(kind, part, before, after, together)
    version: int | None = None
    if after != before or row.version == 0:
        if exposed := [str(p) for p in cleaning.exposed(kind, before, after)]:
            raise Conflict(" ".join(exposed))
        version = _write_row(kind, part, row, after, together)
    moves = _moves(kind, other, together)
    accepting.accept(
        kind, part, row, patch, after, together.known, effective=_effective(part), moves=moves
    )
    if part.revision is not None:
        _link(part.revision.source_record, row.golden_id)
    if other is not None and isinstance(kind, Domain):
        _redirect(kind, part, other, row, together)
    return version


def _moves(kind: Subject, other: Any, together: Together) -> Moves:
    """What a merge brings along: the other record's sources and keys."""
    if other is None:
        return NO_MOVES
    said = together.known.facts(kind, other.golden_id).statements
    keys = Key.objects.filter(golden_id=other.golden_id).values_list("pk", flat=True)
    sources = dict.fromkeys(one.source for one in said)
    return Moves(brought=said, sources=tuple(sources), keys=tuple(keys))


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


def _moves_links(part: ChangePart) -> bool:
    """Whether an existing row may come to point elsewhere, or stop being there for others.

    A new row breaks nothing: nobody points at it but parts that were checked together with it.
    """
    kind = seams.subject(part.subject)
    if kind.links is no_links or part.action == Action.CREATE:
        return False
    pointing = {a.code for a in kind.attributes if a.kind is Kind.REFERENCE}
    return part.action in (Action.RETIRE, Action.MERGE) or not pointing.isdisjoint(part.patch)


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
    row.version += 1
    row.effective_from = _effective(part)
    row.clean_fields()
    row.save(force_insert=row.version == 1)
    row.refresh_from_db()
    part.label = f"{getattr(row, kind.name)} {row.code}"[:400]
    _publish(kind, row, part, together)
    return int(row.version)


def _publish(kind: Subject, row: Any, part: ChangePart, together: Together, verb: str = "") -> None:
    """Everything that must hold of a written row, in the same transaction."""
    values = vault.open_values(kind, read(kind, row))
    identifiers.rewrite(kind, row.golden_id, values, is_new=row.version == 1)
    if isinstance(kind, Domain):
        together.written.append((kind, (row.golden_id, str(row), values)))
        outbox.announce(kind, row, values, part, verb=verb)


def _lock(kind: Subject, part: ChangePart) -> Any:
    if part.action == Action.CREATE:
        return kind.model(golden_id=part.golden_id, version=0, status="")
    row = kind.model.objects.select_for_update(no_key=True).filter(pk=part.golden_id).first()
    if row is None:
        raise Refused("The record does not exist.")
    if row.status == Status.MERGED:
        raise Conflict(f"{row} was merged into another record in the meantime.")
    return row


def _lock_other(kind: Subject, part: ChangePart) -> Any:
    """The record that a merge turns into a redirect; both are locked in golden-id order."""
    if part.action != Action.MERGE or part.other_id is None:
        return None
    ids = [part.golden_id, part.other_id]
    locked = kind.model.objects.select_for_update(no_key=True).filter(pk__in=ids)
    rows = {r.pk: r for r in locked.order_by("pk")}
    other = rows.get(part.other_id)
    if other is None or other.status == Status.MERGED:
        raise Conflict("The other record was merged or is gone in the meantime.")
    return other


def _refuse_conflicts(part: ChangePart, now: Values, patch: patches.Patch) -> None:
    """A conflict is a value that was changed since it was seen, to something else than proposed."""
    moved = [path for path in part.seen if _moved(part, path, now, patch)]
    if moved:
        raise Conflict(f"Changed since it was seen: {', '.join(moved)}.")


def _moved(part: ChangePart, path: str, now: Values, patch: patches.Patch) -> bool:
    if part.action == Action.CREATE:
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
    ]


def _link(source: SourceRecord, golden_id: UUID) -> None:
    SourceRecord.objects.filter(pk=source.pk).update(
        golden_id=golden_id, state=SourceRecord.State.LINKED, updated_at=timezone.now()
    )
    Key.objects.update_or_create(
        system_id=source.system_id,
        domain=source.domain,
        scope=source.scope,
        key=source.key,
        part="",
        defaults={"golden_id": golden_id},
    )


def _redirect(
    kind: Domain, part: ChangePart, loser: Any, survivor: Any, together: Together
) -> None:
    """The loser stays as a redirect; its keys and source records now lead to the survivor."""
    loser.status, loser.merged_into = Status.MERGED, survivor.golden_id
    loser.version += 1
    loser.effective_from = survivor.effective_from
    loser.save()
    loser.refresh_from_db()
    Key.objects.filter(golden_id=loser.golden_id).update(golden_id=survivor.golden_id)
    SourceRecord.objects.filter(golden_id=loser.golden_id).update(golden_id=survivor.golden_id)
    Fact.objects.create(
        domain=kind.code,
        golden_id=loser.golden_id,
        version=loser.version,
        kind=Fact.Kind.MERGE,
        values={"status": Status.MERGED, "merged_into": str(survivor.golden_id)},
        part=part,
        effective_from=loser.effective_from,
    )
    _publish(kind, loser, part, together, verb="merged")
