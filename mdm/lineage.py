"""Where each value of a record comes from: source, rule, change, and the values that lost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from mdm import clocks, folding, rules, survivorship, vault
from mdm import facts as accepted
from mdm.clocks import Clocks
from mdm.domains import patch as patches
from mdm.domains.spec import Subject, Values
from mdm.history import approved_by
from mdm.models import Change, ChangePart, Fact, System
from mdm.survivorship import Golden, Losing

OWN = "Touchstone"
"""Where a number comes from that was taken from the number range."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a value comes from: source and rule, since when, by which change, what lost."""

    value: str
    source: str
    rule: str
    version: int
    since: datetime | None
    change: str
    approved_by: tuple[str, ...]
    losing: tuple[Losing, ...] = ()
    hold: str = ""  # how long a person's choice holds; "" for a source's word
    until: date | None = None
    said_since: datetime | None = None  # the source's own date of it, or when a person chose it
    trust: float | None = None  # in the source, today; None for a person
    rule_code: str = ""  # of the rule that decided
    chosen_by: str = ""  # the change with which a person chose it, or pinned it
    why: str = ""  # what that person gave as the reason
    choice_approved_by: tuple[str, ...] = ()  # who approved that change


def provenance(kind: Subject, golden_id: UUID, at: Clocks | None = None) -> dict[str, Provenance]:
    """For each value of a record: its source, rule, change, what lost; secrets masked.

    `at` asks for the values that were valid on a day, as known at a moment.
    """
    facts = _facts(golden_id, at)
    made = [fact for fact in facts if fact.part is not None and fact.values]
    by_version = {fact.version: fact for fact in reversed(made)}  # a later one changed nothing
    telling = [fact for fact in facts if fact.values or fact.picks or fact.pins]
    numbers = {fact.part.change.number for fact in telling if fact.part}
    approvals = approved_by(numbers)
    folded = folding.fold(map(clocks.written, facts), blank=clocks.nothing(kind))
    day = at.effective if at else timezone.now().date()
    known = at.known if at else None
    heard = accepted.of(kind, [golden_id], until=known)[golden_id]
    golden = survivorship.consolidate(kind, heard, rules.in_force(kind.code, at=known), day=day)
    names = _names(heard)
    result: dict[str, Provenance] = {}
    for path, version in folded.since.items():
        fact = by_version.get(version)
        if fact is None or fact.part is None:
            continue
        reason = _reason(kind, golden, folded.values, path, fact.part.change)
        hide = vault.mask if _is_secret(kind, path, golden.values) else str
        by = approvals.get(fact.part.change.number, ())
        one = _told(fact, fact.part, by, reason, hide, names, _choice(facts, path, reason))
        one = replace(one, choice_approved_by=approvals.get(one.chosen_by, ()))
        own = path == "code" and not fact.part.patch.get("code")
        result[path] = replace(one, source=OWN) if own else one
    return result


def _told(
    fact: Fact,
    part: ChangePart,
    approved_by: tuple[str, ...],
    reason: survivorship.Reason,
    hide: Callable[[str], str],
    names: Mapping[str, str],
    choice: tuple[str, str],
) -> Provenance:
    """Why a value is what it is, with sources by their names and secrets masked."""
    lost = (replace(one, value=hide(one.value)) for one in reason.losing)
    chosen_by, why = choice
    return Provenance(
        value=hide(reason.value),
        source=names.get(reason.source, reason.source),
        rule=reason.sentence,
        version=fact.version,
        since=fact.accepted_at,
        change=part.change.number,
        approved_by=approved_by,
        losing=tuple(replace(one, source=names.get(one.source, one.source)) for one in lost),
        hold=reason.hold or "",
        until=reason.until,
        said_since=reason.since,
        trust=reason.trust,
        rule_code=reason.rule,
        chosen_by=chosen_by,
        why=why,
    )


def _choice(facts: Sequence[Fact], path: str, reason: survivorship.Reason) -> tuple[str, str]:
    """With which change, and why, a person chose a value: the fact that picked or pinned it."""
    if reason.hold is None:
        return "", ""
    item = path.partition(".")[0] if "[" in path else path
    for fact in reversed(facts):
        named = {*fact.picks, *fact.pins}
        if fact.accepted_at == reason.since and fact.part and not named.isdisjoint({path, item}):
            change = fact.part.change
            return change.number, change.reason
    return "", ""


def _facts(golden_id: UUID, at: Clocks | None) -> list[Fact]:
    facts = Fact.objects.filter(golden_id=golden_id).select_related("part__change__requested_by")
    if at is not None:
        facts = facts.filter(accepted_at__lte=at.known, effective_from__lte=at.effective)
    return list(facts.order_by("id"))


def _reason(
    kind: Subject, golden: Golden, values: Values, path: str, change: Change
) -> survivorship.Reason:
    """Why the value is what it is; of one that the rules do not give on that day, who wrote it."""
    reason = golden.reasons.get(path)
    written = vault.open_patch({path: patches.get(values, path)})[path]
    if reason is None or (reason.value != written and path in golden.reasons):
        return replace(_own(change), value=str(written or ""))
    return reason


def _own(change: Change) -> survivorship.Reason:
    """Why a value is what it is that no source competes for: its status, its code."""
    return survivorship.Reason("", change.requested_by.get_username())


def _is_secret(kind: Subject, path: str, values: Values) -> bool:
    at = patches.parse(path)
    collection = kind.collection(at.code)
    if collection is None or not at.field:
        return False
    item = patches.item_of(values, at.code, at.item) or {"type": "personal"}
    return collection.field(at.field).sealed(item)


def _names(facts: survivorship.Facts) -> dict[str, str]:
    """What the sources are called, by their ids."""
    systems = dict(System.objects.values_list("code", "name"))
    return {one.source: systems.get(one.system, one.system) for one in facts.statements}
