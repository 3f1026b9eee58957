"""Receive what a system says of one thing: idempotent by system, domain, scope and key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from mdm import changes, permissions
from mdm.domains import get_domain
from mdm.domains.spec import Domain, Sensitivity, Subject
from mdm.errors import NotFound, Refused
from mdm.intake import landing, planning, references
from mdm.intake.messages import Message, Moments, clean_key, clean_values
from mdm.intake.planning import Outcome, Planned
from mdm.models import Change, SourceRecord, SourceRevision, System
from mdm.seams import Found

NO_MOMENTS = Moments()


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a message."""

    outcome: str
    sentence: str
    source_record: SourceRecord
    revision: SourceRevision | None = None  # none: it said nothing new
    change: Change | None = None
    candidates: tuple[Found, ...] = ()


@transaction.atomic
def receive(
    system: System | str,
    domain: str,
    key: str,
    values: Mapping[str, Any],
    *,
    by: Any,
    raw: Mapping[str, Any] | None = None,
    scope: str = "",
    at: Moments = NO_MOMENTS,
) -> Received:
    """Keep the message and propose what follows from it. Sent twice, it changes nothing.

    Raises `changes.Malformed` with every problem of the values, `NotFound` for an unknown system or
    domain, `NotAllowed`.
    """
    kind, sender = get_domain(domain), system_named(system)
    permissions.require(by, "propose", kind.code)
    message, promised = _message(kind, sender, (scope, clean_key(key)), values, raw, at)
    one = planning.classify(kind, sender, [message])[0]
    if one.outcome is Outcome.OPEN:
        return _replace(kind, sender, one, by)
    landing.land(kind, sender, [one], received_from=by.get_username())
    planning.decide(kind, sender, [one], remember=True)
    references.settle([one], promised)
    change = landing.file(
        kind,
        [one],
        by=by,
        title=f"{sender.name} {key}: {planning.LABELS[one.outcome or Outcome.NEW].lower()}",
        reason=f"Sent by {sender.name}.",
        channel=Change.Channel.API,
    )
    if change is not None:
        change = changes.submit(change, by=by)
    return _received(one, change)


def _message(
    kind: Domain,
    sender: System,
    place: tuple[str, str],
    values: Mapping[str, Any],
    raw: Mapping[str, Any] | None,
    at: Moments,
) -> tuple[Message, references.Promised]:
    """What was said, cleaned, and which of the things it refers to are only promised so far."""
    cleaned, problems = clean_values(kind, sender, place, values)
    promised, missing = references.resolve(kind, sender, [(place, cleaned)])
    problems += missing.get(place, [])
    if problems:
        raise changes.Malformed(problems)
    said = dict(values) if raw is None else raw
    secret = secret_names(kind, said)
    return Message(place[1], cleaned, said, place[0], secret=secret, at=at), promised


def _replace(kind: Domain, sender: System, one: Planned, by: Any) -> Received:
    """The thing is in an open change: its part now says what was said last, and is checked anew."""
    part = one.part
    if part is None or part.change.state not in (Change.State.DRAFT, Change.State.SUBMITTED):
        landing.land(kind, sender, [_as_waiting(one)], received_from=by.get_username())
        return _received(one, part.change if part else None)
    landing.land(kind, sender, [_as_waiting(one)], received_from=by.get_username())
    part.revision = one.revision
    part.save(update_fields=["revision"])
    patch = planning.creation(kind, one.message.values)
    change = changes.edit(part.change, part, patch, by=by)
    one.sentence = f"{change.number}, which was still open, now says this."
    return _received(one, change)


def _as_waiting(one: Planned) -> Planned:
    one.outcome = Outcome.CHANGED
    return one


def _received(one: Planned, change: Change | None) -> Received:
    if one.record is None or one.outcome is None:
        raise Refused(one.sentence or "The message was not kept.")
    one.record.refresh_from_db()
    revision = one.revision if one.is_news else None
    return Received(one.outcome.value, one.sentence, one.record, revision, change, tuple(one.found))


def system_named(system: System | str) -> System:
    """The system of that code. Raises `NotFound`, naming those there are."""
    if isinstance(system, System):
        return system
    found = System.objects.filter(code=system).first()
    if found is None:
        known = ", ".join(System.objects.values_list("code", flat=True)) or "none yet"
        raise NotFound(f"There is no system {system!r}. There are: {known}.")
    return found


def secret_names(kind: Subject, raw: Mapping[str, Any]) -> frozenset[str]:
    """The names in a raw message whose values are sealed as a whole."""
    careful = {
        c.code
        for c in kind.collections
        if c.sensitivity in (Sensitivity.PAYMENT, Sensitivity.PERSONAL)
    } | {c.code for c in kind.collections if any(f.sealed({"type": "personal"}) for f in c.fields)}
    unknown = {
        name for name in raw if kind.attribute(name) is None and kind.collection(name) is None
    }
    return frozenset(name for name in raw if name in careful | unknown)
