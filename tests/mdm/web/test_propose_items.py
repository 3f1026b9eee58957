"""The propose form: items that come and go, and what values refer to."""

import re
from typing import Any

from django.test import Client

from mdm.domains.supplier import Supplier
from mdm.models import CostCenter
from tests import make
from tests.mdm.web.forms import newest, opened, part, sent_with


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


def test_a_record_of_hundreds_of_items_is_proposed_like_any_other(
    as_steward: Client, people: dict[str, Any], reference: None
) -> None:
    tasks = {f"tasks[K{n}]": {"code": f"T{n}", "name": f"Task {n}"} for n in range(250)}
    patch = {"code": "P-1", "name": "Retrofit", "company_code": "1010"} | tasks
    project = make.record("project", patch, by=people["steward"], approvers=people["approver"])
    address = f"/projects/{project.pk}/propose/"
    form = opened(as_steward, address)

    as_steward.post(address, form | {"tasks[K249].name": "Last", "_do": "draft"})

    assert sum(len(values) for values in form.values()) > 1000
    assert part().patch == {"tasks[K249].name": "Last"}


def test_an_added_item_that_nobody_filled_in_is_nothing(as_steward: Client, address: str) -> None:
    added = as_steward.post(address, opened(as_steward, address) | {"_do": "add:tags"})
    form = sent_with(added.content.decode()) | {"trade_name": "X", "_do": "submit"}

    as_steward.post(address, form)

    assert part().patch == {"trade_name": "X"}


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
