"""What pages and API ask of publishing: deliveries, one delivery, where a record is, did it arrive.

Every query is narrowed to the domains and company codes of the person who asks.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Q, QuerySet

from mdm import permissions
from mdm.domains import DOMAINS
from mdm.models import Event, Key
from publishing import targets
from publishing.models import Attempt, Replica, ReplicaPart, SubscriptionLane, Target
from publishing.models.replica import Outcomes

State = Replica.State
FOUND_AT_MOST = 200
PENDING = (State.READY, State.SENDING, State.WAITING, State.UNKNOWN, State.BLOCKED, State.PAUSED)
NEEDS_A_PERSON = (State.DEAD, State.MANUAL)
Clock = Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of deliveries is narrowed to; empty narrows nothing."""

    state: str = ""  # a state, or "pending", "needs_person"
    target: str = ""
    domain: str = ""
    cause: str = ""
    text: str = ""  # number, name, their key, change number or correlation id


@dataclass(frozen=True, slots=True)
class Place:
    """One target and one record: what a record's page shows under *where it is*."""

    target: Target
    replica: Replica | None
    state: str
    label: str
    sentence: str
    wanted: int = 0
    landed: int = 0
    keys: tuple[ReplicaPart, ...] = ()
    at: datetime | None = None  # when it landed
    next_at: datetime | None = None

    @property
    def key(self) -> str:
        """The record's main key there."""
        return main_key(self.replica) if self.replica else ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a delivery's timeline, with how long it took since the one before."""

    at: datetime
    label: str
    sentence: str
    attempt: Attempt | None = None
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """One delivery with everything known of it. Exchanges and payload are masked."""

    replica: Replica
    attempts: tuple[Attempt, ...]
    timeline: tuple[Step, ...]
    keys: tuple[ReplicaPart, ...]
    payload: dict[str, Any]
    idempotency_key: str
    correlation_id: str


def deliveries(wanted: Filter, *, by: Any) -> QuerySet[Replica]:
    """The deliveries a person may see, the latest moved first."""
    rows = visible(Replica.objects.select_related("target__state_row"), by=by)
    if wanted.state:
        groups = {"pending": PENDING, "needs_person": NEEDS_A_PERSON}
        rows = rows.filter(state__in=groups.get(wanted.state, (wanted.state,)))
    if wanted.target:
        rows = rows.filter(target__code=wanted.target)
    if wanted.domain:
        rows = rows.filter(domain=wanted.domain)
    if wanted.cause:
        rows = rows.filter(cause=wanted.cause)
    if wanted.text.strip():
        rows = rows.filter(_means(wanted.text.strip()))
    return rows.order_by("-updated_at", "-pk")


def lanes(*, state: str = "") -> QuerySet[SubscriptionLane]:
    """The lanes of subscriptions, the latest moved first."""
    rows = SubscriptionLane.objects.select_related("subscription").order_by("-updated_at")
    return rows.filter(state=state) if state else rows


def visible(rows: QuerySet[Replica], *, by: Any) -> QuerySet[Replica]:
    """Those of the deliveries whose records the person may see."""
    allowed = Q(pk=None)
    for domain in DOMAINS:
        if not permissions.may(by, "see", domain):
            continue
        mine = Replica.objects.filter(domain=domain)
        if permissions.seen_company_codes(by, domain) is None:
            allowed |= Q(domain=domain)
        else:
            allowed |= Q(pk__in=permissions.scoped(by, domain, mine).values("pk"))
    return rows.filter(allowed)


def dead_count(user: Any) -> int:
    """How many deliveries wait for somebody to decide about them, for the navigation."""
    return visible(Replica.objects.filter(state=State.DEAD), by=user).count()


def find(pk: UUID | str, *, by: Any) -> Replica | None:
    """One delivery, if the person may see it."""
    return (
        visible(Replica.objects.select_related("target__state_row", "wanted_event"), by=by)
        .filter(pk=pk)
        .first()
    )


def where_it_is(golden_id: UUID, *, clock: Clock | None = None) -> list[Place]:
    """Each target that deals with a record: what it should have, what it has, and why not."""
    rows = Replica.objects.filter(golden_id=golden_id).select_related("target__state_row")
    replicas = {row.target_id: row for row in rows.prefetch_related("parts")}
    places = [_place(row, clock or _clock) for row in replicas.values()]
    event = Event.objects.filter(golden_id=golden_id).order_by("-version").first()
    if event is not None:
        places += [_nowhere(t, event) for t in targets.live() if t.pk not in replicas]
    return sorted(places, key=lambda p: p.target.code)


def detail(replica: Replica) -> Detail:
    """Everything known of one delivery."""
    attempts = tuple(replica.attempts.select_related("event").order_by("number"))
    event = replica.wanted_event
    return Detail(
        replica,
        attempts,
        tuple(_timed(_steps(replica, attempts))),
        tuple(replica.parts.order_by("kind", "part_id")),
        orjson.loads(bytes(event.payload.masked)) if event else {},
        attempts[-1].idempotency_key if attempts else "",
        str(event.change.correlation_id) if event else "",
    )


def did_it_arrive(text: str, *, by: Any) -> list[Replica]:
    """Every delivery that a number, a name, a key of theirs or a correlation id may mean."""
    if not text.strip():
        return []
    rows = deliveries(Filter(text=text), by=by).prefetch_related("parts")
    return list(rows.order_by("domain", "code", "target__code")[:FOUND_AT_MOST])


