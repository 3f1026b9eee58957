"""Sealing, masking, finding without reading, and erasing."""

from typing import Any
from uuid import uuid4

import pytest

from mdm import changes, identifiers, vault
from mdm.domains.supplier import SUPPLIER
from mdm.domains.values import read
from mdm.errors import Refused
from mdm.models import Identifier, SubjectKey
from tests import make

IBAN = "DE89370400440532013000"

pytestmark = pytest.mark.django_db


def test_the_same_value_of_the_same_subject_is_the_same_token_and_of_another_is_not() -> None:
    one, other = uuid4(), uuid4()

    assert vault.seal(one, IBAN) == vault.seal(one, IBAN) != vault.seal(other, IBAN)
    assert vault.unseal(vault.seal(one, IBAN)) == IBAN
    assert IBAN not in vault.seal(one, IBAN)


def test_a_token_stays_itself_and_nothing_stays_nothing() -> None:
    token = vault.seal(uuid4(), IBAN)

    assert (vault.seal(uuid4(), token), vault.seal(uuid4(), "")) == (token, "")


def test_an_altered_token_is_refused() -> None:
    token = vault.seal(uuid4(), IBAN)
    swapped = "B" if token[-8] != "B" else "C"

    with pytest.raises(Refused, match="altered"):
        vault.unseal(token[:-8] + swapped + token[-7:])


def test_destroying_the_key_erases_what_it_sealed() -> None:
    subject = uuid4()
    token = vault.seal(subject, IBAN)
    SubjectKey.objects.filter(pk=subject).update(wrapped=None)

    assert vault.unseal(token) == vault.ERASED
    with pytest.raises(Refused, match="erased"):
        vault.seal(subject, "again")


def test_only_what_the_declaration_calls_sensitive_is_sealed() -> None:
    subject = uuid4()
    values = {
        "legal_name": "Nordwind",
        "tax_ids": [
            {"id": "T1", "type": "vat", "number": "DE136695976"},
            {"id": "T2", "type": "ssn", "number": "078-05-1120"},
        ],
        "bank_accounts": [{"id": "B1", "holder": "Nordwind", "iban": IBAN}],
    }

    sealed = vault.seal_values(SUPPLIER, subject, values)

    assert sealed["legal_name"] == "Nordwind"
    assert [vault.is_sealed(t["number"]) for t in sealed["tax_ids"]] == [False, True]
    assert vault.is_sealed(sealed["bank_accounts"][0]["iban"])
    assert vault.open_values(SUPPLIER, sealed) == values
    assert vault.mask_values(SUPPLIER, sealed)["bank_accounts"][0]["iban"] == "•••• 3000"


def test_equal_values_are_found_by_an_index_that_cannot_be_read() -> None:
    assert vault.blind("iban", IBAN) == vault.blind("iban", IBAN) != vault.blind("account", IBAN)
    assert IBAN not in vault.blind("iban", IBAN)


def test_a_sealed_number_is_not_brought_to_light_by_calling_it_something_else(
    people: dict[str, Any], reference: None
) -> None:
    ssn = {"type": "ssn", "country": "US", "number": "536-90-4399"}
    record = make.record(
        "supplier",
        make.SUPPLIER | {"tax_ids[T1]": ssn},
        by=people["requester"],
        approvers=people["approver"],
    )

    with pytest.raises(changes.Malformed, match=r"tax_ids\[T1\].number.*kept sealed") as refused:
        changes.draft(
            subject="supplier",
            golden_id=record.pk,
            patch={"tax_ids[T1].type": "registration"},
            by=people["requester"],
        )

    assert "536" not in str(refused.value)


def test_a_personal_tax_id_stands_blind_in_the_index_and_is_found_in_full(
    people: dict[str, Any], reference: None
) -> None:
    ssn = {"type": "ssn", "country": "US", "number": "536-90-4399"}
    record = make.record(
        "supplier",
        make.SUPPLIER | {"tax_ids[T1]": ssn},
        by=people["requester"],
        approvers=people["approver"],
    )

    kept = Identifier.objects.filter(golden_id=record.pk, kind="tax_id").values_list("value")

    assert not any("536904399" in value.replace("-", "") for (value,) in kept)
    held = vault.open_values(SUPPLIER, read(SUPPLIER, record))["tax_ids"][-1]["number"]
    assert [one.golden_id for one in identifiers.starting(SUPPLIER, held)] == [record.pk]
    assert identifiers.starting(SUPPLIER, held[:6]) == []
