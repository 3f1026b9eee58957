"""Inbox, changes and duplicates in a real browser: by keyboard, and without scripts."""

from typing import Any

import pytest

from matching import candidates
from matching.models import Candidate
from mdm import changes
from mdm.domains.supplier import Supplier
from mdm.models import Change
from tests import make

pytestmark = [pytest.mark.browser]

FOCUSED = "document.activeElement.id"
PASSWORD = "a-long-test-password"


def supplier(people: dict[str, Any], name: str, **facts: Any) -> Supplier:
    patch = make.SUPPLIER | {"legal_name": name} | facts
    change = changes.draft(subject="supplier", action="create", patch=patch, by=people["requester"])
    make.approved(change, people["approver"], comment="It is another one")
    return Supplier.objects.get(pk=change.parts.get().golden_id)


def propose(people: dict[str, Any], record: Supplier, title: str, **patch: Any) -> Change:
    change = changes.draft(
        subject="supplier", golden_id=record.pk, patch=patch, by=people["requester"], title=title,
        reason="A letter came",
    )  # fmt: skip
    return changes.submit(change, by=people["requester"])


@pytest.fixture
def house(served: Any) -> dict[str, Any]:
    """Two suppliers that look alike, and work for an approver and a steward."""
    people = make.people()
    make.reference(people)
    acme = supplier(people, "Nordwind Logistik GmbH")
    supplier(people, "Nordwind Logistik Gmbh.", payment_terms="NET60", website="nordwind.example")
    candidates.sweep("supplier")
    terms = propose(people, acme, "The terms", payment_terms="NET60")
    name = propose(people, acme, "The name", trade_name="Nordwind")
    return {
        "url": served.url,
        "people": people,
        "terms": terms,
        "name": name,
        "pair": Candidate.objects.get(),
    }


def sign_in(page: Any, house: dict[str, Any], name: str, path: str) -> None:
    page.goto(f"{house['url']}/sign-in/?next={path}")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url(house["url"] + path)
    page.wait_for_load_state("networkidle")


def test_an_inbox_is_worked_through_without_a_mouse(house, open_page):
    page = open_page()
    sign_in(page, house, "approver", "/inbox/")
    heading = page.locator("#preview h2 >> nth=0")
    assert heading.inner_text() == "The terms"

    page.keyboard.press("a")
    assert page.evaluate(FOCUSED) == "approve-comment"
    page.keyboard.type("Agreed")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/inbox/?item=*")

    assert heading.inner_text() == "The name"
    house["terms"].refresh_from_db()
    assert house["terms"].state == Change.State.APPLIED
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/changes/{house['name'].number}/?queue=all")


def test_moving_in_the_inbox_shows_each_item_beside_it(house, open_page):
    page = open_page()
    sign_in(page, house, "approver", "/inbox/")

    page.keyboard.press("j")
    page.keyboard.press("j")

    page.wait_for_selector("#preview h2:has-text('The name')")
    page.click(".ts-work-row >> nth=0")
    page.wait_for_selector("#preview h2:has-text('The terms')")


def test_without_scripts_a_change_is_approved_all_the_same(house, open_page):
    page = open_page(java_script_enabled=False)
    sign_in(page, house, "approver", f"/changes/{house['terms'].number}/")

    page.click("#decision button:has-text('Approve')")
    page.fill("#approve-comment", "Agreed")
    page.click("#approve form button:has-text('Approve')")

    house["terms"].refresh_from_db()
    assert house["terms"].state == Change.State.APPLIED


def test_a_number_picks_a_value_and_the_result_follows(house, open_page):
    page = open_page()
    sign_in(page, house, "steward", f"/duplicates/{house['pair'].pk}/")
    result = page.locator("tr:has([id='pick:payment_terms-A']) td.ts-result")

    page.focus("[id='pick:payment_terms-A']")
    page.keyboard.press("2")
    page.wait_for_selector("td.ts-result:has-text('your pick')")
    assert "NET60" in result.inner_text()
    assert "1 value by your pick" in page.inner_text("#effects")
    page.keyboard.press("m")
    page.wait_for_url("**/duplicates/")

    part = Change.objects.get(channel="match").parts.get()
    assert part.patch == {"payment_terms": "NET60", "website": "https://nordwind.example"}
