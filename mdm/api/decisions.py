"""What people do with a change: submit, withdraw, approve, reject, ask, comment.

Each but a comment is against what was read (If-Match): nobody approves what has moved meanwhile.
A token never decides.
"""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from mdm import changes
from mdm.api import changes_shown, shapes
from mdm.api.operation import Answer, Operation
from mdm.api.view import ApiView, answer
from mdm.models import Change, Review

DONE = {200: Answer("The change as it is now.", shapes.CHANGE, ("ETag",))}
PROBLEMS = ("not-found", "refused", "conflict")
COMMENTED = shapes.closed(
    {
        "comment": shapes.LONG | {"minLength": 1},
        "path": {"type": "string", "maxLength": 120, "description": "What the comment is about."},
    },
    needed=("comment",),
)
APPROVED = shapes.closed({"comment": shapes.LONG})


class StepView(ApiView):
    """Submit a change, or take it back."""

    step: ClassVar[Any] = None

    def post(self, request: Request, number: str) -> HttpResponse:
        change = changes_shown.find(number, request.user)
        self.require_match(changes_shown.tag(change))
        return done(type(self).step(change, by=request.user))


class SubmitView(StepView):
    """Put a draft before its reviewers."""

    step = staticmethod(changes.submit_explained)
    operations: ClassVar[dict[str, Operation]] = {
        "POST": Operation(
            "changes_submit",
            "Changes",
            "Submit a change",
            DONE,
            description="Checks run, and what the change needs is pinned.",
            scope="propose",
            problems=PROBLEMS,
            idempotency="optional",
            if_match=True,
        )
    }


class WithdrawView(StepView):
    """Take a change back before it is applied."""

    step = staticmethod(changes.withdraw)
    operations: ClassVar[dict[str, Operation]] = {
        "POST": Operation(
            "changes_withdraw",
            "Changes",
            "Withdraw a change",
            DONE,
            scope="propose",
            problems=PROBLEMS,
            idempotency="optional",
            if_match=True,
        )
    }


class ReviewView(ApiView):
    """One verdict, by a signed-in person."""

    verdict: ClassVar[str] = ""

    def post(self, request: Request, number: str) -> HttpResponse:
        change = changes_shown.find(number, request.user)
        read = ""
        if self.operation.if_match:
            self.require_match(changes_shown.tag(change))
            read = change.content_hash
        decided = changes.decide(
            change,
            self.verdict,
            by=request.user,
            comment=self.body.get("comment", ""),
            path=self.body.get("path", ""),
            content_hash=read,
        )
        return done(decided)


def review_operation(verdict: str) -> Operation:
    """POST of a verdict."""
    approves, comments = verdict == Review.Verdict.APPROVE, verdict == Review.Verdict.COMMENT
    summaries = {
        "approve": "Approve a change",
        "reject": "Reject a change",
        "ask": "Ask the requester for changes",
        "comment": "Comment on a change",
    }
    return Operation(
        f"changes_{verdict}",
        "Changes",
        summaries[verdict],
        DONE,
        description=(
            "The last approval that is needed applies the change, or starts its cooling-off."
            if approves
            else "The requester reads the comment."
        ),
        scope="propose" if comments else "decide",
        body=APPROVED if approves else COMMENTED,
        body_needed=not approves,
        example={"comment": "Agreed with purchasing"},
        problems=(*PROBLEMS, *(() if comments else ("token-may-not-decide",))),
        idempotency="optional",
        if_match=not comments,
    )


def done(change: Change) -> HttpResponse:
    """The change as it is now."""
    fresh = Change.objects.select_related("requested_by").get(pk=change.pk)
    return answer(changes_shown.shown(fresh), headers={"ETag": changes_shown.tag(fresh)})
