"""What time alone turns: a pin that ended, trust that decayed. It becomes a proposal on its day.

One change per domain and day, one part per record, requested by the machine account; somebody
approves it like any other. Run twice, it proposes nothing twice: a record is due until its day was
dealt with, and then on the next day on which it would turn.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from mdm import authorship, changes, effects, policies, rules
from mdm import facts as accepted
from mdm.changes import following
from mdm.changes.content import content_hash
from mdm.changes.drafting import FIRST_NUMBER
from mdm.domains import DOMAINS
from mdm.domains.spec import Domain
from mdm.effects import Flipped
from mdm.models import Change, ChangeAuthor, ChangePart, LiveVersion, NumberRange
from mdm.survivorship import next_flip

MACHINE = "touchstone"
AT_ONCE = 500
REASON = "A pin has ended, or trust has decayed: by the rules in force these values are others now."


def propose_due() -> list[Change]:
    """Propose what is due today in each domain; safe to repeat, and to run at many places."""
    due = [domain for domain in DOMAINS.values() if _due(domain).exists()]
    return [change for domain in due if (change := _propose(domain)) is not None]


def due_count() -> int:
    """How many records wait to be looked at today."""
    return sum(_due(domain).count() for domain in DOMAINS.values())


def machine() -> Any:
    """The account that requests what nobody asked for: nobody can sign in with it."""
    users = get_user_model().objects
    user, is_new = users.get_or_create(
        username=MACHINE, defaults={"first_name": "Touchstone", "is_active": False}
    )
    if is_new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def _due(domain: Domain) -> Any:
    today = timezone.now().date()
    return LiveVersion.objects.filter(domain=domain.code, next_flip_on__lte=today, merged_into=None)


@transaction.atomic
def _propose(domain: Domain) -> Change | None:
    """The change of a domain for today; None when there is one already, or nothing turns."""
    NumberRange.take(f"clock of {domain.code}", 0, 0)  # one at a time
    today = timezone.now().date()
    if _done_today(domain):
        return None
    ids = list(_due(domain).order_by("golden_id").values_list("golden_id", flat=True))
    in_force = rules.in_force(domain.code)
    flips = list(effects.owed(domain, ids, in_force, day=today))
    change = _file(domain, flips) if flips else None
    for start in range(0, len(ids), AT_ONCE):
        _dealt_with(domain, ids[start : start + AT_ONCE])
    return change


def _done_today(domain: Domain) -> bool:
    made = Change.objects.filter(channel=Change.Channel.CLOCK, domain=domain.code)
    last = made.filter(requested_by__username=MACHINE).order_by("-created_at").first()
    return last is not None and last.created_at.date() == timezone.now().date()


def _file(domain: Domain, flips: Sequence[Flipped]) -> Change:
    """One submitted change of all that turns."""
    by, today = machine(), timezone.now().date()
    noun = domain.label.lower() if len(flips) == 1 else domain.plural.lower()
    change = Change(
        number=f"CR-{NumberRange.take('change', FIRST_NUMBER)}",
        title=f"{len(flips)} {noun} whose day has come on {today}",
        reason=REASON,
        channel=Change.Channel.CLOCK,
        is_atomic=False,
        domain=domain.code,
        requested_by=by,
        correlation_id=authorship.correlated(),
        part_count=len(flips),
    )
    parts = [following.part_of(change, n, one) for n, one in enumerate(flips)]
    change.risk = policies.required(parts).risk
    change.content_hash = content_hash(change, parts)
    change.save(force_insert=True)
    ChangePart.objects.bulk_create(parts, batch_size=AT_ONCE)
    ChangeAuthor.objects.create(change=change, user=by)
    return changes.submit(change, by=by)


def _dealt_with(domain: Domain, ids: Sequence[UUID]) -> None:
    """The next day of each: what was proposed today is not proposed again tomorrow."""
    today = timezone.now().date()
    in_force = rules.in_force(domain.code)
    live = {one.golden_id: one for one in LiveVersion.objects.filter(pk__in=ids)}
    for golden_id, facts in accepted.of(domain, ids).items():
        live[golden_id].next_flip_on = next_flip(domain, facts, in_force, day=today)
    LiveVersion.objects.bulk_update(live.values(), ["next_flip_on"])
