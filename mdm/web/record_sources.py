"""Two more tabs of a record: what its sources say, and the record as the API returns it."""

from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mdm import lineage, permissions, vault
from mdm.changes import plans
from mdm.domains.golden import Status
from mdm.domains.spec import Domain
from mdm.models import LiveVersion, SourceRevision
from mdm.queries import record as around
from mdm.queries.words import Words
from mdm.web.page import find, page, row_url
from mdm.web.record_page import frame
from mdm.web.record_shown import Showing


@page
def record_sources(request: HttpRequest, domain: Domain, golden_id: UUID) -> HttpResponse:
    """Each source record with its revisions, as it came and as it was understood."""
    row = find(request.user, domain, golden_id)
    sources = around.sources(row.pk, lineage.provenance(domain, row.pk))
    words = Words(domain).learn(*(r.standardised for s in sources for r in s.revisions))
    context = frame(request, domain, row, "sources") | {
        "sources": [
            {
                "record": source.record,
                "wins": source.wins,
                "revisions": [_revision(domain, words, r) for r in source.revisions],
            }
            for source in sources
        ],
        "keys": around.known_as(row.pk),
        "merged": list(
            permissions.scoped(request.user, domain.code, plans.merged_into(domain, row.pk))
        ),
        "parts_url": row_url(domain, row.pk) if _may_part(request, domain, row) else "",
        "merge_url": reverse("record-merge", args=[domain.path]),
    }
    return render(request, "mdm/record_sources.html", context)


def _may_part(request: HttpRequest, domain: Domain, row: Any) -> bool:
    """Whether the person may take sources off, merge the record, and take a merge back."""
    rights = ("propose", "decide_match")
    may = all(permissions.may(request.user, right, domain.code) for right in rights)
    return may and row.status != Status.MERGED


def _revision(domain: Domain, words: Words, revision: SourceRevision) -> dict[str, Any]:
    standardised = revision.standardised
    showing = Showing(domain, standardised, words=words)
    return {
        "number": revision.number,
        "at": revision.received_at,
        "by": revision.received_from,
        "row": revision.row_number,
        "raw": [(name, _shown(text)) for name, text in revision.raw.items()],
        "groups": [g for g in showing.groups() if g.fields],
        "collections": [c for c in showing.collections() if c.items],
    }


def _shown(text: Any) -> str:
    return vault.mask(text) if vault.is_sealed(text) else str(text)


@page
def record_raw(request: HttpRequest, domain: Domain, golden_id: UUID) -> HttpResponse:
    """The canonical form as the API returns it to somebody who may not reveal, and a curl line."""
    row = find(request.user, domain, golden_id)
    live = LiveVersion.objects.select_related("payload").filter(pk=row.pk).first()
    shape = orjson.loads(bytes(live.payload.masked)) if live else {}
    address = request.build_absolute_uri(f"/api/v1/{domain.path}/{row.pk}")
    context = frame(request, domain, row, "raw") | {
        "text": orjson.dumps(shape, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode(),
        "curl": f'curl -H "Authorization: Bearer $TOKEN" {address}',
        "hash": live.payload.masked_hash if live else "",
        "schema_url": reverse("record-list", args=[domain.path]),
    }
    return render(request, "mdm/record_raw.html", context)
