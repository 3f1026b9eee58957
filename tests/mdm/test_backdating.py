"""Back-dated changes say what they change in the past; scheduled ones apply themselves."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from mdm import changes, history
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.models import Change, CheckResult
from tests import make

pytestmark = pytest.mark.usefixtures("reference")
JANUARY, JUNE = datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 6, 1, 9, tzinfo=UTC)
OVERWRITTEN = (
    "Back-dated: Address / City counts from 2026-02-01 until the day before 2026-06-01, when "
    "version 2 says otherwise. Today nothing changes by it."
)
JULY = datetime(2026, 7, 15, 9, tzinfo=UTC)


@pytest.fixture
def acme(people: dict[str, Any], reference: None) -> Supplier:
    """A supplier of January whose city changed in June."""
    with time_machine.travel(JANUARY):
        row = make.record(
            "supplier", make.SUPPLIER, by=people["requester"], approvers=people["approver"]
        )
    with time_machine.travel(JUNE):
        make.approved(
            draft(people, row, {"addresses[A1].city": "Bremen"}), people["approver"], comment="Yes"
        )
    return row


def draft(
    people: dict[str, Any], row: Any, patch: dict[str, Any], on: date | None = None,
    action: str = "update",
) -> Change:  # fmt: skip
    return changes.draft(
        subject="supplier", golden_id=row.pk, patch=patch, by=people["requester"],
        reason="Moved", effective_from=on, action=action,
    )  # fmt: skip


def test_a_back_dated_change_is_checked_for_what_it_changes_in_the_past(
    acme: Supplier, people: dict[str, Any]
) -> None:
    patch = {"legal_name": "Other", "addresses[A1].city": "Kiel"}
    with time_machine.travel(JULY):
        change = changes.submit(
            draft(people, acme, patch, date(2026, 2, 1)), by=people["requester"]
        )

    said = CheckResult.objects.filter(change=change, code="past").order_by("id")
    assert [(one.outcome, one.path, one.sentence) for one in said] == [
        ("warn", "addresses[A1].city",
         OVERWRITTEN),
        ("warn", "", "Back-dated: Legal name counts from 2026-02-01 on, and holds today."),
    ]  # fmt: skip


def test_what_is_not_back_dated_says_nothing_of_the_past(
    acme: Supplier, people: dict[str, Any]
) -> None:
    change = changes.submit(draft(people, acme, {"legal_name": "Other"}), by=people["requester"])

    assert not CheckResult.objects.filter(change=change, code="past").exists()


def test_the_review_page_shows_the_past_beside_today(
    acme: Supplier, people: dict[str, Any], client: Client
) -> None:
    patch = {"legal_name": "Other", "addresses[A1].city": "Kiel"}
    with time_machine.travel(JULY):
        change = changes.submit(
            draft(people, acme, patch, date(2026, 2, 1)), by=people["requester"]
        )
        client.force_login(people["approver"])
        page = client.get(f"/changes/{change.number}/")
        make_it = changes.decide(change, "approve", by=people["approver"], comment="Agreed")
        after = client.get(f"/changes/{change.number}/")

    told = [(t.row.label, t.row.old, t.row.new, t.last) for t in page.context["then"]]
    assert told == [
        ("Legal name", "Nordwind Logistik GmbH", "Other", None),
        ("Address / City", "Hamburg", "Kiel", date(2026, 5, 31)),
    ]
    assert "What it changes in the past" in page.content.decode()
    assert make_it.state == Change.State.APPLIED
    assert [(t.row.old, t.last) for t in after.context["then"]] == [
        ("Nordwind Logistik GmbH", None), ("Hamburg", date(2026, 5, 31)),
    ]  # fmt: skip
    row = Supplier.objects.get(pk=acme.pk)
    assert (row.legal_name, row.addresses[0]["city"]) == ("Other", "Bremen")
    march = history.as_of(SUPPLIER, acme.pk, effective=date(2026, 3, 1))
    assert march["addresses"][0]["city"] == "Kiel"


def test_a_back_dated_block_that_was_lifted_since_holds_only_then(
    acme: Supplier, people: dict[str, Any]
) -> None:
    for day, action in ((JUNE, "block"), (JUNE + timedelta(days=10), "unblock")):
        with time_machine.travel(day):
            make.approved(draft(people, acme, {}, action=action), people["approver"], comment="Yes")
    with time_machine.travel(JULY):
        late = draft(people, acme, {}, date(2026, 3, 1), action="block")
        done = make.approved(late, people["approver"], comment="Yes")

    assert done.state == Change.State.APPLIED
    assert Supplier.objects.get(pk=acme.pk).status == "active"
    april = history.as_of(SUPPLIER, acme.pk, effective=date(2026, 4, 1))
    assert april["status"] == "blocked"


def test_an_item_removed_for_the_past_stays_away_from_what_came_later(
    acme: Supplier, people: dict[str, Any]
) -> None:
    with time_machine.travel(JULY):
        gone = draft(people, acme, {"addresses[A1]": None}, date(2026, 3, 1))
        make.approved(gone, people["approver"], comment="Yes")
        now = history.as_of(SUPPLIER, acme.pk)

    assert Supplier.objects.get(pk=acme.pk).addresses == now["addresses"]


def test_a_scheduled_change_shows_on_the_record_and_applies_itself_on_its_day(
    acme: Supplier, people: dict[str, Any], client: Client
) -> None:
    day = date(2026, 9, 1)
    client.force_login(people["steward"])
    with time_machine.travel(JULY):
        change = make.approved(
            draft(people, acme, {"legal_name": "Autumn GmbH"}, day), people["approver"]
        )
        page = client.get(f"/suppliers/{acme.pk}/").content.decode()
        ahead = client.get(f"/suppliers/{acme.pk}/?as_of=2026-09-01").content.decode()
    assert change.state == Change.State.SCHEDULED
    assert "Legal name becomes Autumn GmbH" in page
    assert "Autumn GmbH" in ahead

    with time_machine.travel(datetime(2026, 8, 31, 23, 59, tzinfo=UTC)):
        changes.apply_due()
        assert Supplier.objects.get(pk=acme.pk).legal_name == acme.legal_name
    with time_machine.travel(datetime(2026, 9, 1, 0, 1, tzinfo=UTC)):
        changes.apply_due()
        assert Supplier.objects.get(pk=acme.pk).legal_name == "Autumn GmbH"


def test_what_is_due_for_several_days_is_applied_in_the_order_of_the_days(
    acme: Supplier, people: dict[str, Any]
) -> None:
    with time_machine.travel(JULY):
        for name, day in (("Second", date(2026, 8, 2)), ("First", date(2026, 8, 1))):
            change = draft(people, acme, {"trade_name" if name == "First" else "website":
                                          f"https://{name.lower()}.example"}, day)  # fmt: skip
            make.approved(change, people["approver"], comment="Yes")
    with time_machine.travel(datetime(2026, 8, 10, tzinfo=UTC)):
        changes.apply_due()

    newest, before, *_ = history.versions(SUPPLIER, acme.pk)
    assert (newest.effective_from, before.effective_from) == (date(2026, 8, 2), date(2026, 8, 1))