def sentence(replica: Replica, *, clock: Clock | None = None) -> str:
    """Did it arrive, why not, what now: one line about one delivery; `clock` words its times."""
    when = clock or _clock
    name = replica.target.name
    key = main_key(replica)
    known = f" as {key}" if key else ""
    had = f" It has version {replica.landed_version}{known}." if replica.landed_version else ""
    match replica.state:
        case State.LANDED if replica.landed_at is not None:
            way = " by hand" if _is_by_hand(replica) else ""
            landed = f"Version {replica.landed_version} reached {name}{way}"
            return f"{landed}{known} {when(replica.landed_at)}."
        case State.SKIPPED:
            return f"Not for {name}: {replica.skipped}"
        case State.WAITING | State.UNKNOWN if replica.due_at is not None:
            again = f"Try {replica.tries + 1} comes {when(replica.due_at)}."
            return f"{replica.last_sentence} {again}{had}"
        case State.READY:
            return f"Version {replica.wanted_version} is queued for {name}.{had}"
        case State.SENDING:
            return f"Version {replica.wanted_version} is being sent to {name}.{had}"
        case State.PAUSED:
            because = _stopped_because(replica.target) or replica.last_sentence
            return f"Held back for {name}. {because}{had}"
    return f"{replica.last_sentence}{had}"


def _is_by_hand(replica: Replica) -> bool:
    """Whether a person did in the target what no interface does."""
    return replica.state == State.LANDED and replica.last_outcome == Outcomes.MANUAL


def _stopped_because(target: Target) -> str:
    """Why a target is stopped; costs no query where its state was read along with it."""
    row = getattr(target, "state_row", None)
    return row.stopped_because if row else ""


def main_key(replica: Replica) -> str:
    """The key of the record itself in the target; "" before it is known."""
    kind = targets.main_kind(replica.target, replica.domain)
    return next((p.key for p in replica.parts.all() if p.kind == kind and not p.part_id), "")


def _means(text: str) -> Q:
    meant = Q(code__iexact=text) | Q(label__icontains=text)
    theirs = ReplicaPart.objects.filter(key=text).values("replica")
    meant |= Q(pk__in=theirs) | Q(golden_id__in=Key.objects.filter(key=text).values("golden_id"))
    meant |= Q(wanted_event__change__number__iexact=text)
    try:
        number = UUID(text)
    except ValueError:
        return meant
    tried = Attempt.objects.filter(correlation_id=number, replica__isnull=False)
    meant |= Q(golden_id=number) | Q(pk=number) | Q(pk__in=tried.values("replica"))
    return meant | Q(wanted_event__change__correlation_id=number)


def _place(row: Replica, clock: Clock) -> Place:
    return Place(
        row.target,
        row,
        row.state,
        State(row.state).label,
        sentence(row, clock=clock),
        row.wanted_version,
        row.landed_version,
        tuple(row.parts.all()),
        row.landed_at,
        row.due_at if row.state in (State.WAITING, State.UNKNOWN) else None,
    )


def _nowhere(target: Target, event: Event) -> Place:
    label = DOMAINS[event.domain].plural.lower()
    if not targets.takes_domain(target, event.domain):
        return Place(target, None, "not_taken", "Not taken", f"{target.name} takes no {label}.")
    if event.sequence is None:
        words = f"Version {event.version} is approved and about to be queued."
        return Place(target, None, State.READY, State.READY.label, words, event.version)
    words = f"{target.name} was set up later, and nobody has asked for it there yet."
    return Place(target, None, "not_wanted", "Not asked for", words)


def _steps(replica: Replica, attempts: Sequence[Attempt]) -> Iterable[Step]:
    versions = {a.event.pk: a.event for a in attempts}
    if replica.wanted_event is not None:
        versions[replica.wanted_event.pk] = replica.wanted_event
    for event in sorted(versions.values(), key=lambda e: e.version):
        change = event.change
        words = f"Version {event.version}, by {change.number}."
        yield Step(event.occurred_at, "Approved", words)
    for attempt in attempts:
        sent = f"Try {attempt.number}, version {attempt.version}."
        yield Step(attempt.started_at, "Sent", sent, attempt)
        if attempt.finished_at is not None:
            label = attempt.get_outcome_display()
            yield Step(attempt.finished_at, label, attempt.sentence, attempt)
    if _is_by_hand(replica) and replica.landed_at is not None:
        yield Step(replica.landed_at, "Done by hand", replica.last_sentence)
    if replica.state not in (State.LANDED, State.DEAD) and replica.due_at is not None:
        words = f"Try {replica.tries + 1} is due." if attempts else replica.last_sentence
        yield Step(replica.due_at, State(replica.state).label, words)


def _timed(steps: Iterable[Step]) -> Iterable[Step]:
    """In order of time, each with what passed since the one before it."""
    before: datetime | None = None
    for step in sorted(steps, key=lambda s: s.at):
        passed = step.at - before if before is not None else None
        yield Step(step.at, step.label, step.sentence, step.attempt, passed)
        before = step.at


def _clock(at: datetime) -> str:
    return f"at {at:%Y-%m-%d %H:%M} UTC"
