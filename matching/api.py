"""Candidates over the API: pairs that may be the same, and what a steward says of them."""

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.urls import path
from rest_framework.request import Request

from matching import reach, verdicts
from matching.models import Candidate, OwnerKind, Verdict
from mdm.api import parameters, proposals, shapes
from mdm.api.errors import Problem
from mdm.api.operation import Answer, Named, Operation
from mdm.api.paging import Order, page
from mdm.api.parameters import PAGED, Parameter
from mdm.api.view import ApiView, answer
from mdm.domains import DOMAINS

TAG = "Candidates"
MOST_ALIKE = Order("probability", tie="id", descending=True, read=float)
SAID = (Candidate.State.SAME, Candidate.State.DIFFERENT, Candidate.State.UNSURE)
SIDE = Named(
    "Side",
    shapes.whole(
        {
            "kind": {"enum": list(OwnerKind.values)},
            "id": {"type": "string", "description": "Of a record, its golden id."},
            "label": shapes.TEXT,
        }
    ),
)
VERDICT = Named(
    "Verdict",
    shapes.whole(
        {
            "verdict": {"enum": list(Candidate.State.values)},
            "by": shapes.TEXT,
            "reason": shapes.TEXT,
            "at": shapes.MOMENT,
            "undone_at": shapes.MOMENT_OR_NONE,
            "change": shapes.TEXT_OR_NONE,
        }
    ),
)
SUMMARY: dict[str, Any] = {
    "id": shapes.UUID_TEXT,
    "domain": shapes.TEXT,
    "state": {"enum": list(Candidate.State.values)},
    "probability": {"type": "number", "minimum": 0, "maximum": 1},
    "left": SIDE,
    "right": SIDE,
    "evidence": {"type": "array", "items": {"type": "object"}},
    "found_at": shapes.MOMENT,
}
PAIR_SUMMARY = Named("PairSummary", shapes.whole(SUMMARY))
PAIR = Named("Pair", shapes.whole(SUMMARY | {"verdicts": {"type": "array", "items": VERDICT}}))
PATHS = {"id": "The candidate's id."}


class CandidateListView(ApiView):
    """Pairs of which the person may see both sides, most alike first."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "candidates_list",
            TAG,
            "List pairs that may be the same",
            {200: Answer("Most alike first.", shapes.listed("PairPage", PAIR_SUMMARY))},
            query=(
                Parameter(
                    "state",
                    "In this state.",
                    parameters.one_of(Candidate.State.values),
                    {"enum": list(Candidate.State.values)},
                    default=Candidate.State.OPEN.value,
                ),
                Parameter(
                    "domain",
                    "Of this domain.",
                    parameters.one_of(DOMAINS),
                    {"enum": list(DOMAINS)},
                    default="",
                ),
                Parameter(
                    "golden_id", "With this record.", parameters.identifier, shapes.UUID_TEXT
                ),
                *PAGED,
            ),
        )
    }

    def get(self, request: Request) -> HttpResponse:
        query = self.query
        rows = reach.visible(request.user, query["domain"]).filter(state=query["state"])
        if query["golden_id"] is not None:
            rows = rows.filter(Q(left=query["golden_id"]) | Q(right=query["golden_id"]))
        found = page(
            rows,
            MOST_ALIKE,
            limit=query["limit"],
            cursor=query["cursor"],
            mark=f"{query['domain']} {query['state']} {query['golden_id']}",
        )
        data = [summary(candidate) for candidate in found.rows]
        return answer({"data": data, "next": found.next, "previous": found.previous})


class CandidateView(ApiView):
    """One pair, with what was said of it."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "candidates_read",
            TAG,
            "Read a pair",
            {200: Answer("The pair.", PAIR)},
            problems=("not-found",),
            paths=PATHS,
        )
    }

    def get(self, request: Request, id: str) -> HttpResponse:
        return answer(shown(find(id, request.user)))


class VerdictView(ApiView):
    """What a steward says of a pair; what follows from it is filed as a change."""

    operations: ClassVar[dict[str, Operation]] = {
        "POST": Operation(
            "candidates_decide",
            TAG,
            "Say whether a pair is the same",
            {200: Answer("The pair as it is now.", PAIR)},
            description=(
                "`same` links or merges, `different` is remembered. A link or a merge is a change "
                "that somebody else approves."
            ),
            scope="decide",
            body=shapes.closed(
                {
                    "verdict": {"enum": [state.value for state in SAID]},
                    "reason": shapes.LONG,
                    "survivor": shapes.UUID_TEXT
                    | {"description": "Of a merge: which record stays."},
                    "picks": shapes.PATCH,
                },
                needed=("verdict",),
            ),
            example={"verdict": "different", "reason": "Another company of the same group"},
            problems=("not-found", "refused", "conflict", "token-may-not-decide"),
            idempotency="optional",
            paths=PATHS,
        )
    }

    def post(self, request: Request, id: str) -> HttpResponse:
        candidate = find(id, request.user)
        kind = DOMAINS[candidate.domain]
        verdicts.decide(
            candidate,
            self.body["verdict"],
            by=request.user,
            reason=self.body.get("reason", ""),
            survivor=UUID(self.body["survivor"]) if "survivor" in self.body else None,
            picks=proposals.plain(kind, self.body.get("picks", {}), "/picks", request.user),
        )
        return answer(shown(find(id, request.user)))


def find(pk: str, user: Any) -> Candidate:
    """The pair. Not found when there is none, or one of which they may not see both sides."""
    try:
        candidate = reach.visible(user).filter(pk=UUID(pk)).first()
    except ValueError:
        candidate = None
    if candidate is None:
        raise Problem("not-found", f"There is no candidate {pk[:60]}.")
    return candidate


def summary(candidate: Candidate) -> dict[str, Any]:
    """A pair as a list says it."""
    left = _side(candidate.left_kind, candidate.left, candidate.left_label)
    right = _side(candidate.right_kind, candidate.right, candidate.right_label)
    return {
        "id": str(candidate.pk),
        "domain": candidate.domain,
        "state": candidate.state,
        "probability": round(candidate.probability, 4),
        "left": left,
        "right": right,
        "evidence": candidate.evidence,
        "found_at": candidate.found_at.isoformat().replace("+00:00", "Z"),
    }


def shown(candidate: Candidate) -> dict[str, Any]:
    """A pair with every verdict on it."""
    said = candidate.verdicts.select_related("by", "change")
    return summary(candidate) | {"verdicts": [_verdict(verdict) for verdict in said]}


def _side(kind: str, owner: UUID, label: str) -> dict[str, str]:
    return {"kind": kind, "id": str(owner), "label": label}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    undone = verdict.undone_at
    return {
        "verdict": verdict.verdict,
        "by": verdict.by.get_username(),
        "reason": verdict.reason,
        "at": verdict.created_at.isoformat().replace("+00:00", "Z"),
        "undone_at": undone.isoformat().replace("+00:00", "Z") if undone else None,
        "change": verdict.change.number if verdict.change else None,
    }


urlpatterns = [
    path("candidates", CandidateListView.as_view()),
    path("candidates/<str:id>", CandidateView.as_view()),
    path("candidates/<str:id>/verdict", VerdictView.as_view()),
]
