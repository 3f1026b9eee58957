"""The propose form: what is touched is proposed, what is not stays; and nothing is learnt late."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mdm import changes, vault
from mdm.domains import DOMAINS
from mdm.domains.supplier import Supplier
from mdm.models import Change, ChangePart, CostCenter
from tests import make
from tests.mdm.web.conftest import EMAIL, IBAN, SECRETS, SSN

OTHER_IBAN = "DE75512108001245126199"


def sent_with(page: str) -> dict[str, Any]:
    """What a browser would send of the page's form, as it was opened."""
    form = page[page.index('<form id="proposal"') : page.index("<datalist") if "<datalist" in page
                else page.index("</form>", page.index('<form id="proposal"'))]  # fmt: skip
    data: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        if not name or "csrf" in name[1]:
            continue
        value = re.search(r'value="([^"]*)"', tag)
        is_box = 'type="checkbox"' in tag or 'type="radio"' in tag
        if is_box and "checked" not in tag:
            continue
        data.setdefault(name[1], []).append(value[1] if value else "on" if is_box else "")
    for name, body in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        data[name] = [chosen[1] if chosen else ""]
    for name, text in re.findall(r'<textarea name="([^"]+)".*?>\n?(.*?)</textarea>', form, re.S):
        data[name] = [text]
    return data


def opened(client: Client, address: str) -> dict[str, Any]:
    return sent_with(client.get(address).content.decode())


def newest() -> Change:
    return Change.objects.order_by("-id").first()  # type: ignore[return-value]


def part() -> ChangePart:
    return newest().parts.get()


@pytest.fixture
def address(rich: Supplier) -> str:
    return f"/suppliers/{rich.pk}/propose/"


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


def test_a_new_record_is_proposed_with_items(as_requester: Client, reference: None) -> None:
    form = opened(as_requester, "/suppliers/new/") | {"legal_name": "Elbe AG", "country": "DE"}
    added = as_requester.post("/suppliers/new/", form | {"_do": "add:addresses"})
    form = sent_with(added.content.decode())
    item = form["_items"][0]
    form |= {f"{item}.city": "Dresden", f"{item}.country": "DE", "_do": "submit"}

    as_requester.post("/suppliers/new/", form)

    assert re.fullmatch(r"addresses\[A[0-9A-F]{8}\]", item)
    assert newest().title == "New supplier Elbe AG"
    assert part().action == "create"
    assert part().patch == {
        "legal_name": "Elbe AG",
        "country": "DE",
        item: {"id": item[10:-1], "city": "Dresden", "country": "DE"},
    }


def test_what_was_entered_survives_adding_removing_and_keeping_items(
    as_steward: Client, address: str
) -> None:
    form = opened(as_steward, address) | {"trade_name": "Nordi"}
    gone = as_steward.post(address, form | {"_do": "remove:bank_accounts[B1]"}).content.decode()
    kept = as_steward.post(
        address, sent_with(gone) | {"_do": "keep:bank_accounts[B1]"}
    ).content.decode()
    as_steward.post(address, sent_with(gone) | {"_do": "submit"})

    assert 'name="_gone" value="bank_accounts[B1]"' in gone
    assert "•••• 3000" in kept
    assert 'value="Nordi"' in kept
    assert part().patch == {"trade_name": "Nordi", "bank_accounts[B1]": None}


def test_an_added_item_that_nobody_filled_in_is_nothing(as_steward: Client, address: str) -> None:
    added = as_steward.post(address, opened(as_steward, address) | {"_do": "add:tags"})
    form = sent_with(added.content.decode()) | {"trade_name": "X", "_do": "submit"}

    as_steward.post(address, form)

    assert part().patch == {"trade_name": "X"}


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"lei": "123"}, "Found “123”"),
        ({"legal_name": ""}, "It is required."),
        ({"country": "XX"}, "Found “XX”"),
        ({"parent": "Nobody AG"}, "Pick one from the suggestions."),
        ({"tax_ids[T1].number": "DE1"}, "Check the number with the supplier."),
        ({"about_day": "soon"}, "Enter a valid date."),
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
    assert not Change.objects.filter(title__contains="Trading name").exists()


def test_a_reference_is_picked_by_code_or_name(
    as_steward: Client, people: dict[str, Any], reference: None
) -> None:
    patch = {"code": "CC-1", "name": "Fleet", "company_code": "1010", "controlling_area": "A000"}
    above = make.record("cost_center", patch, by=people["steward"], approvers=people["approver"])
    found = []
    for text in ("cc-1", "Fleet", str(above.pk)):
        form = opened(as_steward, "/cost-centers/new/") | {"name": "Below", "parent": text}
        as_steward.post("/cost-centers/new/", form | {"_do": "draft"})
        found.append(part().patch["parent"])

    assert found == [str(above.pk)] * 3
    page = as_steward.get(f"/changes/{newest().number}/edit/").content.decode()
    assert re.search(r'name="parent" value="CC-1"', page)


