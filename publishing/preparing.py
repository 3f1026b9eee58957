"""What a try needs: the payload of the wanted version, and all a connector may know besides it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from django.utils import timezone

from mdm import vault
from mdm.domains import get_domain
from mdm.domains.spec import Sensitivity
from mdm.models import Event, Payload
from publishing import codemaps, targets
from publishing.codemaps import SEPARATOR
from publishing.connectors.base import Context, Part
from publishing.models import RelayState, Replica, Target, TargetState

SHARE_OF_LEASE = 0.75  # of which a whole try may last
SHARE_OF_EXCHANGE = 0.3  # of which one exchange may last: under a third
State = Replica.State


@dataclass(frozen=True, slots=True)
class Prepared:
    """One try, ready to begin."""

    event: Event
    payload: Mapping[str, Any]
    context: Context
    mapping_hash: str
    only_confirms: bool = False


class Unready(Exception):
    """Nothing can be sent: what is waited for, or what is wrong."""

    def __init__(
        self, state: str, sentence: str, *, waits_for: Sequence[str] = (), cause: str = ""
    ) -> None:
        super().__init__(sentence)
        self.state = state
        self.sentence = sentence
        self.waits_for = waits_for
        self.cause = cause


def prepare(replica: Replica, target: Target, fares: TargetState, until: datetime) -> Prepared:
    """Everything for one try of a claimed replica. Raises `Unready`."""
    event = replica.wanted_event
    if event is None:
        raise Unready(State.SKIPPED, "Nothing is wanted here.")
    payload = allowed(target, opened(event.payload), replica.domain)
    _refuse_missing_references(replica, target, payload)
    mapping = codemaps.maps(target)
    context = context_for(
        target, replica=replica, event=event, until=until, fares=fares, mapping=mapping
    )
    only_confirms = replica.state == State.ACCEPTED
    return Prepared(event, payload, context, mapping.digest, only_confirms)


def opened(payload: Payload) -> dict[str, Any]:
    """The full payload of a version. Raises `Unready` when its subject has been erased."""
    if payload.sealed is None:
        return _loads(bytes(payload.masked))
    plain = vault.unseal_bytes(payload.golden_id, bytes(payload.sealed))
    if plain is None:
        words = "Its personal data has been erased, so this version can never be sent again."
        raise Unready(State.DEAD, words, cause="erased")
    return _loads(plain)


def masked(payload: Payload) -> dict[str, Any]:
    """The payload of a version with its sensitive values masked."""
    return _loads(bytes(payload.masked))


def context_for(
    target: Target,
    *,
    replica: Replica | None = None,
    event: Event | None = None,
    until: datetime | None = None,
    fares: TargetState | None = None,
    mapping: codemaps.Snapshot | None = None,
) -> Context:
    """What the target's connector may know; with a replica, of that record's try."""
    now = timezone.now()
    seconds = (until - now if until else targets.lease(target)).total_seconds()
    lease = targets.lease(target).total_seconds()
    known = Context(
        target.address,
        credentials=targets.credentials(fares or targets.state(target)),
        code_maps=(mapping or codemaps.maps(target)).maps,
        company_codes=targets.words(target.company_codes),
        options=targets.options(target),
        now=now,
        timeout=max(lease * SHARE_OF_EXCHANGE, 0.1),
        time_limit=max(min(seconds, lease * SHARE_OF_LEASE), 0.0),
    )
    if replica is None or event is None:
        return known
    return replace(
        known,
        parts=parts_of(replica),
        idempotency_key=idempotency_key(target, event),
        correlation_id=str(event.change.correlation_id),
        traceparent=event.traceparent,
        unsure=replica.is_in_doubt,
        overwrite=replica.overwrite,
    )


def parts_of(replica: Replica) -> tuple[Part, ...]:
    """What is known of the record's pieces in the target."""
    return tuple(
        Part(p.kind, p.key, p.part_id, p.legal_entity, p.etag, p.landed_hash)
        for p in replica.parts.order_by("kind", "part_id")
    )


def idempotency_key(target: Target, event: Event) -> str:
    """The same for the same version of the same record at the same target, however often sent."""
    epoch = RelayState.objects.filter(pk=1).values_list("epoch", flat=True).first() or 1
    state = event.payload_id[:16]
    return f"{epoch}:{event.golden_id}:{event.version}:{state}:{target.code}"


def allowed(target: Target, payload: Mapping[str, Any], domain: str) -> dict[str, Any]:
    """The payload without what this target may not have."""
    if target.takes_bank_data:
        return dict(payload)
    kept = {c.code for c in get_domain(domain).collections if c.sensitivity is Sensitivity.PAYMENT}
    return {name: value for name, value in payload.items() if name not in kept}


def _refuse_missing_references(
    replica: Replica, target: Target, payload: Mapping[str, Any]
) -> None:
    """A record that refers to one the target should get first waits until it is there."""
    needed = targets.connector(target).waits_for(replica.domain, payload)
    if not needed:
        return
    there = {
        str(row.golden_id): row
        for row in Replica.objects.filter(
            target=target, golden_id__in=[reference.golden_id for reference in needed]
        )
    }
    missing = [
        (reference, there[reference.golden_id])
        for reference in needed
        if reference.golden_id in there and _is_coming(there[reference.golden_id])
    ]
    if missing:
        reference, row = missing[0]
        label = get_domain(reference.domain).label.lower()
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        words = f"Waits for {label} {row.code}{more}, which {target.name} does not have yet"
        ids = [reference.golden_id for reference, _ in missing]
        cause = SEPARATOR.join(("waits", reference.domain, row.code))
        raise Unready(State.BLOCKED, f"{words}{_why(row)}.", waits_for=ids, cause=cause)


def _is_coming(row: Replica) -> bool:
    """Wanted there, and never landed; what the target is not to have is not waited for."""
    at_rest = (State.SKIPPED, State.MANUAL, State.ACCEPTED)
    return row.landed_version == 0 and row.state not in at_rest


def _why(row: Replica) -> str:
    return " and which was refused" if row.state == State.DEAD else ""


def _loads(text: bytes) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(text)
    return found
