"""The propose form: what is touched is proposed, what is not stays; nothing is learnt late."""

import re
from typing import Any

import pytest
from django.test import Client

from mdm import vault
from mdm.domains import DOMAINS
from mdm.domains.supplier import Supplier
from mdm.models import Change
from tests import make
from tests.mdm.web.conftest import SECRETS, SSN
from tests.mdm.web.forms import OTHER_IBAN, newest, opened, part, sent_with


def test_only_what_was_touched_is_proposed(as_steward: Client, address: str) -> None:
    form = opened(as_steward, address) | {
        "payment_terms": "NET60",
        "about_reason": "New terms",
        "_do": "submit",
    }

    answer = as_steward.post(address, form)

    change = newest()
    assert answer["Location"] == f"/changes/{change.number}/"
    assert (change.title, change.state, change.reason) == (
        "Payment terms of Nordwind Logistik GmbH",
        "submitted",
        "New terms",
    )
    assert part().patch == {"payment_terms": "NET60"}
    assert (part().seen, part().seen_version) == ({"payment_terms": "NET30"}, 2)


def test_the_form_shows_no_secret_and_masked_values_are_never_written_back(
    as_steward: Client, address: str
) -> None:
    page = as_steward.get(address).content.decode()
    assert [s for s in SECRETS if s in page] == []

    form = sent_with(page) | {"bank_accounts[B1].bank_name": "Commerz AG", "_do": "submit"}
    as_steward.post(address, form)

    assert part().patch == {"bank_accounts[B1].bank_name": "Commerz AG"}


def test_a_secret_that_was_typed_anew_is_proposed_and_sealed(
    as_steward: Client, address: str
) -> None:
    form = opened(as_steward, address) | {"bank_accounts[B1].iban": OTHER_IBAN, "_do": "submit"}

    as_steward.post(address, form)

    stored = part().patch["bank_accounts[B1].iban"]
    assert vault.is_sealed(stored)
    assert vault.unseal(stored) == OTHER_IBAN
    assert newest().policy["approvals"] == 2


def test_part_of_a_masked_value_cannot_be_edited(as_steward: Client, address: str) -> None:
    form = opened(as_steward, address) | {"bank_accounts[B1].iban": "•••• 3001", "_do": "submit"}

    answer = as_steward.post(address, form)

    assert answer.status_code == 422
    assert "A masked value cannot be edited in part." in answer.content.decode()


def test_a_personal_number_does_not_come_to_light_by_calling_it_something_else(
    as_requester: Client, address: str
) -> None:
    form = opened(as_requester, address) | {"tax_ids[T2].type": "tin", "_do": "submit"}

    answer = as_requester.post(address, form)

    assert answer.status_code == 422
    assert "typed again" in answer.content.decode()
    assert SSN not in answer.content.decode()


def test_sending_the_form_as_it_was_opened_changes_nothing(
    as_steward: Client, address: str
) -> None:
    answer = as_steward.post(address, opened(as_steward, address) | {"_do": "submit"})

    assert answer.status_code == 422
    assert "Nothing changes yet" in answer.content.decode()


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=lambda d: d.code)
def test_every_domain_has_its_form(as_steward: Client, reference: None, domain: Any) -> None:
    page = as_steward.get(f"/{domain.path}/new/").content.decode()

    controls = set(re.findall(r'name="([a-z_0-9]+)"', page))
    assert {a.code for a in domain.attributes} <= controls


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"lei": "123"}, "Found “123”"),
        ({"legal_name": ""}, "It is required."),
        ({"country": "XX"}, "Found “XX”"),
        ({"parent": "Nobody AG"}, "Pick one from the suggestions."),
        ({"tax_ids[T1].number": "DE1"}, "Look for a typing error, or ask the supplier."),
        (
            {"tax_ids[T1].valid_to": "2026-01-01", "tax_ids[T1].valid_from": "2026-12-31"},
            "It ends before it begins",
        ),
        ({"about_day": "soon"}, "Enter a valid date."),
        ({"about_day": "1900-01-01"}, "It lies before 1970"),
    ],
)
def test_what_cannot_be_right_is_said_beside_its_control(
    as_steward: Client, address: str, entered: dict[str, str], said: str
) -> None:
    form = opened(as_steward, address) | {"trade_name": "X"} | entered | {"_do": "submit"}

    answer = as_steward.post(address, form)

    page = answer.content.decode()
    name = next(iter(entered))
    assert answer.status_code == 422
    assert re.search(rf'id="id_{re.escape(name)}_error">.*?{re.escape(said)}', page, re.S)
    assert not Change.objects.filter(reason="As agreed").exists()


