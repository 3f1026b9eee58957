"""Whether this process can serve: it reaches its database.

A middleware before all others, because whoever asks knows neither our host name nor HTTPS.
"""

from collections.abc import Callable
from typing import Final

from django.db import Error, connection
from django.http import HttpRequest, HttpResponseBase, JsonResponse

PATH: Final = "/healthz/"


class HealthMiddleware:
    """Answers the health page itself; every other request goes on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return health() if request.path_info == PATH else self.get_response(request)


def health() -> JsonResponse:
    """200 while the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"database": "unreachable"}, status=503)
    return JsonResponse({"database": "ok"})
