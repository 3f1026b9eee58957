"""The two clocks over the records of a kind: which patches count on a day, as known at a moment.

A patch is known once it is recorded. One that is approved for a later day is *scheduled*, and known
for the days after the moment of asking: the future is read as far as it is decided.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from mdm import folding
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.spec import Subject, Values
from mdm.models import Change, ChangePart, Fact

FIRST = 1  # the version that a record begins with
NEXT = 1_000_000  # where planned patches come in the order: after every version that exists
AT_ONCE = 500
STATUS_AFTER = {
    ChangePart.Action.CREATE: Status.ACTIVE,
    ChangePart.Action.BLOCK: Status.BLOCKED,
    ChangePart.Action.UNBLOCK: Status.ACTIVE,
    ChangePart.Action.RETIRE: Status.RETIRED,
    ChangePart.Action.REACTIVATE: Status.ACTIVE,
}
WAITING = (Change.State.COOLING, Change.State.SCHEDULED)


@dataclass(frozen=True, slots=True)
class Clocks:
    """A day in business, and what was known at a moment."""

    effective: date
    known: datetime

    @classmethod
    def at(cls, effective: date | None = None, known: datetime | None = None) -> "Clocks":
        """The clocks as given; now where one is not."""
        now = timezone.now()
        return cls(effective or now.date(), known or now)

    def recorded(self) -> Q:
        """The facts that count."""
        decided = Q(part__change__decided_at__lte=self.known, effective_from__gt=self.known.date())
        known = Q(accepted_at__lte=self.known) | decided
        return known & Q(effective_from__lte=self.effective)


@dataclass(frozen=True, slots=True)
class Past:
    """A record as of two clocks. Sealed values stay sealed."""

    values: Values
    version: int
    effective_from: date


def of(kind: Subject, golden_ids: Iterable[UUID], clocks: Clocks) -> dict[UUID, Past]:
    """The records that were there, of these; a query or two for all of them."""
    ids = list(dict.fromkeys(golden_ids))
    found: dict[UUID, Past] = {}
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        facts: dict[UUID, list[Fact]] = {}
        for fact in Fact.objects.filter(clocks.recorded(), golden_id__in=batch).order_by("id"):
            facts.setdefault(fact.golden_id, []).append(fact)
        waiting = planned(batch, clocks)
        for golden_id, own in facts.items():
            if any(fact.version == FIRST for fact in own):
                found[golden_id] = _past(kind, golden_id, own, waiting.get(golden_id, []))
    return found


def _past(
    kind: Subject, golden_id: UUID, facts: Sequence[Fact], waiting: Sequence[folding.Written]
) -> Past:
    folded = folding.fold([*map(written, facts), *waiting], blank=nothing(kind))
    return Past(
        folded.values | {"golden_id": str(golden_id)},
        max(fact.version for fact in facts),
        max(one.effective_from for one in [*map(written, facts), *waiting]),
    )


def planned(golden_ids: Iterable[UUID], clocks: Clocks) -> dict[UUID, list[folding.Written]]:
    """What is approved for a day after the moment of knowledge, and not recorded yet."""
    if clocks.effective <= clocks.known.date():
        return {}
    parts = ChangePart.objects.filter(
        golden_id__in=list(golden_ids),
        state=ChangePart.State.PENDING,
        change__state__in=WAITING,
        change__decided_at__lte=clocks.known,
        change__effective_from__gt=clocks.known.date(),
        change__effective_from__lte=clocks.effective,
    ).exclude(action=ChangePart.Action.CREATE)
    found: dict[UUID, list[folding.Written]] = {}
    ordered = parts.select_related("change").order_by("change__effective_from", "change_id")
    for n, part in enumerate(ordered):
        day = part.change.effective_from or clocks.effective
        one = folding.Written(patch_of(part), NEXT + n, day)
        found.setdefault(part.golden_id, []).append(one)
    return found


def patch_of(part: ChangePart) -> patches.Patch:
    """What a part writes, its status with it."""
    after = STATUS_AFTER.get(ChangePart.Action(part.action))
    return {**part.patch, "status": str(after)} if after else dict(part.patch)


def there(kind: Subject, clocks: Clocks) -> Exists:
    """Of rows of a kind, those that existed: their first version was known and effective."""
    first = Fact.objects.filter(
        clocks.recorded(), golden_id=OuterRef("golden_id"), version=FIRST, domain=kind.code
    )
    return Exists(first)


def as_now(
    kind: Subject, before: Values, golden_id: UUID, patch: patches.Patch, *, effective: date
) -> Values:
    """What a record holds today once a patch is written that counts from an earlier day.

    What later days have overwritten stays as it is. Sealed values come back sealed.
    """
    today = Q(effective_from__lte=timezone.now().date())
    facts = list(Fact.objects.filter(today, golden_id=golden_id).order_by("id"))
    if not any(fact.effective_from > effective for fact in facts):
        return patches.apply(before, patch)
    fresh = folding.Written(patch, NEXT, effective)
    folded = folding.fold([*map(written, facts), fresh], blank=nothing(kind)).values
    return {code: folded.get(code, held) for code, held in before.items()} | {
        code: held for code, held in before.items() if code in ("golden_id", "extensions")
    }


def written(fact: Fact) -> folding.Written:
    """A fact as the fold takes it."""
    return folding.Written(fact.values, fact.version, fact.effective_from)


def nothing(kind: Subject) -> Values:
    """The values of a record of which nothing is known."""
    return patches.blank(kind) | {"status": "", "extensions": {}}
