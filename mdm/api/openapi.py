"""The OpenAPI document as a whole: its information, its webhooks, its components."""

from typing import Any

from mdm.api.description import named, referring
from mdm.api.events import EVENT
from mdm.domains import DOMAINS

ABOUT = """\
Pull requests for master data. Nothing is written directly: a POST, PATCH or action files a change;
another person approves it; then a new version of the record exists.

* **Errors** are problem details (RFC 9457). `type` leads to what the problem means.
* **Lists** take `limit` and `cursor` and answer `{data, next, previous}`.
* **Reads** carry a strong `ETag`; `If-None-Match` gives 304.
* **Writes** to something that exists need `If-Match`: 428 without, 412 when it is stale.
* **POST** that makes something needs an `Idempotency-Key`.
* **Unknown** parameters and fields are refused, never ignored.
* Sealed values (bank accounts, contacts of persons) are masked unless `reveal` is asked for.
"""


FIRST, LAST = ("Changes", "Source records"), "Descriptions"
SECURITY = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token `id.secret` from `manage.py create_token`.",
    },
    "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
}


def openapi(generator: Any) -> dict[str, Any]:
    """The document; `generator` is drf-spectacular's, which walks the addresses."""
    walked: dict[str, Any] = generator.get_schema(request=None, public=True)
    schemas = named(generator.registry)
    webhooks = referring({f"{code}.changed": _webhook(code) for code in DOMAINS}, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Touchstone", "version": "1", "description": ABOUT},
        "servers": [{"url": "/"}],
        "tags": _tags(walked["paths"]),
        "paths": walked["paths"],
        "webhooks": webhooks,
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": SECURITY},
    }


def _tags(paths: dict[str, Any]) -> list[dict[str, str]]:
    """The groups of operations: records first, what describes the API last."""
    records = [domain.plural for domain in DOMAINS.values()]
    met = {
        tag for path in paths.values() for operation in path.values() for tag in operation["tags"]
    }
    rest = sorted(met - set(records), key=lambda tag: (tag not in FIRST, tag == LAST, tag))
    return [{"name": tag} for tag in [*records, *rest]]


def _webhook(code: str) -> dict[str, Any]:
    """What a subscription's address is sent for each version of a domain's records."""
    return {
        "post": {
            "summary": f"A version of a {code.replace('_', ' ')} was approved",
            "description": "Signed after Standard Webhooks; any 2xx says that it arrived.",
            "requestBody": {
                "required": True,
                "content": {"application/cloudevents+json": {"schema": EVENT}},
            },
            "responses": {"200": {"description": "It arrived."}},
        }
    }