def test_two_records_of_one_name_are_told_apart(
    as_steward: Client, people: dict[str, Any], reference: None
) -> None:
    for code in ("CC-1", "CC-2"):
        patch = {"code": code, "name": "Fleet", "company_code": "1010", "controlling_area": "A000"}
        make.record("cost_center", patch, by=people["steward"], approvers=people["approver"])

    form = opened(as_steward, "/cost-centers/new/") | {"name": "Below", "parent": "Fleet"}
    answer = as_steward.post("/cost-centers/new/", form | {"_do": "draft"}).content.decode()

    assert all(str(row.pk) in answer for row in CostCenter.objects.all())


def test_suggestions_are_records_one_may_see(as_steward: Client, rich: Supplier) -> None:
    client = Client()
    client.force_login(make.person("american", "steward", company_code="1710"))

    seen = as_steward.get("/pick/supplier/", {"parent": "nordw"}).content.decode()
    hidden = client.get("/pick/supplier/", {"parent": "nordw"}).content.decode()

    assert (rich.code in seen, rich.code in hidden) == (True, False)


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


def test_somebody_elses_change_of_the_same_value_is_shown_beside_ones_own(
    as_steward: Client, address: str, rich: Supplier, people: dict[str, Any]
) -> None:
    form = opened(as_steward, address) | {"trade_name": "Mine", "search_name": "NORDI"}
    theirs = changes.draft(
        subject="supplier", golden_id=rich.pk, by=people["requester"],
        patch={"trade_name": "Theirs", "industry": "Logistics"},
    )  # fmt: skip
    make.approved(theirs, people["approver"])

    stale = as_steward.post(address, form | {"_do": "submit"})

    page = stale.content.decode()
    assert stale.status_code == 409
    assert re.search(r"Nordwind</td>.*Leave Theirs.*Still want Mine", page, re.S)
    again = sent_with(page)
    assert again["_seen_version"] == ["3"]

    as_steward.post(address, again | {"_take:trade_name": "theirs", "_do": "submit"})

    assert part().patch == {"search_name": "NORDI"}
    assert part().seen_version == 3


def test_what_one_still_wants_is_proposed_against_what_is_there_now(
    as_steward: Client, address: str, rich: Supplier, people: dict[str, Any]
) -> None:
    form = opened(as_steward, address) | {"trade_name": "Mine"}
    theirs = changes.draft(
        subject="supplier", golden_id=rich.pk, by=people["requester"],
        patch={"trade_name": "Theirs", "industry": "Logistics"},
    )  # fmt: skip
    make.approved(theirs, people["approver"])
    again = sent_with(as_steward.post(address, form | {"_do": "draft"}).content.decode())

    as_steward.post(address, again | {"_do": "submit"})

    assert (part().patch, part().seen) == ({"trade_name": "Mine"}, {"trade_name": "Theirs"})


def test_a_change_elsewhere_in_the_record_stands_in_nobodys_way(
    as_steward: Client, address: str, rich: Supplier, people: dict[str, Any]
) -> None:
    form = opened(as_steward, address) | {"search_name": "NORDI"}
    theirs = changes.draft(
        subject="supplier", golden_id=rich.pk, by=people["requester"],
        patch={"trade_name": "Theirs"},
    )  # fmt: skip
    make.approved(theirs, people["approver"])

    as_steward.post(address, form | {"_do": "submit"})

    assert (part().patch, part().seen_version) == ({"search_name": "NORDI"}, 2)


def test_a_block_needs_a_reason_and_says_what_it_is(
    as_steward: Client, rich: Supplier, address: str
) -> None:
    block = f"{address}?action=block"
    form = opened(as_steward, block) | {"_do": "submit"}
    refused = as_steward.post(block, form)
    as_steward.post(block, form | {"about_reason": "Sanctions list", "block_reason": "Sanctions"})

    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    change = newest()
    assert (change.title, part().action) == ("Block Nordwind Logistik GmbH", "block")
    assert part().patch == {"block_reason": "Sanctions"}


def test_what_the_record_is_not_ready_for_is_refused_with_a_sentence(
    as_steward: Client, rich: Supplier, address: str
) -> None:
    answer = as_steward.get(f"{address}?action=reactivate", follow=True)

    assert "is active; you cannot reactivate it" in answer.content.decode()


