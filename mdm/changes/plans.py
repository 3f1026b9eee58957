"""What a merge, its inverse and an unlink would write, worked out from what is accepted now.

It becomes the explicit patch of a draft, so that checks, targets, reviewers and the difference see
everything; applying then writes exactly that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from mdm import facts as accepted
from mdm import rules, vault
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.spec import Domain, Subject
from mdm.domains.values import read
from mdm.errors import NotFound, Refused
from mdm.models import Fact, SourceRecord
from mdm.survivorship import Facts, joining
from mdm.survivorship.joining import Edited, Merging, Side, Unmerging

NOBODY = "A merge names another record: it becomes a redirect to the one that survives."


@dataclass(frozen=True, slots=True)
class MergePlan:
    """A merge as it would be: the survivor, who becomes a redirect, and what each step writes."""

    kind: Domain
    survivor: Any
    losers: tuple[Any, ...]
    before: Side
    others: tuple[Side, ...]
    steps: tuple[Merging, ...]

    @property
    def after(self) -> Side:
        """What the survivor comes to."""
        return self.steps[-1].after

    @property
    def clashes(self) -> tuple[joining.Clash, ...]:
        """What has to be picked first, each once."""
        return tuple(dict.fromkeys(clash for step in self.steps for clash in step.clashes))


@dataclass(frozen=True, slots=True)
class UnmergePlan:
    """An unmerge as it would be."""

    kind: Domain
    survivor: Any
    loser: Any
    fact: Fact
    status: str  # what the loser was before it was merged
    sources: tuple[UUID, ...]  # that return to it
    step: Unmerging
    returned: patches.Patch

    @property
    def edited(self) -> tuple[Edited, ...]:
        """Values that the merge brought and somebody edited since."""
        return self.step.edited


@dataclass(frozen=True, slots=True)
class UnlinkPlan:
    """An unlink as it would be."""

    kind: Domain
    row: Any
    source: SourceRecord
    patch: patches.Patch


def side(kind: Subject, row: Any, facts: Facts) -> Side:
    """A row as plans take it."""
    return Side(vault.open_values(kind, read(kind, row)), facts)


def merge(
    kind: Domain, survivor_id: UUID, other_ids: Sequence[UUID], picks: patches.Patch
) -> MergePlan:
    """What merging others into a record comes to. Raises `NotFound`, `Refused`."""
    others = list(dict.fromkeys(other_ids))
    if not others:
        raise Refused(NOBODY)
    rows = _rows(kind, [survivor_id, *others])
    if survivor_id in others:
        raise Refused(f"{rows[0]} cannot be merged into itself. Name another record.")
    for row in rows:
        if row.status == Status.MERGED:
            raise Refused(f"{row} was merged; name the record it was merged into.")
    facts = accepted.of(kind, [survivor_id, *others])
    sides = [side(kind, row, facts[row.pk]) for row in rows]
    steps = joining.merge(
        kind, sides[0], sides[1:], picks, rules.in_force(kind.code), day=timezone.now().date()
    )
    return MergePlan(kind, rows[0], tuple(rows[1:]), sides[0], tuple(sides[1:]), tuple(steps))


def _rows(kind: Domain, ids: Sequence[UUID]) -> list[Any]:
    found = kind.model.objects.in_bulk(ids)
    for golden_id in ids:
        if golden_id not in found:
            raise NotFound(f"There is no {kind.label.lower()} {golden_id}.")
    return [found[golden_id] for golden_id in ids]


def unmerge(
    kind: Domain, survivor_id: UUID, loser_id: UUID, choices: Mapping[str, str] | None = None
) -> UnmergePlan:
    """What taking a merge back comes to. Raises `NotFound`, `Refused`."""
    survivor, loser = _rows(kind, [survivor_id, loser_id])
    fact = merge_fact(kind, survivor, loser)
    known = accepted.of(kind, [survivor_id, loser_id])
    sources = returning(fact)
    back = {str(one) for one in sources}
    merged = joining.Merged(vault.open_patch(fact.values), str(fact.pk), frozenset(back))
    day, in_force = timezone.now().date(), rules.in_force(kind.code)
    step = joining.unmerge(
        kind,
        side(kind, survivor, known[survivor_id]),
        merged,
        choices or {},
        in_force,
        day=day,
    )
    then = accepted.of(kind, [loser_id], until=fact.accepted_at)[loser_id]
    now = known[loser_id]
    gone = {s.source for s in now.statements} - back
    for source in gone:
        now = now.without(source)
    returned = joining.returned(kind, side(kind, loser, then), now, step.edited, in_force, day=day)
    status = status_before(kind, loser)
    return UnmergePlan(kind, survivor, loser, fact, status, sources, step, returned)


def merge_fact(kind: Domain, survivor: Any, loser: Any) -> Fact:
    """The fact of the merge that is to be taken back."""
    if loser.status != Status.MERGED:
        raise Refused(f"{loser} is not merged; there is nothing to take back.")
    if loser.merged_into != survivor.pk:
        into = kind.model.objects.filter(pk=loser.merged_into).first()
        raise Refused(f"{loser} was merged into {into}, not into {survivor}. Take that back.")
    if survivor.status == Status.MERGED:
        last = kind.model.objects.filter(pk=survivor.merged_into).first()
        raise Refused(f"{survivor} was itself merged into {last}. Unmerge {survivor} first.")
    facts = Fact.objects.filter(
        golden_id=survivor.pk, kind=Fact.Kind.MERGE, part__other_id=loser.pk, cancelled_by=None
    )
    fact = facts.order_by("id").last()
    if fact is None:
        raise Refused(f"What the merge of {loser} into {survivor} did was not kept.")
    return fact


def returning(fact: Fact) -> tuple[UUID, ...]:
    """The sources that a merge moved and that are still where it moved them."""
    moved = [UUID(source) for source in fact.moved.get("sources", ())]
    linked = SourceRecord.objects.filter(pk__in=moved, golden_id=fact.golden_id)
    relinked = Fact.objects.filter(
        golden_id=fact.golden_id, kind=Fact.Kind.LINK, source_record__in=moved, pk__gt=fact.pk
    ).values("source_record")
    return tuple(linked.exclude(pk__in=relinked).order_by("pk").values_list("pk", flat=True))


def status_before(kind: Domain, loser: Any) -> str:
    """What a merged record was before it was merged."""
    before = kind.model.history.filter(golden_id=loser.pk, version__lt=loser.version)
    status = before.order_by("-version").values_list("status", flat=True).first()
    return str(status or Status.ACTIVE)


def unlink(
    kind: Domain, golden_id: UUID, source_id: UUID, keep: patches.Patch | None = None
) -> UnlinkPlan:
    """What the record would be had the source never been linked. Raises `NotFound`, `Refused`."""
    (row,) = _rows(kind, [golden_id])
    source = SourceRecord.objects.select_related("system").filter(pk=source_id).first()
    if source is None or source.golden_id != golden_id:
        raise NotFound(f"{row} has no source record {source_id}.")
    if source.state != SourceRecord.State.LINKED:
        raise Refused(f"{source} is not linked to {row} yet; its change is still open.")
    facts = accepted.of(kind, [golden_id])[golden_id]
    link = link_fact(golden_id, source_id)
    patch = joining.unlink(
        kind,
        side(kind, row, facts),
        str(source_id),
        str(link.pk) if link else "",
        keep or {},
        rules.in_force(kind.code),
        day=timezone.now().date(),
    )
    return UnlinkPlan(kind, row, source, patch)


def link_fact(golden_id: UUID, source_id: UUID) -> Fact | None:
    """The fact that linked a source to a record, unless it was cancelled."""
    facts = Fact.objects.filter(
        golden_id=golden_id, kind=Fact.Kind.LINK, source_record=source_id, cancelled_by=None
    )
    return facts.order_by("id").last()


def merged_into(kind: Domain, golden_id: UUID) -> QuerySet[Any]:
    """The records that were merged into this one, each with a way back, oldest first."""
    rows: QuerySet[Any] = kind.model.objects.filter(merged_into=golden_id, status=Status.MERGED)
    return rows.order_by("updated_at")


def current(kind: Domain, row: Any) -> dict[str, Any]:
    """The plain values of a row."""
    return vault.open_values(kind, read(kind, row))
