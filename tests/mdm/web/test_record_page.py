"""The record page: what it holds, why, what is under way, what is hidden."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mdm import changes, keys
from mdm.domains.supplier import Supplier
from mdm.models import LedgerEntry, System
from tests import make
from tests.mdm.web.conftest import IBAN, SECRETS, cooled

TABS = ("", "sources/", "history/", "history/?a=1&b=2", "raw/", "propose/")


def _text(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("tab", TABS)
def test_no_tab_shows_a_secret_in_its_source(as_steward: Client, rich: Supplier, tab: str) -> None:
    page = as_steward.get(f"/suppliers/{rich.pk}/{tab}").content.decode()

    assert [secret for secret in SECRETS if secret in page] == []
    assert "sealed:" not in page


def test_values_are_said_in_words_with_where_they_come_from(
    as_steward: Client, rich: Supplier
) -> None:
    text = _text(as_steward, f"/suppliers/{rich.pk}/")

    for words in (
        "NET30, 30 days net",
        "DE, Germany",
        "•••• 3000",
        "VAT number",
        "Chosen by a person",
        "approved by payer and payer_too",
        "Not given: Search name",
        "strategic",
    ):
        assert words in text


def test_revealing_takes_the_right_shows_one_item_and_leaves_a_note(
    as_steward: Client, rich: Supplier
) -> None:
    page = as_steward.post(f"/suppliers/{rich.pk}/reveal/", {"path": "bank_accounts[B1]"})

    shown = page.content.decode()
    assert [s in shown for s in SECRETS] == [True, False, False, False, False]
    assert page["Cache-Control"] == "no-store"
    note = LedgerEntry.objects.get(kind="record.revealed")
    assert (note.person, note.subject) == ("steward", f"supplier {rich.pk}")
    assert note.facts == {"version": "2", "path": "bank_accounts[B1]", "channel": "page"}
    assert IBAN not in as_steward.get(f"/suppliers/{rich.pk}/").content.decode()


def test_who_may_not_reveal_sees_neither_the_button_nor_the_value(
    as_requester: Client, rich: Supplier
) -> None:
    assert "/reveal/" not in as_requester.get(f"/suppliers/{rich.pk}/").content.decode()

    page = as_requester.post(f"/suppliers/{rich.pk}/reveal/", {"path": "bank_accounts[B1]"})

    assert page.status_code == 403
    assert "Data steward or Payment approver" in page.content.decode()
    assert not LedgerEntry.objects.filter(kind="record.revealed").exists()


@pytest.mark.parametrize(("path", "status"), [("bank_accounts[B9]", 404), ("drop table", 400)])
def test_revealing_what_is_not_there_is_refused(
    as_steward: Client, rich: Supplier, path: str, status: int
) -> None:
    page = as_steward.post(f"/suppliers/{rich.pk}/reveal/", {"path": path})

    assert page.status_code == status


def test_changes_under_way_and_values_of_the_future_are_announced(
    as_steward: Client, rich: Supplier, people: dict[str, Any]
) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    changes.submit(
        changes.draft(
            subject="supplier", golden_id=rich.pk, by=people["requester"],
            patch={"payment_terms": "NET60", "bank_accounts[B1].iban": "DE75512108001245126199"},
        ),
        by=people["requester"],
    )  # fmt: skip
    later = changes.draft(
        subject="supplier", golden_id=rich.pk, by=people["requester"],
        patch={"trade_name": "Nordwind Nord"}, effective_from=tomorrow,
    )  # fmt: skip
    make.approved(later, people["approver"])

    text = _text(as_steward, f"/suppliers/{rich.pk}/")

    assert "changes payment terms and bank account (requester," in text
    assert "0 of 2 approvals" in text
    assert "Trading name becomes Nordwind Nord" in text
    assert "DE75512108001245126199" not in text


def test_somebody_elses_draft_is_not_announced(
    as_steward: Client, rich: Supplier, people: dict[str, Any]
) -> None:
    for name in ("steward", "requester"):
        changes.draft(
            subject="supplier", golden_id=rich.pk, by=people[name], patch={"trade_name": name}
        )

    text = _text(as_steward, f"/suppliers/{rich.pk}/")

    assert text.count("Your draft:") == 1


def test_keys_in_other_systems_are_on_the_first_tab(as_steward: Client, rich: Supplier) -> None:
    system = make.record(
        "system",
        {"code": "s4", "name": "S/4HANA"},
        by=make.person("governor", "steward"),
        approvers=make.person("second", "approver"),
    )
    assert isinstance(system, System)
    keys.assign(system, "supplier", "0000102337", rich.pk)

    assert "0000102337" in _text(as_steward, f"/suppliers/{rich.pk}/")


def test_a_merged_record_leads_to_its_survivor_or_shows_its_tombstone(
    as_steward: Client, rich: Supplier, people: dict[str, Any]
) -> None:
    other = make.record(
        "supplier",
        {"legal_name": "Nordwind Logistik"},
        by=people["requester"],
        approvers=people["approver"],
    )
    merge = changes.draft(
        subject="supplier", golden_id=rich.pk, action="merge", other_id=other.pk,
        by=people["steward"], reason="The same",
    )  # fmt: skip
    make.approved(merge, people["approver"], comment="The same")

    followed = as_steward.get(f"/suppliers/{other.pk}/", follow=True)
    tombstone = as_steward.get(f"/suppliers/{other.pk}/?follow=no").content.decode()

    assert followed.redirect_chain == [(f"/suppliers/{rich.pk}/", 302)]
    assert "was merged into this record" in followed.content.decode()
    assert "This record is a redirect" in tombstone
    assert "Propose change" not in tombstone


def test_each_version_is_told_with_who_why_and_what(as_steward: Client, rich: Supplier) -> None:
    text = _text(as_steward, f"/suppliers/{rich.pk}/history/")

    assert "approved by payer and payer_too" in text
    assert "Filled" in text
    assert "•••• 3000" in text
    assert text.index("v2") < text.index("v1")


def test_two_versions_are_compared_and_unknown_ones_said(
    as_steward: Client, rich: Supplier
) -> None:
    compared = _text(as_steward, f"/suppliers/{rich.pk}/history/?a=1&b=2")
    unknown = _text(as_steward, f"/suppliers/{rich.pk}/history/?a=1&b=77")

    assert "Bank account added" in compared
    assert "There is no version 77 of this supplier." in unknown


def test_the_two_clocks_show_the_past_and_say_so(as_steward: Client, rich: Supplier) -> None:
    today = timezone.localdate()
    address = f"/suppliers/{rich.pk}/history/"

    old = as_steward.get(f"{address}?valid={today}&known={today}")
    form = as_steward.get(f"{address}?view=as-of").content.decode()
    now = _text(as_steward, old["Location"])
    before = _text(as_steward, f"/suppliers/{rich.pk}/?as_of={today - timedelta(days=1)}")

    assert old["Location"] == f"/suppliers/{rich.pk}/?as_of={today}&known_at={today}"
    assert 'name="as_of"' in form
    assert 'name="valid"' not in form
    assert f'action="/suppliers/{rich.pk}/"' in form
    assert "You see" in now
    assert "•••• 3000" in now
    assert IBAN not in now
    assert "was not valid on" in before


def test_a_change_of_the_future_is_compared_like_any_other(
    as_steward: Client, rich: Supplier, people: dict[str, Any]
) -> None:
    change = changes.draft(
        subject="supplier", golden_id=rich.pk, by=people["requester"],
        patch={"posting_block": "true", "block_reason": "Dispute"},
    )  # fmt: skip
    make.approved(change, people["approver"])

    text = _text(as_steward, f"/suppliers/{rich.pk}/history/?a=2&b=3")

    assert "Posting block" in text
    assert re.search(r"− was\s+No .* becomes\s+Yes", text)


def test_a_record_with_many_items_takes_no_more_queries_than_one_with_few(
    as_steward: Client,
    rich: Supplier,
    people: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mdm.vault.monotonic", lambda: 0.0)  # keys stay remembered

    def queries() -> int:
        as_steward.get(f"/suppliers/{rich.pk}/")
        with CaptureQueriesContext(connection) as captured:
            as_steward.get(f"/suppliers/{rich.pk}/")
        return len(captured)

    few = queries()
    more = {
        f"contacts[D{n}]": {"last_name": f"Person {n}", "phone": "+49 40 123456"} for n in "123"
    }
    change = changes.draft(
        subject="supplier", golden_id=rich.pk, by=people["requester"], patch=more
    )
    make.approved(change, people["approver"])

    assert queries() == few


def test_a_cooling_change_says_until_when_it_waits(
    as_steward: Client, acme: Supplier, people: dict[str, Any]
) -> None:
    bank = {"holder": "Nordwind", "country": "DE", "iban": IBAN}
    change = changes.draft(
        subject="supplier", golden_id=acme.pk, by=people["requester"],
        patch={"bank_accounts[B1]": bank},
    )  # fmt: skip
    make.approved(change, people["payer"], people["payer_too"])

    assert "it is approved and waits until" in _text(as_steward, f"/suppliers/{acme.pk}/")
    cooled(change)


def test_what_happened_to_its_status_is_said_in_its_history(
    as_steward: Client, acme: Supplier, people: dict[str, Any]
) -> None:
    block = {"payment_block": "true", "block_reason": "Court order"}
    for action, patch in (("block", block), ("unblock", {}), ("retire", {}), ("reactivate", {})):
        change = changes.draft(
            subject="supplier", golden_id=acme.pk, action=action, patch=patch,
            by=people["requester"], reason="As told",
        )  # fmt: skip
        make.approved(change, people["approver"])

    text = _text(as_steward, f"/suppliers/{acme.pk}/history/")
    recent = _text(as_steward, f"/suppliers/{acme.pk}/")

    said = re.findall(r"v\d (.*?) CR-", text)
    assert said == [
        "reactivated",
        "retired",
        "unblocked",
        "blocked, Payment block and Reason for the block changed",
        "created",
    ]
    assert re.findall(r"v\d (\w+) CR-", recent)[-3:] == ["reactivated", "retired", "unblocked"]
