"""What a steward says of a candidate, and what follows: a link, a merge, a new record, a wall."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from matching import candidates
from matching.models import Candidate, OwnerKind, Verdict
from mdm import authorship, changes, intake, ledger, permissions
from mdm.domains import get_domain
from mdm.domains.golden import Status
from mdm.domains.patch import Patch
from mdm.errors import Refused
from mdm.models import Change, SourceRecord

State = Candidate.State
A_FEW = 20


@transaction.atomic
def decide(
    candidate: Candidate,
    verdict: State | str,
    *,
    by: Any,
    reason: str = "",
    survivor: UUID | None = None,
    picks: Patch | None = None,
) -> Change | None:
    """Remember the verdict and file the change that follows from it, for somebody else to approve.

    *Same* links a source record to the golden record, or merges two records (`survivor` stays);
    `picks` are values chosen by hand. *Different* is a wall; a source record with no other
    candidate becomes a new record. Raises `NotAllowed`, or `Refused` when it was decided in the
    meantime.
    """
    permissions.require(by, "decide_match", candidate.domain)
    candidate = Candidate.objects.select_for_update().get(pk=candidate.pk)
    if candidate.state not in (State.OPEN, State.UNSURE):
        said = candidate.get_state_display().lower()
        raise Refused(f"This pair was judged {said} in the meantime.")
    verdict = State(verdict)
    candidate.state, candidate.reopened = verdict, False
    candidate.save(update_fields=["state", "reopened"])
    change: Change | None = None
    if verdict == State.SAME:
        change = _join(candidate, by=by, reason=reason, survivor=survivor, picks=picks or {})
    elif verdict in (State.DIFFERENT, State.RELATED):
        change = _stand_alone(candidate, by=by, reason=reason)
    _note(candidate, verdict, by=by, reason=reason, change=change)
    return change


@transaction.atomic
def undo(candidate: Candidate, *, by: Any, reason: str = "") -> Candidate:
    """Take a verdict back; the pair is open again, and so are its sources.

    Raises `Refused` while a change that was filed from it is open, or once one is applied.
    """
    permissions.require(by, "decide_match", candidate.domain)
    candidate = Candidate.objects.select_for_update().get(pk=candidate.pk)
    if candidate.state == State.OPEN:
        raise Refused("There is no verdict to take back.")
    if reason_not := stands(candidate):
        raise Refused(reason_not)
    _wait_again(candidate)
    candidate.verdicts.filter(undone_at=None).update(undone_at=timezone.now())
    candidate.state = State.OPEN
    candidate.save(update_fields=["state"])
    ledger.append("verdict.undone", person=by.get_username(), subject=str(candidate), reason=reason)
    return candidate


def stands(candidate: Candidate) -> str:
    """Why the last verdict cannot be taken back; "" when it can."""
    last = candidate.verdicts.filter(undone_at=None).select_related("change").last()
    change = last.change if last else None
    if change is None or change.state in (Change.State.REJECTED, Change.State.WITHDRAWN):
        return ""
    if change.state in (*Change.OPEN, Change.State.DRAFT):
        return f"{change.number} was filed from it and is open. Withdraw that first."
    return f"{change.number} was filed from it and is applied. Undo that by a new change."


def _wait_again(candidate: Candidate) -> None:
    """Sources whose change came to nothing are waiting once more."""
    for owner in (candidate.left, candidate.right):
        proposed = SourceRecord.objects.filter(pk=owner, state=SourceRecord.State.PROPOSED)
        source = proposed.first()
        if source is not None and intake.open_change(source) is None:
            proposed.update(state=SourceRecord.State.WAITING, golden_id=None)


def reconsider(domain: str, owners: Sequence[UUID]) -> int:
    """What became of "the same": open again where its change came to nothing, different where a
    merge or a link was taken back; how many. Call inside the transaction that did it.
    """
    done = 0
    for start in range(0, len(owners), 200):
        batch = owners[start : start + 200]
        judged = Candidate.objects.filter(domain=domain, state=State.SAME)
        judged = judged.filter(Q(left__in=batch) | Q(right__in=batch))
        for candidate in judged.exclude(left_kind=OwnerKind.PART):
            last = candidate.verdicts.filter(undone_at=None).select_related("change").last()
            done += bool(last and last.change and _reconsidered(candidate, last, last.change))
    return done


def _reconsidered(candidate: Candidate, last: Verdict, change: Change) -> bool:
    if change.state in (Change.State.REJECTED, Change.State.WITHDRAWN):
        _wait_again(candidate)
        Verdict.objects.filter(pk=last.pk).update(undone_at=timezone.now())
        Candidate.objects.filter(pk=candidate.pk).update(state=State.OPEN)
        return True
    if change.state != Change.State.APPLIED or not _apart(candidate):
        return False
    Verdict.objects.filter(pk=last.pk).update(undone_at=timezone.now())
    Candidate.objects.filter(pk=candidate.pk).update(state=State.DIFFERENT)
    author = authorship.current()
    _note(candidate, State.DIFFERENT, by=author.user or last.by, reason=author.reason, change=None)
    return True


def _apart(candidate: Candidate) -> bool:
    """Whether both sides stand on their own again."""
    sources = SourceRecord.objects.filter(pk__in=(candidate.left, candidate.right))
    if OwnerKind.SOURCE in (candidate.left_kind, candidate.right_kind):
        return sources.filter(state=SourceRecord.State.WAITING, golden_id=None).exists()
    rows = get_domain(candidate.domain).model.objects.exclude(status=Status.MERGED)
    return rows.filter(pk__in=(candidate.left, candidate.right)).count() == 2


def follow_up(domain: str, owners: Sequence[UUID]) -> int:
    """Link what was judged the same as a record that has only now come to be; how many.

    A few new versions are also compared with the rest; a load was compared when it was read.
    """
    if len(owners) <= A_FEW:
        candidates.probe(domain, owners)
    done = 0
    for start in range(0, len(owners), 200):
        batch = owners[start : start + 200]
        waiting = Candidate.objects.filter(
            Q(left__in=batch) | Q(right__in=batch), state=State.SAME
        ).filter(Q(left_kind=OwnerKind.SOURCE) | Q(right_kind=OwnerKind.SOURCE))
        for candidate in waiting:
            done += _link_later(candidate, set(batch))
    return done


def _link_later(candidate: Candidate, alive: set[UUID]) -> int:
    source_id = candidate.right if candidate.right_kind == OwnerKind.SOURCE else candidate.left
    record = candidate.left if source_id == candidate.right else candidate.right
    source = SourceRecord.objects.filter(pk=source_id, state=SourceRecord.State.WAITING).first()
    verdict = candidate.verdicts.filter(undone_at=None).last()
    if source is None or verdict is None or record not in alive:
        return 0
    intake.resolve(source, golden_id=record, by=verdict.by, reason=verdict.reason)
    return 1


def _join(
    candidate: Candidate, *, by: Any, reason: str, survivor: UUID | None, picks: Patch
) -> Change | None:
    left, right = _source(candidate.left), _source(candidate.right)
    if left is not None:  # two source records: the first becomes a record, the second follows it
        change = intake.resolve(left, golden_id=None, by=by, reason=reason)
        candidate.left, candidate.left_kind = change.parts.get().golden_id, OwnerKind.PART
        candidate.save(update_fields=["left", "left_kind"])
        return change
    if right is not None:
        if candidate.left_kind == OwnerKind.PART and not _is_live(candidate):
            return None  # follow_up links it once the record exists
        return intake.resolve(right, golden_id=candidate.left, by=by, reason=reason, picks=picks)
    stays = survivor or candidate.left
    other = candidate.right if stays == candidate.left else candidate.left
    change = changes.merge(
        get_domain(candidate.domain),
        stays,
        [other],
        picks,
        by=by,
        reason=reason or "Judged the same in duplicate review.",
        channel=Change.Channel.MATCH,
    )
    return changes.submit(change, by=by)


def _stand_alone(candidate: Candidate, *, by: Any, reason: str) -> Change | None:
    """A waiting source record that looks like nothing else any more is something new."""
    filed: Change | None = None
    for owner in (candidate.right, candidate.left):
        source = _source(owner)
        others = Candidate.objects.filter(Q(left=owner) | Q(right=owner)).exclude(pk=candidate.pk)
        if source is not None and not others.filter(state__in=(State.OPEN, State.UNSURE)).exists():
            filed = intake.resolve(source, golden_id=None, by=by, reason=reason)
            break
    return filed


def _source(owner: UUID) -> SourceRecord | None:
    return SourceRecord.objects.filter(pk=owner, state=SourceRecord.State.WAITING).first()


def _is_live(candidate: Candidate) -> bool:
    return bool(get_domain(candidate.domain).model.objects.filter(pk=candidate.left).exists())


def _note(
    candidate: Candidate, verdict: State, *, by: Any, reason: str, change: Change | None
) -> None:
    Verdict.objects.create(
        candidate=candidate,
        verdict=verdict,
        by=by,
        reason=reason.strip(),
        evidence_hash=candidate.evidence_hash,
        change=change,
    )
    ledger.append(
        f"verdict.{verdict}",
        person=by.get_username(),
        subject=str(candidate)[:200],
        correlation_id=change.correlation_id if change else None,
        reason=reason.strip(),
    )
