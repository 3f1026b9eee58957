"""The list of a domain as it was: the records that existed, folded a page at a time.

Which records there were is exact, for a record is there from its first version on. What they held
is known once a page's facts are folded; so whatever would choose or order by values is refused.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from django.db.models import QuerySet
from django.http import HttpResponse

from mdm import canonical, clocks
from mdm.api import past
from mdm.api.errors import Problem
from mdm.api.paging import Order, page
from mdm.domains.golden import Status
from mdm.domains.spec import Domain

TAKEN = ("as_of", "known_at", "limit", "cursor", "fields", "omit", "golden_id", "status", "sort")
ORDER = Order("golden_id", tie="golden_id", read=UUID)


def answer_page(view: Any, rows: QuerySet[Any]) -> HttpResponse:
    """A page of the records that were there, in the order in which they were made."""
    domain: Domain = view.domain
    query: Mapping[str, Any] = view.query
    _refuse(query)
    at = past.clocks_of(query)
    rows = rows.filter(clocks.there(domain, at))
    if query["golden_id"] is not None:
        rows = rows.filter(golden_id__in=query["golden_id"])
    found = page(
        rows.only("golden_id"),
        ORDER,
        limit=query["limit"],
        cursor=query["cursor"],
        mark=_mark(domain, query),
    )
    held = clocks.of(domain, [row.golden_id for row in found.rows], at)
    wanted = query["status"]
    kept = {
        golden_id: one
        for golden_id, one in held.items()
        if (one.values["status"] in wanted if wanted else one.values["status"] != Status.MERGED)
    }
    references = past.codes_of(domain, *(one.values for one in kept.values()))
    shown = [
        view.narrowed(canonical.masked(domain, past.shape_of(domain, i, kept[i], references)))
        for i in (row.golden_id for row in found.rows)
        if i in kept
    ]
    body = orjson.dumps({"data": shown, "next": found.next, "previous": found.previous})
    response = HttpResponse(body, "application/json")
    response["Cache-Control"] = "private, no-cache"
    return response


def _refuse(query: Mapping[str, Any]) -> None:
    """What cannot be answered exactly about the past is not answered at all."""
    asked = [
        name for name, value in query.items() if name not in TAKEN and value not in (None, "", [])
    ]
    if query["sort"] != ("code", False):
        asked.append("sort")
    if asked:
        said = (
            f"A list as of a day cannot be chosen or sorted by {', '.join(sorted(asked))}: only "
            "the records of a page are read as they were. Use status and golden_id, or read the "
            "list as it is now."
        )
        errors = [{"parameter": name, "code": "invalid", "detail": said} for name in asked]
        raise Problem("invalid-parameter", said, errors=errors)


def _mark(domain: Domain, query: Mapping[str, Any]) -> str:
    """What a cursor belongs to."""
    parts = [(name, str(query[name])) for name in ("as_of", "known_at", "golden_id", "status")]
    return f"{domain.code} past {parts!r}"
