"""Write an answer down: replica, attempt, keys and the target's standing, in one transaction.

Every write names the lease's token; without it nothing is written at all.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from mdm import doorbell, keys
from mdm.errors import Conflict
from mdm.models import System
from publishing import sentences, settling, standing, targets
from publishing.connectors.base import Exchange, Outcome, Part, Result
from publishing.failpoints import failpoint
from publishing.models import Attempt, Replica, ReplicaPart, Target
from publishing.settling import Settled, Tried

logger = logging.getLogger(__name__)
State = Replica.State
MOVED = (
    *("state", "due_at", "lease_token", "lease_until", "tries", "first_tried_at", "is_in_doubt"),
    *("landed_version", "landed_at", "landed_hash", "overwrite", "waits_for", "skipped"),
    *("last_outcome", "last_sentence", "cause", "updated_at"),
)
CLOSED = (
    *("finished_at", "outcome", "operation", "sentence", "cause"),
    *("exchanges", "errors"),
)


def write_back(
    claimed: Replica,
    target: Target,
    token: UUID,
    attempt: Attempt | None,
    result: Result,
    *,
    draw: Callable[[], float],
) -> bool:
    """Write the result of a try; False, and nothing written, when the lease is somebody else's."""
    now = timezone.now()
    result = sentences.safe(claimed.domain, result)
    with transaction.atomic():
        row = Replica.objects.select_for_update().filter(pk=claimed.pk, lease_token=token).first()
        if row is None:
            return False
        version = attempt.version if attempt else row.wanted_version
        settled = settling.settle(result, _tried(row, claimed, version, now), draw=draw)
        _keep_parts(row, target, result.parts)
        _move(row, target, result, settled, version, attempt, now)
        if attempt is not None:
            _close(attempt, row, result, now)
            standing.note(
                target,
                ok=settling.health(result.outcome),
                requests=len(result.exchanges),
                gate=_gate(result),
            )
        failpoint("before_commit")
    return True


def ring_for(claimed: Replica, target: Target, result: Result) -> None:
    """What follows outside of the write-back: suspend the target, wake what waited for this."""
    if result.outcome in settling.SUSPENDS:
        words = sentences.said(result.errors) or "it did not let us in."
        standing.suspend(target, because=words)
    elif result.outcome in settling.GOOD and claimed.landed_version == 0:
        unblock(target, claimed.golden_id)


def unblock(target: Target, golden_id: UUID) -> int:
    """Queue what waited for a record that the target has now; how many."""
    waiting = Replica.objects.filter(target=target, state=State.BLOCKED)
    count = waiting.filter(waits_for__contains=str(golden_id)).update(
        state=State.READY, due_at=timezone.now()
    )
    if count:
        doorbell.ring("publishing.deliver_due", target.code)
    return count


def _tried(row: Replica, claimed: Replica, version: int, now: datetime) -> Tried:
    return Tried(
        sent=version,
        wanted=row.wanted_version,
        tries=row.tries,
        first_tried_at=row.first_tried_at or now,
        last_outcome=row.last_outcome,
        now=now,
        was_accepted=claimed.state == State.ACCEPTED,
    )


def _move(
    row: Replica,
    target: Target,
    result: Result,
    settled: Settled,
    version: int,
    attempt: Attempt | None,
    now: datetime,
) -> None:
    speaks = targets.connector(target)
    row.last_sentence = sentences.of(
        result, settled, target=target.name, domain=row.domain, speaks=speaks
    )
    row.cause = sentences.cause(result, settled)
    row.state, row.due_at = settled.state, settled.due_at
    row.last_outcome = result.outcome.value
    row.is_in_doubt = settled.is_in_doubt
    row.lease_token = row.lease_until = None
    row.waits_for = ""
    if result.outcome is Outcome.NOT_SUPPORTED:
        row.skipped = row.last_sentence
    if not settled.counts_as_try:
        row.tries = max(row.tries - 1, 0)
    if settled.landed:
        row.landed_version, row.landed_at = max(row.landed_version, version), now
        row.landed_hash = attempt.payload_hash if attempt else row.landed_hash
        row.overwrite = False
    if settled.landed or settled.state == State.READY:
        row.tries, row.first_tried_at = 0, None
    if row.state == State.READY and targets.state(target).is_stopped:
        row.state, row.due_at = State.PAUSED, None
    row.save(update_fields=MOVED)


def _close(attempt: Attempt, row: Replica, result: Result, now: datetime) -> None:
    attempt.finished_at = now
    attempt.outcome = result.outcome.value
    attempt.operation = result.operation.value
    attempt.sentence, attempt.cause = row.last_sentence, row.cause
    attempt.exchanges = [_exchange(each) for each in result.exchanges]
    attempt.errors = list(sentences.errors_as_data(result.errors))
    attempt.save(update_fields=CLOSED)


def _exchange(exchange: Exchange) -> dict[str, Any]:
    return asdict(exchange) | {
        "request_headers": dict(exchange.request_headers),
        "response_headers": dict(exchange.response_headers),
        "started": exchange.started.isoformat(),
        "duration": round(exchange.duration, 4),
    }


def _gate(result: Result) -> timedelta | None:
    """A target that names a time wants all of us to wait for it."""
    if result.retry_after is None or result.outcome is not Outcome.TRANSIENT:
        return None
    return timedelta(seconds=result.retry_after)


def _keep_parts(row: Replica, target: Target, parts: Sequence[Part]) -> None:
    """Keys, etags and hashes learnt, also when the try ended badly; what is known is left alone."""
    known = {(p.legal_entity, p.kind, p.part_id): p for p in row.parts.all()} if parts else {}
    for part in parts:
        held = known.get(part.place)
        if part.gone:
            row.parts.filter(pk__in=[held.pk] if held else []).delete()
            continue
        learnt = {"key": part.key, "etag": part.etag, "landed_hash": part.landed_hash}
        if held is None:
            place = dict(zip(("legal_entity", "kind", "part_id"), part.place, strict=True))
            ReplicaPart.objects.create(replica=row, **place, **learnt)
        elif (held.key, held.etag, held.landed_hash) != tuple(learnt.values()):
            ReplicaPart.objects.filter(pk=held.pk).update(**learnt)
        is_record = part.kind == targets.main_kind(target, row.domain) and not part.part_id
        if is_record and part.key and (held is None or held.key != part.key):
            _assign(row, target, part)


def _assign(row: Replica, target: Target, part: Part) -> None:
    """Their key names our record from now on; a key that names another one is left alone.

    Keys of smaller parts are known under the record's alone, and stay with the replica.
    """
    system = System.objects.filter(code=target.system).first()
    if system is None:
        return
    try:
        with transaction.atomic():
            keys.assign(system, row.domain, part.key, row.golden_id, scope=part.legal_entity)
    except Conflict as clash:
        logger.warning("%s (delivery %s)", clash, row.pk)
