"""Who is believed about what, and what a change of rules would flip."""

from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from mdm import effects, permissions
from mdm.api import changes_shown, parameters, shapes
from mdm.api.errors import Problem
from mdm.api.operation import Answer, Named, Operation
from mdm.api.parameters import Parameter
from mdm.api.view import ApiView, answer
from mdm.domains.spec import Domain
from mdm.queries import authority, flips
from mdm.queries.authority import Cell, Row

TAG = "Authority"
MOST_RECORDS = 500
COUNTED = {"type": "object", "additionalProperties": shapes.WHOLE}
TRUST = shapes.whole(
    {
        "system": shapes.TEXT,
        "score": shapes.WHOLE,
        "decay": shapes.WHOLE | {"description": "Points lost a year."},
        "floor": shapes.WHOLE,
        "inherited": shapes.TEXT | {"description": "Where it comes from; empty when said here."},
    }
)
AUTHORITY_ROW = Named(
    "AuthorityRow",
    shapes.whole(
        {
            "about": shapes.TEXT | {"description": "An attribute, a collection, a group, or *."},
            "label": shapes.TEXT,
            "kind": {"enum": ["all", "group", "attribute", "collection"]},
            "rule": shapes.TEXT,
            "strategies": {"type": "array", "items": shapes.TEXT},
            "is_whole": {"type": "boolean"},
            "inherited": shapes.TEXT,
            "trust": {"type": "array", "items": TRUST},
        }
    ),
)
FLIP = shapes.whole(
    dict.fromkeys(("record", "href", "label", "before", "after", "from", "to"), shapes.TEXT)
)
EFFECT = Named(
    "Effect",
    shapes.whole(
        {
            "records": shapes.WHOLE,
            "values": shapes.WHOLE,
            "attributes": COUNTED,
            "systems": {
                "type": "array",
                "items": shapes.whole(
                    {"from": shapes.TEXT, "to": shapes.TEXT, "values": shapes.WHOLE}
                ),
            },
            "flips": {"type": "array", "items": FLIP, "description": "Of the first records."},
            "targets": {"type": "array", "items": shapes.TEXT},
        }
    ),
)


class AuthorityView(ApiView):
    """The rules and the trust of a domain."""

    domain: ClassVar[Any] = None

    def get(self, request: Request) -> HttpResponse:
        permissions.require(request.user, "see", self.domain.code)
        return answer({"data": [_row(row) for row in authority.matrix(self.domain).rows]})


def _row(row: Row) -> dict[str, Any]:
    return {
        "about": row.about,
        "label": row.label,
        "kind": row.kind,
        "rule": row.rule.sentence,
        "strategies": [strategy.value for strategy in row.rule.order],
        "is_whole": row.rule.is_whole,
        "inherited": row.inherited,
        "trust": [_trust(cell) for cell in row.cells],
    }


def _trust(cell: Cell) -> dict[str, Any]:
    return {
        "system": cell.system,
        "score": cell.trust.score,
        "decay": cell.trust.decay,
        "floor": cell.trust.floor,
        "inherited": cell.inherited,
    }


class EffectView(ApiView):
    """What a change of rules would flip if it were applied today."""

    operations: ClassVar[dict[str, Operation]] = {
        "GET": Operation(
            "changes_effect",
            TAG,
            "Read what a change of rules would flip",
            {200: Answer("Counts over all records, and the first of them.", EFFECT)},
            description=(
                "Over all records, with the facts as they are now; nothing is written. Sealed "
                "values are masked."
            ),
            query=(
                Parameter("attribute", "Only flips of this, such as supplier.trade_name."),
                Parameter(
                    "limit",
                    f"How many records to tell of; at most {MOST_RECORDS}.",
                    parameters.whole(1, MOST_RECORDS),
                    shapes.WHOLE | {"minimum": 1, "maximum": MOST_RECORDS},
                    default=100,
                ),
            ),
            problems=("not-found", "refused"),
        )
    }

    def get(self, request: Request, number: str) -> HttpResponse:
        change = changes_shown.find(number, request.user)
        parts = list(change.parts.filter(subject__in=effects.RULING))
        if not any(effects.bears(part) for part in parts):
            said = f"{change.number} changes no rule, no trust and no authority."
            raise Problem("refused", said)
        about = self.query["attribute"] or ""
        may_see = flips.open_to(request.user)
        found = effects.effect(parts, most=self.query["limit"], about=about, is_open=may_see)
        return answer(flips.as_json(found) | {"targets": flips.payloads(found)})


def authority_operation(domain: Domain) -> Operation:
    """GET of who is believed about what in a domain."""
    data = {"data": {"type": "array", "items": AUTHORITY_ROW}}
    return Operation(
        f"{domain.code}_authority",
        TAG,
        f"Read which system is believed about what of {domain.plural.lower()}",
        {200: Answer("Every row, the widest first.", Named("Authority", shapes.whole(data)))},
    )
