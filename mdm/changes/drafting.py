"""Write a change down: what it would do to what, made against what was seen."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from mdm import authorship, permissions, policies, seams, vault
from mdm.changes import checking, combining, following, naming, noting, pinning
from mdm.changes.content import content_hash
from mdm.changes.malformed import Malformed
from mdm.changes.pinning import Pins
from mdm.changes.spec import PartSpec
from mdm.domains import cleaning
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.ids import uuid7
from mdm.domains.spec import Subject, Values
from mdm.domains.values import read
from mdm.errors import Invalid, NotFound, Refused
from mdm.models import Change, ChangeAuthor, ChangePart, NumberRange, Review, SourceRevision
from mdm.standardise import text

Action = ChangePart.Action
FIRST_NUMBER = 1001
AT_ONCE = 500
LONGEST_REASON = 2_000
EARLIEST = date(1970, 1, 1)
"""The first day that a change can take effect on."""
EDITABLE = (Change.State.DRAFT, Change.State.SUBMITTED, Change.State.ASKED)


def draft(  # noqa: PLR0913 - the fields of a form, all by name
    *,
    subject: str,
    by: Any,
    action: str = Action.UPDATE,
    patch: Mapping[str, Any] | None = None,
    golden_id: UUID | None = None,
    reason: str = "",
    title: str = "",
    channel: str = Change.Channel.PAGE,
    effective_from: date | None = None,
    revision: SourceRevision | None = None,
    other_id: UUID | None = None,
    seen: Mapping[str, Any] | None = None,
    seen_version: int | None = None,
    pins: Pins | None = None,
) -> Change:
    """A draft of one part. Raises `Malformed`, `NotFound`, `NotAllowed`, `Refused`."""
    spec = PartSpec(
        subject,
        action,
        patch or {},
        golden_id,
        revision,
        other_id,
        seen,
        seen_version,
        pins=pins or {},
    )
    return draft_many(
        [spec], by=by, title=title, reason=reason, channel=channel, effective_from=effective_from
    )


@transaction.atomic
def draft_many(
    specs: Iterable[PartSpec],
    *,
    by: Any,
    title: str = "",
    reason: str = "",
    channel: str = Change.Channel.PAGE,
    is_atomic: bool = True,
    effective_from: date | None = None,
    import_run: UUID | None = None,
) -> Change:
    """A draft of many parts; nothing is written when any of them cannot be right."""
    specs = combining.explicit(list(specs), by)
    if not specs:
        raise Refused("A change needs at least one part.")
    refuse_long_ago(effective_from)
    rows = _rows(specs)
    change = Change(
        reason=text.within(reason, LONGEST_REASON, "reason"),
        channel=channel,
        is_atomic=is_atomic,
        effective_from=effective_from,
        import_run=import_run,
        requested_by=by,
        correlation_id=authorship.correlated(),
        part_count=len(specs),
    )
    merged: dict[UUID, Values] = {}
    parts = [_part(change, n, spec, rows, by, merged) for n, spec in enumerate(specs)]
    domains = {part.subject for part in parts}
    change.domain = domains.pop() if len(domains) == 1 else ""
    named = title.strip() or naming.of_many(seams.subject(parts[0].subject), parts)
    change.title = named[:200]
    change.number = f"CR-{NumberRange.take('change', FIRST_NUMBER)}"
    change.risk = policies.risk(policies.required(parts), effective_from)
    change.content_hash = content_hash(change, parts)
    change.save(force_insert=True)
    ChangePart.objects.bulk_create(parts, batch_size=AT_ONCE)
    ChangeAuthor.objects.create(change=change, user=by)
    return change


@transaction.atomic
def edit(
    change: Change,
    part: ChangePart,
    patch: Mapping[str, Any],
    *,
    by: Any,
    seen: Mapping[str, Any] | None = None,
    seen_version: int | None = None,
    pins: Pins | None = None,
) -> Change:
    """Replace what a part proposes. Approvals so far are void: they were of something else.

    Before reviewers it is checked anew, and refused where it could not have been submitted.
    """
    change = Change.objects.select_for_update().get(pk=change.pk)
    if change.state not in EDITABLE:
        raise Refused(
            f"{change.number} is {change.get_state_display().lower()}; it cannot be edited."
        )
    following.require_untouched(part)
    if part.action in combining.PLANNED:
        raise Refused("It is planned as a whole: withdraw it, and propose it anew as you want it.")
    kind = seams.subject(part.subject)
    row = kind.model.objects.filter(pk=part.golden_id).first()
    rows = {part.golden_id: row} if row else {}
    spec = PartSpec(
        part.subject,
        part.action,
        patch,
        part.golden_id,
        part.revision,
        part.other_id,
        seen,
        seen_version,
        pins=part.pins if pins is None else pins,
    )
    fresh, proposed = _part(change, part.position, spec, rows, by), dict(part.patch)
    for name in ("patch", "pins", "seen", "seen_version", "label", "company_codes"):
        setattr(part, name, getattr(fresh, name))
    part.save()
    ChangeAuthor.objects.get_or_create(change=change, user=by)
    refresh(change)
    noting.edited(change, part, proposed, by)
    return change


def refresh(change: Change) -> None:
    """Bind the change to what its parts say now; approvals of anything else are void.

    Raises `Refused` where it lies before reviewers and could not have been submitted like this.
    """
    if change.state == Change.State.SUBMITTED:
        following.follow(change)
    parts = list(change.parts.all())
    before, change.content_hash = change.content_hash, content_hash(change, parts)
    change.risk = policies.risk(policies.required(parts), change.effective_from)
    change.save(update_fields=["content_hash", "risk"])
    stale = change.reviews.filter(verdict=Review.Verdict.APPROVE, voided_at=None)
    stale.exclude(content_hash=change.content_hash).update(voided_at=timezone.now())
    if change.state == Change.State.SUBMITTED and change.content_hash != before:
        checking.check(change, parts)
        checking.tell_others(change)


def refuse_long_ago(day: date | None) -> None:
    """Nothing counts from before the earliest day; such a day is a typing error."""
    if day is not None and day < EARLIEST:
        expected = f"a day from {EARLIEST:%Y-%m-%d} on"
        raise Invalid(day.isoformat(), expected, "Correct the day on which it takes effect.")


def _rows(specs: Sequence[PartSpec]) -> dict[UUID, Any]:
    """The rows that the parts touch, by golden id."""
    wanted: dict[str, list[UUID]] = {}
    for spec in specs:
        ids = [i for i in (spec.golden_id, spec.other_id) if i]
        if spec.action != Action.CREATE:
            wanted.setdefault(spec.subject, []).extend(ids)
    rows: dict[UUID, Any] = {}
    for code, ids in wanted.items():
        for start in range(0, len(ids), AT_ONCE):
            rows |= seams.subject(code).model.objects.in_bulk(ids[start : start + AT_ONCE])
    return rows


def _part(
    change: Change,
    position: int,
    spec: PartSpec,
    rows: Mapping[UUID, Any],
    by: Any,
    merged: dict[UUID, Values] | None = None,
) -> ChangePart:
    """The part; `merged` holds what earlier merges of the same change come to."""
    kind = seams.subject(spec.subject)
    golden_id = spec.golden_id or uuid7()
    row = rows.get(golden_id)
    if row is None and spec.action != Action.CREATE:
        raise NotFound(f"There is no {kind.label.lower()} {golden_id}.")
    _fits(kind, spec, row)
    merged = {} if merged is None else merged
    before = merged.get(golden_id) or _before(kind, golden_id, row)
    patch = _cleaned(kind, spec)
    after = patches.apply(before, patch)
    if spec.action == Action.MERGE:
        merged[golden_id] = after
    if exposed := list(cleaning.exposed(kind, before, after)):
        raise Malformed(exposed)
    codes = permissions.company_codes_of(kind, after)
    permissions.require(by, "propose" if kind.is_domain else "govern", kind.code, codes)
    if row is not None:
        permissions.require(by, "see", kind.code, permissions.company_codes_of(kind, before))
    seen = dict(spec.seen) if spec.seen is not None else patches.seen(before, patch)
    if spec.action not in (Action.CREATE, Action.UPDATE, Action.LINK):
        seen["status"] = before["status"]
    seen |= combining.seen_of_other(spec, rows)
    return ChangePart(
        change=change,
        position=position,
        subject=kind.code,
        golden_id=golden_id,
        action=spec.action,
        label=_called(kind, after)[:400],
        patch=vault.seal_patch(kind, golden_id, patch, after),
        pins=pinning.clean(kind, spec.pins, after, golden_id, change.effective_from),
        seen=vault.seal_patch(kind, golden_id, seen, before),
        seen_version=spec.seen_version
        if spec.seen_version is not None
        else getattr(row, "version", 0),
        company_codes=",".join(codes),
        revision=spec.revision,
        other_id=spec.other_id,
    )


def _called(kind: Subject, after: Values) -> str:
    return kind.called(after) if kind.called else f"{after[kind.name]} {after['code']}".strip()


def _fits(kind: Subject, spec: PartSpec, row: Any) -> None:
    """The action makes sense for the row as it is."""
    if row is None:
        return
    status, name = row.status, str(row)
    if status == Status.MERGED and spec.action != Action.UNMERGE:
        raise Refused(f"{name} was merged; change the record it was merged into.")
    allowed = {
        Action.BLOCK: (Status.ACTIVE,),
        Action.UNBLOCK: (Status.BLOCKED,),
        Action.RETIRE: (Status.ACTIVE, Status.BLOCKED),
        Action.REACTIVATE: (Status.RETIRED,),
    }
    if status not in allowed.get(Action(spec.action), (status,)):
        raise Refused(f"{name} is {status}; you cannot {spec.action} it.")
    if spec.action == Action.MERGE and (spec.other_id is None or spec.other_id == row.pk):
        raise Refused(combining.plans.NOBODY)


def _before(kind: Subject, golden_id: UUID, row: Any) -> Values:
    if row is None:
        return patches.blank(kind) | {"status": "", "golden_id": str(golden_id), "extensions": {}}
    return vault.open_values(kind, read(kind, row))


def _cleaned(kind: Subject, spec: PartSpec) -> patches.Patch:
    if spec.is_clean:
        return dict(spec.patch)
    patch, problems = cleaning.clean_patch(kind, spec.patch)
    if problems:
        raise Malformed(problems)
    return patch


def current(kind: Subject, golden_id: UUID) -> Values:
    """The plain values of a subject as it is now."""
    return _before(kind, golden_id, kind.model.objects.filter(pk=golden_id).first())


def seal_seen(
    kind: Subject, part: ChangePart, seen: patches.Patch, values: Values
) -> patches.Patch:
    """What was seen, as it is stored on the part."""
    return vault.seal_patch(kind, part.golden_id, seen, values)
