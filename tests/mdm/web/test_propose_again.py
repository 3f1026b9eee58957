"""The propose form: drafts, edits, and what somebody else changed meanwhile."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from mdm import changes, vault
from mdm.domains.supplier import Supplier
from mdm.models import Change
from tests import make
from tests.mdm.web.conftest import EMAIL, IBAN
from tests.mdm.web.forms import OTHER_IBAN, newest, opened, part, sent_with


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
