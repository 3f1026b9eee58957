"""Whether sending again can help: what was in the way is mended, or might be; or it cannot be."""

from typing import Any

from django.db.models import Q, QuerySet

from mdm.models import ChangePart
from publishing import codemaps, monitor
from publishing.codemaps import CODE_MAPS, SEPARATOR
from publishing.models import Replica, Target
from publishing.monitor import Clock

OURS = ("required", "too_long", "not_one_of", "duplicate_key")
"""What is wrong with a record itself: its next version is sent by itself, no replay is needed."""


def helps(cause: str, target: Target) -> bool:
    """Whether sending again what stopped for this cause can end otherwise."""
    match cause.split(SEPARATOR):
        case ["missing_code", *_]:
            return mended(cause, target) != ""
        case ["erased", *_]:
            return False
        case [_, _, code, *_] if code in OURS:
            return False
    return True


def mended(cause: str, target: Target) -> str:
    """That the entry a code map lacked, or had wrong, is there now, and by which change; or ""."""
    match cause.split(SEPARATOR):
        case ["missing_code", name, ours, *_]:
            sent = ""
        case ["refused_code", name, ours, sent, *_]:
            pass
        case _:
            return ""
    now = codemaps.lookup_or_empty(target, name, ours)
    if now in ("", sent):
        return ""
    number = _written_by(target, name, ours)
    to = f" to {now}" if sent else ""
    return f"Mapped{to} since{f' ({number})' if number else ''}; ready to replay."


def sentence(replica: Replica, *, clock: Clock | None = None) -> str:
    """What is said of a delivery, with what was mended since it stopped."""
    since = mended(replica.cause, replica.target) if replica.state == Replica.State.DEAD else ""
    return since or monitor.sentence(replica, clock=clock)


def without_hopeless(replicas: QuerySet[Replica]) -> QuerySet[Replica]:
    """The deliveries without those that would only stop again for the cause they stopped for."""
    dead = replicas.filter(state=Replica.State.DEAD).exclude(cause="").order_by()
    targets_ = {t.pk: t for t in Target.objects.filter(pk__in=dead.values("target"))}
    hopeless = Q(pk=None)
    for cause, target in dead.values_list("cause", "target").distinct():
        if not helps(cause, targets_[target]):
            hopeless |= Q(cause=cause, target=target, state=Replica.State.DEAD)
    return replicas.exclude(hopeless)


def _written_by(target: Target, name: str, ours: str) -> str:
    row: Any = codemaps.find(target.code, name, ours)
    if row is None:
        return ""
    parts = ChangePart.objects.filter(subject=CODE_MAPS.code, golden_id=row.golden_id)
    last = parts.exclude(applied_version=None).order_by("-applied_version")
    return last.values_list("change__number", flat=True).first() or ""
