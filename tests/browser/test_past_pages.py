"""The past in a real browser: readable for everybody, in light and dark, wide and narrow."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mdm.demo import accounts
from tests.services.product import Product

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS", "")


def sign_in(page: Any, product: Product) -> None:
    page.goto(f"{product.base_url}/sign-in/")
    page.fill("#id_username", "steward")
    page.fill("#id_password", accounts.PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(f"{product.base_url}/")


def first(page: Any, address: str, links: str) -> str:
    page.goto(address)
    href = page.get_attribute(f"main {links} >> nth=0", "href")
    assert href
    return str(href)


def addresses(page: Any, base: str) -> Iterator[tuple[str, str]]:
    """Each page of the past: its name and where it is."""
    day = (datetime.now(UTC) - timedelta(days=40)).date()
    record = first(page, f"{base}/suppliers/?sort=-version", "a.ts-name")
    yield "record", f"{record}?as_of={day}&known_at={day}"
    yield "wrong-day", f"{record}?as_of=yesterday"
    yield "list", f"/tax-codes/?as_of={day}"
    yield "life", f"{record}history/?path=payment_terms"
    yield "history", f"{record}history/"
    yield "compare", f"{record}history/?a=1&b=2"
    yield "restore", f"{record}restore/?version=1"
    change = first(page, f"{base}/changes/?state=applied", 'a[href^="/changes/CR-"]')
    yield "undo", f"{change}undo/"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_of_the_past_are_readable_for_everybody(
    demo_product: Product,
    open_page: Callable[..., Any],
    violations: Callable[[Any], list[str]],
    width: int,
    theme: str,
) -> None:
    page = open_page(width=width, theme=theme)
    sign_in(page, demo_product)
    found = {}
    for name, address in list(addresses(page, demo_product.base_url)):
        if name == "wrong-day":
            continue  # a refusal is logged by the browser; what it says is tested elsewhere
        page.goto(demo_product.base_url + address)
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[name] = violations(page) + ([f"{wide} wide"] if wide > width else [])
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{theme}-{width}.png", full_page=True)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_a_version_is_put_back_without_scripts(
    demo_product: Product, open_page: Callable[..., Any]
) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, demo_product)
    record = first(page, f"{demo_product.base_url}/suppliers/?sort=-version", "a.ts-name")
    page.goto(f"{demo_product.base_url}{record}history/")
    page.click("a:has-text('Put back') >> nth=0")
    page.fill("#reason", "As it was")
    page.click("button:has-text('Save draft')")

    assert "/changes/CR-" in page.url
    assert "It puts back what was" in page.text_content("body")


def test_the_history_is_exported_again_at_once(
    demo_product: Product, open_page: Callable[..., Any]
) -> None:
    page = open_page()
    sign_in(page, demo_product)
    record = first(page, f"{demo_product.base_url}/suppliers/?sort=-version", "a.ts-name")
    page.goto(f"{demo_product.base_url}{record}history/")

    names = []
    for kind in ("csv", "pdf", "csv"):
        with page.expect_download(timeout=10_000) as download:
            page.click(f"form[data-download] button[value={kind}]")
        names.append(download.value.suggested_filename.rpartition(".")[2])

    assert names == ["csv", "pdf", "csv"]
