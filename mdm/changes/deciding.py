"""Submit a change, decide on it, take it back. Four eyes have no bypass."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from mdm import checks, doorbell, permissions, policies, seams, vault
from mdm.changes import applying, checking, combining, drafting, flip_days, following, overtaken
from mdm.changes.content import content_hash
from mdm.changes.noting import edited, note
from mdm.changes.states import TRANSITIONS, move
from mdm.domains import patch as patches
from mdm.domains.spec import Domain
from mdm.domains.values import read
from mdm.errors import Conflict, NotAllowed, Refused
from mdm.models import Change, ChangeAuthor, ChangePart, Review
from mdm.standardise import text

State, PartState = Change.State, ChangePart.State
APPLIED_AT_ONCE = 20
LONGEST_COMMENT = 4_000


@transaction.atomic
def submit(change: Change, *, by: Any) -> Change:
    """Run the checks, pin what it needs, and put it before the reviewers."""
    change = _lock(change)
    _authored(change, by)
    following.follow(change)
    parts = list(change.parts.all())
    change.content_hash = content_hash(change, parts)
    checking.check(change, parts)
    need = policies.required(parts)
    change.policy = need.as_json()
    change.content_hash = content_hash(change, parts)
    change.save(update_fields=["policy", "content_hash"])
    move(change, State.SUBMITTED, risk=policies.risk(need, change.effective_from))
    note("change.submitted", change, by)
    checking.tell_others(change)
    return change


def decide(
    change: Change,
    verdict: Review.Verdict | str,
    *,
    by: Any,
    comment: str = "",
    path: str = "",
    content_hash: str = "",
) -> Change:
    """Record what a person says, and do what follows from it.

    The last approval applies a small change at once; a large one is applied by a worker. Raises
    `NotAllowed` for an author, a missing right or a second approval, `Refused` in the wrong state,
    `Conflict` when the content is no longer that of `content_hash`, which the person read.
    """
    verdict = Review.Verdict(verdict)
    if verdict is Review.Verdict.APPROVE:
        checking.look_again(change)
        _refuse_overtaken(change, by)
    with transaction.atomic():
        change = _lock(change)
        _may_review(change, verdict, by)
        _as_read(change, content_hash)
        _explained(change, verdict, comment)
        _record(change, verdict, by=by, comment=comment, path=path)
        note(f"change.{verdict}", change, by, comment=comment)
        if verdict is Review.Verdict.REJECT:
            move(change, State.REJECTED)
            _give_up(change)
            checking.tell_others(change)
        elif verdict is Review.Verdict.ASK:
            move(change, State.ASKED)
        elif verdict is Review.Verdict.APPROVE:
            _advance(change)
    if change.state == State.APPLYING and _is_small(change):
        change = applying.apply_change(change, is_held=True)
    return change


@transaction.atomic
def withdraw(change: Change, *, by: Any) -> Change:
    """Take it back before it is applied; the requester's right alone."""
    change = _lock(change)
    _authored(change, by)
    move(change, State.WITHDRAWN)
    _give_up(change)
    note("change.withdrawn", change, by)
    checking.tell_others(change)
    return change


@transaction.atomic
def rebase(change: Change, choices: dict[str, str], *, by: Any) -> Change:
    """Take a change in conflict up again: what was seen becomes what is now.

    `choices` says per path "theirs" (leave what is there now) or "ours" (still want the proposal);
    a path not named keeps the proposal.
    """
    change = _lock(change)
    _authored(change, by)
    for part in change.parts.filter(state__in=(PartState.CONFLICTED, PartState.FAILED)):
        proposed = dict(part.patch)
        _take_up_again(part, choices)
        edited(change, part, proposed, by)
    drafting.refresh(change)
    return submit(change, by=by)


def _take_up_again(part: ChangePart, choices: dict[str, str]) -> None:
    """The part against what is there now, without what was given up."""
    if following.is_following(part):
        return  # made anew when it is submitted
    if part.action in combining.PLANNED:
        raise Refused("It was planned with what was there then. Withdraw it, and propose it anew.")
    kept = {p: v for p, v in part.patch.items() if choices.get(p, "ours") == "ours"}
    if part.action == ChangePart.Action.UPDATE and not kept:
        raise Refused(f"Nothing would be left of {part}. Withdraw the change instead.")
    kind = seams.subject(part.subject)
    now = drafting.current(kind, part.golden_id)
    seen = patches.seen(now, kept)
    if "status" in part.seen:
        seen["status"] = now["status"]
    versions = kind.model.objects.filter(pk=part.golden_id).values_list("version", flat=True)
    part.patch, part.seen = kept, drafting.seal_seen(kind, part, seen, now)
    part.seen_version = versions.first() or 0
    part.state, part.problem = PartState.PENDING, ""
    part.save()


def missing(change: Change) -> tuple[policies.Requirement, int]:
    """What the change needs, and how many approvals are still missing."""
    asked = _required(change.pk, change.content_hash, settings.COOLING_HOURS)
    need = policies.stricter(change.policy, asked)
    return need, max(0, need.approvals - len(approvers(change, need)))


@lru_cache(maxsize=1024)
def _required(change: UUID, content_hash: str, cooling_hours: int) -> policies.Requirement:
    """What this very content needs; a file of thousands is read for it once, not at every look."""
    return policies.required(list(ChangePart.objects.filter(change=change)))


