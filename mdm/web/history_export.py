"""The history of one record as a file; the ledger notes who took what."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from mdm import ledger, steps
from mdm.domains.spec import Domain, Subject
from mdm.errors import Invalid
from mdm.queries import history_file
from mdm.web.page import find, page

TYPES = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


@require_POST
@page
def history_export(request: HttpRequest, domain: Domain, golden_id: UUID) -> HttpResponse:
    """The history of a golden record."""
    return exported(request, domain, find(request.user, domain, golden_id))


@require_POST
@page
def reference_history_export(request: HttpRequest, kind: Subject, golden_id: UUID) -> HttpResponse:
    """The history of a row of a reference list."""
    return exported(request, kind, find(request.user, kind, golden_id))


def exported(request: HttpRequest, kind: Subject, row: Any) -> HttpResponse:
    """The file, as `format` says: csv or pdf."""
    form = request.POST.get("format", "")
    if form not in TYPES:
        raise Invalid(form, "csv or pdf")
    versions = steps.history_of(kind, row.pk)
    told = history_file.told(kind, versions)
    ledger.append(
        "history.exported",
        person=request.user.get_username(),
        subject=f"{kind.code} {row.pk}",
        versions=str(len(told)),
        format=form,
    )
    if form == "csv":
        body = history_file.as_csv(told)
    else:
        now = timezone.now()
        by = request.user.get_username()
        under = f"{kind.label} {row.code}. Exported on {now:%Y-%m-%d %H:%M} UTC by {by}."
        body = history_file.as_pdf(f"History of {getattr(row, kind.name)}", under, told)
    name = f"{kind.path}-{_safe(row.code)}-history-{timezone.localdate().isoformat()}.{form}"
    response = HttpResponse(body, TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _safe(code: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in code)[:40]
