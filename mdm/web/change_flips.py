"""What follows from the rules or the time in a change, counted for its approver."""

from collections import Counter
from dataclasses import dataclass

from django.urls import reverse

from mdm import changes, effects, seams
from mdm.changes.following import CHANNELS
from mdm.domains import DOMAINS
from mdm.domains import patch as patches
from mdm.models import Change
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


def of(change: Change) -> Flips | None:
    """The counts of a change that holds what follows; None of any other."""
    if change.channel not in CHANNELS:
        return None
    counted: Counter[tuple[str, str]] = Counter()
    records = 0
    parts = change.parts.filter(subject__in=DOMAINS).values_list("subject", "patch")
    for subject, patch in parts.iterator():
        records += 1
        counted.update((subject, patches.parse(path).code) for path in patch)
    said = change.checks.filter(code=flips.PAYLOADS).order_by("id")
    return Flips(
        sum(counted.values()),
        records,
        tuple((_label(*at), n) for at, n in counted.most_common(MOST_NAMED)),
        tuple(said.values_list("sentence", flat=True)),
        change.channel == Change.Channel.RULES,
    )


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
