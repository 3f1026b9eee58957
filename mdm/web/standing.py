"""Where a change stands, in words: what it waits for, who has spoken, who may, who may not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mdm import changes
from mdm.models import Change, ChangePart, Review
from mdm.policies import Requirement
from mdm.queries import words as say
from mdm.queries.changes import deciders
from mdm.templatetags.formats import ago, day, moment, span

State, Verdict = Change.State, Review.Verdict
NUMBERS = ("no", "one", "two", "three")


@dataclass(frozen=True, slots=True)
class Voter:
    """One person, and what they said or may not say."""

    verdict: str
    name: str
    note: SafeString | str


@dataclass(frozen=True, slots=True)
class Standing:
    """What a change needs now; `word` is for the pill beside its title."""

    title: str
    needs: SafeString | str
    word: str
    voters: list[Voter]
    why_not: str  # why this person may not approve it; "" when they may
    may_reject: bool
    need: Requirement
    missing: int
    by: str
    since: datetime

    @property
    def may_approve(self) -> bool:
        """Whether this person's approval would count."""
        return not self.why_not


def standing(change: Change, user: Any, reviews: Sequence[Review]) -> Standing:
    """Where the change stands, as this person sees it."""
    need, missing = _missing(change)
    return Standing(
        title=_title(change, need, missing),
        needs=_needs(change, need),
        word=_word(change, need, missing),
        voters=_voters(change, user, reviews, need, missing),
        why_not=changes.refusal(change, user, need=need),
        may_reject=not changes.refusal(change, user, Verdict.REJECT, need),
        need=need,
        missing=missing,
        by=_name(change.requested_by, user),
        since=change.submitted_at or change.created_at,
    )


def _word(change: Change, need: Requirement, missing: int) -> str:
    if change.state != State.SUBMITTED:
        return ""
    if need.approvals == 1:
        return "Needs an approval"
    return f"{need.approvals - missing} of {need.approvals} approvals"


def _missing(change: Change) -> tuple[Requirement, int]:
    """What it needs; of a change that is decided, what it was said to need then."""
    if change.policy and change.state not in (State.DRAFT, State.SUBMITTED, State.ASKED):
        return Requirement(**change.policy), 0
    return changes.missing(change)


def _title(change: Change, need: Requirement, missing: int) -> str:
    if change.state == State.SUBMITTED:
        more = " more" if missing < need.approvals else ""
        return f"Needs {in_words(missing)}{more} approval" + "s" * (missing != 1)
    return {
        State.DRAFT: "Not submitted yet",
        State.ASKED: "Changes were asked for",
        State.APPROVED: "Approved",
        State.COOLING: "Approved, cooling off",
        State.SCHEDULED: "Approved, waits for its day",
        State.APPLYING: "Approved, being applied",
        State.APPLIED: "Applied",
        State.PARTLY_APPLIED: "Partly applied",
        State.REJECTED: "Rejected",
        State.WITHDRAWN: "Withdrawn",
        State.CONFLICTED: "In conflict",
    }[State(change.state)]


def in_words(count: int) -> str:
    """A small number as a sentence has it."""
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


FIXED = {
    State.ASKED: "Its author answers with an edit and submits it again.",
    State.APPROVED: "Every approval is there.",
    State.APPLYING: "Every approval is there; a worker writes it now.",
    State.WITHDRAWN: "Taken back by its author. Nothing was written.",
    State.CONFLICTED: "Values it touches were changed meanwhile. Its author chooses what stays; "
    "then it is reviewed again.",
}


NOTHING_WRITTEN = "Nothing was written: everything was so already."


def wrote_nothing(change: Change) -> bool:
    """Whether an applied change found every record as it wanted it."""
    return not change.parts.exclude(state=ChangePart.State.UNCHANGED).exists()


def _needs(change: Change, need: Requirement) -> SafeString | str:
    """A sentence that says what is missing, or what happened last."""
    match change.state:
        case State.DRAFT:
            return f"Nobody reviews it yet. Once submitted: {need.sentence}"
        case State.SUBMITTED:
            return f"{need.sentence} A new edit voids earlier approvals."
        case State.COOLING:
            until = change.cooling_until or timezone.now()
            return format_html(
                "Nothing is written before {}, in {}. Until then its author may take it back, "
                "and a reviewer may reject it.",
                moment(until),
                span(max(until - timezone.now(), timedelta(0))),
            )
        case State.SCHEDULED:
            return format_html(
                "It takes effect on {}. Until then it may be taken back or rejected.",
                day(change.effective_from),
            )
        case State.APPLIED if wrote_nothing(change):
            return NOTHING_WRITTEN
        case State.APPLIED | State.PARTLY_APPLIED:
            return format_html("Written {}.", ago(change.applied_at))
        case State.REJECTED:
            return format_html("Decided {}. Nothing was written.", ago(change.decided_at))
        case _:
            return FIXED[State(change.state)]


def _voters(
    change: Change,
    user: Any,
    reviews: Sequence[Review],
    need: Requirement,
    missing: int,
) -> list[Voter]:
    counted = {person.pk for person in changes.approvers(change, need)}
    voters = [_spoken(review, counted, user) for review in reviews if _is_vote(change, review)]
    if change.state == State.SUBMITTED and missing:
        approved = {r.by_id for r in reviews if r.by_id in counted}
        names = [_name(p, user) for p in deciders(change, need) if p.pk not in approved]
        names.sort(key=lambda name: name != "You")
        who = say.listing(names) if names else "Nobody yet"
        if len(names) > missing:  # as many as are needed, whoever of them it is
            who = who.replace(" and ", " or ")
        note = "waiting" if names else "no one has the right role"
        voters.append(Voter("waiting", who, note))
    if change.state in (State.SUBMITTED, State.DRAFT, State.ASKED):
        authors = [a.user for a in change.authors.select_related("user").order_by("id")]
        voters += [Voter("barred", _name(a, user), "wrote it, may not approve it") for a in authors]
    return voters


def _is_vote(change: Change, review: Review) -> bool:
    if review.verdict == Verdict.COMMENT:
        return False
    return review.verdict != Verdict.ASK or change.state == State.ASKED


def _spoken(review: Review, counted: set[Any], user: Any) -> Voter:
    stale = review.verdict == Verdict.APPROVE and review.by_id not in counted
    if stale or review.voided_at:
        note = "approved an earlier content" if review.voided_at else "approved, does not count"
        return Voter("void", _name(review.by, user), note)
    word = {Verdict.APPROVE: "approved", Verdict.REJECT: "rejected", Verdict.ASK: "asked"}
    note = format_html("{} {}", word[Verdict(review.verdict)], ago(review.created_at))
    return Voter(review.verdict, _name(review.by, user), note)


def _name(person: Any, user: Any) -> str:
    if person.pk == user.pk:
        return "You"
    return person.get_full_name() or person.get_username()
