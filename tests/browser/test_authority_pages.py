"""Authority, the effect of a rule and pins in a real browser: readable for everybody."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from mdm.demo import accounts
from tests.services.product import Product

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SHOTS", "")
CHANGE = "Believe procurement about legal names"


def sign_in(page: Any, product: Product) -> None:
    page.goto(f"{product.base_url}/sign-in/")
    page.fill("#id_username", "steward")
    page.fill("#id_password", accounts.PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(f"{product.base_url}/")


def proposal(page: Any, base: str) -> str:
    """The open change of trust in the demo."""
    page.goto(f"{base}/authority/suppliers/")
    href = page.get_attribute('main a[href^="/changes/CR-"] >> nth=0', "href")
    assert href
    return str(href)


def fill(page: Any, base: str) -> None:
    """The form for another rule, filled in from the link in the matrix."""
    page.goto(f"{base}/authority/suppliers/")
    page.click("tr:has-text('Addresses') a:has-text('Set a rule')")
    page.select_option("#id_first", "longest")
    page.click("button:has-text('Show its effect')")
    page.wait_for_selector("h2#counts")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_of_rules_are_readable_for_everybody(
    demo_product: Product,
    open_page: Callable[..., Any],
    violations: Callable[[Any], list[str]],
    width: int,
    theme: str,
) -> None:
    page = open_page(width=width, theme=theme)
    base = demo_product.base_url
    sign_in(page, demo_product)
    change = proposal(page, base)
    found = {}

    def look(name: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[name] = violations(page) + ([f"{wide} wide"] if wide > width else [])
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{theme}-{width}.png", full_page=True)

    look("authority")
    for name, address in (("change", change), ("effect", f"{change}effect/")):
        page.goto(base + address)
        look(name)
    fill(page, base)
    look("effect-of-form")
    page.goto(f"{base}/suppliers/?sort=-version")
    record = page.get_attribute("main a.ts-name >> nth=0", "href")
    page.goto(f"{base}{record}propose/?pin=trade_name")
    look("propose")

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


NARROWEST = """
    Math.min(...[...document.querySelectorAll("main td > .ts-hint")].map(h => h.offsetWidth))
"""
UNDER_THE_HEAD = """
    const of = s => document.querySelector(s).getBoundingClientRect();
    of("[id='id_trade_name-field']").top < of(".ts-top").bottom
"""


def test_notes_have_room_on_a_phone_and_a_jump_ends_below_the_head(
    demo_product: Product, open_page: Callable[..., Any]
) -> None:
    page = open_page(width=360)
    base = demo_product.base_url
    sign_in(page, demo_product)
    for address in ("/authority/suppliers/", f"{proposal(page, base)}effect/"):
        page.goto(base + address)
        assert page.evaluate(NARROWEST) > 100
    page.goto(f"{base}/suppliers/?sort=-version")
    record = page.get_attribute("main a.ts-name >> nth=0", "href")

    page.goto(f"{base}{record}propose/?pin=trade_name#id_trade_name-field")

    assert page.evaluate(UNDER_THE_HEAD) is False


def test_an_effect_is_shown_and_drafted_without_scripts(
    demo_product: Product, open_page: Callable[..., Any]
) -> None:
    page = open_page(java_script_enabled=False)
    sign_in(page, demo_product)
    fill(page, demo_product.base_url)

    page.click("button:has-text('Back to the form')")
    assert page.input_value("#id_first") == "longest"
    page.click("button:has-text('Show its effect')")
    page.click("button:has-text('Save draft')")

    assert "is saved as a draft" in page.content()
