"""Fill an empty installation with the demo: the same story for the same seed, told once."""

from random import Random

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from mdm import ledger, reference_data
from mdm.demo import accounts, people, sources, story
from mdm.demo.play import Play
from mdm.errors import Refused
from mdm.models import Change, Event

SIZES = ("small",)
SEED = 42


def is_seeded() -> bool:
    """Whether the demo's people are here already."""
    names = [account.username for account in accounts.ACCOUNTS]
    return get_user_model().objects.filter(username__in=names).exists()


def seed(number: int = SEED) -> bool:
    """Tell the story in one transaction, all of it or nothing; False when it was told before.

    Raises `Refused` outside a demo: its accounts have passwords that everybody knows.
    """
    if not settings.MDM_DEMO:
        raise Refused("Demo data is made only with MDM_DEMO=1, which needs a local address.")
    if is_seeded():
        return False
    reference_data.load()
    with transaction.atomic():
        random = Random(number)  # noqa: S311 - made-up companies, not secrets
        play = Play(people.make(), random, timezone.now().date())
        story.tell(play, sources.Sources(random))
        _date_events()
    while ledger.seal():
        pass
    return True


def _date_events() -> None:
    """The database dates an event by its own clock; in the story it was when its change applied."""
    applied = Change.objects.filter(pk=OuterRef("change_id")).values("applied_at")[:1]
    Event.objects.filter(change__applied_at__isnull=False).update(occurred_at=Subquery(applied))
