"""Serves the front end's dependencies: just the files listed here, from the ignored node_modules.

Without npm the folder is absent, the finder finds nothing, and pages stand on the project's own
stylesheet.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal, overload

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

PREFIX: Final = "vendor/"  # /static/vendor/<path under node_modules>
INTER: Final = "@fontsource-variable/inter"
SCRIPTS: Final = (
    "latin",
    "latin-ext",
    "cyrillic",
    "cyrillic-ext",
    "greek",
    "greek-ext",
    "vietnamese",
)
VENDORED: Final = frozenset(
    {
        "@tabler/core/dist/css/tabler.min.css",
        "@tabler/core/dist/css/tabler.min.css.map",
        "@tabler/core/dist/js/tabler.min.js",
        "@tabler/core/dist/js/tabler.min.js.map",
        "htmx.org/dist/htmx.min.js",
        f"{INTER}/index.css",
        *(f"{INTER}/files/inter-{script}-wght-normal.woff2" for script in SCRIPTS),
    }
)


class VendorStorage(FileSystemStorage):
    """node_modules, collected under the prefix."""

    prefix = PREFIX.rstrip("/")


class VendorFinder(BaseFinder):
    """Finds the listed files that set-up has installed."""

    @overload
    def find(self, path: str, find_all: Literal[False] = ...) -> str | None: ...
    @overload
    def find(self, path: str, find_all: Literal[True]) -> list[str]: ...
    def find(self, path: str, find_all: bool = False) -> str | list[str] | None:
        source = _installed(path)
        if find_all:
            return [str(source)] if source else []
        return str(source) if source else []  # Django takes a None for a place it found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        storage = VendorStorage(location=settings.NODE_MODULES)
        for source in sorted(VENDORED):
            if _installed(PREFIX + source):
                yield source, storage


def _installed(path: str) -> Path | None:
    """The installed file behind an address; None where it is not listed or not there."""
    source = path.removeprefix(PREFIX)
    if source == path or source not in VENDORED:
        return None
    file = Path(settings.NODE_MODULES) / source
    return file if file.is_file() else None
