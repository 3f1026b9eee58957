"""Send the lanes' events: claim, attempt committed, POST, write-back under the lease's token."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from mdm import vault
from mdm.models import Event
from publishing import retry, subscriptions, webhooks
from publishing.addresses import Guard
from publishing.connectors.base import Outcome
from publishing.http import Answer, AnswerLost, NotSent
from publishing.models import Attempt, Subscription, SubscriptionLane
from publishing.preparing import Unready, masked, opened
from publishing.sessions import WatchedSession

LEASE = timedelta(seconds=60)
TIMEOUT = 15.0
LONGEST_ANSWER = 2000  # characters of it that are kept
State = SubscriptionLane.State


@dataclass(frozen=True, slots=True)
class Heard:
    """What a consumer said to an event."""

    outcome: Outcome
    sentence: str
    exchange: dict[str, object]
    retry_after: timedelta | None = None
    is_gone: bool = False


def drain(*, seconds: float = 30.0, stop: Callable[[], bool] = lambda: False) -> int:
    """Send what is due to every consumer; how many tries."""
    ends, tries = time.monotonic() + seconds, 0
    while time.monotonic() < ends and not stop():
        lane = claim()
        if lane is None:
            break
        deliver(lane)
        tries += 1
    return tries


def claim() -> SubscriptionLane | None:
    """The next due lane, leased; its event is committed as an attempt only when it is sent."""
    now = timezone.now()
    token = uuid4()
    open_ones = Subscription.objects.filter(paused_at=None).filter(
        Q(gate_until=None) | Q(gate_until__lte=now)
    )
    due = SubscriptionLane.objects.filter(due_at__lte=now, subscription__in=open_ones)
    if not due.exists():
        return None
    with transaction.atomic():
        row = (
            due.filter(Q(lease_until=None) | Q(lease_until__lte=now))
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("due_at")
            .first()
        )
        if row is None:
            return None
        ours = SubscriptionLane.objects.filter(pk=row.pk, lease_token=row.lease_token)
        taken = ours.filter(due_at=row.due_at).update(
            state=State.SENDING, lease_token=token, lease_until=now + LEASE, due_at=now + LEASE
        )
        if not taken:
            return None
        row.attempts.filter(finished_at=None).update(
            finished_at=now, outcome=Outcome.UNKNOWN, sentence="Cut short; sent again."
        )
    return SubscriptionLane.objects.select_related("subscription").get(pk=row.pk)


def deliver(lane: SubscriptionLane) -> None:
    """Send the lane's next event once."""
    event, token = subscriptions.next_event(lane), lane.lease_token
    if event is None or token is None:
        SubscriptionLane.objects.filter(pk=lane.pk, lease_token=token).update(
            state=State.LANDED, due_at=None, lease_token=None, lease_until=None
        )
        return
    now = timezone.now()
    with transaction.atomic():
        held = SubscriptionLane.objects.filter(pk=lane.pk, lease_token=token)
        first = Coalesce("first_tried_at", now)
        if not held.update(tries=F("tries") + 1, first_tried_at=first):
            return
        attempt = subscriptions.attempt_for(lane, event, token, now)
    _write_back(lane, token, attempt, event, _send(lane.subscription, event))


def _send(subscription: Subscription, event: Event) -> Heard:
    """Post the event; what the consumer said. Never inside a transaction."""
    started, clock = timezone.now(), time.monotonic()
    answer, problem, sent = Answer(0), "", True
    try:
        data = opened(event.payload) if subscription.takes_full_data else masked(event.payload)
        content = webhooks.body(event, data)
        secret = vault.decrypt_secret(subscription.secret)
        headers = webhooks.headers(secret, str(event.pk), content, at=started)
        with WatchedSession(Guard(settings.MDM_PRIVATE_TARGETS)) as session:
            answer = session.send(
                "POST", subscription.address, headers=headers, content=content, timeout=TIMEOUT
            )
    except (NotSent, AnswerLost, Unready) as error:
        problem, sent = str(error), not isinstance(error, Unready)
    exchange: dict[str, object] = {
        "method": "POST",
        "url": subscription.address,
        "status": answer.status,
        "response_body": answer.text[:LONGEST_ANSWER],
        "started": started.isoformat(),
        "duration": round(time.monotonic() - clock, 4),
        "note": problem,
    }
    return _judge(answer, problem, exchange, name=subscription.name, was_sent=sent)


def _judge(
    answer: Answer, problem: str, exchange: dict[str, object], *, name: str, was_sent: bool
) -> Heard:
    if not was_sent:
        return Heard(Outcome.DEFECT, problem, exchange)
    if 200 <= answer.status < 300:
        return Heard(Outcome.OK, f"{name} has seen it.", exchange)
    if problem or answer.status in (408, 425, 429) or answer.status >= 500:
        wait = retry.parse_retry_after(answer.headers.get("retry-after", ""), now=timezone.now())
        words = problem or f"HTTP {answer.status}"
        return Heard(Outcome.TRANSIENT, f"{name} could not take it now: {words}.", exchange, wait)
    gone = answer.status == 410
    words = f"{name} refused it: HTTP {answer.status}. Replay it, or skip it with a reason."
    return Heard(Outcome.BUSINESS_REJECT, words, exchange, is_gone=gone)


def _write_back(
    lane: SubscriptionLane, token: UUID, attempt: Attempt, event: Event, heard: Heard
) -> None:
    now = timezone.now()
    with transaction.atomic():
        row = SubscriptionLane.objects.select_for_update().filter(pk=lane.pk, lease_token=token)
        held = row.first()
        if held is None:
            return
        _move(held, event, heard, now)
        held.last_outcome, held.last_sentence = heard.outcome.value, heard.sentence
        held.save()
        attempt.finished_at, attempt.outcome = now, heard.outcome.value
        attempt.sentence, attempt.exchanges = heard.sentence, [heard.exchange]
        attempt.save()
        _note(lane.subscription, heard, now)


def _move(lane: SubscriptionLane, event: Event, heard: Heard, now: datetime) -> None:
    """The lane after what was heard."""
    if heard.outcome is Outcome.OK:
        subscriptions.advance(lane, event, now)
        return
    lane.lease_token = lane.lease_until = None
    lane.state, lane.due_at = State.DEAD, None
    if heard.is_gone:
        lane.state, lane.due_at = State.READY, now  # the whole subscription is paused
    elif heard.outcome is Outcome.TRANSIENT:
        following = retry.next_try(
            lane.tries,
            now=now,
            first_tried_at=lane.first_tried_at or now,
            draw=random.random,
            retry_after=heard.retry_after,
        )
        if following.at is not None:
            lane.state, lane.due_at = State.WAITING, following.at


def _note(subscription: Subscription, heard: Heard, now: datetime) -> None:
    rows = Subscription.objects.filter(pk=subscription.pk)
    if heard.is_gone:
        words = "Its address answered 410: nobody listens there any more."
        rows.update(paused_at=now, paused_by="publishing", paused_because=words)
    elif heard.retry_after is not None:
        rows.update(gate_until=now + heard.retry_after)