def test_checks_and_approvers_are_told_while_one_types(as_steward: Client, address: str) -> None:
    form = opened(as_steward, address) | {
        "payment_terms": "NET99",
        "bank_accounts[B1].iban": "DE00",
        "_do": "check",
    }

    part_of_page = as_steward.post(address, form, headers={"HX-Request": "true"}).content.decode()
    form["bank_accounts[B1].iban"] = OTHER_IBAN
    better = as_steward.post(address, form, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part_of_page
    assert "Bank account / IBAN" in part_of_page
    assert "Payment terms NET99 is not in the reference list." in part_of_page
    assert "Two payment approvers who did not write it" in better
    assert "Touches Payment terms, Bank account / IBAN." in better
    assert Change.objects.count() == 3


def test_a_number_that_another_record_has_is_told_before_submitting(
    as_steward: Client, rich: Supplier
) -> None:
    form = opened(as_steward, "/suppliers/new/") | {"legal_name": rich.legal_name}
    form |= {"_do": "check", "_items": ["tax_ids[T9]"], "tax_ids[T9].type": "vat"}
    form |= {"tax_ids[T9].country": "DE", "tax_ids[T9].number": "DE136695976"}

    said = as_steward.post("/suppliers/new/", form, headers={"HX-Request": "true"})

    assert "DE136695976 already belongs to Nordwind Logistik GmbH" in said.content.decode()


def test_a_block_needs_a_reason_and_says_what_it_is(
    as_steward: Client, rich: Supplier, address: str
) -> None:
    block = f"{address}?action=block"
    form = opened(as_steward, block) | {"_do": "submit"}
    refused = as_steward.post(block, form | {"about_reason": ""})
    as_steward.post(block, form | {"about_reason": "Sanctions list", "block_reason": "Sanctions"})

    assert refused.status_code == 422
    assert "Give a reason" in refused.content.decode()
    change = newest()
    assert (change.title, part().action) == ("Block Nordwind Logistik GmbH", "block")
    assert part().patch == {"block_reason": "Sanctions"}


def test_what_the_record_is_not_ready_for_is_refused_with_a_sentence(
    as_steward: Client, rich: Supplier, address: str
) -> None:
    answer = as_steward.get(f"{address}?action=reactivate", follow=True)

    assert "is active; you cannot reactivate it" in answer.content.decode()


@pytest.mark.parametrize(
    "where", ["/changes/CR-9999/edit/", "/suppliers/00000000-0000-7000-8000-000000000000/propose/"]
)
def test_a_form_of_nothing_is_not_found(as_steward: Client, reference: None, where: str) -> None:
    assert as_steward.get(where).status_code == 404


def test_who_may_not_propose_is_told_which_role_may(client: Client, address: str) -> None:
    client.force_login(make.person("reader", "auditor"))

    answer = client.post(address, {"trade_name": "X", "_do": "submit"})

    assert answer.status_code == 403
    assert "Requester or Data steward or Integrator" in answer.content.decode()


def test_a_company_code_that_is_not_ones_own_is_refused_beside_the_form(
    client: Client, acme: Supplier, reference: None
) -> None:
    client.force_login(make.person("american", "requester", company_code="1710"))
    address = f"/suppliers/{acme.pk}/propose/"
    form = opened(client, address) | {"_items": ["company_views[V1]"]}

    answer = client.post(
        address, form | {"company_views[V1].company_code": "1010", "_do": "submit"}
    )

    assert answer.status_code == 422
    assert "You may not propose a change here" in answer.content.decode()


@pytest.mark.parametrize("query", ["", "?action=block", "?action=retire"])
def test_what_exists_is_changed_only_with_a_reason(
    as_steward: Client, address: str, query: str
) -> None:
    address += query
    page = as_steward.get(address).content.decode()
    form = sent_with(page) | {"payment_terms": "NET60", "about_reason": " "}

    draft = as_steward.post(address, form | {"_do": "draft"})
    refused = as_steward.post(address, form | {"_do": "submit"})
    sent = as_steward.post(f"/changes/{newest().number}/submit/")

    assert re.search(r'for="id_about_reason">Reason <span[^>]*>needed', page)
    assert draft.status_code == 302
    said = r'id="id_about_reason_error">.*?Give a reason: the reviewer has nothing else to go by.'
    assert (refused.status_code, sent.status_code) == (422, 422)
    assert re.search(said, refused.content.decode(), re.S)
    assert "Give a reason" in sent.content.decode()
    assert newest().state == "draft"


def test_something_new_explains_itself(as_steward: Client, reference: None) -> None:
    form = opened(as_steward, "/suppliers/new/") | {"legal_name": "Elbe AG", "about_reason": ""}

    as_steward.post("/suppliers/new/", form | {"_do": "submit"})

    assert newest().state == "submitted"
