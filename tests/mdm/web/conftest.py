"""Data for the pages: people with names, and a supplier with something of everything."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mdm import changes
from mdm.domains.supplier import Supplier
from mdm.models import Change
from tests import make

IBAN, ACCOUNT, EMAIL, SURNAME, SSN = (
    "DE89370400440532013000",
    "12345678901",
    "j.petersen@nordwind.example",
    "Petersen",
    "536904399",
)
SECRETS = (IBAN, ACCOUNT, EMAIL, SURNAME, SSN)
RICH = {
    "trade_name": "Nordwind",
    "bank_accounts[B1]": {
        "holder": "Nordwind", "country": "DE", "iban": IBAN, "bank_name": "Commerzbank",
        "is_default": "true",
    },
    "bank_accounts[B2]": {
        "holder": "Nordwind US", "country": "US", "account_number": ACCOUNT,
        "routing_type": "aba", "routing_number": "021000021",
    },
    "contacts[C1]": {"first_name": "Jörg", "last_name": SURNAME, "email": EMAIL},
    "tax_ids[T1]": {"type": "vat", "country": "DE", "number": "DE136695976"},
    "tax_ids[T2]": {"type": "ssn", "country": "US", "number": SSN},
    "company_views[V1]": {"company_code": "1010", "payment_terms": "NET60"},
    "tags[G1]": {"tag": "strategic"},
}  # fmt: skip


def cooled(change: Change) -> Change:
    """A change whose cooling-off is over, applied."""
    over = timezone.now() - timedelta(seconds=1)
    Change.objects.filter(pk=change.pk).update(cooling_until=over)
    changes.apply_due()
    change.refresh_from_db()
    assert change.state == Change.State.APPLIED, change.parts.get().problem
    return change


@pytest.fixture
def acme(people: dict[str, Any], reference: None) -> Supplier:
    """A supplier of which little is known."""
    return make.record(
        "supplier", make.SUPPLIER, by=people["requester"], approvers=people["approver"]
    )


@pytest.fixture
def rich(acme: Supplier, people: dict[str, Any]) -> Supplier:
    """The same with bank accounts, contacts, tax ids and views, in its second version."""
    change = changes.draft(
        subject="supplier", golden_id=acme.pk, patch=RICH, by=people["requester"], reason="Filled"
    )
    cooled(make.approved(change, people["payer"], people["payer_too"]))
    acme.refresh_from_db()
    return acme


@pytest.fixture
def as_steward(client: Client, people: dict[str, Any]) -> Client:
    """A browser of the steward."""
    client.force_login(people["steward"])
    return client


@pytest.fixture
def as_requester(people: dict[str, Any]) -> Client:
    """A browser of the requester, who may not reveal."""
    client = Client()
    client.force_login(people["requester"])
    return client


@pytest.fixture
def address(rich: Supplier) -> str:
    """Where a change of the supplier is proposed."""
    return f"/suppliers/{rich.pk}/propose/"
