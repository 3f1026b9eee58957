"""The API's page of docs in a real browser, under the product's own content security policy."""

import pytest
from django.contrib.auth import get_user_model

from mdm.models import Grant

pytestmark = [pytest.mark.browser]


@pytest.fixture
def page(served, open_page):
    """A signed-in browser; its test fails on anything the page logs as an error."""
    user = get_user_model().objects.create_user("steward", password="a long passphrase")
    Grant.objects.create(user=user, role="steward")
    page = open_page()
    page.set_default_timeout(90_000)  # the first page of a process imports everything
    page.goto(f"{served.url}/sign-in/?next=/api/v1/docs/")
    page.fill("#id_username", "steward")
    page.fill("#id_password", "a long passphrase")
    page.press("#id_password", "Enter")
    page.wait_for_url(f"{served.url}/api/v1/docs/")
    page.wait_for_selector(".opblock-tag-section")
    return page


def test_every_group_of_operations_is_shown_and_opens(page):
    groups = page.locator(".opblock-tag-section h3").all_inner_texts()
    assert {"Suppliers", "Changes", "Events", "Reference data"} <= {
        g.split("\n")[0] for g in groups
    }

    page.locator("#operations-tag-Events button.expand-operation").first.click()
    page.locator("#operations-Events-events_list button").first.click()

    page.wait_for_selector("#operations-Events-events_list .opblock-body .responses-table")
    assert "feed of events" in page.inner_text("#operations-Events-events_list")


def test_an_operation_is_tried_out_with_the_persons_session(page):
    page.locator("#operations-tag-Reference_data button.expand-operation").click()
    block = "#operations-Reference_data-reference_index"
    page.locator(f"{block} button").first.click()
    page.locator(f"{block} .try-out__btn").click()
    page.locator(f"{block} button.execute").click()

    page.wait_for_selector(f"{block} .live-responses-table .response-col_status")
    shown = page.inner_text(f"{block} .live-responses-table")
    assert "200" in shown
    assert "Company codes" in shown
