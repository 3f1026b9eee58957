"""What a read could cost at best: the same row, by gunicorn with nothing between it and the query.

`wsgi` is one prepared query and no framework; `django_app` is a Django view without middleware.
"""

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import psycopg

QUERY = (
    "SELECT p.masked FROM mdm_liveversion v JOIN mdm_payload p ON p.hash = v.payload_id "
    "WHERE v.golden_id = %s"
)
_local = threading.local()


def wsgi(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """The stored bytes of the record in the path."""
    golden_id = UUID(environ["PATH_INFO"].rpartition("/")[2])
    cursor = _cursor().execute(QUERY, (golden_id,), prepare=True)
    (body,) = cursor.fetchone()
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [bytes(body)]


def _cursor() -> Any:
    if not hasattr(_local, "connection"):
        url = os.environ["MDM_DATABASE_URL"]
        _local.connection = psycopg.connect(url, autocommit=True)
        _local.cursor = _local.connection.cursor(binary=True)
    return _local.cursor


def django_app() -> Callable[..., Any]:
    """Django with one route, no middleware, and the same query by the ORM."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdm.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler

    settings.MIDDLEWARE = []
    settings.ROOT_URLCONF = "benchmarks._bare_urls"
    return WSGIHandler()
