"""Serves the front end's dependencies: just the files listed here, from the ignored node_modules.

Without npm the folder is absent, the finder finds nothing, and pages stand on the project's own
stylesheet.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

# Address under /static/ -> file under node_modules.
VENDORED: Final = {
    "vendor/tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "vendor/tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/inter.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "vendor/inter-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
}


class VendorStorage(FileSystemStorage):
    """node_modules, read under the short names of VENDORED."""

    def path(self, name: str) -> str:
        return str(Path(self.location) / VENDORED[name])


class VendorFinder(BaseFinder):
    """Finds the listed files that set-up has installed."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> str | list[str]:
        source = _installed(path)
        if find_all:
            return [str(source)] if source else []
        return str(source) if source else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        storage = VendorStorage(location=settings.NODE_MODULES)
        for path in VENDORED:
            if _installed(path):
                yield path, storage


def _installed(path: str) -> Path | None:
    """The installed file behind an address; None where it is not listed or not there."""
    source = VENDORED.get(path)
    if source is None:
        return None
    file = Path(settings.NODE_MODULES) / source
    return file if file.is_file() else None
