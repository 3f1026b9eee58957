"""Merge records, take a merge back, unlink a source: each answers with the change it files."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from mdm import canonical, changes, vault
from mdm.api import changes_shown, live, parameters, proposals, shapes
from mdm.api.operation import Answer, Named, Operation
from mdm.api.parameters import Parameter
from mdm.api.view import ApiView, answer
from mdm.changes import combining, plans
from mdm.domains import patch as patches
from mdm.domains.spec import Domain
from mdm.models import Change
from mdm.queries import joining

MOST = 20
COMMON = {name: proposals.COMMON[name] for name in ("reason", "submit")}
OTHER = Parameter(
    "other",
    "A record that would become a redirect; may be given more than once.",
    parameters.identifier,
    shapes.UUID_TEXT,
    repeated=True,
)


class MergeView(ApiView):
    """Propose that records become one."""

    domain: ClassVar[Any] = None

    def post(self, request: Request) -> HttpResponse:
        domain, body = self.domain, self.body
        survivor = live.see(domain, body["survivor"], request.user)
        others = [live.see(domain, one, request.user).golden_id for one in body["others"]]
        picks = proposals.plain(domain, body.get("picks", {}), "/picks", request.user)
        change = changes.merge(
            domain,
            survivor.golden_id,
            others,
            picks,
            by=request.user,
            reason=body.get("reason", ""),
            channel=Change.Channel.API,
        )
        return filed(self, change)


class UnmergeView(ApiView):
    """Propose to take a merge back."""

    domain: ClassVar[Any] = None

    def post(self, request: Request, golden_id: str) -> HttpResponse:
        domain, body = self.domain, self.body
        survivor = live.see(domain, golden_id, request.user)
        self.require_match(*survivor.tags)
        other = live.see(domain, body["other"], request.user)
        change = changes.unmerge(
            domain,
            survivor.golden_id,
            other.golden_id,
            body.get("choices", {}),
            by=request.user,
            reason=body.get("reason", ""),
            channel=Change.Channel.API,
        )
        return filed(self, change)


class UnlinkView(ApiView):
    """Propose to take a source off a record."""

    domain: ClassVar[Any] = None

    def post(self, request: Request, golden_id: str) -> HttpResponse:
        domain, body = self.domain, self.body
        found = live.see(domain, golden_id, request.user)
        self.require_match(*found.tags)
        change = changes.unlink(
            domain,
            found.golden_id,
            UUID(body["source_record"]),
            proposals.plain(domain, body.get("keep", {}), "/keep", request.user),
            by=request.user,
            reason=body.get("reason", ""),
            channel=Change.Channel.API,
        )
        return filed(self, change)


def filed(view: Any, change: Change) -> HttpResponse:
    """The change, submitted unless the body says otherwise."""
    if view.body.get("submit", True):
        change = changes.submit_explained(change, by=view.request.user)
    return changes_shown.created(change, view.request.user)


class PreviewView(ApiView):
    """What a merge would do, before anybody commits to it."""

    domain: ClassVar[Any] = None

    def get(self, request: Request, golden_id: str) -> HttpResponse:
        domain: Domain = self.domain
        survivor = live.see(domain, golden_id, request.user)
        wanted = self.query["other"] or []
        others = [live.see(domain, one, request.user).golden_id for one in wanted]
        plan = plans.merge(domain, survivor.golden_id, others, {})
        return answer(_shown(domain, plan, request.user))


def _shown(domain: Domain, plan: plans.MergePlan, user: Any) -> dict[str, Any]:
    patch = patches.diff(domain, plan.before.values, plan.after.values)
    golden_id = plan.survivor.pk
    sealed = vault.mask_patch(vault.seal_patch(domain, golden_id, patch, plan.after.values))
    losers = [row.pk for row in plan.losers]
    moved = joining.movement(losers)
    return {
        "survivor": str(golden_id),
        "others": [str(pk) for pk in losers],
        "patch": canonical.patch(domain, sealed),
        "clashes": [
            {
                "path": clash.path,
                "mine": combining.shown(domain, clash.path, clash.mine),
                "other": combining.shown(domain, clash.path, clash.other),
                "why": clash.why,
            }
            for clash in plan.clashes
        ],
        "keys": len(moved.keys),
        "source_records": len(moved.sources),
        "referrers": [
            {"domain": r.domain, "attribute": r.attribute, "count": r.count}
            for r in joining.referrers(domain, losers, user)
        ],
    }


CLASH = Named(
    "MergeClash",
    shapes.whole(
        {"path": shapes.TEXT, "mine": shapes.TEXT, "other": shapes.TEXT, "why": shapes.TEXT}
    ),
)
REFERRERS = Named(
    "MergeReferrers",
    shapes.whole({"domain": shapes.TEXT, "attribute": shapes.TEXT, "count": shapes.WHOLE}),
)
PREVIEW = Named(
    "MergePreview",
    shapes.whole(
        {
            "survivor": shapes.UUID_TEXT,
            "others": {"type": "array", "items": shapes.UUID_TEXT},
            "patch": {"type": "object", "description": "What is written; sealed values masked."},
            "clashes": {
                "type": "array",
                "items": CLASH,
                "description": "What has to be picked: a merge with one of these is refused.",
            },
            "keys": shapes.WHOLE | {"description": "Keys that will lead to the survivor."},
            "source_records": shapes.WHOLE | {"description": "Source records that move."},
            "referrers": {
                "type": "array",
                "items": REFERRERS,
                "description": "Records that refer to one of the others, and then resolve here.",
            },
        }
    ),
)
PICKS = shapes.PATCH | {"description": "Values for paths of the survivor, over the rules."}
PROBLEMS = ("not-found", "not-allowed", *proposals.PROBLEMS)


def merge_operation(domain: Domain) -> Operation:
    """POST of a domain's merge."""
    return Operation(
        f"{domain.code}_merge",
        domain.plural,
        f"Propose to merge {domain.plural.lower()}",
        proposals.CREATED,
        description=(
            "One change, all or nothing: the others become redirects to the survivor. Its patch is "
            "what the rules make of all their facts, what only the others have, and `picks` over "
            "it. Values that clash are refused with their paths until they are picked."
        ),
        scope="propose",
        body=shapes.closed(
            {
                "survivor": shapes.UUID_TEXT,
                "others": {
                    "type": "array",
                    "items": shapes.UUID_TEXT,
                    "minItems": 1,
                    "maxItems": MOST,
                },
                "picks": PICKS,
            }
            | COMMON,
            needed=("survivor", "others"),
        ),
        example={
            "survivor": "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b11",
            "others": ["0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b12"],
            "reason": "One company, entered twice",
        },
        problems=PROBLEMS,
        idempotency="required",
    )


