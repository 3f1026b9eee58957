"""Try again, or give up, what a person has looked at: one delivery or a whole filtered set.

A replay carries the key of the version it sends, so a target that has it already changes nothing.
An older version is never sent once a newer one is wanted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from mdm import keys, ledger, permissions
from mdm.errors import Refused
from mdm.models import System
from publishing import delivery, standing, targets
from publishing.models import Attempt, Replica, ReplicaPart, Target

MOST_AT_ONCE = 10_000
State = Replica.State
UNDER_WAY = (State.SENDING, State.READY)


class Which(StrEnum):
    """What a replay sends."""

    CURRENT = "current"  # the version wanted now
    SAME = "same"  # the version that was tried last, where nothing newer is wanted


@dataclass(frozen=True, slots=True)
class Preview:
    """What a replay of a filtered set would do."""

    count: int
    by_target: Mapping[str, int]
    newer: int  # of which a newer version goes than was tried
    left_out: int  # under way already, stopped, or with nothing wanted
    stopped: tuple[str, ...]  # targets that hold theirs back until they are resumed


def preview(replicas: QuerySet[Replica], which: Which = Which.CURRENT) -> Preview:
    """How many would be sent, before anybody presses the button."""
    chosen = _replayable(replicas, which)
    counts = dict(
        chosen.order_by().values_list("target__code").annotate(n=Count("pk")).order_by("-n")
    )
    stopped = tuple(t.name for t in targets.live() if targets.state(t).is_stopped)
    return Preview(
        count=sum(counts.values()),
        by_target=counts,
        newer=_with_tried(chosen).filter(tried__lt=F("wanted_version")).count(),
        left_out=replicas.count() - sum(counts.values()),
        stopped=tuple(name for name in stopped if _names(counts, name)),
    )


def replay(
    replicas: QuerySet[Replica],
    *,
    by: Any,
    which: Which = Which.CURRENT,
    limit: int = MOST_AT_ONCE,
    overwrite: bool = False,
    because: str = "",
    number: UUID | None = None,
) -> int:
    """Queue these deliveries again with fresh tries; how many.

    `overwrite` pushes over what somebody changed in the target by hand. `number` is what the
    deliveries are found by afterwards, to see what became of them.
    """
    permissions.require(by, "publish")
    now = timezone.now()
    total = 0
    with transaction.atomic():
        standing.lock_relay()
        chosen = list(_replayable(replicas, which).values_list("pk", "target_id")[:limit])
        by_target: dict[Any, list[Any]] = {}
        for pk, target_id in chosen:
            by_target.setdefault(target_id, []).append(pk)
        for target in Target.objects.filter(pk__in=by_target):
            count = _queue(
                target, by_target[target.pk], overwrite=overwrite, now=now, number=number
            )
            total += count
            ledger.append(
                "delivery_replayed",
                person=by.get_username(),
                subject=target.code,
                count=str(count),
                which=which.value,
                overwrite="true" if overwrite else "",
                reason=because,
                replay=str(number or ""),
            )
    return total


def discard(replica: Replica, *, by: Any, because: str) -> None:
    """Give a delivery up: this target does not get this version. Its next version is sent again."""
    permissions.require(by, "publish", replica.domain)
    if not because.strip():
        raise Refused("Say why it is given up; the target stays without this version.")
    given_up = f"Given up by {by.get_username()}: {because.strip()}"
    with transaction.atomic():
        rows = Replica.objects.filter(pk=replica.pk).exclude(state__in=(*UNDER_WAY, State.LANDED))
        changed = rows.update(
            state=State.SKIPPED, skipped=given_up, last_sentence=given_up, due_at=None, cause=""
        )
        if not changed:
            raise Refused("Only a delivery that is at rest, and has not landed, can be given up.")
        _note("delivery_discarded", replica, by, because)


def done_by_hand(replica: Replica, *, by: Any, note: str = "", key: str = "") -> None:
    """Somebody maintained the record in the target themselves; from now on it counts as landed.

    `key` is what the target calls it, where that is known.
    """
    permissions.require(by, "publish", replica.domain)
    words = f"{by.get_username()} maintained it there by hand. {note}".strip()
    with transaction.atomic():
        row = Replica.objects.select_for_update().get(pk=replica.pk)
        if row.state != State.MANUAL:
            raise Refused("Only a delivery that needs a person can be marked as done.")
        row.state, row.landed_version, row.landed_at = (
            State.LANDED,
            row.wanted_version,
            timezone.now(),
        )
        row.last_sentence, row.cause = words, ""
        row.save()
        if key.strip():
            _learn_key(row, key.strip())
        _note("delivery_done_by_hand", replica, by, note)


def _learn_key(row: Replica, key: str) -> None:
    """What the target calls the record; refused when it calls another one that."""
    kind = targets.main_kind(row.target, row.domain)
    ReplicaPart.objects.update_or_create(
        replica=row, legal_entity="", kind=kind, part_id="", defaults={"key": key}
    )
    system = System.objects.filter(code=row.target.system).first()
    if system is not None:
        keys.assign(system, row.domain, key, row.golden_id)


def _replayable(replicas: QuerySet[Replica], which: Which) -> QuerySet[Replica]:
    shadow = Q(target__mode=Target.Mode.SHADOW)
    chosen = replicas.exclude(state__in=UNDER_WAY).exclude(shadow).filter(wanted_version__gt=0)
    if which is Which.SAME:
        chosen = _with_tried(chosen).filter(tried=F("wanted_version"))
    return chosen.order_by("target", "lane", "pk")


def _with_tried(replicas: QuerySet[Replica]) -> QuerySet[Any]:
    last = Attempt.objects.filter(replica=OuterRef("pk")).order_by("-number").values("version")
    return replicas.annotate(tried=Subquery(last[:1]))


def _queue(
    target: Target, pks: list[Any], *, overwrite: bool, now: Any, number: UUID | None
) -> int:
    is_stopped = targets.state(target).is_stopped
    count = 0
    for start in range(0, len(pks), 500):
        rows = Replica.objects.filter(pk__in=pks[start : start + 500])
        count += rows.exclude(state__in=UNDER_WAY).update(
            state=State.PAUSED if is_stopped else State.READY,
            due_at=None if is_stopped else now,
            tries=0,
            first_tried_at=None,
            overwrite=overwrite,
            skipped="",
            replayed_in=number,
        )
    if count and not is_stopped:
        delivery.ring(target, due=count)
    return count


def _names(counts: Mapping[str, int], name: str) -> bool:
    return any(targets.find(code).name == name for code in counts)


def _note(kind: str, replica: Replica, by: Any, because: str) -> None:
    ledger.append(
        kind,
        person=by.get_username(),
        subject=f"{replica.target.code} {replica.domain} {replica.code}",
        version=str(replica.wanted_version),
        reason=because,
    )
