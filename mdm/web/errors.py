"""The pages for what went wrong: not found, not allowed, not understood, our own fault."""

import logging
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from mdm.errors import MdmError
from mdm.web.context import sheets

logger = logging.getLogger(__name__)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing is at this address; what the business said of it is said here too."""
    context = {"path": request.path, "said": _said(exception), "above": _above(request.path)}
    return render(request, "errors/404.html", context, status=404)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The person may not see or do this; the exception's words say which role may."""
    said = str(exception or "")
    return render(request, "errors/403.html", {"said": said}, status=403)


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The request was broken or too large, or it names what there is not."""
    context = {"said": _said(exception), "above": _above(request.path)}
    return render(request, "errors/400.html", context, status=400)


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


def _said(exception: Exception | None) -> str:
    """The sentence of a refusal that was written for people; "" for any other exception."""
    cause = exception.__cause__ if exception else None
    return str(cause) if isinstance(cause, MdmError) else ""


def _above(path: str) -> str:
    """The nearest page above an address: the way back."""
    parts = path.strip("/").split("/")
    for count in range(len(parts) - 1, 0, -1):
        above = "/" + "/".join(parts[:count]) + "/"
        try:
            resolve(above)
        except Resolver404:
            continue
        return above
    return "/"
