"""Change requests: list, read, draft, submit, decide, comment, withdraw."""

from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from mdm import changes, seams
from mdm.api import bodies, changes_shown, parameters, pins, proposals, shapes
from mdm.api.errors import Problem
from mdm.api.operation import Answer, Operation
from mdm.api.paging import Order, page
from mdm.api.parameters import PAGED, Parameter
from mdm.api.view import ApiView, answer, answer_tagged
from mdm.models import Change, ChangePart
from mdm.queries.changes import visible

TAG = "Changes"
MOST_PARTS = 200
BY_ID = Order("id", tie="id", descending=True)
OWN_WAYS = ("link", "unlink", "unmerge")  # each has a resource of its own
PART_IN = shapes.closed(
    {
        "subject": {
            "type": "string",
            "maxLength": 40,
            "description": "A domain, a reference list, or another governed kind, by its code.",
        },
        "action": {"enum": [a for a in ChangePart.Action.values if a not in OWN_WAYS]},
        "golden_id": shapes.UUID_TEXT | {"description": "The record; none for a create."},
        "values": {"type": "object", "description": "Of a create: the new record's values."},
        "patch": shapes.PATCH,
        "pins": pins.PINS,
        "merges": shapes.UUID_TEXT | {"description": "Of a merge: what becomes a redirect."},
    },
    needed=("subject", "action"),
)


