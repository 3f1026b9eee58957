"""Bring one replica forward: claim it, write the attempt down, send, write the answer down.

    claim (lease) -> attempt committed -> bytes -> answer -> write-back under the lease's token

No network call inside a transaction. Whoever outlived its lease writes nothing. A try that was cut
short leaves its attempt unfinished: whoever claims the replica next reads that as unknown.
"""

import logging
import random
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from mdm import doorbell
from publishing import recording, retry, standing, targets
from publishing.addresses import AddressRefused
from publishing.connectors.base import Error, Outcome, Result
from publishing.failpoints import failpoint
from publishing.models import Attempt, Replica, Target, TargetState
from publishing.preparing import Prepared, Unready, prepare

logger = logging.getLogger(__name__)
BELL = "publishing.deliver_due"
WORTH_A_WORKER = 10  # due deliveries
DRAIN_FOR = timedelta(seconds=30)
LOOK_AGAIN = timedelta(seconds=15)  # at what waits for a reference, should its bell be missed
PATIENCE = timedelta(seconds=1)  # a drain waits this long for a token rather than end
CUT_SHORT = "The process that sent it ended before the answer came; the next try looks first."
State = Replica.State


@dataclass(frozen=True, slots=True)
class Claim:
    """A replica that is ours until the lease ends, as it was when it was claimed."""

    replica: Replica
    target: Target
    fares: TargetState  # as it was when claimed
    token: UUID
    until: datetime
    was_stranded: bool = False


class LeaseLost(Exception):
    """Somebody else holds the replica by now; nothing may be written."""


