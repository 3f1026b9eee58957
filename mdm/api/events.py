"""The feed of events: every approved version since the beginning, in one order without gaps."""

from typing import Any, ClassVar

import orjson
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from rest_framework.request import Request

from mdm import canonical, ledger, outbox, permissions
from mdm.api import auth, parameters, shapes
from mdm.api.operation import Answer, Named, Operation
from mdm.api.parameters import LIMIT, REVEAL, Parameter
from mdm.api.view import ApiView
from mdm.domains import DOMAINS, get_domain
from mdm.models import Event
from mdm.tokens import Bearer

EVENT = Named(
    "Event",
    {
        "type": "object",
        "description": "CloudEvents 1.0. `data` is the record as /api/schemas/ describes it.",
        "properties": canonical.event_schema(next(iter(DOMAINS.values())))["properties"]
        | {
            "type": {"type": "string"},
            "dataschema": {"type": "string"},
            "data": {"type": "object"},
        },
        "required": ["specversion", "id", "source", "type", "subject", "time", "sequence", "data"],
    },
)
FEED = Named(
    "Feed",
    shapes.whole({"data": {"type": "array", "items": EVENT}, "next": shapes.TEXT}),
)


def since(text: str) -> int:
    """Reads the place in the feed that a cursor names."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise parameters.Invalid(text, "the next of an earlier answer, or 0 for the beginning")
    return int(text)


class EventListView(ApiView):
    """Events after a place in the feed."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "events_list",
            "Events",
            "Read the feed of events",
            {200: Answer("Oldest first. `next` is always there: go on from it.", FEED)},
            description=(
                "At least once, in order, from the beginning: merges and retirements are events as "
                "well. Only what the account may see is in it."
            ),
            query=(
                Parameter(
                    "since",
                    "`next` of an earlier answer; from the beginning when left out.",
                    since,
                    {"type": "string", "pattern": "^[0-9]{1,18}$", "default": "0"},
                    default=0,
                ),
                Parameter(
                    "domain",
                    "Of this domain.",
                    parameters.one_of(DOMAINS),
                    {"enum": list(DOMAINS)},
                    repeated=True,
                ),
                LIMIT,
                REVEAL,
            ),
            problems=("scope-missing",),
        )
    }

    def get(self, request: Request) -> HttpResponse:
        rows = visible(request.user, Event.objects.filter(sequence__gt=self.query["since"]))
        if self.query["domain"] is not None:
            rows = rows.filter(domain__in=self.query["domain"])
        if self.query["reveal"]:
            _require_reveal(request.user, self.bearer, self.query["domain"] or list(DOMAINS))
        found = rows.select_related("payload", "change").order_by("sequence")
        events = list(found[: self.query["limit"]])
        following = str(events[-1].sequence) if events else str(self.query["since"])
        data = [_shown(event, full=self.query["reveal"]) for event in events]
        response = HttpResponse(orjson.dumps({"data": data, "next": following}), "application/json")
        response["Cache-Control"] = "private, no-cache"
        return response


def visible(user: Any, rows: QuerySet[Event]) -> QuerySet[Event]:
    """Those of the events whose record, as it was, the person may see."""
    seen = Q()
    for code in DOMAINS:
        codes = permissions.seen_company_codes(user, code)
        if codes is None:
            seen |= Q(domain=code)
        elif codes:
            seen |= Q(domain=code) & permissions.belonging(codes)
    return rows.filter(seen) if seen else rows.none()


def _require_reveal(user: Any, bearer: Bearer | None, domains: list[str]) -> None:
    auth.require_scope(bearer, "reveal")
    for code in domains:
        permissions.require(user, "reveal", code)
    ledger.append(
        "events.revealed",
        person=user.get_username(),
        subject=", ".join(domains),
        channel=f"token {bearer.name}" if bearer else "api",
    )


def _shown(event: Event, *, full: bool) -> dict[str, Any]:
    body = outbox.full_bytes(event.payload) if full else bytes(event.payload.masked)
    return canonical.cloud_event(get_domain(event.domain), event, orjson.Fragment(body))
