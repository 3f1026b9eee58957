"""What changes hands with a merge, an unmerge or an unlink: sources, keys, and a redirect."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from mdm import seams, vault
from mdm.changes import plans
from mdm.changes.accepting import NO_MOVES, Moves
from mdm.changes.together import Together, publish
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.spec import Domain, Subject
from mdm.errors import Conflict
from mdm.models import ChangePart, Fact, Key, SourceRecord

Action = ChangePart.Action
LINKED = SourceRecord.State.LINKED
OTHER_VERSION = "other_version"
"""Among what was seen: the version of the other record that a merge or unmerge was planned with."""


def comes_back(part: ChangePart) -> bool:
    """Whether the part is the side of an unmerge that stops being a redirect."""
    return bool(part.action == Action.UNMERGE and part.seen.get("status") == Status.MERGED)


def lock_other(kind: Subject, part: ChangePart) -> Any:
    """The record on the other side of a merge or an unmerge, as it was seen.

    Raises `Conflict` when it is not: the plan was made with what it said then.
    """
    if part.action not in (Action.MERGE, Action.UNMERGE) or part.other_id is None:
        return None
    if comes_back(part):
        return None  # the survivor's own part sees to both
    ids = [part.golden_id, part.other_id]
    locked = kind.model.objects.select_for_update(no_key=True).filter(pk__in=ids)
    rows = {r.pk: r for r in locked.order_by("pk")}
    other = rows.get(part.other_id)
    if part.action == Action.UNMERGE:
        return other
    refuse_moved(part, other)
    return other


def refuse_moved(part: ChangePart, other: Any) -> None:
    """Raises `Conflict` where the other record of a merge is not as it was planned with."""
    if other is None or other.status == Status.MERGED:
        raise Conflict("The other record was merged or is gone in the meantime.")
    if part.seen.get(OTHER_VERSION, str(other.version)) != str(other.version):
        raise Conflict(f"{other} was changed in the meantime. Withdraw this and merge them anew.")


def moves(kind: Subject, part: ChangePart, row: Any, other: Any, together: Together) -> Moves:
    """What the part brings to its record, or takes away from it."""
    if not isinstance(kind, Domain):
        return NO_MOVES
    if part.action == Action.MERGE and other is not None:
        return _brought(kind, other, together)
    if part.action == Action.UNMERGE:
        return _taken_back(kind, part, row, together)
    if part.action == Action.UNLINK and part.other_id is not None:
        source = _linked(part, row)
        link = plans.link_fact(row.golden_id, source.pk)
        return Moves(taken=(str(source.pk),), cancels=link, source=source)
    return NO_MOVES


def _brought(kind: Domain, other: Any, together: Together) -> Moves:
    """What a merge brings along: the other record's sources and keys."""
    said = together.known.facts(kind, other.golden_id).statements
    keys = Key.objects.filter(golden_id=other.golden_id).order_by("pk")
    linked = SourceRecord.objects.filter(golden_id=other.golden_id, state=LINKED).order_by("pk")
    sources = [one.source for one in said]
    sources += [str(pk) for pk in linked.values_list("pk", flat=True)]
    return Moves(
        brought=said,
        sources=tuple(dict.fromkeys(sources)),
        keys=tuple(keys.values_list("pk", flat=True)),
    )


def _taken_back(kind: Domain, part: ChangePart, row: Any, together: Together) -> Moves:
    """What an unmerge gives back: the sources and keys that the merge moved, as far as still there.

    Both parts of an unmerge ask this before either has moved anything, or find it noted.
    """
    other: Any = part.other_id
    survivor, loser = (other, row.golden_id) if comes_back(part) else (row.golden_id, other)
    if survivor not in together.given_back:
        rows = kind.model.objects.in_bulk([survivor, loser])
        fact = plans.merge_fact(kind, rows[survivor], rows[loser])
        keys = Key.objects.filter(pk__in=fact.moved.get("keys", ()), golden_id=survivor)
        pks = tuple(keys.order_by("pk").values_list("pk", flat=True))
        together.given_back[survivor] = (fact, plans.returning(fact), pks)
    fact, returned, pks = together.given_back[survivor]
    sources = tuple(str(pk) for pk in returned)
    if not comes_back(part):
        return Moves(taken=sources, sources=sources, keys=pks, cancels=fact)
    known = together.known.facts(kind, row.golden_id)
    left = {s.source for s in known.statements} - set(sources)
    return Moves(taken=tuple(sorted(left)), sources=sources, keys=pks, returns=True)


def _linked(part: ChangePart, row: Any) -> SourceRecord:
    wanted: Any = part.other_id
    source = SourceRecord.objects.select_for_update().filter(pk=wanted).first()
    if source is None or source.golden_id != row.golden_id or source.state != LINKED:
        raise Conflict("The source record was unlinked or linked elsewhere in the meantime.")
    return source


def settle(
    kind: Subject, part: ChangePart, row: Any, other: Any, moved: Moves, together: Together
) -> None:
    """Let keys and source records lead where they belong now. Call after the row is written."""
    if part.revision is not None:
        _link(part.revision.source_record, row.golden_id)
    if not isinstance(kind, Domain):
        return
    if part.action == Action.MERGE and other is not None:
        _hand_over(moved, other.golden_id, row.golden_id)
        _redirect(kind, part, other, row, together)
    elif part.action == Action.UNMERGE and not comes_back(part) and part.other_id is not None:
        _hand_over(moved, row.golden_id, part.other_id)
    elif moved.source is not None:
        _let_wait(kind, moved.source)


def _link(source: SourceRecord, golden_id: UUID) -> None:
    SourceRecord.objects.filter(pk=source.pk).update(
        golden_id=golden_id, state=LINKED, updated_at=timezone.now()
    )
    Key.objects.update_or_create(
        system_id=source.system_id,
        domain=source.domain,
        scope=source.scope,
        key=source.key,
        part="",
        defaults={"golden_id": golden_id},
    )


def _hand_over(moved: Moves, of: UUID, to: UUID) -> None:
    Key.objects.filter(pk__in=moved.keys, golden_id=of).update(golden_id=to)
    SourceRecord.objects.filter(pk__in=moved.sources, golden_id=of, state=LINKED).update(
        golden_id=to, updated_at=timezone.now()
    )


def _redirect(
    kind: Domain, part: ChangePart, loser: Any, survivor: Any, together: Together
) -> None:
    """The loser stays as a redirect, with every value it had."""
    loser.status, loser.merged_into = Status.MERGED, survivor.golden_id
    loser.version += 1
    loser.effective_from = part.change.effective_from or timezone.now().date()
    loser.save()
    loser.refresh_from_db()
    Fact.objects.create(
        domain=kind.code,
        golden_id=loser.golden_id,
        version=loser.version,
        kind=Fact.Kind.MERGE,
        values={"status": Status.MERGED, "merged_into": str(survivor.golden_id)},
        part=part,
        effective_from=loser.effective_from,
    )
    publish(kind, loser, part, together, verb="merged")


def _let_wait(kind: Domain, source: SourceRecord) -> None:
    """An unlinked source record waits for a steward again, and can be found as such."""
    Key.objects.filter(
        system_id=source.system_id, domain=source.domain, scope=source.scope, key=source.key
    ).delete()
    SourceRecord.objects.filter(pk=source.pk).update(
        golden_id=None, state=SourceRecord.State.WAITING, updated_at=timezone.now()
    )
    revision = source.revisions.order_by("-number").first()
    values = vault.open_values(kind, revision.standardised) if revision else {}
    label = source.name or source.key
    seams.record_written(kind, [(source.pk, label, patches.blank(kind) | values)], stage="source")
