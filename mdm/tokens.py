"""API tokens: `id.secret`, of which only a keyed hash of the secret is kept; scoped, and expiring.

    issue -> "0198….secret" (shown once) -> Authorization: Bearer … -> find -> Bearer

What a token may do is what its person may do, narrowed by its scopes; it never decides a change.
"""

import hmac
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from mdm import ledger, vault
from mdm.errors import NotAllowed, Refused
from mdm.models import ApiToken

SCOPES = {
    "read": "read records, changes, events and deliveries, masked",
    "propose": "propose, submit and withdraw changes",
    "source": "send source records",
    "publish": "replay deliveries",
    "reveal": "read sealed values in full, where its person may",
}
LONGEST = timedelta(days=366)
REMEMBERED = 5.0  # seconds a process trusts what it has read of a token
REMEMBERED_AT_MOST = 1024
USED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a valid token speaks for, and what it may do."""

    token_id: UUID
    name: str
    user: Any
    scopes: frozenset[str]
    expires_at: float


_remembered: dict[str, tuple[float, Bearer]] = {}


def issue(
    user: Any, *, name: str, scopes: Iterable[str], lifetime: timedelta, by: str
) -> tuple[ApiToken, str]:
    """A new token and the text of it, which is shown once. Raises `Refused`."""
    chosen = sorted(set(scopes))
    if unknown := set(chosen) - SCOPES.keys():
        raise Refused(f"There is no scope {min(unknown)}. There are: {', '.join(SCOPES)}.")
    if not chosen:
        raise Refused(f"A token needs at least one scope of {', '.join(SCOPES)}.")
    if not timedelta(0) < lifetime <= LONGEST:
        raise Refused(f"A token lives for at least a day and at most {LONGEST.days} days.")
    secret = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        scopes=chosen,
        secret_hash=_hash(secret),
        expires_at=timezone.now() + lifetime,
    )
    ledger.append(
        "token_issued",
        person=by,
        subject=user.get_username(),
        name=name,
        scopes=",".join(chosen),
        expires_at=token.expires_at.isoformat(),
    )
    return token, f"{token.id.hex}.{secret}"


def revoke(token: ApiToken, *, by: str) -> None:
    """The token counts no more, within seconds on every process."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    ledger.append("token_revoked", person=by, subject=token.user.get_username(), name=token.name)
    forget()


def find(text: str) -> Bearer:
    """Who the token speaks for. Raises `NotAllowed` when it does not count."""
    digest = _hash(text)
    now = time.monotonic()
    known = _remembered.get(digest)
    if known and known[0] > now and known[1].expires_at > time.time():
        return known[1]
    bearer = _read(text)
    if len(_remembered) >= REMEMBERED_AT_MOST:
        _remembered.clear()
    _remembered[digest] = (now + REMEMBERED, bearer)
    return bearer


def forget() -> None:
    """Read every token anew."""
    _remembered.clear()


def _read(text: str) -> Bearer:
    token_id, _, secret = text.partition(".")
    try:
        wanted = UUID(token_id)
    except ValueError:
        raise NotAllowed("The token is not one of ours; it is written id.secret.") from None
    token = ApiToken.objects.select_related("user").filter(pk=wanted).first()
    if token is None or not hmac.compare_digest(token.secret_hash, _hash(secret)):
        raise NotAllowed("The token is unknown.")
    now = timezone.now()
    if token.revoked_at is not None:
        raise NotAllowed("The token has been revoked.")
    if token.expires_at <= now:
        raise NotAllowed(f"The token expired at {token.expires_at:%Y-%m-%dT%H:%M:%SZ}.")
    if not token.user.is_active:
        raise NotAllowed("The account of the token is not active.")
    if token.last_used_at is None or now - token.last_used_at > USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return Bearer(
        token.id, token.name, token.user, frozenset(token.scopes), token.expires_at.timestamp()
    )


def _hash(secret: str) -> str:
    return vault.blind("api_token", secret)