def drain(
    target: Target,
    *,
    seconds: float = DRAIN_FOR.total_seconds(),
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Deliver what is due at a target until nothing is, or the time is up; how many tries."""
    ends = time.monotonic() + seconds
    tries = 0
    while time.monotonic() < ends and not stop():
        claimed = claim(target)
        if isinstance(claimed, Claim):
            deliver(claimed)
            tries += 1
        elif claimed is None or claimed > PATIENCE:
            break
        else:
            time.sleep(claimed.total_seconds())
    else:
        doorbell.ring(BELL, target.code)  # the time is up, and there may be more
    return tries


def ring(target: Target, *, due: int) -> None:
    """Call as many workers as the target bears and the work is worth."""
    allowed = targets.limits(target).parallel
    for worker in range(max(1, min(allowed, due // WORTH_A_WORKER))):
        doorbell.ring(BELL, target.code, worker)  # numbered, or equal bells would ring once


def claim(target: Target) -> Claim | timedelta | None:
    """The next due replica of a target, leased; a wait when the target must be left alone."""
    now = timezone.now()
    due = Replica.objects.filter(target=target, due_at__lte=now)
    if not due.exists():
        return None
    if not standing.is_open(target):
        standing.hold_back(target)
        return None
    lease, token = targets.lease(target), uuid4()
    with transaction.atomic():
        fares = standing.locked(target)
        row = (
            due.filter(Q(lease_until=None) | Q(lease_until__lte=now))
            .select_related("wanted_event__payload", "wanted_event__change")
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("lane", "due_at")
            .first()
        )
        if row is None:
            return None
        sending = Replica.objects.filter(target=target, state=State.SENDING, lease_until__gt=now)
        allowed = targets.limits(target)
        wait = standing.take(fares, allowed, busy=sending.count(), lease=lease)
        if wait:
            return wait
        until = now + lease
        ours = Replica.objects.filter(pk=row.pk, lease_token=row.lease_token, due_at=row.due_at)
        taken = ours.update(state=State.SENDING, lease_token=token, lease_until=until, due_at=until)
        if not taken:
            return timedelta(0)
        if row.state == State.SENDING:
            _close_cut_short(row, now)
    failpoint("after_claim")
    return Claim(row, target, fares, token, until, was_stranded=row.state == State.SENDING)


def deliver(claimed: Claim) -> Result | None:
    """One try with a claimed replica; None when nothing was sent or the lease was lost."""
    replica = claimed.replica
    if claimed.was_stranded and replica.tries >= retry.DEFAULT.tries:
        words = Error("stranded", f"tried {replica.tries} times, and no answer was ever read")
        _finish(claimed, None, Result(Outcome.DEFECT, errors=(words,)))
        return None
    try:
        prepared = prepare(replica, claimed.target, claimed.fares, claimed.until)
    except Unready as unready:
        _put_aside(claimed, unready)
        return None
    try:
        attempt = _begin(claimed, prepared)
    except LeaseLost:
        logger.info("lease of %s lost before anything was sent", replica)
        return None
    failpoint("after_attempt")
    result = _send(claimed, prepared)
    failpoint("after_answer")
    return result if _finish(claimed, attempt, result) else None


def _begin(claimed: Claim, prepared: Prepared) -> Attempt:
    """The attempt, committed before any byte leaves."""
    now = timezone.now()
    replica, context = claimed.replica, prepared.context
    with transaction.atomic():
        held = Replica.objects.filter(pk=replica.pk, lease_token=claimed.token)
        counted = held.update(
            tries=F("tries") + 1,
            first_tried_at=Coalesce("first_tried_at", now),
            is_in_doubt=True,
        )
        if not counted:
            raise LeaseLost
        last = replica.attempts.order_by("-number").values_list("number", flat=True).first()
        return Attempt.objects.create(
            replica=replica,
            number=(last or 0) + 1,
            lease_token=claimed.token,
            idempotency_key=context.idempotency_key,
            version=prepared.event.version,
            event=prepared.event,
            started_at=now,
            payload_hash=prepared.event.payload_id,
            mapping_hash=prepared.mapping_hash,
            correlation_id=context.correlation_id,
            traceparent=context.traceparent,
        )


def _send(claimed: Claim, prepared: Prepared) -> Result:
    """The result of the try, whatever happened; never inside a transaction."""
    target, replica = claimed.target, claimed.replica
    speaks = targets.connector(target)
    act = speaks.confirm if prepared.only_confirms else speaks.deliver
    try:
        return act(replica.domain, prepared.payload, prepared.context, targets.channel(target))
    except AddressRefused as refused:
        return Result(Outcome.CONFIGURATION, errors=(Error("address", str(refused)),))
    except Exception as error:  # noqa: BLE001 - whatever it is concerns this record alone
        kind = type(error).__name__
        where = "".join(traceback.format_tb(error.__traceback__))  # no values: they may be secret
        logger.error("%s in the connector of %s at %s\n%s", kind, target.code, replica.pk, where)  # noqa: TRY400
        return Result(Outcome.DEFECT, errors=(Error(kind, f"{kind} in the connector."),))


def _finish(claimed: Claim, attempt: Attempt | None, result: Result) -> bool:
    """Write the answer down; False when the lease was lost meanwhile."""
    written = recording.write_back(
        claimed.replica,
        claimed.target,
        claimed.token,
        attempt,
        result,
        draw=random.random,
    )
    if not written:
        logger.warning("a try outlived its lease of %s; its answer is dropped", claimed.replica)
        return False
    recording.ring_for(claimed.replica, claimed.target, result)
    return True


def _put_aside(claimed: Claim, unready: Unready) -> None:
    """Nothing can be sent yet, or ever: no try is used up."""
    now = timezone.now()
    held = Replica.objects.filter(pk=claimed.replica.pk, lease_token=claimed.token)
    held.update(
        state=unready.state,
        due_at=now + LOOK_AGAIN if unready.state == State.BLOCKED else None,
        lease_token=None,
        lease_until=None,
        waits_for="\n".join(unready.waits_for),
        last_sentence=unready.sentence,
        cause=unready.cause,
    )


def _close_cut_short(row: Replica, now: datetime) -> None:
    """What an ended process left unfinished is known to be unknown."""
    row.attempts.filter(finished_at=None).update(
        finished_at=now, outcome=Outcome.UNKNOWN, sentence=CUT_SHORT, cause="cut short"
    )
