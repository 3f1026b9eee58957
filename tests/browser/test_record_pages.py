"""The pages of records in a real browser, over the demo: quick to use, with scripts and without."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from mdm.demo import accounts
from tests.services.product import Product

pytestmark = pytest.mark.browser


def _sign_in(page: Any, product: Product, who: str = "steward") -> None:
    page.goto(f"{product.base_url}/sign-in/")
    page.fill("#id_username", who)
    page.fill("#id_password", accounts.PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(f"{product.base_url}/")


def _first(page: Any, product: Product, path: str) -> str:
    """The address of the first row of a list."""
    page.goto(f"{product.base_url}{path}")
    href = page.get_attribute("main a.ts-name >> nth=0", "href")
    assert href
    return str(href)


def test_a_record_is_found_read_and_changed_with_and_without_scripts(
    demo_product: Product, open_page: Callable[..., Any]
) -> None:
    page = open_page()
    _sign_in(page, demo_product)
    record = _first(page, demo_product, "/suppliers/?sort=code")

    _finds_while_one_types(page)
    _reveals_in_place(page, demo_product.base_url + record)
    _proposes_with_checks_as_one_types(page, demo_product.base_url + record)
    plain = open_page(java_script_enabled=False)
    _sign_in(plain, demo_product)
    _filters_and_proposes_without_scripts(plain, demo_product.base_url)


def _finds_while_one_types(page: Any) -> None:
    name = page.text_content("main a.ts-name >> nth=0")
    page.keyboard.press("/")
    page.keyboard.type(name[:6])
    page.click("#found-hits a.ts-work-row >> nth=0")
    assert name[:6] in page.text_content("h1")


def _reveals_in_place(page: Any, address: str) -> None:
    page.goto(address)
    page.click("#bank_accounts button:has-text('Reveal') >> nth=0")
    page.wait_for_selector("#bank_accounts :text('Shown once')")
    assert page.url == address
    assert "••••" not in page.text_content("#bank_accounts .ts-facts >> nth=0")


def _proposes_with_checks_as_one_types(page: Any, address: str) -> None:
    page.goto(address)
    page.keyboard.press("e")
    page.wait_for_url("**/propose/")
    page.fill('[name="trade_name"]', "Another name")
    page.wait_for_selector("#checks :text('Touches Trading name')")
    page.click("#c-addresses button:has-text('Add')")
    page.wait_for_selector('#c-addresses [name^="addresses["]:focus')
    assert page.input_value('[name="trade_name"]') == "Another name"
    page.fill('[name="about_reason"]', "As on their letterhead")
    page.click("button:has-text('Submit for review')")
    page.wait_for_url(re.compile(r"/changes/CR-\d+/$"))
    page.goto(address)
    assert page.locator(".ts-notice:has-text('changes trading name')").count() == 1


def _filters_and_proposes_without_scripts(page: Any, base: str) -> None:
    page.goto(f"{base}/suppliers/")
    page.check('.ts-facets [name="country"][value="DE"]')
    page.click(".ts-facets button:has-text('Show')")
    assert "country=DE" in page.url
    page.click("main a.ts-name >> nth=0")
    page.click("a:has-text('Propose change')")
    page.click("#c-tags button:has-text('Add')")
    page.fill("#c-tags fieldset:last-of-type input[type=text]", "no script")
    page.click(".ts-bar button:has-text('Check')")
    assert "Touches Tag" in page.text_content("#checks")
    page.click("button:has-text('Save draft')")
    assert re.search(r"/changes/CR-\d+/edit/$", page.url)
