"""Targets and their code maps, as they are set up. They change through /changes, like records."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from mdm import permissions
from mdm.api import reference, shapes
from mdm.api.conditions import etag
from mdm.api.errors import Problem
from mdm.api.operation import Answer, Named, Operation
from mdm.api.paging import Order, page
from mdm.api.parameters import PAGED, Parameter
from mdm.api.view import ApiView, answer, answer_tagged
from publishing import codemaps, targets
from publishing.models import CodeMap, Target, TargetState

TAG = "Targets"
TARGET = reference.row_schema("Target")
CODE_MAP = Named(
    "CodeMap",
    {
        "type": "object",
        "properties": {
            "golden_id": shapes.UUID_TEXT,
            "version": shapes.WHOLE,
            "status": shapes.STATUS_ENUM,
            "code": shapes.TEXT,
            "target": shapes.TEXT,
            "list": shapes.TEXT,
            "ours": shapes.TEXT,
            "theirs": shapes.TEXT,
        },
        "required": ["golden_id", "version", "status", "target", "list", "ours", "theirs"],
    },
)
PATHS = {"code": "The target's code."}


class TargetListView(ApiView):
    """The targets there are."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "targets_list",
            TAG,
            "List targets",
            {200: Answer("By code.", shapes.listed("TargetPage", TARGET))},
            query=PAGED,
        )
    }

    def get(self, request: Request) -> HttpResponse:
        permissions.require(request.user, "see")
        found = page(
            Target.objects.select_related("state_row"),
            Order("code"),
            limit=self.query["limit"],
            cursor=self.query["cursor"],
            mark="targets",
        )
        data = [shown(target) for target in found.rows]
        return answer({"data": data, "next": found.next, "previous": found.previous})


class TargetView(ApiView):
    """One target."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "targets_read",
            TAG,
            "Read a target",
            {
                200: Answer("The target.", TARGET, ("ETag",)),
                304: Answer("The caller has it already.", headers=("ETag",)),
            },
            problems=("not-found",),
            if_none_match=True,
            paths=PATHS,
        )
    }

    def get(self, request: Request, code: str) -> HttpResponse:
        target = find(code, request.user)
        tag = etag(target.version, target.head_id.hex)
        return answer_tagged(request, shown(target), tag)


class CodeMapListView(ApiView):
    """What a target calls our codes."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "targets_code_maps",
            TAG,
            "List the code maps of a target",
            {200: Answer("By list and code.", shapes.listed("CodeMapPage", CODE_MAP))},
            query=(Parameter("list", "Of this list.", default=""), *PAGED),
            problems=("not-found",),
            paths=PATHS,
        )
    }

    def get(self, request: Request, code: str) -> HttpResponse:
        target = find(code, request.user)
        rows = CodeMap.objects.filter(target=target.code)
        if self.query["list"]:
            rows = rows.filter(list=self.query["list"])
        found = page(
            rows,
            Order("code"),
            limit=self.query["limit"],
            cursor=self.query["cursor"],
            mark=f"{target.code} {self.query['list']}",
        )
        data = [reference.row_shown(codemaps.CODE_MAPS, row) for row in found.rows]
        return answer({"data": data, "next": found.next, "previous": found.previous})


def find(code: str, user: Any) -> Target:
    """The target of that code."""
    permissions.require(user, "see")
    rows = Target.objects.select_related("state_row")
    target = rows.filter(code=code).first() if "\x00" not in code else None
    if target is None:
        raise Problem("not-found", f"There is no target {code[:60]}.")
    return target


def shown(target: Target) -> dict[str, Any]:
    """A target as it is set up, and whether it is stopped. Its credentials are shown nowhere."""
    state: TargetState | None = getattr(target, "state_row", None)
    return reference.row_shown(targets.TARGETS, target) | {
        "is_stopped": bool(state and state.is_stopped),
        "stopped_because": state.stopped_because if state else "",
    }
