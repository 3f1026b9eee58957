"""After a change of rules: note for every record on which day time alone would change it.

A record that the new rules would make another, and that no part of the change has written, is due
at once: so nothing that was accepted between the effect and its approval is forgotten.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils import timezone

from mdm import effects, rules, vault
from mdm import facts as accepted
from mdm.changes.following import WRITTEN
from mdm.domains import DOMAINS
from mdm.domains import patch as patches
from mdm.domains.spec import Domain
from mdm.domains.values import read
from mdm.models import Change, LiveVersion
from mdm.survivorship import Rules, consolidate, next_flip


def note(change: Change, *, renew: Callable[[], Any]) -> None:
    """Note the days anew where the change wrote rules; safe to call twice.

    `renew` is called after each batch.
    """
    for code in _concerned(change):
        kind = DOMAINS[code]
        by = rules.in_force(code)
        for ids in effects.contested(kind):
            _note(kind, ids, by)
            renew()


def is_much(change: Change) -> bool:
    """Whether so many records are contested that the days take longer than a request may."""
    for code in _concerned(change, written=False):
        if len(next(effects.contested(DOMAINS[code]), ())) == effects.AT_ONCE:
            return True
    return False


def _concerned(change: Change, *, written: bool = True) -> list[str]:
    """The domains whose rules the change wrote, or is to write."""
    parts = change.parts.filter(subject__in=effects.RULING)
    wanted = parts.filter(state__in=WRITTEN) if written else parts
    ruling = [part for part in wanted if effects.bears(part)]
    if not ruling:
        return []
    if any(part.subject == effects.SYSTEM for part in ruling):
        return list(DOMAINS)
    now = set(effects.concerned(effects.proposals(ruling)))
    return [code for code in DOMAINS if code in now | {p.seen.get("domain") for p in ruling}]


def _note(kind: Domain, ids: list[UUID], by: Rules) -> None:
    today = timezone.now().date()
    rows = kind.model.objects.in_bulk(ids)
    live = {one.golden_id: one for one in LiveVersion.objects.filter(pk__in=rows)}
    moved = []
    for golden_id, facts in accepted.of(kind, rows).items():
        if (one := live.get(golden_id)) is None or one.merged_into:
            continue
        row = vault.open_values(kind, read(kind, rows[golden_id]))
        owed = patches.diff(kind, row, consolidate(kind, facts, by, day=today).values)
        owed.pop("code", None)
        day = today if owed else next_flip(kind, facts, by, day=today)
        if day != one.next_flip_on:
            one.next_flip_on = day
            moved.append(one)
    LiveVersion.objects.bulk_update(moved, ["next_flip_on"], batch_size=effects.AT_ONCE)
