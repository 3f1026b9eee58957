"""Every component in a real browser: accessible, within its width, and usable by keyboard."""

import pytest
from django.contrib.auth import get_user_model

pytestmark = [pytest.mark.browser]

OPEN = "document.getElementById('keys').matches(':popover-open')"
FOCUSED = "document.activeElement.id"


@pytest.fixture
def guide(served, settings):
    """The address of the style guide, and somebody who may sign in."""
    settings.MDM_DEMO = True
    get_user_model().objects.create_user("steward", password="a long passphrase")
    return f"{served.url}/styleguide/"


def _sign_in(page, guide):
    page.goto(guide.replace("/styleguide/", "/sign-in/?next=/styleguide/"))
    page.fill("#id_username", "steward")
    page.fill("#id_password", "a long passphrase")
    page.press("#id_password", "Enter")
    page.wait_for_url(guide)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1280])
def test_every_component_is_accessible_and_fits(guide, open_page, violations, theme, width):
    page = open_page(width, theme)
    _sign_in(page, guide)

    for query in ("", "?empty=1&messages=1"):
        page.goto(guide + query)
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert (query, overflow, violations(page)) == (query, 0, [])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_sign_in_page_is_accessible(guide, open_page, violations, theme, width):
    page = open_page(width, theme)

    page.goto(guide.replace("styleguide", "sign-in"))

    assert violations(page) == []


def test_keys_open_help_find_search_and_move_in_lists(guide, open_page):
    page = open_page()
    _sign_in(page, guide)

    page.keyboard.press("?")
    assert page.evaluate(OPEN)
    page.keyboard.press("Escape")
    assert not page.evaluate(OPEN)

    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "Ostsee Kranverleih"

    page.keyboard.press("c")
    assert page.evaluate(FOCUSED) == "why"
    page.keyboard.type("?")
    assert not page.evaluate(OPEN)


def test_a_confirmation_puts_the_focus_into_its_comment_and_escapes(guide, open_page):
    page = open_page()
    _sign_in(page, guide)

    page.click("[popovertarget=confirm-reject] >> nth=0")
    assert page.evaluate(FOCUSED) == "confirm-reject-comment"
    page.keyboard.press("Escape")

    assert not page.is_visible("#confirm-reject")


def test_the_theme_changes_at_once_and_stays(guide, open_page):
    page = open_page()
    _sign_in(page, guide)
    theme = "document.documentElement.dataset.bsTheme"

    page.click(".ts-me")
    with page.expect_response("**/preferences/"):
        page.click(".ts-menu button:has-text('Dark')")
    assert page.evaluate(theme) == "dark"
    page.reload()

    assert page.evaluate(theme) == "dark"


def test_without_scripts_menus_and_theme_work(guide, open_page):
    page = open_page(java_script_enabled=False)
    _sign_in(page, guide)

    page.click(".ts-me")
    page.click(".ts-menu button:has-text('Dark')")

    assert page.get_attribute("html", "data-bs-theme") == "dark"


def test_where_a_value_comes_from_opens_by_click_and_closes_by_escape(guide, open_page):
    page = open_page()
    _sign_in(page, guide)

    page.click(".ts-prov > summary >> nth=0")
    assert page.locator(".ts-prov[open]").count() == 1
    page.keyboard.press("Escape")

    assert page.locator(".ts-prov[open]").count() == 0
