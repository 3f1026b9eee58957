"""What the front end is served from: our own files, and the listed ones of node_modules."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from mdm.static_files import VENDORED, VendorFinder

ROOT = Path(settings.BASE_DIR)
TABLER = "@tabler/core/dist/css/tabler.min.css"


@pytest.fixture
def installed(tmp_path, settings):
    """A node_modules that holds a listed file and another one."""
    settings.NODE_MODULES = tmp_path / "node_modules"
    for name in (TABLER, "@tabler/core/package.json"):
        file = settings.NODE_MODULES / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("found")
    return settings.NODE_MODULES


def test_a_listed_file_is_served(installed):
    file = str(installed / TABLER)

    assert VendorFinder().find(f"vendor/{TABLER}") == file
    assert VendorFinder().find(f"vendor/{TABLER}", find_all=True) == [file]
    assert [(path, storage.prefix) for path, storage in VendorFinder().list(None)] == [
        (TABLER, "vendor")
    ]


@pytest.mark.parametrize(
    "path",
    [
        "vendor/@tabler/core/package.json",
        "vendor/../manage.py",
        TABLER,
        f"vendor/vendor/{TABLER}",
        "vendor/htmx.org/dist/htmx.min.js",
    ],
)
def test_nothing_else_is_served(installed, path):
    assert VendorFinder().find(path) == []
    assert VendorFinder().find(path, find_all=True) == []


def test_without_npm_nothing_is_found(settings, tmp_path):
    settings.NODE_MODULES = tmp_path / "absent"

    assert finders.find(f"vendor/{TABLER}") is None
    assert list(VendorFinder().list(None)) == []


@pytest.mark.skipif(not (ROOT / "node_modules").exists(), reason="npm has installed nothing here")
def test_every_listed_file_is_in_the_locked_packages():
    assert [path for path in sorted(VENDORED) if not (ROOT / "node_modules" / path).exists()] == []


def test_no_page_asks_another_server_for_anything():
    """Links may lead out; what a page loads by itself may not."""
    loads = re.compile(
        r"""(?ix) (?: <(?:script|link|img|iframe|source|video|audio|use)\b[^>]*\s(?:src|href|srcset)
        | url\( | @import | \bfetch\( | \bhx-(?:get|post)) [^>;)]{0,40}? (?:https?:)?//[a-z]"""
    )
    files = [
        file
        for folder in (ROOT / "templates", ROOT / "mdm/static", ROOT / "mdm/web")
        for file in folder.rglob("*")
        if file.suffix in {".html", ".css", ".js", ".svg"}
    ]

    assert files
    assert [str(file) for file in files if loads.search(file.read_text())] == []
