"""Match by example: is this known already? One example, or up to a hundred at once."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from mdm import permissions, seams
from mdm.api import errors, proposals, shapes, tracing
from mdm.api.operation import Answer, Named, Operation
from mdm.api.view import ApiView, answer
from mdm.domains import patch as patches
from mdm.domains.spec import Domain, Values
from mdm.seams import Found

MOST_EXAMPLES, MOST_CANDIDATES = 100, 50
CANDIDATE = Named(
    "Candidate",
    shapes.whole(
        {
            "kind": {"enum": ["record", "source", "part"], "description": "What it is."},
            "id": {"type": "string", "description": "Of a record, its golden id."},
            "label": shapes.TEXT,
            "probability": {"type": "number", "minimum": 0, "maximum": 1},
            "zone": {"enum": ["same", "review", "different"]},
            "evidence": {"type": "array", "items": {"type": "object"}},
        }
    ),
)
CANDIDATES = Named(
    "Candidates", shapes.whole({"candidates": {"type": "array", "items": CANDIDATE}})
)


class MatchView(ApiView):
    """What is known and looks like the examples; nothing is written."""

    domain: ClassVar[Any] = None

    def post(self, request: Request) -> HttpResponse:
        domain: Domain = self.domain
        permissions.require(request.user, "see", domain.code)
        body = self.body
        least, limit = body.get("probability_from", 0.0), body.get("limit", 10)
        if "values" in body:
            shape = self._one(body["values"], "/values", least, limit)
            return answer(shape)
        results = []
        for n, example in enumerate(body["examples"]):
            try:
                results.append(self._one(example, f"/examples/{n}", least, limit) | {"status": 200})
            except Exception as error:  # noqa: BLE001 - each example has its own answer
                problem = errors.problem_of(error)
                results.append(problem.as_json(request.path, tracing.trace_id(request._request)))
        return answer({"data": results}, 207)

    def _one(
        self, values: Mapping[str, Any], root: str, least: float, limit: int
    ) -> dict[str, Any]:
        domain: Domain = self.domain
        patch = proposals.patch_of_values(domain, values, root, self.request.user)
        given: Values = patches.apply(patches.blank(domain), patch)
        candidates = seams.find_candidates(domain.code, given, limit=limit)
        shown = seen_by(self.request.user, domain, candidates)
        return {"candidates": [candidate_shown(c) for c in shown if c.probability >= least]}


def seen_by(user: Any, domain: Domain, candidates: Sequence[Found]) -> list[Found]:
    """Those that the person may see; what is no record yet is for those who see all of a domain."""
    rows = domain.model.objects.filter(
        golden_id__in=[c.owner_id for c in candidates if c.owner_kind == "record"]
    )
    scoped = permissions.scoped(user, domain.code, rows)
    seen = {str(pk) for pk in scoped.values_list("golden_id", flat=True)}
    sees_all = permissions.seen_company_codes(user, domain.code) is None
    return [c for c in candidates if (c.owner_id in seen if c.owner_kind == "record" else sees_all)]


def candidate_shown(candidate: Found) -> dict[str, Any]:
    """A candidate as JSON, with the evidence for it."""
    return {
        "kind": candidate.owner_kind,
        "id": candidate.owner_id,
        "label": candidate.label,
        "probability": round(float(candidate.probability), 4),
        "zone": candidate.zone,
        "evidence": [dict(one) for one in candidate.evidence],
    }


def match_operation(domain: Domain) -> Operation:
    """POST of examples."""
    values = shapes.values(domain)
    body = shapes.closed(
        {
            "values": values,
            "examples": {
                "type": "array",
                "items": values,
                "minItems": 1,
                "maxItems": MOST_EXAMPLES,
            },
            "probability_from": {"type": "number", "minimum": 0, "maximum": 1, "default": 0},
            "limit": {"type": "integer", "minimum": 1, "maximum": MOST_CANDIDATES, "default": 10},
        }
    ) | {"oneOf": [{"required": ["values"]}, {"required": ["examples"]}]}
    each = {"type": "object", "properties": {"status": shapes.WHOLE}, "required": ["status"]}
    results = {"data": {"type": "array", "items": each}}
    name = shapes.values(domain).name.removesuffix("Values")
    return Operation(
        f"{domain.code}_match",
        domain.plural,
        f"Find what looks like a {domain.label.lower()}",
        {
            200: Answer("Most alike first, with the evidence.", CANDIDATES),
            207: Answer(
                "One answer or problem per example.", Named(f"{name}Matches", shapes.whole(results))
            ),
        },
        description="`values` asks for one example, `examples` for up to a hundred.",
        body=body,
        example={"values": {domain.name: "Nordwind Logistik"}, "limit": 5},
        problems=("scope-missing",),
    )