def approvers(change: Change, need: policies.Requirement) -> list[Any]:
    """The people whose approval counts: of this content, by somebody else, with the right today."""
    rows = change.reviews.filter(
        verdict=Review.Verdict.APPROVE, voided_at=None, content_hash=change.content_hash
    ).select_related("by")
    authors = set(change.authors.values_list("user_id", flat=True))
    return [r.by for r in rows if r.by_id not in authors and has_right(change, need.action, r.by)]


def has_right(change: Change, action: str, user: Any) -> bool:
    """Whether the person may do this to every part of the change."""
    return all(
        permissions.may(user, action, subject, [c for c in codes.split(",") if c])
        for subject, codes in change.parts.values_list("subject", "company_codes")
        .distinct()
        .order_by()
    )


def refusal(
    change: Change,
    user: Any,
    verdict: str = Review.Verdict.APPROVE,
    need: policies.Requirement | None = None,
) -> str:
    """Why the person may not say this of the change now; "" when they may.

    A reviewer may still stop a change that is cooling off, scheduled or in conflict. `need` is what
    `missing` said of a change just now, so that many parts need not be read again.
    """
    if not _is_open_to(change, verdict):
        return f"It is {change.get_state_display().lower()}."
    if change.authors.filter(user_id=user.pk).exists():
        return "You requested or edited it; somebody else decides."
    need = need or missing(change)[0]
    if not has_right(change, need.action, user):
        roles = " or ".join(permissions.Role(r).label for r in permissions.ACTIONS[need.action])
        return f"It takes the role {roles} for what it touches."
    if verdict == Review.Verdict.APPROVE and user in approvers(change, need):
        return "You have approved it already; another person must too."
    return ""


def _give_up(change: Change) -> None:
    """What it would have created is not to be found any more; what it would have joined is."""
    new = change.parts.filter(action=ChangePart.Action.CREATE).values_list("subject", "golden_id")
    for code, golden_id in new:
        if isinstance(kind := seams.subject(code), Domain):
            seams.record_written(kind, [(golden_id, "", {})], stage="gone")
    for part in change.parts.filter(action__in=(ChangePart.Action.MERGE, ChangePart.Action.LINK)):
        kind = seams.subject(part.subject)
        row = kind.model.objects.filter(pk=part.golden_id).first()
        if row is not None and isinstance(kind, Domain):
            values = vault.open_values(kind, read(kind, row))
            seams.record_written(kind, [(row.pk, str(row), values)])


def _is_open_to(change: Change, verdict: str) -> bool:
    stops = verdict == Review.Verdict.REJECT and State.REJECTED in TRANSITIONS[change.state]
    return stops or change.state == State.SUBMITTED


def _lock(change: Change) -> Change:
    return Change.objects.select_for_update().get(pk=change.pk)


def _authored(change: Change, by: Any) -> None:
    if not ChangeAuthor.objects.filter(change=change, user_id=by.pk).exists():
        raise NotAllowed(f"Only those who wrote {change.number} may do this.")


def _refuse_overtaken(change: Change, by: Any) -> None:
    """Raises `Conflict`, and leaves it in conflict, where a plan does not hold any more."""
    if not overtaken.is_planned(change) or refusal(change, by):
        return
    if said := overtaken.stop(change, by=by):
        raise Conflict(f"{change.number} is in conflict now. {said}")


def _may_review(change: Change, verdict: Review.Verdict, by: Any) -> None:
    if verdict == Review.Verdict.COMMENT:
        if not has_right(change, "see", by):
            raise NotAllowed("You may not see this change.")
        return
    if reason := refusal(change, by, verdict):
        error = NotAllowed if _is_open_to(change, verdict) else Refused
        raise error(reason)


def _as_read(change: Change, content_hash: str) -> None:
    if content_hash and content_hash != change.content_hash:
        raise Conflict(f"{change.number} changed since you looked. Read it again, then decide.")


def _explained(change: Change, verdict: Review.Verdict, comment: str) -> None:
    """Whatever is no plain approval says why; so does an approval despite a failed check."""
    if text.within(comment, LONGEST_COMMENT, "comment"):
        return
    if verdict is not Review.Verdict.APPROVE:
        raise Refused("Say why: the requester reads the comment.")
    if failures := checks.failed(change):
        sentences = " ".join(f.sentence for f in failures[:3])
        raise Refused(f"A check failed: {sentences} To approve it anyway, say why in the comment.")


def _record(change: Change, verdict: Review.Verdict, *, by: Any, comment: str, path: str) -> None:
    try:
        with transaction.atomic():
            Review.objects.create(
                change=change,
                by=by,
                verdict=verdict,
                comment=comment.strip(),
                path=path,
                content_hash=change.content_hash,
            )
    except IntegrityError as error:
        raise NotAllowed("You requested or edited it; somebody else decides.") from error


def _advance(change: Change) -> None:
    """Approved by enough people: wait, or go."""
    need, still = missing(change)
    if still:
        return
    move(change, State.APPROVED)
    until = timezone.now() + need.cooling
    today = timezone.now().date()
    if need.cooling_hours:
        move(change, State.COOLING, cooling_until=until)
    elif change.effective_from and change.effective_from > today:
        move(change, State.SCHEDULED)
    elif _is_small(change):  # held, so that nobody else takes it up before this request does
        move(change, State.APPLYING, lease_until=timezone.now() + applying.LEASE)
    else:
        move(change, State.APPLYING)
        doorbell.ring("mdm.apply_change", str(change.pk))


def _is_small(change: Change) -> bool:
    """Whether the deciding request can apply it; new rules bear on every contested record."""
    return change.part_count <= APPLIED_AT_ONCE and not flip_days.is_much(change)
