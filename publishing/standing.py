"""Whether a target may be sent to now: stopped by a person or by its answers, gated, broken, busy.

    claim -> take()   stopped? gate? breaker? too many at once? a token? -> go, or how long to wait
    write-back -> note()   an answer moves breaker, gate and bucket, in the same transaction

Stopping is not governed, because it must work at once; who stopped it and why is in the ledger.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from mdm import doorbell, ledger, permissions, vault
from mdm.domains.golden import Status
from mdm.errors import Refused
from publishing import limits, targets
from publishing.limits import Breaker, Bucket, Gate, Limits
from publishing.models import RelayState, Replica, Target, TargetState

NOW = timedelta(0)
STOPPED = timedelta(days=1)


def take(row: TargetState, allowed: Limits, *, busy: int, lease: timedelta) -> timedelta:
    """How long to wait before the next try; zero means go, and the token is drawn.

    Call with the row locked, inside the claiming transaction.
    """
    now = timezone.now()
    if row.is_stopped:
        return STOPPED
    if wait := limits.wait_at(Gate(row.gate_until), now=now):
        return wait
    if not limits.may_try(_breaker(row, now), now=now):
        return _until(row.open_until, now)
    if row.open_until is not None:
        if row.probe_until is not None and row.probe_until > now:
            return _until(row.probe_until, now)
        row.probe_until = now + lease
    if busy >= allowed.parallel:
        return timedelta(seconds=0.2)
    held = Bucket(row.tokens, row.tokens_at) if row.tokens is not None and row.tokens_at else None
    bucket, wait = limits.take(held or limits.full(allowed, now=now), allowed, now=now)
    if wait:
        return wait
    row.tokens, row.tokens_at = bucket.tokens, bucket.at
    row.save(update_fields=["tokens", "tokens_at", "probe_until"])
    return NOW


def locked(target: Target) -> TargetState:
    """How a target fares, locked until the transaction ends."""
    rows = TargetState.objects.select_for_update()
    found = rows.filter(target=target).first()
    if found is None:
        TargetState.objects.get_or_create(target=target)
        found = rows.get(target=target)
    return found


def note(target: Target, *, ok: bool | None, requests: int, gate: timedelta | None = None) -> None:
    """Remember a try: `ok` None says nothing of the target's health. Inside the write-back."""
    now = timezone.now()
    row = locked(target)
    if ok is not None:
        breaker = limits.note(_breaker(row, now), ok=ok, now=now)
        row.breaker_from, row.openings = breaker.window_from, breaker.opened
        row.breaker_tries, row.breaker_failures = breaker.tries, breaker.failures
        row.open_until = breaker.open_until
    row.probe_until = None
    if ok:
        row.last_ok_at = now
    if gate is not None:
        row.gate_until = limits.close(Gate(row.gate_until), now=now, wait=gate).closed_until
    if row.tokens is not None and requests > 1:
        row.tokens -= requests - 1  # a try of many requests is paid for afterwards
    row.save()


def set_credentials(target: Target, given: Mapping[str, str], *, by: Any) -> None:
    """Keep its credentials, encrypted; a suspended target is tried again."""
    targets.require_run(by, target)
    row = targets.state(target)
    sealed = vault.encrypt_secret(orjson.dumps(dict(given)).decode())
    with transaction.atomic():
        TargetState.objects.filter(target=target).update(credentials=sealed)
        _note("target_credentials", by, target, names=", ".join(sorted(given)))
    if row.suspended_at is not None:
        resume(target, by=by)


def pause(target: Target, *, by: Any, because: str) -> None:
    """Send nothing more to it until somebody resumes it. What is under way is finished."""
    targets.require_run(by, target)
    if not because.strip():
        raise Refused("Say why the target is paused; those who wait for it will ask.")
    targets.state(target)
    with transaction.atomic():
        TargetState.objects.filter(target=target).update(
            paused_at=timezone.now(), paused_by=by.get_username(), paused_because=because.strip()
        )
        _note("target_paused", by, target, reason=because.strip())
    hold_back(target)


def suspend(target: Target, *, because: str) -> None:
    """An answer of the target says that no try can succeed; nothing is sent until it is mended."""
    with transaction.atomic():
        fresh = TargetState.objects.filter(target=target, suspended_at=None).update(
            suspended_at=timezone.now(), suspended_because=because
        )
        if fresh:
            ledger.append("target_suspended", person="publishing", subject=target.code, why=because)
    hold_back(target)


def resume(target: Target, *, by: Any) -> int:
    """Send again what was held back; how many deliveries."""
    targets.require_run(by, target)
    stopped: dict[str, object] = {"paused_at": None, "paused_by": "", "paused_because": ""}
    stopped |= {"suspended_at": None, "suspended_because": "", "gate_until": None}
    stopped |= {"breaker_from": None, "breaker_tries": 0, "breaker_failures": 0}
    stopped |= {"open_until": None, "openings": 0, "probe_until": None}
    with transaction.atomic():
        TargetState.objects.filter(target=target).update(**stopped)
        _note("target_resumed", by, target)
    if target.mode in (Target.Mode.MANUAL, Target.Mode.SHADOW):
        return 0
    return _queue(Replica.objects.filter(target=target))


def release(replicas: QuerySet[Replica], *, by: Any) -> int:
    """Send what a target in manual mode holds back; how many deliveries."""
    permissions.require(by, "publish")
    going = replicas.filter(target__mode=Target.Mode.MANUAL)
    count = _queue(going.exclude(target__in=_stopped()))
    if count:
        ledger.append("deliveries_released", person=by.get_username(), count=str(count))
    return count


def _stopped() -> list[Any]:
    rows = TargetState.objects.exclude(paused_at=None, suspended_at=None)
    return list(rows.values_list("target", flat=True))


def _queue(replicas: QuerySet[Replica]) -> int:
    with transaction.atomic():
        lock_relay()
        held = replicas.filter(state=Replica.State.PAUSED)
        codes = sorted(set(held.values_list("target__code", flat=True)))
        count = held.update(state=Replica.State.READY, due_at=timezone.now())
        for code in codes:
            doorbell.ring("publishing.deliver_due", code)
    return count


def is_open(target: Target) -> bool:
    """Whether the target is in use and sends at all."""
    return target.status == Status.ACTIVE and target.mode != Target.Mode.SHADOW


def hold_back(target: Target) -> None:
    """Show what is queued for a stopped target as paused; what is being sent is left alone."""
    queued = (Replica.State.READY, Replica.State.WAITING, Replica.State.UNKNOWN)
    with transaction.atomic():
        lock_relay()
        Replica.objects.filter(target=target, state__in=queued).update(
            state=Replica.State.PAUSED, due_at=None
        )


def lock_relay() -> RelayState:
    """The relay's row, locked: whoever writes many replicas at once holds it, one at a time."""
    RelayState.objects.get_or_create(pk=1)
    return RelayState.objects.select_for_update().get(pk=1)


def _note(kind: str, by: Any, target: Target, **facts: str) -> None:
    ledger.append(kind, person=by.get_username(), subject=target.code, **facts)


def _breaker(row: TargetState, now: datetime) -> Breaker:
    return Breaker(
        row.breaker_from or now,
        row.breaker_tries,
        row.breaker_failures,
        row.open_until,
        row.openings,
    )


def _until(at: datetime | None, now: datetime) -> timedelta:
    return max(at - now, timedelta(seconds=0.1)) if at else NOW
