"""A browser that looks at pages: light and dark, wide and narrow, with and without scripts."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.services import browser as installed

AXE = Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests."""
    from playwright.sync_api import sync_playwright  # starts an event loop; only tests here may

    path = installed.find()
    if not path:
        pytest.skip("no browser is installed: set BROWSER_BIN, or install chromium-headless-shell")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright leaves an event loop running
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(installed.FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens a page of its own; fails the test when the page logs an error, as a broken CSP does."""
    contexts, errors = [], []

    def opened(width: int = 1280, theme: str = "light", **options: Any) -> Any:
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, color_scheme=theme, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def violations() -> Callable[[Any], list[str]]:
    """What axe finds on a page, as rule and element."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm ci")
    source = AXE.read_text()

    def found(page: Any) -> list[str]:
        page.evaluate(source)
        result = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
        return [
            f"{v['id']}: {node['html'][:160]}" for v in result["violations"] for node in v["nodes"]
        ]

    return found
