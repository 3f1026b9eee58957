"""Put back: a version of a record or some of its values, or what a whole change did.

Both file a change that somebody else approves; the answer says what an undo leaves out.
"""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from mdm import changes
from mdm.api import changes_shown, live, proposals, shapes
from mdm.api.errors import Problem
from mdm.api.operation import Answer, Named, Operation
from mdm.api.view import ApiView, answer
from mdm.changes.undoing import LeftOut
from mdm.domains import patch as patches
from mdm.domains.spec import Domain
from mdm.errors import Invalid
from mdm.models import Change

NEWEST = 2_000_000_000
LEFT_OUT = Named(
    "LeftOut",
    shapes.whole(
        {
            "part": {"type": "integer", "minimum": 0},
            "label": shapes.TEXT,
            "path": shapes.TEXT,
            "why": shapes.TEXT,
            "may_choose": {
                "type": "boolean",
                "description": "Whether `include` may name it, to put it back nevertheless.",
            },
        }
    ),
)
UNDONE = Named(
    "Undone",
    shapes.whole({"change": shapes.CHANGE, "left_out": {"type": "array", "items": LEFT_OUT}}),
)


class RestoreView(ApiView):
    """Propose a version of a record, or some of its values, anew."""

    domain: ClassVar[Any] = None

    def post(self, request: Request, golden_id: str) -> HttpResponse:
        domain: Domain = self.domain
        found = live.see(domain, golden_id, request.user)
        self.require_match(*found.tags)
        body = self.body
        _declared(domain, body.get("paths") or [])
        change = changes.restore(
            domain,
            found.golden_id,
            version=body["version"],
            paths=body.get("paths"),
            by=request.user,
            reason=body.get("reason", ""),
            effective_from=proposals.day_of(body.get("effective_from")),
            channel=Change.Channel.API,
        )
        if body.get("submit", True):
            change = changes.submit(change, by=request.user)
        return changes_shown.created(change, request.user)


def _declared(domain: Domain, paths: list[str]) -> None:
    errors = []
    for n, path in enumerate(paths):
        try:
            if path != "status":
                patches.declared(domain, path)
        except Invalid as error:
            errors.append({"pointer": f"/paths/{n}", "code": "unknown", "detail": str(error)})
    if errors:
        raise Problem("invalid", errors[0]["detail"], errors=errors)


class UndoView(ApiView):
    """Propose to take back what an applied change did."""

    operations: ClassVar[dict[str, Operation]] = {
        "POST": Operation(
            "changes_undo",
            "Changes",
            "Propose to undo an applied change",
            {
                201: Answer(
                    "The change that takes it back, and what it leaves out.",
                    UNDONE,
                    ("Location", "ETag"),
                )
            },
            description=(
                "One part for each applied part, against what is there now. What was edited since "
                "is left out unless `include` names it as part:path. What was created is retired; "
                "a change that merges, unmerges or unlinks is refused, and so is one that another "
                "open change undoes already."
            ),
            scope="propose",
            body=shapes.closed(
                {
                    "reason": proposals.COMMON["reason"],
                    "effective_from": proposals.COMMON["effective_from"],
                    "submit": proposals.COMMON["submit"],
                    "include": {
                        "type": "array",
                        "items": {"type": "string", "maxLength": 140},
                        "maxItems": 1000,
                        "description": "Values to put back although they were edited since.",
                    },
                }
            ),
            body_needed=False,
            example={"reason": "Sent to the wrong list", "include": ["0:payment_terms"]},
            problems=("not-found", *proposals.PROBLEMS),
            idempotency="optional",
            if_match=True,
        )
    }

    def post(self, request: Request, number: str) -> HttpResponse:
        change = changes_shown.find(number, request.user)
        self.require_match(changes_shown.tag(change))
        body = self.body
        fresh, undone = changes.undo(
            change,
            by=request.user,
            chosen=body.get("include", ()),
            reason=body.get("reason", ""),
            effective_from=proposals.day_of(body.get("effective_from")),
            channel=Change.Channel.API,
        )
        if body.get("submit", True):
            fresh = changes.submit(fresh, by=request.user)
        shape = {
            "change": changes_shown.shown(fresh),
            "left_out": [_left(one) for one in undone.left_out],
        }
        tag = changes_shown.tag(fresh)
        return answer(
            shape, 201, headers={"Location": f"/api/v1/changes/{fresh.number}", "ETag": tag}
        )


def _left(one: LeftOut) -> dict[str, Any]:
    return {
        "part": one.part,
        "label": one.label,
        "path": one.path,
        "why": one.why,
        "may_choose": one.may_choose,
    }


def restore_operation(domain: Domain) -> Operation:
    """POST of a record's restore."""
    common = {name: proposals.COMMON[name] for name in ("reason", "effective_from", "submit")}
    return Operation(
        f"{domain.code}_propose_restore",
        domain.plural,
        f"Propose to put a version of a {domain.label.lower()} back",
        proposals.CREATED,
        description=(
            "The difference between the record now and that version, as a change; `paths` "
            "narrows it to single values, items, collections, or `status`."
        ),
        scope="propose",
        body=shapes.closed(
            {
                "version": {"type": "integer", "minimum": 1, "maximum": NEWEST},
                "paths": {
                    "type": "array",
                    "items": {"type": "string", "maxLength": 120},
                    "minItems": 1,
                    "maxItems": 500,
                },
            }
            | common,
            needed=("version",),
        ),
        example={"version": 1, "reason": "The import of May was wrong"},
        problems=("not-found", *proposals.PROBLEMS),
        idempotency="optional",
        if_match=True,
    )
