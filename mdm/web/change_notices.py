"""What must be seen before anything else on the page of a change."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from mdm import links
from mdm.models import Change, ChangePart, Review
from mdm.web.change_parts import EXCEPTIONS, FEW, PROBLEMS
from mdm.web.change_voices import name_of
from mdm.web.parts_shown import problem_of

State, Verdict = Change.State, Review.Verdict
Notice = dict[str, Any]


def notices(change: Change, reviews: Sequence[Review], *, stale: bool) -> list[Notice]:
    """Sentences with a tone, most pressing first."""
    return [*_problems(change), *_asked(change, reviews), *_voided(change, reviews, stale=stale)]


def _problems(change: Change) -> Iterator[Notice]:
    if change.state not in (State.CONFLICTED, State.PARTLY_APPLIED, State.APPLYING):
        return
    failed = change.parts.filter(state__in=PROBLEMS)
    if change.part_count > FEW:
        if count := failed.count():
            word = "part was" if count == 1 else "parts were"
            yield {
                "tone": "warn",
                "title": f"{count:,} {word} not written.",
                "said": _why(change, failed),
                "url": f"{links.change(change.number)}?show={EXCEPTIONS}",
                "link": "Show them",
            }
        return
    for part in failed:
        if part.state == ChangePart.State.FAILED:
            yield {"tone": "bad", "title": f"{part.label} was not written.", "said": part.problem}


def _why(change: Change, failed: QuerySet[ChangePart]) -> str:
    """The first of the reasons, where nothing was written; else that each part has its own."""
    first = failed.order_by("position").first()
    if change.state != State.CONFLICTED or first is None:
        return "Each says why; the others stand."
    return f"{first.label}: {problem_of(first)}"


def _asked(change: Change, reviews: Sequence[Review]) -> Iterator[Notice]:
    said = [r for r in reviews if r.verdict == Verdict.ASK]
    if change.state == State.ASKED and said:
        yield {
            "tone": "warn",
            "icon": "comment",
            "title": f"{name_of(said[-1].by)} asks for changes:",
            "said": said[-1].comment,
        }
    ended = [r for r in reviews if r.verdict == Verdict.REJECT]
    if change.state == State.REJECTED and ended:
        yield {
            "tone": "bad",
            "title": f"{name_of(ended[-1].by)} rejected it:",
            "said": ended[-1].comment,
        }


def _voided(change: Change, reviews: Sequence[Review], *, stale: bool) -> Iterator[Notice]:
    if change.state not in (State.SUBMITTED, State.ASKED):
        return
    void = [r for r in reviews if r.voided_at]
    if void:
        names = ", ".join(dict.fromkeys(name_of(r.by) for r in void))
        yield {
            "tone": "warn",
            "title": "It was edited after an approval.",
            "said": f"What {names} approved was something else, and counts no more.",
        }
    if stale and change.state == State.SUBMITTED:
        yield {
            "tone": "warn",
            "title": "The checks are older than the last edit.",
            "said": "They run again when it is submitted again, and when it is applied.",
        }
