"""What the frame around every page needs: navigation, theme, who is signed in, style sheets.

Everything is worked out when a template first asks, so that a part of a page costs nothing.
"""

from functools import cache, cached_property
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest

from mdm import permissions
from mdm.web import nav, page
from mdm.web.preferences import KEYS_COOKIE, THEME_COOKIE, THEMES

TABLER = "vendor/@tabler/core/dist/css/tabler.min.css"
INTER = "vendor/@fontsource-variable/inter/index.css"
PLAIN = "mdm/plain.css"
OWN = (
    "mdm/tokens.css",
    "mdm/frame.css",
    "mdm/parts.css",
    "mdm/forms.css",
    "mdm/records.css",
    "mdm/pages.css",
    "mdm/review.css",
    "mdm/narrow.css",
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `frame` in every template."""
    return {"frame": Frame(request)}


class Frame:
    """The frame of one page."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._user: Any = getattr(request, "user", None)

    @cached_property
    def sections(self) -> tuple[nav.Section, ...]:
        """The side navigation."""
        path = self._request.META.get(page.BELONGS_TO, self._request.path)
        return nav.sections(path, self._user)

    @property
    def signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return bool(self._user and self._user.is_authenticated)

    @cached_property
    def name(self) -> str:
        """How the person is called."""
        return self._user.get_full_name() or self._user.get_username()

    @cached_property
    def roles(self) -> str:
        """The person's roles in words."""
        held = {role for role, _, _ in permissions.grants(self._user)}
        names = [role.label.lower() for role in permissions.Role if role in held]
        return ", ".join(names) or ("superuser" if self._user.is_superuser else "no role yet")

    @property
    def theme(self) -> str:
        """The stored choice: light, dark, or nothing when the page follows the system."""
        stored = self._request.COOKIES.get(THEME_COOKIE, "")
        return stored if stored in THEMES and stored != "system" else ""

    @property
    def themes(self) -> tuple[tuple[str, bool], ...]:
        """Every theme one can choose, and whether it is the chosen one."""
        chosen = self.theme or "system"
        return tuple((theme, theme == chosen) for theme in THEMES)

    @property
    def next_theme(self) -> str:
        """The theme that the button in the top bar switches to."""
        chosen = THEMES.index(self.theme or "system")
        return THEMES[(chosen + 1) % len(THEMES)]

    @property
    def keys_off(self) -> bool:
        """Whether the person has switched single-key shortcuts off."""
        return self._request.COOKIES.get(KEYS_COOKIE) == "off"

    @property
    def here(self) -> str:
        """This page, to come back to."""
        return self._request.get_full_path() if self._request.method == "GET" else ""

    @property
    def search_url(self) -> str | None:
        """The search page."""
        return nav.url_or_none("search")

    @property
    def sought(self) -> str:
        """What is being searched for."""
        here = self.search_url and self._request.path == self.search_url
        return self._request.GET.get("q", "") if here else ""

    @property
    def demo(self) -> bool:
        """Whether this is a demo."""
        return bool(getattr(settings, "MDM_DEMO", False))

    @property
    def sheets(self) -> tuple[str, ...]:
        """The style sheets, in order."""
        return sheets()


@cache
def sheets() -> tuple[str, ...]:
    """Inter and Tabler where npm has brought them; else the project's own base sheet."""
    inter = (INTER,) if _exists(INTER) else ()
    return (*inter, TABLER if _exists(TABLER) else PLAIN, *OWN)


def _exists(path: str) -> bool:
    if finders.find(path):
        return True
    return bool(settings.STATIC_ROOT) and staticfiles_storage.exists(path)