class ChangeListView(ApiView):
    """The changes a person may see, newest first; POST files one of many parts."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "changes_list",
            TAG,
            "List changes",
            {200: Answer("Newest first.", shapes.listed("ChangePage", shapes.CHANGE_SUMMARY))},
            query=(
                Parameter(
                    "state",
                    "In one of these states.",
                    parameters.one_of(Change.State.values),
                    shapes.SUMMARY["state"],
                    repeated=True,
                ),
                Parameter("domain", "Of parts of this domain only.", repeated=True),
                Parameter("requested_by", "Requested by one of these.", repeated=True),
                Parameter(
                    "golden_id",
                    "With a part of this record.",
                    parameters.identifier,
                    shapes.UUID_TEXT,
                ),
                *PAGED,
            ),
        ),
        "POST": Operation(
            "changes_propose",
            TAG,
            "File a change of one or more parts",
            proposals.CREATED,
            description="All parts are applied, or none, unless `is_atomic` is false.",
            scope="propose",
            body=shapes.closed(
                {
                    "parts": {
                        "type": "array",
                        "items": PART_IN,
                        "minItems": 1,
                        "maxItems": MOST_PARTS,
                    },
                    "is_atomic": {"type": "boolean", "default": True},
                }
                | proposals.COMMON
                | {"submit": {"type": "boolean", "default": False}},
                needed=("parts",),
            ),
            example={
                "title": "New payment terms",
                "reason": "Agreed with purchasing",
                "parts": [
                    {
                        "subject": "payment_terms",
                        "action": "create",
                        "values": {"code": "NET75", "name": "75 days net", "net_days": 75},
                    }
                ],
            },
            problems=proposals.PROBLEMS,
            idempotency="required",
        ),
    }

    def get(self, request: Request) -> HttpResponse:
        rows = visible(request.user, Change.objects.select_related("requested_by"))
        found = page(
            _filtered(rows, self.query),
            BY_ID,
            limit=self.query["limit"],
            cursor=self.query["cursor"],
            mark=repr(
                sorted((k, v) for k, v in self.query.items() if k not in ("limit", "cursor"))
            ),
        )
        data = [changes_shown.summary(change) for change in found.rows]
        return answer({"data": data, "next": found.next, "previous": found.previous})

    @transaction.atomic
    def post(self, request: Request) -> HttpResponse:
        body = self.body
        change = changes.draft_many(
            [_spec(part, f"/parts/{n}", request.user) for n, part in enumerate(body["parts"])],
            by=request.user,
            title=body.get("title", ""),
            reason=body.get("reason", ""),
            effective_from=proposals.day_of(body.get("effective_from")),
            is_atomic=body.get("is_atomic", True),
            channel=Change.Channel.API,
        )
        if body.get("submit", False):
            change = changes.submit_explained(change, by=request.user)
        return changes_shown.created(change, request.user)


def _filtered(rows: QuerySet[Change], query: dict[str, Any]) -> QuerySet[Change]:
    for name, column in (("state", "state"), ("domain", "domain")):
        if query[name] is not None:
            rows = rows.filter(**{f"{column}__in": query[name]})
    if query["requested_by"] is not None:
        rows = rows.filter(requested_by__username__in=query["requested_by"])
    if query["golden_id"] is not None:
        with_it = ChangePart.objects.filter(golden_id=query["golden_id"])
        rows = rows.filter(pk__in=with_it.values("change_id"))
    return rows


def _spec(part: dict[str, Any], at: str, user: Any) -> changes.PartSpec:
    """A part of the body as the use case takes it."""
    kind = seams.subjects().get(part["subject"])
    if kind is None:
        raise _wrong(
            f"{at}/subject", f"subject: found {part['subject']}, expected a governed kind."
        )
    if "values" in part and "patch" in part:
        raise _wrong(f"{at}/patch", "A part has values or a patch, not both.")
    if "values" in part:
        bodies.check(part["values"], _values_of(kind.code), f"{at}/values")
        patch = proposals.patch_of_values(kind, part["values"], f"{at}/values", user)
    else:
        patch = proposals.plain(kind, part.get("patch", {}), f"{at}/patch", user)
    held, golden_id = pins.of(part), part.get("golden_id")
    if golden_id is not None:
        patch = {**pins.freed(kind, UUID(golden_id), patch, held), **patch}
    return changes.PartSpec(
        kind.code,
        part["action"],
        patch,
        golden_id=UUID(golden_id) if golden_id is not None else None,
        pins=held,
        other_id=UUID(part["merges"]) if "merges" in part else None,
    )


@cache
def _values_of(subject: str) -> shapes.Named:
    return shapes.values(seams.subject(subject))


def _wrong(pointer: str, detail: str) -> Problem:
    return Problem(
        "invalid", detail, errors=[{"pointer": pointer, "code": "invalid", "detail": detail}]
    )


class ChangeView(ApiView):
    """One change."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "changes_read",
            TAG,
            "Read a change",
            {
                200: Answer("The change.", shapes.CHANGE, ("ETag",)),
                304: Answer("The caller has it already.", headers=("ETag",)),
            },
            problems=("not-found",),
            if_none_match=True,
        )
    }

    def get(self, request: Request, number: str) -> HttpResponse:
        change = changes_shown.find(number, request.user)
        return answer_tagged(request, changes_shown.shown(change), changes_shown.tag(change))


class PartListView(ApiView):
    """The parts of a change, in order."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "changes_parts",
            TAG,
            "List the parts of a change",
            {200: Answer("In order.", shapes.listed("PartPage", shapes.PART))},
            query=(
                Parameter(
                    "state",
                    "In one of these states.",
                    parameters.one_of(ChangePart.State.values),
                    repeated=True,
                ),
                *PAGED,
            ),
            problems=("not-found",),
        )
    }

    def get(self, request: Request, number: str) -> HttpResponse:
        change = changes_shown.find(number, request.user)
        rows = ChangePart.objects.filter(change=change)
        if self.query["state"] is not None:
            rows = rows.filter(state__in=self.query["state"])
        order = Order("position", tie="position", read=int, read_tie=int)
        found = page(
            rows,
            order,
            limit=self.query["limit"],
            cursor=self.query["cursor"],
            mark=f"{number} {self.query['state']}",
        )
        data = changes_shown.parts_shown(found.rows)
        return answer({"data": data, "next": found.next, "previous": found.previous})
