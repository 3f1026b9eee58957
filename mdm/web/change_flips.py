"""What follows from the rules or the time in a change, counted for its approver."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from mdm import changes, effects, seams
from mdm.changes.following import CHANNELS
from mdm.domains import DOMAINS
from mdm.domains import patch as patches
from mdm.errors import MdmError
from mdm.models import Change, ChangePart, Fact
from mdm.queries import flips
from mdm.queries import words as say

MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class Flips:
    """How many values of how many records flip, of which attributes, and what targets get."""

    values: int
    records: int
    attributes: tuple[tuple[str, int], ...]
    targets: tuple[str, ...]
    by_rules: bool
    stale: str = ""  # what would flip now instead, in a sentence


def of(change: Change) -> Flips | None:
    """The counts of a change that holds what follows; None of any other."""
    if change.channel not in CHANNELS:
        return None
    counted: Counter[tuple[str, str]] = Counter()
    held: set[tuple[UUID, str]] = set()
    records = 0
    parts = change.parts.filter(subject__in=DOMAINS).values_list("subject", "golden_id", "patch")
    for subject, golden_id, patch in parts.iterator():
        records += 1
        counted.update((subject, patches.parse(path).code) for path in patch)
        held.update((golden_id, path) for path in patch)
    said = change.checks.filter(code=flips.PAYLOADS).order_by("id")
    return Flips(
        sum(counted.values()),
        records,
        tuple((_label(*at), n) for at, n in counted.most_common(MOST_NAMED)),
        tuple(said.values_list("sentence", flat=True)),
        change.channel == Change.Channel.RULES,
        _stale(change, held),
    )


def _stale(change: Change, held: set[tuple[UUID, str]]) -> str:
    """What would flip now, where that is not what lies before the reviewers."""
    if change.state != Change.State.SUBMITTED or not _moved_since(change):
        return ""
    own = change.parts.filter(subject__in=effects.RULING)
    try:
        now = {(one.row.pk, path) for one in effects.of(list(own)) for path in one.patch}
    except MdmError as error:
        return str(error)
    if now == held:
        return ""
    would = "1 value would flip" if len(now) == 1 else f"{len(now):,} values would flip"
    return f"Now {would}; it was submitted with {len(held):,}, not all the same."


def _moved_since(change: Change) -> bool:
    """Whether facts or rules have moved since it was submitted, so that its effect may have."""
    since = change.submitted_at
    if since is None or change.channel != Change.Channel.RULES:
        return False
    ruling = ChangePart.objects.filter(subject__in=effects.RULING, change__applied_at__gt=since)
    return ruling.exists() or Fact.objects.filter(accepted_at__gt=since).exists()


def effect_url(change: Change) -> str:
    """Where the effect of a change of rules is shown while it may still be edited; else ""."""
    if change.state not in changes.EDITABLE:
        return ""
    parts = change.parts.filter(subject__in=effects.RULING)
    bearing = any(effects.bears(part) for part in parts)
    return reverse("change-effect", args=[change.number]) if bearing else ""


def _label(subject: str, code: str) -> str:
    kind = seams.subject(subject)
    collection = kind.collection(code)
    return collection.label if collection else say.label(kind, code)
