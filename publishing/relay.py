"""From events to wants: each approved version raises what every target that takes it should have.

    events without a sequence -> gap-free sequence -> replica: wanted version, never lowered
                                                   -> subscriptions: lanes up to the cursor

One relayer at a time; run twice, it changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import models, transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Least
from django.utils import timezone

from mdm.domains import get_domain
from mdm.models import Event, LiveVersion
from publishing import delivery, standing, subscriptions, targets
from publishing.failpoints import failpoint
from publishing.models import Replica, Target
from publishing.targets import Facts

BATCH = 200
MASS = 50  # parts of a change from which its records go in the slow lane
URGENT_VERBS = frozenset({"blocked", "retired", "merged"})
State = Replica.State
QUIET = (State.LANDED, State.DEAD, State.MANUAL, State.ACCEPTED, State.SKIPPED)


@dataclass(frozen=True, slots=True)
class News:
    """The newest version of one record in a batch, and what filters ask of it."""

    event: Event
    facts: Facts
    label: str
    lane: int


def run() -> int:
    """Relay everything that waits; how many events."""
    total = 0
    while count := _relay_batch():
        total += count
    subscriptions.fan_out()
    return total


def waiting() -> QuerySet[Event]:
    """Events nobody has relayed yet, in the order in which they were announced."""
    return Event.objects.filter(sequence=None).order_by("id")


def want_live(target: Target, *, domain: str = "", golden_ids: Iterable[UUID] = ()) -> int:
    """Want the live version of records at a target, such as a new one; how many are wanted."""
    rows = LiveVersion.objects.order_by("golden_id").values_list("golden_id", "version")
    ids = list(golden_ids)
    rows = rows.filter(domain=domain) if domain else rows
    rows = rows.filter(golden_id__in=ids) if ids else rows
    total = 0
    known = list(rows)
    for start in range(0, len(known), BATCH):
        pairs = dict(known[start : start + BATCH])
        with transaction.atomic():
            standing.lock_relay()
            events = _events(Event.objects.filter(golden_id__in=pairs).exclude(sequence=None))
            live = [e for e in events if pairs[e.golden_id] == e.version]
            total += _want([target], [_news(e) for e in live])
    return total


def _relay_batch() -> int:
    with transaction.atomic():
        lock = standing.lock_relay()
        events = _whole_batch()
        if not events:
            return 0
        for event in events:
            lock.last_sequence += 1
            event.sequence = lock.last_sequence
        Event.objects.bulk_update(events, ["sequence"], batch_size=BATCH)
        lock.save(update_fields=["last_sequence"])
        newest = {event.golden_id: event for event in events}
        _want(targets.live(), [_news(event) for event in newest.values()])
        failpoint("in_relay")
    return len(events)


def _whole_batch() -> list[Event]:
    """The oldest events, with all versions of their records in order, whatever the clocks said."""
    oldest = list(waiting().values_list("golden_id", flat=True)[:BATCH])
    events = _events(Event.objects.filter(sequence=None, golden_id__in=set(oldest)))
    first = {golden_id: place for place, golden_id in reversed(list(enumerate(oldest)))}
    return sorted(events, key=lambda e: (first[e.golden_id], e.version))


def _events(rows: QuerySet[Event]) -> list[Event]:
    return list(rows.select_related("payload", "change"))


def _news(event: Event) -> News:
    shape: Mapping[str, Any] = orjson.loads(bytes(event.payload.masked))
    kind = get_domain(event.domain)
    facts = Facts(
        event.domain,
        str(shape.get("status", "")),
        targets.words(event.company_codes),
        str(shape.get("country", "")),
    )
    return News(event, facts, str(shape.get(kind.name, ""))[:360], _lane(event))


def _lane(event: Event) -> int:
    if event.type.split(".")[1] in URGENT_VERBS:
        return Replica.Lane.URGENT
    return Replica.Lane.MASS if event.change.part_count > MASS else Replica.Lane.NORMAL


def _want(among: Sequence[Target], news: Sequence[News]) -> int:
    """Raise what each target should have; how many replicas were made or raised."""
    now = timezone.now()
    ids = [one.event.golden_id for one in news]
    known = {
        (replica.target_id, replica.golden_id): replica
        for replica in Replica.objects.filter(target__in=among, golden_id__in=ids)
    }
    count = 0
    for target in among:
        fresh: list[Replica] = []
        is_stopped = targets.state(target).is_stopped
        raised = 0
        for one in news:
            if targets.takes_domain(target, one.facts.domain):
                replica = known.get((target.golden_id, one.event.golden_id))
                if replica is None:
                    fresh.append(_new(target, one, is_stopped=is_stopped, now=now))
                else:
                    raised += _raise(replica, target, one, is_stopped=is_stopped, now=now)
        Replica.objects.bulk_create(fresh, batch_size=BATCH)
        raised += sum(1 for replica in fresh if replica.wanted_version)
        if raised:
            delivery.ring(target, due=raised)
        count += raised
    return count


def _new(target: Target, news: News, *, is_stopped: bool, now: datetime) -> Replica:
    event = news.event
    replica = Replica(
        target=target,
        domain=event.domain,
        golden_id=event.golden_id,
        code=event.code,
        label=news.label,
        lane=news.lane,
    )
    if reason := targets.refusal(target, news.facts):
        replica.state, replica.skipped = State.SKIPPED, reason
        return replica
    replica.wanted_version, replica.wanted_event = event.version, event
    replica.state, replica.due_at = _start(target, is_stopped=is_stopped, now=now)
    replica.last_sentence = _held_because(target)
    return replica


def _start(target: Target, *, is_stopped: bool, now: datetime) -> tuple[State, datetime | None]:
    """How a new want begins at this target."""
    if is_stopped or target.mode in (Target.Mode.MANUAL, Target.Mode.SHADOW):
        return State.PAUSED, None
    return State.READY, targets.next_slot(target, now)


def _held_because(target: Target) -> str:
    match target.mode:
        case Target.Mode.SHADOW:
            return f"{target.name} is in shadow mode: worked out, never sent."
        case Target.Mode.MANUAL:
            return f"{target.name} gets it when somebody releases it."
    return ""


def _raise(replica: Replica, target: Target, news: News, *, is_stopped: bool, now: datetime) -> int:
    """News for a replica: its lease, tries and waits under way are left alone."""
    event = news.event
    rows = Replica.objects.filter(pk=replica.pk, wanted_version__lt=event.version)
    reason = targets.refusal(target, news.facts)
    if reason and not replica.landed_version and replica.first_tried_at is None:
        rows.update(state=State.SKIPPED, skipped=reason, due_at=None, code=event.code)
        return 0
    state, due_at = _start(target, is_stopped=is_stopped, now=now)
    quiet = Q(state__in=QUIET)
    return rows.update(
        wanted_version=event.version,
        wanted_event=event,
        code=event.code,
        label=news.label,
        skipped="",
        state=_if(quiet, state.value, F("state"), models.CharField()),
        due_at=_if(quiet | Q(state=State.BLOCKED), due_at, F("due_at"), models.DateTimeField()),
        tries=_if(quiet, 0, F("tries"), models.IntegerField()),
        first_tried_at=_if(quiet, None, F("first_tried_at"), models.DateTimeField()),
        lane=_if(quiet, news.lane, Least(F("lane"), Value(news.lane)), models.IntegerField()),
    )


def _if(condition: Q, then: Any, otherwise: Any, field: "models.Field[Any, Any]") -> Case:
    return Case(When(condition, then=Value(then)), default=otherwise, output_field=field)
