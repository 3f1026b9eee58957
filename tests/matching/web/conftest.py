"""Pairs that may be the same: two records, and a record with a waiting source."""

from typing import Any

import pytest
from django.test import Client

from matching import candidates
from matching.models import Candidate
from mdm import changes, intake
from mdm.domains.supplier import Supplier
from mdm.models import SourceRecord, System
from tests import make

IBAN, EMAIL, SURNAME = "DE89370400440532013000", "j.petersen@nordwind.example", "Petersen"
SECRETS = (IBAN, EMAIL, SURNAME)
SEALED = {
    "bank_accounts[B1]": {"holder": "Nordwind", "country": "DE", "iban": IBAN},
    "contacts[C1]": {"last_name": SURNAME, "email": EMAIL, "phone": "+49 40 5550100"},
}


def browser(user: Any) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def supplier(people: dict[str, Any], name: str, **facts: Any) -> Supplier:
    """A live supplier; whatever it looks like, its approvers know better."""
    patch = make.SUPPLIER | {"legal_name": name} | facts
    change = changes.draft(subject="supplier", action="create", patch=patch, by=people["requester"])
    make.approved(change, people["approver"], comment="It is another one")
    return Supplier.objects.get(pk=change.parts.get().golden_id)


def sealed(people: dict[str, Any], record: Supplier) -> None:
    """The record gets a bank account and a contact."""
    change = changes.draft(
        subject="supplier", golden_id=record.pk, patch=SEALED, by=people["requester"]
    )
    change = make.approved(change, people["payer"], people["payer_too"])
    type(change).objects.filter(pk=change.pk).update(cooling_until=change.created_at)
    changes.apply_due()


@pytest.fixture
def acme(people: dict[str, Any], reference: None) -> Supplier:
    return supplier(people, "Nordwind Logistik GmbH")


@pytest.fixture
def records(people: dict[str, Any], acme: Supplier) -> Candidate:
    """Two golden records that may be the same."""
    supplier(people, "Nordwind Logistik Gmbh.", payment_terms="NET60", website="nordwind.example")
    candidates.sweep("supplier")
    return Candidate.objects.get(left_kind="record", right_kind="record")


@pytest.fixture
def erp(people: dict[str, Any], reference: None) -> System:
    return make.record(
        "system", {"code": "erp", "name": "ERP"}, by=people["steward"], approvers=people["approver"]
    )


def waits(people: dict[str, Any], erp: System, key: str, name: str, **values: Any) -> SourceRecord:
    """Something that a system has sent and nobody knows yet."""
    intake.receive("erp", "supplier", key, {"legal_name": name} | values, by=people["integrator"])
    return SourceRecord.objects.get(system=erp, key=key)


@pytest.fixture
def source(people: dict[str, Any], acme: Supplier, erp: System) -> Candidate:
    """A golden record and a waiting source record."""
    waits(people, erp, "V1", "Nordwind Logistik", payment_terms="NET60")
    return Candidate.objects.get(left=acme.pk, right_kind="source")
