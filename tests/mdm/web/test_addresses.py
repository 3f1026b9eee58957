"""Where pages are: every link in a sentence leads to a page, and every page has its door."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from mdm import links
from mdm.domains import DOMAINS
from mdm.domains.reference import PAYMENT_TERMS, REFERENCE_LISTS
from mdm.domains.supplier import Supplier
from mdm.models import PaymentTerms
from mdm.web import page
from tests import make


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=lambda d: d.code)
def test_links_to_records_are_the_addresses_of_their_pages(domain: Any) -> None:
    golden_id = uuid4()

    assert links.record(domain, golden_id) == reverse("record", args=[domain.path, golden_id])


@pytest.mark.parametrize("kind", REFERENCE_LISTS.values(), ids=lambda k: k.code)
def test_links_to_reference_rows_are_the_addresses_of_their_lists(kind: Any) -> None:
    assert links.record(kind, "") == reverse("reference-rows", args=[kind.path])


def test_links_to_changes_are_the_addresses_of_their_pages() -> None:
    assert links.change("CR-1001") == reverse("change", args=["CR-1001"])
    assert reverse("change-edit", args=["CR-1001"]) == "/changes/CR-1001/edit/"


def test_an_address_of_no_domain_and_no_list_is_not_found(as_steward: Client) -> None:
    found = [as_steward.get(path).status_code for path in ("/planets/", "/reference/planets/")]

    assert found == [404, 404]


def test_a_page_of_a_package_that_is_not_installed_has_no_address() -> None:
    assert page.panel_url("no-such-page", ("a",), ()) == ""


def _addresses(rich: Supplier) -> list[str]:
    terms = PaymentTerms.objects.get(code="NET60")
    record, row = ["suppliers", rich.pk], [PAYMENT_TERMS.path, terms.pk]
    names = ("record", "record-sources", "record-history", "record-raw", "record-propose")
    rows = ("reference-row", "reference-row-history", "reference-row-propose")
    return [
        reverse("home"),
        *(reverse("record-list", args=[d.path]) for d in DOMAINS.values()),
        *(reverse("record-new", args=[d.path]) for d in DOMAINS.values()),
        *(reverse(name, args=record) for name in names),
        reverse("reference-list"),
        *(reverse("reference-rows", args=[k.path]) for k in REFERENCE_LISTS.values()),
        *(reverse("reference-new", args=[k.path]) for k in REFERENCE_LISTS.values()),
        *(reverse(name, args=row) for name in rows),
        f"{reverse('search')}?q=nordwind",
        f"{reverse('search-hits')}?q=nordwind",
        f"{reverse('pick', args=['supplier'])}?parent=nord",
    ]


def test_every_page_opens_for_a_steward(as_steward: Client, rich: Supplier) -> None:
    for address in _addresses(rich):
        answer = as_steward.get(address)

        assert (address, answer.status_code) == (address, 200)
        assert "style=" not in answer.content.decode()


def test_nobody_sees_a_page_without_signing_in(client: Client, rich: Supplier) -> None:
    for address in _addresses(rich):
        answer = client.get(address)

        assert (address, answer.status_code) == (address, 302)
        assert answer["Location"].startswith(reverse("sign-in"))


def test_somebody_without_a_role_is_told_which_role_may(client: Client, rich: Supplier) -> None:
    client.force_login(make.person("nobody"))

    for address in _addresses(rich)[1:]:
        answer = client.get(address)

        assert (address, answer.status_code) == (address, 403)
        assert "It takes the role" in answer.content.decode()


def test_records_of_another_company_code_are_not_found(client: Client, rich: Supplier) -> None:
    client.force_login(make.person("american", "steward", company_code="1710"))

    shown = [client.get(f"/suppliers/{rich.pk}/{tab}").status_code for tab in ("", "history/")]

    assert shown == [404, 404]
    assert "Nordwind" not in client.get("/suppliers/").content.decode()