def preview_operation(domain: Domain) -> Operation:
    """GET of a record's merge preview."""
    return Operation(
        f"{domain.code}_merge_preview",
        domain.plural,
        f"See what merging into a {domain.label.lower()} would do",
        {200: Answer("What would be written, what clashes, what moves.", PREVIEW)},
        query=(OTHER,),
        problems=("not-found", "refused"),
    )


def unmerge_operation(domain: Domain) -> Operation:
    """POST of a record's unmerge."""
    return Operation(
        f"{domain.code}_unmerge",
        domain.plural,
        f"Propose to take a merge of {domain.plural.lower()} back",
        proposals.CREATED,
        description=(
            "The survivor loses what the merge brought, edits since are kept; the other one is "
            "what it was, with what its own sources said since. Keys and sources return."
        ),
        scope="propose",
        body=shapes.closed(
            {
                "other": shapes.UUID_TEXT | {"description": "Which was merged into this one."},
                "choices": {
                    "type": "object",
                    "additionalProperties": {"enum": ["survivor", "other"]},
                    "description": "By path, who keeps a value that was edited since.",
                },
            }
            | COMMON,
            needed=("other",),
        ),
        example={"other": "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b12", "reason": "Two companies"},
        problems=PROBLEMS,
        idempotency="optional",
        if_match=True,
    )


def unlink_operation(domain: Domain) -> Operation:
    """POST of a record's unlink."""
    return Operation(
        f"{domain.code}_unlink",
        domain.plural,
        f"Propose to unlink a source from a {domain.label.lower()}",
        proposals.CREATED,
        description=(
            "The record as if the source had never been linked; the source record waits again. "
            "`keep` gives by hand what only the source knew and the record needs."
        ),
        scope="propose",
        body=shapes.closed(
            {"source_record": shapes.UUID_TEXT, "keep": PICKS} | COMMON,
            needed=("source_record",),
        ),
        example={"source_record": "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b12", "reason": "A mix-up"},
        problems=PROBLEMS,
        idempotency="optional",
        if_match=True,
    )
