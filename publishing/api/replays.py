"""Replay: queue one delivery again, or a filtered set, after its cause was mended."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from mdm.api import shapes
from mdm.api.operation import Answer, Named, Operation
from mdm.api.view import ApiView, answer
from mdm.domains import DOMAINS
from publishing import monitor, replay
from publishing.api import deliveries
from publishing.api.deliveries import DELIVERY, STATES, TAG
from publishing.models import Replica
from publishing.replay import Which

WORDS: dict[str, Any] = {
    "which": {
        "enum": [which.value for which in Which],
        "default": Which.CURRENT.value,
        "description": "`current`: the version wanted now. `same`: the one tried last.",
    },
    "overwrite": {
        "type": "boolean",
        "default": False,
        "description": "Push over what somebody changed in the target by hand.",
    },
    "reason": shapes.LONG,
}
FILTER = shapes.closed(
    {
        "state": {"enum": list(STATES)},
        "target": shapes.SHORT,
        "domain": {"enum": list(DOMAINS)},
        "cause": shapes.SHORT,
        "text": shapes.SHORT,
    }
) | {"minProperties": 1}
COUNTED = Named(
    "Replayed",
    shapes.whole(
        {
            "preview": {"type": "boolean"},
            "count": shapes.WHOLE,
            "by_target": {"type": "object", "additionalProperties": shapes.WHOLE},
            "left_out": shapes.WHOLE,
            "stopped": {"type": "array", "items": shapes.TEXT},
        }
    ),
)


class ReplayView(ApiView):
    """Queue one delivery again."""

    operations: ClassVar[dict[str, Operation]] = {
        "POST": Operation(
            "deliveries_replay",
            TAG,
            "Replay a delivery",
            {202: Answer("It is queued.", DELIVERY)},
            description="A target that has the version already changes nothing.",
            scope="publish",
            body=shapes.closed(WORDS),
            body_needed=False,
            example={"reason": "The code map has an entry now"},
            problems=("not-found", "refused", "scope-missing"),
            idempotency="optional",
            paths={"id": "The delivery's id."},
        )
    }

    def post(self, request: Request, id: str) -> HttpResponse:
        replica = deliveries.find(id, request.user)
        replay.replay(Replica.objects.filter(pk=replica.pk), by=request.user, **words(self.body))
        return answer(deliveries.shown(deliveries.find(id, request.user)), 202)


class ReplayManyView(ApiView):
    """Queue a filtered set again, or count it first."""

    operations: ClassVar[dict[str, Operation]] = {
        "POST": Operation(
            "deliveries_replay_many",
            TAG,
            "Replay deliveries by filter",
            {
                200: Answer("What would be queued.", COUNTED),
                202: Answer("What is queued.", COUNTED),
            },
            description="`preview` counts and queues nothing. A filter is needed.",
            scope="publish",
            body=shapes.closed(
                {"filter": FILTER, "preview": {"type": "boolean", "default": False}} | WORDS,
                needed=("filter",),
            ),
            example={"filter": {"target": "coupa", "state": "dead"}, "preview": True},
            problems=("refused", "scope-missing"),
            idempotency="optional",
        )
    }

    def post(self, request: Request) -> HttpResponse:
        rows = monitor.deliveries(monitor.Filter(**self.body["filter"]), by=request.user)
        given = words(self.body)
        before = replay.preview(rows, given["which"])
        shape = {
            "preview": True,
            "count": before.count,
            "by_target": dict(before.by_target),
            "left_out": before.left_out,
            "stopped": list(before.stopped),
        }
        if self.body.get("preview", False):
            return answer(shape)
        count = replay.replay(rows, by=request.user, **given)
        return answer(shape | {"preview": False, "count": count}, 202)


def words(body: dict[str, Any]) -> dict[str, Any]:
    """What the body says of how to replay."""
    return {
        "which": Which(body.get("which", Which.CURRENT)),
        "overwrite": body.get("overwrite", False),
        "because": body.get("reason", ""),
    }
