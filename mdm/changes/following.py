"""What follows from a change of rules for the records: parts of the same change.

The effect is what gets approved. A change of rules or trust therefore holds, after its own parts,
one part per record that flips; they are made anew whenever it is submitted or edited, written only
after the rule, and refused one by one where the record has moved on.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import chain, islice
from uuid import UUID

from django.utils import timezone

from mdm import effects, permissions, rules, vault
from mdm.domains import DOMAINS
from mdm.domains import patch as patches
from mdm.effects import Flipped
from mdm.errors import Conflict, Refused
from mdm.models import Change, ChangePart

Action, PartState = ChangePart.Action, ChangePart.State
CHANNELS = (Change.Channel.RULES, Change.Channel.CLOCK)
WRITTEN = (PartState.APPLIED, PartState.UNCHANGED)
STUCK = (PartState.CONFLICTED, PartState.FAILED)
AT_ONCE = 500
MIXED = (
    "A change of rules brings along what flips by it, and holds no other change of records. "
    "Propose those on their own."
)
BACK_DATED = "Rules hold from the day they are approved, or from a later one: give no earlier day."
NO_RULE = "The rule that it follows from was not written, so neither is this."
MOVED = (
    "Facts or rules have moved since its effect was shown: by them the record would hold "
    "something else. Nothing was written; its effect can be shown and proposed anew."
)


def is_following(part: ChangePart) -> bool:
    """Whether a part follows from rules or from time, and is nobody's own wish."""
    return (
        part.subject in DOMAINS
        and part.change.channel in CHANNELS
        and part.action == Action.UPDATE
        and part.revision_id is None
    )


def follow(change: Change) -> None:
    """Let a change of rules hold what would flip today by it, and nothing else about records.

    Call inside a transaction, with the change locked. Raises `Refused` for a mixed change.
    """
    own = list(change.parts.filter(subject__in=effects.RULING))
    if not any(effects.bears(part) for part in own):
        if change.channel in CHANNELS:
            _renew(change)
        return
    records = change.parts.filter(subject__in=DOMAINS)
    if change.channel not in CHANNELS and records.exists():
        raise Refused(MIXED)
    if change.effective_from and change.effective_from < timezone.now().date():
        raise Refused(BACK_DATED)
    records.delete()
    flips = effects.of(own)
    first = next(flips, None)
    if first is None and not any(part.subject in effects.SETTINGS for part in own):
        _count(change)
        return
    change.channel = Change.Channel.RULES
    if first is not None:
        _add(change, chain([first], flips))
    _count(change)


def _add(change: Change, flips: Iterator[Flipped]) -> None:
    change.is_atomic = False
    change.domain = ""
    last = change.parts.order_by("-position").values_list("position", flat=True).first()
    position = 0 if last is None else last + 1
    while some := list(islice(flips, AT_ONCE)):
        parts = [part_of(change, position + n, one) for n, one in enumerate(some)]
        for part in parts:
            codes = [code for code in part.company_codes.split(",") if code]
            permissions.require(change.requested_by, "see", part.subject, codes)
        ChangePart.objects.bulk_create(parts)
        position += len(parts)


def _count(change: Change) -> None:
    change.part_count = change.parts.count()
    change.save(update_fields=["channel", "is_atomic", "domain", "part_count"])


def part_of(change: Change, position: int, one: Flipped) -> ChangePart:
    """The part that makes of a record what its facts come to."""
    kind, row, patch = one.kind, one.row, one.patch
    after = patches.apply(one.values, patch)
    part = unsealed(change, position, one)
    part.patch = vault.seal_patch(kind, row.pk, patch, after)
    part.seen = vault.seal_patch(kind, row.pk, patches.seen(one.values, patch), one.values)
    return part


def unsealed(change: Change, position: int, one: Flipped) -> ChangePart:
    """The same for a look ahead only: nothing is sealed, for it is not to be stored."""
    kind, row = one.kind, one.row
    after = patches.apply(one.values, one.patch)
    return ChangePart(
        change=change,
        position=position,
        subject=kind.code,
        golden_id=row.pk,
        action=Action.UPDATE,
        label=f"{after[kind.name]} {after['code']}".strip()[:400],
        patch=one.patch,
        seen=patches.seen(one.values, one.patch),
        seen_version=row.version,
        company_codes=",".join(permissions.company_codes_of(kind, after)),
    )


def require_rule(change: Change, part: ChangePart) -> None:
    """Refuse what follows from a rule that was not written. Raises `Conflict`."""
    if change.channel != Change.Channel.RULES or part.subject not in DOMAINS:
        return
    ruling = change.parts.filter(subject__in=effects.RULING)
    if ruling.exclude(state__in=WRITTEN).exists():
        raise Conflict(NO_RULE)


def require_unmoved(part: ChangePart | None, chosen: Container[str]) -> None:
    """Refuse what rules or time would no longer make. Raises `Conflict`.

    `chosen` is what somebody would have to have picked against the rules for the part to be right.
    """
    if chosen and part is not None and is_following(part):
        raise Conflict(MOVED)


def in_order(parts: Iterable[ChangePart]) -> list[ChangePart]:
    """As they are written: settings before the records that follow from them, then by golden id."""
    return sorted(parts, key=lambda part: (part.subject in DOMAINS, part.golden_id))


def require_untouched(part: ChangePart) -> None:
    """Refuse an edit of what nobody wishes but the rules. Raises `Refused`."""
    if is_following(part):
        raise Refused("This part follows from a rule or from time; edit the rule, or reject it.")


def owed(parts: Sequence[ChangePart]) -> dict[UUID, Flipped]:
    """What the records of these parts are to become today, by the rules in force, by golden id."""
    today = timezone.now().date()
    found: dict[UUID, Flipped] = {}
    for code in sorted({part.subject for part in parts}):
        ids = [part.golden_id for part in parts if part.subject == code]
        flips = effects.owed(DOMAINS[code], ids, rules.in_force(code), day=today)
        found |= {one.row.pk: one for one in flips}
    return found


def _renew(change: Change) -> None:
    """Make anew what could not be written. Raises `Refused` when nothing of the change is left."""
    stuck = change.parts.filter(state__in=STUCK, subject__in=DOMAINS)
    parts = [part for part in stuck.select_related("change") if is_following(part)]
    if not parts:
        return
    today = owed(parts)
    stuck.filter(pk__in=[part.pk for part in parts]).delete()
    fresh = [part_of(change, p.position, today[p.golden_id]) for p in parts if p.golden_id in today]
    ChangePart.objects.bulk_create(fresh, batch_size=AT_ONCE)
    if not change.parts.exists():
        raise Refused(f"{change.number} has nothing to write any more; reject or withdraw it.")
    _count(change)
