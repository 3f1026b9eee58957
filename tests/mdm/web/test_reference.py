"""Reference data: lists, rows with their users and history, and changes of them."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mdm import changes
from mdm.domains.supplier import Supplier
from mdm.models import Change, PaymentTerms
from tests import make
from tests.mdm.web.forms import newest, opened, part


@pytest.fixture
def net30(reference: None) -> PaymentTerms:
    return PaymentTerms.objects.get(code="NET30")


def _text(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_lists_are_counted_and_their_open_changes_too(
    as_steward: Client, net30: PaymentTerms, people: dict[str, Any]
) -> None:
    change = changes.draft(
        subject="payment_terms", golden_id=net30.pk, patch={"name": "30 days"},
        by=people["steward"],
    )  # fmt: skip
    changes.submit(change, by=people["steward"])

    text = _text(as_steward, "/reference/")

    assert "Payment terms 2 none 1" in text
    assert "Systems 0 none none never" in text


def test_the_index_takes_as_many_queries_however_long_the_lists_are(
    as_steward: Client, people: dict[str, Any]
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_steward.get("/reference/").status_code == 200
        return len(captured)

    empty = queries()
    make.reference(people)

    assert queries() == empty


def test_a_row_says_who_uses_it_and_leads_there(
    as_steward: Client, acme: Supplier, net30: PaymentTerms
) -> None:
    page = as_steward.get(f"/reference/payment-terms/{net30.pk}/").content.decode()

    assert '<a href="/suppliers/?payment_terms=NET30">1' in page
    assert acme.legal_name in as_steward.get("/suppliers/?payment_terms=NET30").content.decode()


def test_a_row_is_changed_by_a_change(
    as_steward: Client, net30: PaymentTerms, people: dict[str, Any]
) -> None:
    address = f"/reference/payment-terms/{net30.pk}/propose/"
    as_steward.post(address, opened(as_steward, address) | {"net_days": "31", "_do": "submit"})
    changes.decide(newest(), "approve", by=people["approver"])

    net30.refresh_from_db()
    assert (net30.net_days, net30.version) == (31, 2)
    text = _text(as_steward, f"/reference/payment-terms/{net30.pk}/history/")
    assert "Net days changed" in text


def test_a_row_is_shown_as_of_another_day(as_steward: Client, net30: PaymentTerms) -> None:
    address = f"/reference/payment-terms/{net30.pk}/"
    today = timezone.localdate()

    form = as_steward.get(f"{address}history/?view=as-of").content.decode()
    then = _text(as_steward, f"{address}?as_of={today}")
    before = _text(as_steward, f"{address}?as_of=2001-01-01")

    assert f'action="{address}"' in form
    assert "You see" in then
    assert "was not valid on 2001-01-01" in before


def test_a_row_is_added_and_retired_by_changes(as_steward: Client, net30: PaymentTerms) -> None:
    new = "/reference/payment-terms/new/"
    form = opened(as_steward, new) | {"code": "NET14", "name": "14 days", "_do": "submit"}
    as_steward.post(new, form)
    assert (newest().title, part().patch) == (
        "New payment terms 14 days",
        {"code": "NET14", "name": "14 days"},
    )

    retire = f"/reference/payment-terms/{net30.pk}/propose/?action=retire"
    as_steward.post(retire, opened(as_steward, retire) | {"about_reason": "Old", "_do": "submit"})
    assert (newest().title, part().action) == ("Retire 30 days net", "retire")


@pytest.mark.parametrize("role", ["requester", "approver", "auditor"])
def test_who_may_not_govern_sees_the_list_and_no_way_to_change_it(
    client: Client, net30: PaymentTerms, role: str
) -> None:
    client.force_login(make.person("reader", role))

    page = client.get("/reference/payment-terms/").content.decode()
    refused = client.get("/reference/payment-terms/new/")

    assert "30 days net" in page
    assert "/new/" not in page
    assert refused.status_code == 403
    assert Change.objects.filter(domain="payment_terms").count() == 0
