"""Apply an approved change: the only writer of governed rows.

One transaction per decision: lock in golden-id order, test for conflicts item by item, write the
patch, version + 1, history row, facts, keys, identifiers, payload, event.
"""

import logging
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from mdm import ledger
from mdm.authorship import Author, acting
from mdm.changes import checking, flip_days, following, writing
from mdm.changes.content import Approved
from mdm.changes.states import move
from mdm.changes.together import Together
from mdm.errors import Conflict, MdmError, Refused
from mdm.models import Change, ChangePart

logger = logging.getLogger(__name__)

State, PartState = Change.State, ChangePart.State
CHUNK = 100
LEASE = timedelta(minutes=2)


def apply_due() -> int:
    """Take up every change whose time has come: cooled off, scheduled, or left by a worker."""
    now = timezone.now()
    cooled = Change.objects.filter(state=State.COOLING, cooling_until__lte=now)
    scheduled = Change.objects.filter(state=State.SCHEDULED, effective_from__lte=now.date())
    for change in sorted([*cooled, *scheduled], key=_turn):
        _take_up(change)
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    left = sorted(Change.objects.filter(free, state=State.APPLYING), key=_turn)
    for change in left:
        apply_change(change)
    return len(left)


def _turn(change: Change) -> tuple[date, UUID]:
    """The earlier day first, then the older change."""
    return change.effective_from or timezone.now().date(), change.pk


def _take_up(change: Change) -> None:
    waits = change.state == State.COOLING and change.effective_from
    later = waits and change.effective_from and change.effective_from > timezone.now().date()
    try:
        move(change, State.SCHEDULED if later else State.APPLYING)
    except Refused:
        logger.info("%s was taken up by somebody else", change.number)


def apply_change(change: Change, *, is_held: bool = False) -> Change:
    """Apply what is pending in it. Safe to call twice, or after a kill: applied parts stay.

    `is_held` says that the caller has its lease already.
    """
    if not is_held and not _claim(change):
        return Change.objects.get(pk=change.pk)
    author = Author(
        person=change.requested_by.get_username(),
        user=change.requested_by,
        reason=change.reason or change.title,
        correlation_id=change.correlation_id,
        change=change.number,
    )
    with acting(author):
        try:
            approved = Approved(change)
        except Conflict as error:
            _refuse(change, error)
        else:
            if change.is_atomic:
                _apply_whole(change, approved)
            else:
                _apply_each(change, approved)
            flip_days.note(change, renew=lambda: _hold(change))
    return _finish(change)


def _claim(change: Change) -> bool:
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    mine = Change.objects.filter(free, pk=change.pk, state=State.APPLYING)
    return bool(mine.update(lease_until=now + LEASE))


def _refuse(change: Change, error: Conflict) -> None:
    logger.error("%s is not applied: %s", change.number, error)
    change.parts.filter(state=PartState.PENDING).update(
        state=PartState.CONFLICTED, problem=str(error)
    )


def _apply_whole(change: Change, approved: Approved) -> None:
    """All parts or none: one transaction."""
    parts = list(change.parts.filter(state=PartState.PENDING).select_related("revision"))
    together = Together(parts)
    failed: ChangePart | None = None
    try:
        with transaction.atomic():
            together.lock_links()
            for part in following.in_order(parts):
                failed = part
                part.change = change
                approved.require(part)
                following.require_rule(change, part)
                _settle(part, writing.write(part, together))
            failed = None
            together.tell()
    except (MdmError, IntegrityError, ValidationError) as error:
        for part in parts:
            part.refresh_from_db()
        if failed is not None:
            _fail(failed, error)


def _apply_each(change: Change, approved: Approved) -> None:
    """Part by part, in bounded chunks: a failed part says why, the rest stand."""
    for chunk in _chunks(change):
        together = Together(chunk)
        with transaction.atomic():
            together.lock_links()
            for part in chunk:
                part.change = change
                told = len(together.written)
                try:
                    with transaction.atomic():
                        approved.require(part)
                        following.require_rule(change, part)
                        _settle(part, writing.write(part, together))
                except (MdmError, IntegrityError, ValidationError) as error:
                    del together.written[told:]
                    _fail(part, error)
            together.tell()
            _hold(change)


def _hold(change: Change) -> None:
    """Keep the lease while there is work left."""
    Change.objects.filter(pk=change.pk).update(lease_until=timezone.now() + LEASE)


def _chunks(change: Change) -> Iterator[list[ChangePart]]:
    pending = change.parts.filter(state=PartState.PENDING).select_related("revision")
    while chunk := list(pending.order_by("position")[:CHUNK]):
        yield following.in_order(chunk)


def _settle(part: ChangePart, version: int | None) -> None:
    part.state = PartState.APPLIED if version is not None else PartState.UNCHANGED
    part.applied_version, part.problem = version, ""
    part.save(update_fields=["state", "applied_version", "problem", "label"])


def _fail(part: ChangePart, error: Exception) -> None:
    part.state = PartState.CONFLICTED if isinstance(error, Conflict) else PartState.FAILED
    part.problem = _sentence(error)
    part.save(update_fields=["state", "problem"])


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, IntegrityError):
        return "Another record was given the same code in the meantime."
    return str(error)


def _finish(change: Change) -> Change:
    change = Change.objects.get(pk=change.pk)
    states = set(change.parts.values_list("state", flat=True))
    done = states & {PartState.APPLIED, PartState.UNCHANGED}
    problems = states & {PartState.FAILED, PartState.CONFLICTED}
    end = State.APPLIED if not problems else State.PARTLY_APPLIED if done else State.CONFLICTED
    with transaction.atomic():
        move(change, end, lease_until=None)
        person = change.requested_by.get_username()
        ledger.append(
            f"change.{end}",
            person=person,
            subject=change.number,
            correlation_id=change.correlation_id,
            content_hash=change.content_hash,
        )
        if end == State.CONFLICTED and change.part_count <= checking.MANY:
            checking.look_for_conflicts(change)
        checking.tell_others(change)
    logger.info("%s is %s", change.number, change.get_state_display().lower())
    return change


def conflicts(part: ChangePart) -> list[dict[str, Any]]:
    """The three-way view of a part: per path what was seen, what is proposed, what is there now."""
    return writing.three_way(part)
