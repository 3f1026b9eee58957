"""The past on pages: a record and a list as of a day, the life of a value, exports."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from mdm import changes
from mdm.models import LedgerEntry, Supplier
from tests import make
from tests.mdm.web.conftest import SECRETS

FEBRUARY, MARCH = datetime(2026, 2, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def told(people: dict[str, Any], reference: None) -> Supplier:
    """A supplier of February, renamed in March, and back-dated in May."""
    with time_machine.travel(FEBRUARY):
        row = make.record(
            "supplier", make.SUPPLIER, by=people["requester"], approvers=people["approver"]
        )
    with time_machine.travel(MARCH):
        edit(people, row, {"legal_name": "=March GmbH", "payment_terms": "NET60"})
    with time_machine.travel(datetime(2026, 5, 4, 9, tzinfo=UTC)):
        edit(people, row, {"trade_name": "Dvořák Łódź"}, on=date(2026, 2, 10))
    row.refresh_from_db()
    return row


def edit(people: dict[str, Any], row: Any, patch: dict[str, Any], on: date | None = None) -> None:
    draft = changes.draft(
        subject="supplier", golden_id=row.pk, patch=patch, by=people["requester"],
        reason="New contract", effective_from=on,
    )  # fmt: skip
    make.approved(draft, people["approver"], comment="Agreed")


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_record_as_of_a_day_says_so_and_shows_what_was_valid(as_steward: Client, told: Supplier):
    page = text(as_steward.get(f"/suppliers/{told.pk}/?as_of=2026-03-05&known_at=2026-04-01"))

    assert f'You see <b class="ts-medium">{told.code}</b> as of' in page
    assert "5 Mar 2026" in page
    assert 'on <b class="ts-medium"><time datetime="2026-04-01"' in page
    assert "=March GmbH" in page
    assert f'<a href="/suppliers/{told.pk}/">Back to today</a>' in page
    assert "Propose change" not in page


def test_since_then_says_what_differs_from_today(as_steward: Client, told: Supplier):
    page = as_steward.get(f"/suppliers/{told.pk}/?as_of=2026-02-05")

    assert {(r.path, r.old, r.new) for r in page.context["diff"]} >= {
        ("legal_name", "Nordwind Logistik GmbH", "=March GmbH"),
        ("trade_name", "", "Dvořák Łódź"),
    }


def test_until_a_day_to_come_today_is_first(
    as_steward: Client, told: Supplier, people: dict[str, Any]
):
    day = timezone.localdate() + timedelta(days=30)
    draft = changes.draft(
        subject="supplier", golden_id=told.pk, patch={"trade_name": "Planned"},
        by=people["requester"], reason="Moves", effective_from=day,
    )  # fmt: skip
    make.approved(draft, people["approver"], comment="Agreed")

    page = as_steward.get(f"/suppliers/{told.pk}/?as_of={day}")
    same = text(as_steward.get(f"/suppliers/{told.pk}/?as_of={day - timedelta(days=1)}"))

    assert [(r.path, r.old, r.new) for r in page.context["diff"]] == [
        ("trade_name", "Dvořák Łódź", "Planned")
    ]
    assert "Until then" in text(page)
    assert "Since then" not in text(page)
    assert "Nothing changes until then." in same


def test_a_day_before_the_record_and_a_day_that_is_none(as_steward: Client, told: Supplier):
    before = as_steward.get(f"/suppliers/{told.pk}/?as_of=2026-01-01")
    wrong = as_steward.get(f"/suppliers/{told.pk}/?as_of=yesterday")
    listed = as_steward.get("/suppliers/?as_of=2026-02-30")

    assert (before.status_code, "was not valid on 2026-01-01" in text(before)) == (200, True)
    assert (wrong.status_code, "Found no day" in text(wrong)) == (400, True)
    assert (listed.status_code, "Found no day" in text(listed)) == (400, True)


def test_a_list_as_of_a_day_leads_to_the_records_of_that_day(as_steward: Client, told: Supplier):
    page = as_steward.get("/suppliers/?as_of=2026-02-05&known_at=2026-03-01&q=nord")
    none = as_steward.get("/suppliers/?as_of=2026-01-01")

    (row,) = page.context["rows"]
    assert row["name"] == "Nordwind Logistik GmbH"
    assert row["url"] == f"/suppliers/{told.pk}/?as_of=2026-02-05&known_at=2026-03-01"
    assert "Search, sort and filters are left out" in text(page)
    assert "Nothing was there" in text(none)


def test_the_page_of_a_record_offers_another_day(as_steward: Client, told: Supplier):
    page = text(as_steward.get(f"/suppliers/{told.pk}/"))

    assert "As of another day" in page
    assert 'name="as_of"' in page


def test_a_value_tells_its_whole_life(as_steward: Client, told: Supplier):
    page = as_steward.get(f"/suppliers/{told.pk}/history/?path=payment_terms")

    assert [(e.number, e.rows[0].old, e.rows[0].new) for e in page.context["entries"]] == [
        (2, "60 days net", "60 days net")
    ] or [e.number for e in page.context["entries"]] == [2, 1]
    assert "New contract" in text(page)
    assert "Approved by" in text(page)


def test_a_value_that_was_never_given_and_one_that_there_is_not(as_steward: Client, told: Supplier):
    never = as_steward.get(f"/suppliers/{told.pk}/history/?path=website")
    unknown = as_steward.get(f"/suppliers/{told.pk}/history/?path=colour")

    assert (never.status_code, "Never given" in text(never)) == (200, True)
    assert (unknown.status_code, "an attribute of a supplier. It has: " in text(unknown)) == (
        400,
        True,
    )
    assert f'href="/suppliers/{told.pk}/">Go back' in text(unknown)


def test_each_value_leads_to_its_life(as_steward: Client, told: Supplier):
    page = text(as_steward.get(f"/suppliers/{told.pk}/"))

    assert f'href="/suppliers/{told.pk}/history/?path=legal_name"' in page
    assert f'href="/suppliers/{told.pk}/history/?path=addresses%5BA1%5D"' in page


def test_the_history_is_exported_as_csv_without_formulas(as_steward: Client, told: Supplier):
    response = as_steward.post(f"/suppliers/{told.pk}/history/export/", {"format": "csv"})

    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    named = [r for r in rows if r["path"] == "legal_name"]
    assert [(r["version"], r["before"], r["after"], r["approved_by"]) for r in named] == [
        ("2", "Nordwind Logistik GmbH", "'=March GmbH", "approver"),
        ("1", "", "Nordwind Logistik GmbH", "approver"),
    ]
    back = next(r for r in rows if r["path"] == "trade_name")
    assert (back["effective_from"], back["after"]) == ("2026-02-10", "Dvořák Łódź")
    assert "-history-" in response["Content-Disposition"]
    entry = LedgerEntry.objects.get(kind="history.exported")
    assert (entry.person, entry.subject) == ("steward", f"supplier {told.pk}")
    assert entry.facts == {"versions": "3", "format": "csv"}


def test_the_history_is_exported_as_pdf(as_steward: Client, told: Supplier):
    response = as_steward.post(f"/suppliers/{told.pk}/history/export/", {"format": "pdf"})

    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert response.content.startswith(b"%PDF-")
    assert LedgerEntry.objects.get(kind="history.exported").facts["format"] == "pdf"


def test_a_pdf_takes_whatever_people_write(
    as_steward: Client, told: Supplier, people: dict[str, Any]
):
    edit(people, told, {"trade_name": "Ωμέγα Завод 株式会社 🙂 ﷽", "website": "https://x.example"})
    draft = changes.draft(
        subject="supplier", golden_id=told.pk, patch={"legal_name": "W" * 120},
        by=people["requester"], reason="Two\nlines " * 40,
    )  # fmt: skip
    make.approved(draft, people["approver"], comment="Agreed")

    response = as_steward.post(f"/suppliers/{told.pk}/history/export/", {"format": "pdf"})

    assert (response.status_code, response.content[:5]) == (200, b"%PDF-")


def test_exports_hold_nothing_secret(as_steward: Client, rich: Supplier):
    response = as_steward.post(f"/suppliers/{rich.pk}/history/export/", {"format": "csv"})

    body = response.content.decode()
    assert "bank_accounts[B1]" in body
    assert not [secret for secret in SECRETS if secret in body]


def test_an_export_in_another_form_is_refused(as_steward: Client, told: Supplier):
    address = f"/suppliers/{told.pk}/history/export/"

    assert as_steward.post(address, {"format": "doc"}).status_code == 400
    assert as_steward.get(address).status_code == 405
    assert not LedgerEntry.objects.filter(kind="history.exported").exists()
