"""The pages for what went wrong: not found, not allowed, not understood, our own fault."""

import logging
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from mdm.web.context import sheets

logger = logging.getLogger(__name__)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing is at this address."""
    return render(request, "errors/404.html", {"path": request.path}, status=404)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The person may not see or do this; the exception's words say which role may."""
    said = str(exception or "")
    return render(request, "errors/403.html", {"said": said}, status=403)


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request was broken or too large."""
    return render(request, "errors/400.html", {}, status=400)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without its token: usually an old tab, or cookies switched off."""
    return render(request, "errors/csrf.html", {}, status=403)


def our_fault(request: HttpRequest) -> HttpResponse:
    """Something broke; the page asks nothing of the database and names an id to search logs for."""
    error_id = getattr(request, "request_id", "") or uuid4().hex[:12]
    logger.error("answered 500 with error id %s", error_id)
    page = render_to_string(
        "errors/500.html", {"error_id": error_id, "frame": {"sheets": sheets()}}
    )
    return HttpResponse(page, status=500)
