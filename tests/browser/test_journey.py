"""Two lists become one supplier that both targets have, all of it through pages.

two lists -> previews -> changes -> approved -> a duplicate decided -> completed -> new terms
-> refused to their author -> approved by somebody else -> in Coupa and S/4HANA within 10 s
"""

import csv
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from publishing.twins.control import Control
from tests.browser.walker import Walker
from tests.faults.conftest import Scene
from tests.journeys.callers import Person
from tests.services.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.journey]

LISTS = Path(__file__).parents[1] / "data"  # generated, with known answers
PASSWORD = "a-long-test-password"
NOT_YOURS = "You requested or edited it; somebody else decides."
LISTS_LAND_WITHIN = 60.0  # seconds until what came with the lists is out of the way
LANDS_WITHIN = 10.0  # seconds from approval to both targets
ROW, NAME = "P20013", "Albrecht Metallbau GmbH & Co. KG"
SAME_AS = "ALBRECHT METALLBAU GMBH & CO KG"  # as procurement writes it


@pytest.fixture
def product(running_product: Product) -> Product:
    """The whole product with both targets, people, reference data and two systems."""
    url = f"http://{running_product.env['MDM_TWINS_LISTEN']}"
    Scene(running_product, Control(url), []).writer("set_up", url)
    running_product.manage("load_reference", "--verbosity=0")
    running_product.start("beat")
    steward, approver = (
        Person(running_product.base_url, name, PASSWORD) for name in ("steward", "approver")
    )
    parts = [
        {"subject": "system", "action": "create", "values": {"code": code, "name": code.title()}}
        for code in ("erp", "procurement")
    ]
    change = steward.done("/changes", {"parts": parts, "submit": True})
    approver.approves(change["number"])
    for person in (steward, approver):
        person.session.close()  # or the server waits for them
    return running_product


@pytest.fixture
def person(product: Product, open_page: Callable[..., Any]) -> Callable[[str], Walker]:
    return lambda name: Walker(open_page(), product.base_url, name, PASSWORD)


def test_two_lists_become_a_supplier_that_both_targets_have(
    person: Callable[[str], Walker],
) -> None:
    steward, approver, requester = (person(n) for n in ("steward", "approver", "requester"))

    _both_lists_are_brought_in(steward, approver)
    _a_duplicate_is_decided(steward, approver)
    _what_the_targets_need_is_added(requester, approver)
    number = _other_terms_are_proposed(requester)
    _their_author_may_not_approve_them(requester, number)
    keys = _once_approved_both_targets_have_them(approver, requester)
    _the_simulators_hold_them(steward, keys)


def _known_answers() -> dict[str, str]:
    """Which rows are one company: key in procurement -> key in the ERP."""
    with (LISTS / "true_pairs.csv").open(newline="") as file:
        pairs = csv.DictReader(file)
        return {pair["procurement_vendor_no"]: pair["erp_lifnr"] for pair in pairs}


def _both_lists_are_brought_in(steward: Walker, approver: Walker) -> None:
    known = len(_known_answers())
    would = steward.brings("Erp", LISTS / "erp_vendors.csv")
    assert (sum(would.values()), would["Refused"]) == (400, 0)
    assert steward.runs() == would
    approver.approves("erp_vendors.csv from Erp")

    meanings = {"registration_no": "D-U-N-S"}
    would = steward.brings("Procurement", LISTS / "procurement_suppliers.csv", **meanings)
    assert (sum(would.values()), would["Refused"]) == (120, 0)
    assert 0.9 * known < would["Probable duplicate"] <= known
    steward.follows("Probable duplicate")
    steward.sees(re.compile(rf"{SAME_AS}\s+{ROW}\s+{re.escape(NAME)}"))
    assert steward.runs() == would
    approver.approves("procurement_suppliers.csv from Procurement")


def _a_duplicate_is_decided(steward: Walker, approver: Walker) -> None:
    steward.finds("Duplicates", SAME_AS)
    steward.sees("Side by side", "speaks for", NAME, SAME_AS, f"Procurement {ROW}")
    steward.presses("Same, link", "Verdict")
    approver.approves(NAME)

    steward.finds("Suppliers", NAME)
    assert steward.sources() == {"Erp": _known_answers()[ROW], "Procurement": ROW}


def _what_the_targets_need_is_added(requester: Walker, approver: Walker) -> None:
    requester.finds("Suppliers", NAME)
    requester.sees("S4: Kind is empty, and it is needed there")
    requester.follows("Propose change")
    requester.picks("Kind", "Organisation")
    requester.picks("Payment terms", "NET30")
    requester.presses("Add company code")
    requester.picks("Company code", "1010")
    requester.fills("Reconciliation account", "21100000")
    requester.proposes("What the targets need")
    approver.approves(NAME)

    requester.finds("Suppliers", NAME)
    requester.waits_for(3, until=time.monotonic() + LISTS_LAND_WITHIN)


def _other_terms_are_proposed(requester: Walker) -> str:
    requester.follows("Propose change")
    requester.picks("Payment terms", "NET60")
    number = requester.proposes("New framework agreement")
    requester.sees("NET30", "NET60", "New framework agreement")
    return number


def _their_author_may_not_approve_them(requester: Walker, number: str) -> None:
    requester.sees("wrote it, may not approve it", NOT_YOURS)
    assert requester.main.get_by_role("button", name="Approve").is_disabled()

    status, said = requester.sends_anyway(f"/changes/{number}/approve/")
    assert (status, NOT_YOURS in said) == (403, True)
    requester.page.reload()
    requester.sees("Needs one approval")


def _once_approved_both_targets_have_them(approver: Walker, requester: Walker) -> dict[str, str]:
    requester.finds("Suppliers", NAME)
    approved_at = approver.approves(NAME)

    keys = requester.waits_for(4, until=approved_at + LANDS_WITHIN)
    requester.sees("NET60", "Version 4 is wanted everywhere")
    assert sorted(keys) == ["Coupa", "S4"]
    return keys


def _the_simulators_hold_them(steward: Walker, keys: dict[str, str]) -> None:
    steward.looks_into("Coupa", "Suppliers", NAME)
    steward.sees(keys["Coupa"], re.compile(r'"payment-term": \{[^}]*"code": "NET60"'))

    steward.looks_into("S/4HANA", "Suppliers", NAME)
    steward.sees(keys["S4"], re.compile(r'"PaymentTerms": "0006"'))
