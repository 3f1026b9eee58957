"""Source records: what systems say, under their own keys. Sent twice, nothing happens twice.

POST one, or many at once -> intake.receive -> kept; a change proposes what follows from it
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from mdm import intake, permissions
from mdm.api import bodies, errors, match, messages, parameters, shapes, tracing
from mdm.api.operation import Answer, Named, Operation
from mdm.api.paging import Order, page
from mdm.api.parameters import PAGED, Parameter
from mdm.api.view import ApiView, answer
from mdm.domains import DOMAINS, get_domain
from mdm.models import SourceRecord

TAG = "Source records"
MOST_ITEMS = 200
ITEM = shapes.closed(
    {
        "system": {"type": "string", "maxLength": 40, "description": "The system's code."},
        "domain": {"enum": list(DOMAINS)},
        "key": {"type": "string", "minLength": 1, "maxLength": 200, "description": "Its own key."},
        "scope": {"type": "string", "maxLength": 40, "description": "Where the key is unique."},
        "values": {
            "type": "object",
            "description": (
                "What it says, by attribute; what is not named is not spoken of. A reference is "
                "its own key of the other thing, our code, or a golden id."
            ),
        },
        "created_at": shapes.MOMENT_OR_NONE | {"description": "When it was made there."},
        "updated_at": shapes.MOMENT_OR_NONE | {"description": "When it was changed there."},
        "deleted_at": shapes.MOMENT_OR_NONE | {"description": "When it was deleted there."},
    },
    needed=("system", "domain", "key", "values"),
)
SOURCE_RECORD = Named(
    "SourceRecord",
    shapes.whole(
        {
            "id": shapes.UUID_TEXT,
            "system": shapes.TEXT,
            "domain": shapes.TEXT,
            "scope": shapes.TEXT,
            "key": shapes.TEXT,
            "name": shapes.TEXT,
            "state": {"enum": list(SourceRecord.State.values)},
            "golden_id": {"type": ["string", "null"], "format": "uuid"},
            "updated_at": shapes.MOMENT,
        }
    ),
)
RECEIVED = Named(
    "Received",
    shapes.whole(
        {
            "outcome": {"enum": [outcome.value for outcome in intake.Outcome]},
            "sentence": shapes.TEXT,
            "source_record": SOURCE_RECORD,
            "revision": {"type": ["integer", "null"], "description": "null: it said nothing new."},
            "change": {"type": ["string", "null"], "description": "The change that takes it up."},
            "candidates": {"type": "array", "items": match.CANDIDATE},
        }
    ),
)
EXAMPLE = {
    "system": "sap",
    "domain": "supplier",
    "key": "0000100007",
    "values": {"legal_name": "Nordwind Logistik GmbH", "country": "DE"},
}


class SourceRecordListView(ApiView):
    """What systems have said; POST says one thing."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "source_records_list",
            TAG,
            "List source records",
            {200: Answer("Newest first.", shapes.listed("SourceRecordPage", SOURCE_RECORD))},
            query=(
                Parameter("system", "Of this system, by its code."),
                Parameter(
                    "domain", "Of this domain.", parameters.one_of(DOMAINS), {"enum": list(DOMAINS)}
                ),
                Parameter("key", "With this key."),
                Parameter(
                    "state",
                    "In this state.",
                    parameters.one_of(SourceRecord.State.values),
                    {"enum": list(SourceRecord.State.values)},
                ),
                Parameter("golden_id", "Of this record.", parameters.identifier, shapes.UUID_TEXT),
                *PAGED,
            ),
        ),
        "POST": Operation(
            "source_records_send",
            TAG,
            "Send what a system says of one thing",
            {
                200: Answer("It says nothing new.", RECEIVED),
                201: Answer("It was kept as a new revision.", RECEIVED),
            },
            description="Idempotent by system, domain, scope and key.",
            scope="source",
            body=ITEM,
            example=EXAMPLE,
            problems=("not-found", "refused", "conflict", "scope-missing"),
            idempotency="optional",
        ),
    }

    def get(self, request: Request) -> HttpResponse:
        query = self.query
        rows = visible(request.user, SourceRecord.objects.select_related("system"))
        columns = {"system": "system__code", "domain": "domain", "key": "key", "state": "state"}
        given = {c: query[n] for n, c in columns.items() if query[n] is not None}
        if query["golden_id"] is not None:
            given["golden_id"] = query["golden_id"]
        found = page(
            rows.filter(**given),
            Order("id", tie="id", descending=True),
            limit=query["limit"],
            cursor=query["cursor"],
            mark=repr(sorted((k, str(v)) for k, v in given.items())),
        )
        data = [shown(record) for record in found.rows]
        return answer({"data": data, "next": found.next, "previous": found.previous})

    def post(self, request: Request) -> HttpResponse:
        received = messages.receive(self.body, request.user)
        return answer(received_shown(received, request.user), 201 if received.revision else 200)


