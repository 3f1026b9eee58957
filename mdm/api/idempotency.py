"""Idempotency-Key on POST: a repeat gets the first answer, and nothing is done twice.

The key's row is written first; the work and its kept answer share one transaction. A crash leaves a
row without an answer and nothing done, which a repeat may take over after the lease. A refusal did
nothing, so it is not kept: the next request with the key is a first one.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mdm.api.errors import Problem
from mdm.models import IdempotentRequest

LEASE = timedelta(minutes=1)
KEPT = timedelta(hours=24)
LONGEST_KEY = 255
KEPT_HEADERS = ("Location", "ETag", "Content-Type")


def once(request: Any, key: str, work: Callable[[], HttpResponse]) -> HttpResponse:
    """Do the work, or give the first answer again."""
    if not key.isprintable() or not 1 <= len(key) <= LONGEST_KEY:
        raise Problem("invalid-parameter", "Idempotency-Key has 1 to 255 printable characters.")
    mine, row = _claim(request.user, key, _fingerprint(request))
    if not mine:
        return _again(row)
    try:
        with transaction.atomic():
            response = work()
            _keep(row, response)
    except Exception:
        row.delete()
        raise
    return response


def forget_old() -> int:
    """Remove what is older than a day; how many."""
    removed, _ = IdempotentRequest.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    return removed


def _claim(user: Any, key: str, fingerprint: str) -> tuple[bool, IdempotentRequest]:
    """The key's row, and whether the work is now this request's."""
    try:
        with transaction.atomic():
            row = IdempotentRequest.objects.create(user=user, key=key, fingerprint=fingerprint)
            return True, row
    except IntegrityError:
        row = IdempotentRequest.objects.get(user=user, key=key)
    if row.fingerprint != fingerprint:
        raise Problem("idempotency-key-reused")
    if row.status is not None:
        return False, row
    started, now = row.created_at, timezone.now()
    taken = now - started > LEASE and IdempotentRequest.objects.filter(
        pk=row.pk, status=None, created_at=started
    ).update(created_at=now)
    if not taken:
        raise Problem("in-progress", headers={"Retry-After": "1"})
    row.created_at = now
    return True, row


def _keep(row: IdempotentRequest, response: HttpResponse) -> None:
    """Keep the answer. Raises when the lease was lost meanwhile, which undoes the work."""
    kept = {name: response[name] for name in KEPT_HEADERS if name in response}
    mine = IdempotentRequest.objects.filter(pk=row.pk, status=None, created_at=row.created_at)
    if not mine.update(status=response.status_code, body=response.content, headers=kept):
        raise Problem("in-progress", headers={"Retry-After": "1"})


def _again(row: IdempotentRequest) -> HttpResponse:
    response = HttpResponse(bytes(row.body or b""), status=row.status)
    for name, value in row.headers.items():
        response[name] = value
    response["Idempotency-Replayed"] = "true"
    return response


def _fingerprint(request: HttpRequest) -> str:
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    digest.update(request.body)
    return digest.hexdigest()
