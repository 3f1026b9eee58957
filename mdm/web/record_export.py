"""Export of a filtered list as a CSV file; the ledger notes who took what."""

from django.http import HttpRequest, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from mdm import ledger, permissions
from mdm.domains.spec import Domain
from mdm.queries import export, listing
from mdm.web.page import page
from mdm.web.records import filters_of

BOM = "﻿"  # so that spreadsheets read UTF-8


@require_POST
@page
def record_export(request: HttpRequest, domain: Domain) -> HttpResponseBase:
    """The rows that the address's search and filters choose, at most `MOST_ROWS`."""
    permissions.require(request.user, "see", domain.code)
    query: QueryDict = request.GET
    filters = filters_of(query)
    rows = listing.chosen(
        domain,
        request.user,
        query=query.get("q", "").strip(),
        filters=filters,
        sort=query.get("sort", ""),
    )
    ledger.append(
        "records.exported",
        person=request.user.get_username(),
        subject=domain.code,
        rows=str(min(rows.count(), export.MOST_ROWS)),
        query=query.urlencode(),
    )
    name = f"{domain.path}-{timezone.localdate().isoformat()}.csv"
    lines = export.lines(domain, rows)
    body = StreamingHttpResponse(
        (BOM + line if n == 0 else line for n, line in enumerate(lines)),
        content_type="text/csv; charset=utf-8",
    )
    body.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return body