class BulkView(ApiView):
    """Many things at once; each has its own answer."""

    operations: ClassVar[dict[str, Operation]] = {
        "POST": Operation(
            "source_records_send_many",
            TAG,
            "Send what systems say of many things",
            {
                207: Answer(
                    "One answer or problem per item, in order.",
                    Named(
                        "ReceivedMany",
                        shapes.whole(
                            {
                                "data": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "properties": {"status": shapes.WHOLE},
                                        "required": ["status"],
                                    },
                                }
                            }
                        ),
                    ),
                )
            },
            description="An item that is refused leaves the others as they are.",
            scope="source",
            body=shapes.closed(
                {
                    "items": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": MOST_ITEMS,
                        "items": {"type": "object"},
                    }
                },
                needed=("items",),
            ),
            example={"items": [EXAMPLE]},
            problems=("scope-missing",),
            idempotency="optional",
        )
    }

    def post(self, request: Request) -> HttpResponse:
        data = [self._one(item, f"/items/{n}") for n, item in enumerate(self.body["items"])]
        return answer({"data": data}, 207)

    def _one(self, item: Mapping[str, Any], at: str) -> dict[str, Any]:
        try:
            bodies.check(item, ITEM, at)
            received = messages.receive(item, self.request.user, at)
        except Exception as error:  # noqa: BLE001 - each item has its own answer
            problem = errors.problem_of(error)
            return problem.as_json(self.request.path, tracing.trace_id(self.request._request))
        status = 201 if received.revision else 200
        return {"status": status} | received_shown(received, self.request.user)


def visible(user: Any, rows: QuerySet[SourceRecord]) -> QuerySet[SourceRecord]:
    """What the person may see: of records they see, and, where they see all, of no record yet."""
    seen = Q(pk=None)
    for domain in DOMAINS.values():
        codes = permissions.seen_company_codes(user, domain.code)
        if codes is None:
            seen |= Q(domain=domain.code)
        elif codes:
            theirs = permissions.scoped(user, domain.code, domain.model.objects.all())
            seen |= Q(domain=domain.code, golden_id__in=theirs.values("golden_id"))
    return rows.filter(seen)


def shown(record: SourceRecord) -> dict[str, Any]:
    """A source record as JSON."""
    return {
        "id": str(record.pk),
        "system": record.system.code,
        "domain": record.domain,
        "scope": record.scope,
        "key": record.key,
        "name": record.name,
        "state": record.state,
        "golden_id": str(record.golden_id) if record.golden_id else None,
        "updated_at": record.updated_at.isoformat().replace("+00:00", "Z"),
    }


def received_shown(received: intake.Received, user: Any) -> dict[str, Any]:
    """What became of a message, as JSON."""
    domain = get_domain(received.source_record.domain)
    candidates = match.seen_by(user, domain, received.candidates)
    return {
        "outcome": received.outcome,
        "sentence": received.sentence,
        "source_record": shown(received.source_record),
        "revision": received.revision.number if received.revision else None,
        "change": received.change.number if received.change else None,
        "candidates": [match.candidate_shown(one) for one in candidates],
    }
