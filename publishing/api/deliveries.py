"""Deliveries: what each target should have and has of a record, and every try to bring it there."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from rest_framework.request import Request

from mdm.api import parameters, shapes
from mdm.api.errors import Problem
from mdm.api.operation import Answer, Named, Operation
from mdm.api.paging import Order, page
from mdm.api.parameters import PAGED, Parameter
from mdm.api.view import ApiView, answer
from mdm.domains import DOMAINS
from publishing import monitor
from publishing.models import Attempt, Replica, ReplicaPart
from publishing.models.replica import Outcomes

TAG = "Deliveries"
STATES = (*Replica.State.values, "pending", "needs_person")
KEY = Named(
    "TargetKey",
    shapes.whole(
        {
            "kind": shapes.TEXT,
            "part_id": shapes.TEXT,
            "legal_entity": shapes.TEXT,
            "key": shapes.TEXT,
        }
    ),
)
ATTEMPT = Named(
    "Attempt",
    shapes.whole(
        {
            "number": shapes.WHOLE,
            "version": shapes.WHOLE,
            "started_at": shapes.MOMENT,
            "finished_at": shapes.MOMENT_OR_NONE,
            "outcome": {"enum": ["", *Outcomes.values]},
            "sentence": shapes.TEXT,
            "idempotency_key": shapes.TEXT,
            "payload_hash": shapes.TEXT,
            "mapping_hash": shapes.TEXT,
            "errors": {"type": "array"},
            "exchanges": {
                "type": "array",
                "description": "What was sent and answered, masked.",
            },
        }
    ),
)
SUMMARY: dict[str, Any] = {
    "id": shapes.UUID_TEXT,
    "target": shapes.TEXT,
    "domain": shapes.TEXT,
    "golden_id": shapes.UUID_TEXT,
    "code": shapes.TEXT,
    "label": shapes.TEXT,
    "state": {"enum": list(Replica.State.values)},
    "sentence": {"type": "string", "description": "Did it arrive, why not, what now."},
    "wanted_version": shapes.WHOLE,
    "landed_version": shapes.WHOLE,
    "landed_at": shapes.MOMENT_OR_NONE,
    "due_at": shapes.MOMENT_OR_NONE,
    "tries": shapes.WHOLE,
    "last_outcome": shapes.TEXT,
    "cause": shapes.TEXT,
    "updated_at": shapes.MOMENT,
    "keys": {"type": "array", "items": KEY},
}
DELIVERY_SUMMARY = Named("DeliverySummary", shapes.whole(SUMMARY))
DELIVERY = Named(
    "Delivery",
    shapes.whole(
        SUMMARY
        | {
            "correlation_id": shapes.TEXT,
            "attempts": {"type": "array", "items": ATTEMPT},
            "payload": {"type": "object", "description": "The wanted version, masked."},
        }
    ),
)
LATEST = Order("updated_at", tie="id", descending=True, read=datetime.fromisoformat)


class DeliveryListView(ApiView):
    """The deliveries a person may see, the latest moved first."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "deliveries_list",
            TAG,
            "List deliveries",
            {200: Answer("Latest moved first.", shapes.listed("DeliveryPage", DELIVERY_SUMMARY))},
            query=(
                Parameter(
                    "state",
                    "In this state; `pending` is all under way, `needs_person` all at rest.",
                    parameters.one_of(STATES),
                    {"enum": list(STATES)},
                    default="",
                ),
                Parameter("target", "To this target, by its code.", default=""),
                Parameter(
                    "domain",
                    "Of records of this domain.",
                    parameters.one_of(DOMAINS),
                    {"enum": list(DOMAINS)},
                    default="",
                ),
                Parameter("golden_id", "Of this record.", parameters.identifier, shapes.UUID_TEXT),
                Parameter("cause", "Stopped by this cause.", default=""),
                Parameter(
                    "q", "A number, a name, their key, a change or a correlation id.", default=""
                ),
                *PAGED,
            ),
        )
    }

    def get(self, request: Request) -> HttpResponse:
        query = self.query
        wanted = monitor.Filter(
            query["state"], query["target"], query["domain"], query["cause"], query["q"]
        )
        rows = monitor.deliveries(wanted, by=request.user).order_by()
        if query["golden_id"] is not None:
            rows = rows.filter(golden_id=query["golden_id"])
        found = page(
            rows.prefetch_related("parts"),
            LATEST,
            limit=query["limit"],
            cursor=query["cursor"],
            mark=repr(
                sorted((k, str(v)) for k, v in query.items() if k not in ("limit", "cursor"))
            ),
        )
        data = [summary(replica) for replica in found.rows]
        return answer({"data": data, "next": found.next, "previous": found.previous})


class DeliveryView(ApiView):
    """One delivery with every try."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "deliveries_read",
            TAG,
            "Read a delivery",
            {200: Answer("The delivery, its tries in order.", DELIVERY)},
            problems=("not-found",),
            paths={"id": "The delivery's id."},
        )
    }

    def get(self, request: Request, id: str) -> HttpResponse:
        return answer(shown(find(id, request.user)))


def find(pk: str, user: Any) -> Replica:
    """The delivery. Not found when there is none, or none that the person may see."""
    try:
        replica = monitor.find(UUID(pk), by=user)
    except ValueError:
        replica = None
    if replica is None:
        raise Problem("not-found", f"There is no delivery {pk[:60]}.")
    return replica


def shown(replica: Replica) -> dict[str, Any]:
    """One delivery with everything known of it."""
    detail = monitor.detail(replica)
    return summary(replica) | {
        "correlation_id": detail.correlation_id,
        "attempts": [_attempt(attempt) for attempt in detail.attempts],
        "payload": detail.payload,
    }


def summary(replica: Replica) -> dict[str, Any]:
    """What a list says of a delivery."""
    return {
        "id": str(replica.pk),
        "target": replica.target.code,
        "domain": replica.domain,
        "golden_id": str(replica.golden_id),
        "code": replica.code,
        "label": replica.label,
        "state": replica.state,
        "sentence": monitor.sentence(replica),
        "wanted_version": replica.wanted_version,
        "landed_version": replica.landed_version,
        "landed_at": _iso(replica.landed_at),
        "due_at": _iso(replica.due_at),
        "tries": replica.tries,
        "last_outcome": replica.last_outcome,
        "cause": replica.cause,
        "updated_at": _iso(replica.updated_at),
        "keys": [_key(part) for part in replica.parts.all()],
    }


def _key(part: ReplicaPart) -> dict[str, Any]:
    return {
        "kind": part.kind,
        "part_id": part.part_id,
        "legal_entity": part.legal_entity,
        "key": part.key,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "version": attempt.version,
        "started_at": _iso(attempt.started_at),
        "finished_at": _iso(attempt.finished_at),
        "outcome": attempt.outcome,
        "sentence": attempt.sentence,
        "idempotency_key": attempt.idempotency_key,
        "payload_hash": attempt.payload_hash,
        "mapping_hash": attempt.mapping_hash,
        "errors": attempt.errors,
        "exchanges": attempt.exchanges,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