def test_a_draft_is_saved_edited_and_submitted(as_requester: Client, address: str) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    form = opened(as_requester, address) | {
        "trade_name": "First",
        "bank_accounts[B1].iban": OTHER_IBAN,
    }
    saved = as_requester.post(address, form | {"_do": "draft"})
    edit = saved["Location"]
    page = as_requester.get(edit).content.decode()
    again = sent_with(page) | {"trade_name": "Second", "about_day": str(tomorrow)}

    as_requester.post(edit, again | {"about_reason": "Better", "_do": "submit"})

    assert OTHER_IBAN not in page
    change = newest()
    assert edit == f"/changes/{change.number}/edit/"
    assert (change.state, change.reason, change.effective_from) == ("submitted", "Better", tomorrow)
    assert vault.open_patch(part().patch) == {
        "trade_name": "Second", "bank_accounts[B1].iban": OTHER_IBAN,
    }  # fmt: skip
    assert Change.objects.filter(domain="supplier").count() == 3


def test_a_draft_saves_itself(as_requester: Client, address: str) -> None:
    form = opened(as_requester, address) | {"trade_name": "First", "_do": "draft"}
    edit = as_requester.post(address, form)["Location"]
    script = {"X-Requested-With": "fetch"}

    answers = [
        as_requester.post(edit, opened(as_requester, edit) | entered, headers=script).status_code
        for entered in ({"trade_name": "Second"}, {"lei": "wrong"})
    ]

    assert answers == [204, 422]
    assert part().patch == {"trade_name": "Second"}


def test_a_draft_that_was_overtaken_says_so_when_it_is_opened(
    as_requester: Client, address: str, rich: Supplier, people: dict[str, Any]
) -> None:
    form = opened(as_requester, address) | {"trade_name": "Mine", "_do": "draft"}
    edit = as_requester.post(address, form)["Location"]
    theirs = changes.draft(
        subject="supplier", golden_id=rich.pk, by=people["steward"], patch={"trade_name": "Theirs"}
    )
    make.approved(theirs, people["approver"])

    page = as_requester.get(edit).content.decode()

    assert "Leave Theirs" in page


def test_what_lies_before_reviewers_is_edited_and_stays_there(
    as_requester: Client, address: str
) -> None:
    form = opened(as_requester, address) | {"trade_name": "First", "_do": "submit"}
    as_requester.post(address, form)
    change = newest()
    edit = f"/changes/{change.number}/edit/"

    for do, name in (("submit", "Second"), ("draft", "Third")):
        again = opened(as_requester, edit) | {"trade_name": name, "_do": do}
        answer = as_requester.post(edit, again, follow=True)

        assert answer.redirect_chain == [(f"/changes/{change.number}/", 302)]
        assert f"{change.number} now says this; whoever had approved it must again." in (
            answer.content.decode()
        )
        assert part().patch == {"trade_name": name}
    assert newest().state == "submitted"


def test_what_is_decided_is_not_edited(
    as_requester: Client, address: str, people: dict[str, Any]
) -> None:
    form = opened(as_requester, address) | {"trade_name": "Mine", "_do": "submit"}
    as_requester.post(address, form)
    changes.decide(newest(), "approve", by=people["approver"])

    answer = as_requester.get(f"/changes/{newest().number}/edit/")

    assert (answer.status_code, answer["Location"]) == (302, f"/changes/{newest().number}/")


def test_each_part_of_a_change_is_edited_by_itself(
    as_requester: Client, acme: Supplier, people: dict[str, Any]
) -> None:
    specs = [
        changes.PartSpec("supplier", "create", {"legal_name": name})
        for name in ("One AG", "Two AG")
    ]
    change = changes.draft_many(specs, by=people["requester"], title="Two suppliers")
    edit = f"/changes/{change.number}/edit/"
    page = as_requester.get(f"{edit}?part=1").content.decode()

    as_requester.post(f"{edit}?part=1", sent_with(page) | {"country": "DE", "_do": "draft"})

    assert "Part 2 of 2" in page
    assert [p.patch.get("country") for p in change.parts.all()] == [None, "DE"]
    assert newest().title == "Two suppliers"


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


def test_contacts_stay_hidden_in_what_a_stale_form_shows(
    as_requester: Client, address: str, rich: Supplier, people: dict[str, Any]
) -> None:
    form = opened(as_requester, address) | {"contacts[C1].email": "new@nordwind.example"}
    theirs = changes.draft(
        subject="supplier", golden_id=rich.pk, by=people["steward"],
        patch={"contacts[C1].email": "theirs@nordwind.example"},
    )  # fmt: skip
    make.approved(theirs, people["approver"])

    page = as_requester.post(address, form | {"_do": "submit"}).content.decode()

    assert [s for s in (EMAIL, "theirs@nordwind.example", IBAN) if s in page] == []
