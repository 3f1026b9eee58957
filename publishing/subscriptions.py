"""Consumers that must see every event, in order per record: a cursor, and one lane per record.

    events after the cursor -> lanes -> publishing.broadcasting sends them one by one

A refused event stops its own lane until somebody replays it, or skips it with a reason.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from mdm import doorbell, ledger, permissions, vault
from mdm.errors import Refused
from mdm.models import Event
from publishing import webhooks
from publishing.addresses import AddressRefused, Guard
from publishing.models import Attempt, RelayState, Subscription, SubscriptionLane
from publishing.models.replica import Outcomes

BATCH = 500
State = SubscriptionLane.State


def subscribe(
    code: str,
    name: str,
    address: str,
    *,
    by: Any,
    domains: Iterable[str] = (),
    from_start: bool = False,
    takes_full_data: bool = False,
) -> tuple[Subscription, str]:
    """A new subscription and its secret, which is shown once."""
    permissions.require(by, "publish")
    if takes_full_data:
        permissions.require(by, "reveal")
    try:
        Guard(settings.MDM_PRIVATE_TARGETS).destination(address)
    except AddressRefused as refused:
        raise Refused(str(refused)) from None
    secret = webhooks.new_secret()
    last = RelayState.objects.filter(pk=1).values_list("last_sequence", flat=True).first() or 0
    with transaction.atomic():
        made = Subscription.objects.create(
            code=code,
            name=name,
            address=address,
            domains=",".join(sorted(domains)),
            secret=vault.encrypt_secret(secret),
            takes_full_data=takes_full_data,
            cursor=0 if from_start else last,
        )
        _note("subscription_made", by, code, address=address)
    return made, secret


def pause(subscription: Subscription, *, by: Any, because: str) -> None:
    """Send nothing more to it; its lanes keep what it must see."""
    permissions.require(by, "publish")
    rows = Subscription.objects.filter(pk=subscription.pk)
    rows.update(paused_at=timezone.now(), paused_by=by.get_username(), paused_because=because)
    _note("subscription_paused", by, subscription.code, reason=because)


def resume(subscription: Subscription, *, by: Any) -> None:
    """Send again what it must see."""
    permissions.require(by, "publish")
    rows = Subscription.objects.filter(pk=subscription.pk)
    rows.update(paused_at=None, paused_by="", paused_because="", gate_until=None)
    _note("subscription_resumed", by, subscription.code)
    doorbell.ring("publishing.deliver_subscriptions")


def skip(lane: SubscriptionLane, *, by: Any, because: str) -> None:
    """Let the consumer miss the event that is stuck; the only way past it."""
    permissions.require(by, "publish")
    if not because.strip():
        raise Refused("Say why the event is skipped; the consumer will never see it.")
    with transaction.atomic():
        row = SubscriptionLane.objects.select_for_update().get(pk=lane.pk)
        event = next_event(row)
        if row.state != State.DEAD or event is None:
            raise Refused("Only an event that is stuck can be skipped.")
        now = timezone.now()
        attempt = attempt_for(row, event, uuid4(), now)
        attempt.finished_at, attempt.outcome = now, Outcomes.SKIPPED
        attempt.sentence = f"Skipped by {by.get_username()}: {because.strip()}"
        attempt.save()
        advance(row, event, now)
        row.last_sentence = attempt.sentence
        row.save()
        _note("event_skipped", by, str(event), why=because, lane=str(lane.pk))
        doorbell.ring("publishing.deliver_subscriptions")


def replay(lane: SubscriptionLane, *, by: Any) -> None:
    """Try the stuck event again, under the same message id."""
    permissions.require(by, "publish")
    rows = SubscriptionLane.objects.filter(pk=lane.pk, state=State.DEAD)
    rows.update(state=State.READY, due_at=timezone.now(), tries=0, first_tried_at=None)
    _note("lane_replayed", by, str(lane.pk))
    doorbell.ring("publishing.deliver_subscriptions")


def fan_out() -> int:
    """Bring the lanes of every subscription up to the newest relayed event; how many events."""
    total = 0
    for pk in Subscription.objects.values_list("pk", flat=True):
        while count := _fan_out_batch(pk):
            total += count
    return total


def next_event(lane: SubscriptionLane) -> Event | None:
    """The next event the consumer must see of this record."""
    rows = Event.objects.filter(
        golden_id=lane.golden_id, sequence__gt=lane.seen, sequence__lte=lane.wanted
    )
    return rows.select_related("payload", "change").order_by("sequence").first()


def advance(lane: SubscriptionLane, event: Event, now: datetime) -> None:
    """The lane after an event it is done with; the caller saves it."""
    lane.seen = event.sequence or lane.seen
    behind = lane.wanted > lane.seen
    lane.state, lane.due_at = (State.READY, now) if behind else (State.LANDED, None)
    lane.lease_token = lane.lease_until = lane.first_tried_at = None
    lane.tries = 0


def _note(kind: str, by: Any, subject: str, **facts: str) -> None:
    ledger.append(kind, person=by.get_username(), subject=subject, **facts)


def _fan_out_batch(pk: UUID) -> int:
    with transaction.atomic():
        subscription = Subscription.objects.select_for_update().get(pk=pk)
        chosen = [d for d in subscription.domains.split(",") if d]
        rows = Event.objects.filter(sequence__gt=subscription.cursor).order_by("sequence")[:BATCH]
        events = list(rows)
        if not events:
            return 0
        wanted = {e.golden_id: e for e in events if not chosen or e.domain in chosen}
        _raise(subscription, wanted)
        subscription.cursor = events[-1].sequence or subscription.cursor
        subscription.save(update_fields=["cursor"])
        if wanted:
            doorbell.ring("publishing.deliver_subscriptions")
    return len(events)


def _raise(subscription: Subscription, wanted: dict[UUID, Event]) -> None:
    now = timezone.now()
    lanes = SubscriptionLane.objects.filter(subscription=subscription)
    known = set(lanes.filter(golden_id__in=wanted).values_list("golden_id", flat=True))
    SubscriptionLane.objects.bulk_create(
        [
            SubscriptionLane(
                subscription=subscription,
                domain=event.domain,
                golden_id=golden_id,
                code=event.code,
                wanted=event.sequence or 0,
                seen=subscription.cursor,
                due_at=now,
            )
            for golden_id, event in wanted.items()
            if golden_id not in known
        ],
        batch_size=BATCH,
    )
    for golden_id in known:
        event = wanted[golden_id]
        one = lanes.filter(golden_id=golden_id, wanted__lt=event.sequence or 0)
        one.update(wanted=event.sequence, code=event.code)
        lanes.filter(golden_id=golden_id, state=State.LANDED).update(
            state=State.READY, due_at=now, tries=0, first_tried_at=None
        )


def attempt_for(lane: SubscriptionLane, event: Event, token: UUID, now: datetime) -> Attempt:
    """One try with an event, written down before it is made."""
    last = lane.attempts.order_by("-number").values_list("number", flat=True).first()
    return Attempt.objects.create(
        subscription_lane=lane,
        number=(last or 0) + 1,
        lease_token=token,
        idempotency_key=str(event.pk),
        version=event.version,
        event=event,
        operation="event",
        started_at=now,
        payload_hash=event.payload_id,
        correlation_id=event.change.correlation_id,
        traceparent=event.traceparent,
    )
