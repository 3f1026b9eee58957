"""A version as a consumer hears of it: CloudEvents 1.0 in JSON, signed after Standard Webhooks."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from mdm import canonical
from mdm.domains import get_domain
from mdm.models import Event

SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with, and none of it
MEDIA_TYPE = "application/cloudevents+json; charset=utf-8"


def new_secret() -> str:
    """A secret for a subscription, shown once."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def body(event: Event, data: Mapping[str, Any]) -> bytes:
    """The bytes that are signed and sent."""
    return orjson.dumps(canonical.cloud_event(get_domain(event.domain), event, data))


def headers(secret: str, message_id: str, content: bytes, *, at: datetime) -> dict[str, str]:
    """What proves to the consumer that the message is ours, whole and fresh."""
    stamp = str(int(at.timestamp()))
    return {
        "Content-Type": MEDIA_TYPE,
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": sign(secret, message_id, stamp, content),
    }


def sign(secret: str, message_id: str, stamp: str, content: bytes) -> str:
    """The signature of Standard Webhooks, version 1."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{stamp}.".encode() + content
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
