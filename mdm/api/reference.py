"""Reference data: the lists that records draw their codes from. They change through /changes."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from mdm import permissions
from mdm.api import parameters, shapes
from mdm.api.conditions import etag
from mdm.api.errors import Problem
from mdm.api.operation import Answer, Operation
from mdm.api.paging import Order, page
from mdm.api.parameters import PAGED, Parameter
from mdm.api.view import ApiView, answer, answer_tagged
from mdm.domains.golden import Status
from mdm.domains.reference import REFERENCE_LISTS
from mdm.domains.spec import Kind, Subject
from mdm.domains.values import to_text

TAG = "Reference data"


def row_shown(kind: Subject, row: Any) -> dict[str, Any]:
    """A governed setting as JSON: its header, and every attribute that is not empty."""
    shape: dict[str, Any] = {
        "golden_id": str(row.golden_id),
        "version": row.version,
        "status": row.status,
    }
    for attribute in kind.attributes:
        text = to_text(attribute, getattr(row, attribute.column))
        if attribute.kind is Kind.FLAG:
            shape[attribute.code] = text == "true"
        elif attribute.kind is Kind.SET:
            shape[attribute.code] = text.split(",") if text else []
        elif attribute.kind is Kind.INTEGER:
            shape[attribute.code] = int(text) if text else None
        else:
            shape[attribute.code] = text
    for collection in kind.collections:
        shape[collection.code] = [dict(item) for item in getattr(row, collection.code)]
    return shape


def row_schema(name: str) -> shapes.Named:
    """What `row_shown` gives, for whichever list."""
    return shapes.Named(
        name,
        {
            "type": "object",
            "properties": {
                "golden_id": shapes.UUID_TEXT,
                "version": shapes.WHOLE,
                "status": shapes.STATUS_ENUM,
                "code": shapes.TEXT,
                "name": shapes.TEXT,
            },
            "required": ["golden_id", "version", "status", "code"],
        },
    )


ROW = row_schema("ReferenceRow")


class ReferenceIndexView(ApiView):
    """The lists there are."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "reference_index",
            TAG,
            "List the reference lists",
            {
                200: Answer(
                    "Every list, with where it is.",
                    shapes.Named(
                        "ReferenceIndex",
                        shapes.whole(
                            {
                                "data": {
                                    "type": "array",
                                    "items": shapes.whole(
                                        {
                                            "list": shapes.TEXT,
                                            "name": shapes.TEXT,
                                            "href": shapes.TEXT,
                                        }
                                    ),
                                }
                            }
                        ),
                    ),
                )
            },
        )
    }

    def get(self, request: Request) -> HttpResponse:
        permissions.require(request.user, "see")
        data = [
            {"list": code, "name": kind.plural, "href": f"/api/v1/reference/{kind.path}"}
            for code, kind in REFERENCE_LISTS.items()
        ]
        return answer({"data": data})


class ReferenceListView(ApiView):
    """The rows of one list."""

    kind: ClassVar[Any] = None

    def get(self, request: Request) -> HttpResponse:
        kind: Subject = self.kind
        permissions.require(request.user, "see")
        rows = kind.model.objects.all()
        if self.query["status"] is not None:
            rows = rows.filter(status__in=self.query["status"])
        found = page(
            rows,
            Order("code"),
            limit=self.query["limit"],
            cursor=self.query["cursor"],
            mark=f"{kind.code} {self.query['status']}",
        )
        data = [row_shown(kind, row) for row in found.rows]
        return answer({"data": data, "next": found.next, "previous": found.previous})


class ReferenceRowView(ApiView):
    """One row of a list."""

    kind: ClassVar[Any] = None

    def get(self, request: Request, code: str) -> HttpResponse:
        kind: Subject = self.kind
        permissions.require(request.user, "see")
        row = kind.model.objects.filter(code=code).first() if "\x00" not in code else None
        if row is None:
            raise Problem("not-found", f"The list {kind.plural.lower()} has no {code[:60]}.")
        return answer_tagged(request, row_shown(kind, row), etag(row.version, row.head_id.hex))


def list_operation(kind: Subject) -> Operation:
    """GET of a list."""
    return Operation(
        f"reference_{kind.code}_list",
        TAG,
        f"List {kind.plural.lower()}",
        {200: Answer("A page, by code.", shapes.listed("ReferencePage", ROW))},
        query=(
            Parameter(
                "status",
                "One of these.",
                parameters.one_of(Status.values),
                shapes.STATUS_ENUM,
                repeated=True,
            ),
            *PAGED,
        ),
    )


def row_operation(kind: Subject) -> Operation:
    """GET of a row."""
    return Operation(
        f"reference_{kind.code}_read",
        TAG,
        f"Read one of the {kind.plural.lower()}",
        {
            200: Answer("The row.", ROW, ("ETag",)),
            304: Answer("The caller has it already.", headers=("ETag",)),
        },
        problems=("not-found",),
        if_none_match=True,
    )
