"""How somebody likes the pages: theme, and single-key shortcuts on or off. Kept in cookies."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

THEME_COOKIE = "ts_theme"
KEYS_COOKIE = "ts_keys"
THEMES = ("system", "light", "dark")
_YEAR = 365 * 24 * 3600


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Store what was chosen and go back; a script that has already shown it gets no page."""
    response: HttpResponse
    if request.headers.get("X-Requested-With") == "fetch":
        response = HttpResponse(status=204)
    else:
        response = HttpResponseRedirect(_back(request))
    _store(request, response, THEME_COOKIE, request.POST.get("theme", ""), THEMES)
    _store(request, response, KEYS_COOKIE, request.POST.get("keys", ""), ("on", "off"))
    return response


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted and own else "/"


def _store(
    request: HttpRequest, response: HttpResponse, cookie: str, value: str, known: tuple[str, ...]
) -> None:
    if value in known:
        response.set_cookie(
            cookie, value, _YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
