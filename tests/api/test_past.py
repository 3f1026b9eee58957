"""The two clocks on every read: a record, by key, a list; and what cannot be told exactly."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from jsonschema import Draft202012Validator

from mdm import canonical, changes
from mdm.domains import DOMAINS
from mdm.models import Key, System
from tests import make
from tests.api.conftest import problem

FEBRUARY, MARCH = datetime(2026, 2, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 9, tzinfo=UTC)
MAY = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.fixture
def told(people: dict[str, Any], new_supplier: Any) -> Any:
    """A supplier of February, renamed in March, back-dated in May; and one of May."""
    with time_machine.travel(FEBRUARY):
        first = new_supplier()
    with time_machine.travel(MARCH):
        edit(people, first, {"legal_name": "March GmbH"})
    with time_machine.travel(MAY):
        edit(people, first, {"trade_name": "Back"}, on=FEBRUARY.date() + timedelta(days=5))
        second = new_supplier()
    return first, second


def edit(people: dict[str, Any], row: Any, patch: dict[str, Any], on: Any = None) -> None:
    draft = changes.draft(
        subject="supplier", golden_id=row.pk, patch=patch, by=people["steward"],
        reason="Moved", effective_from=on,
    )  # fmt: skip
    make.approved(draft, people["approver"], comment="Agreed")


def names(response: Any) -> list[tuple[str, str | None]]:
    return [(one["legal_name"], one.get("trade_name")) for one in response.json()["data"]]


def test_a_list_holds_the_records_of_then_as_they_were_known(reader, told):
    now = reader.get("/suppliers")
    march = reader.get("/suppliers?as_of=2026-03-05")
    known = reader.get("/suppliers?as_of=2026-03-05&known_at=2026-04-01T00:00:00Z")
    early = reader.get("/suppliers?as_of=2026-02-05")
    before = reader.get("/suppliers?as_of=2026-01-01")

    assert names(now) == [("March GmbH", "Back"), ("Alpenmilch AG", None)]
    assert names(march) == [("March GmbH", "Back")]
    assert names(known) == [("March GmbH", None)]
    assert names(early) == [("Nordwind Logistik GmbH", None)]
    assert names(before) == []


def test_a_record_of_a_list_of_then_is_the_record_of_then(reader, told):
    query = "?as_of=2026-03-05&known_at=2026-04-01T00:00:00Z"

    listed = reader.get(f"/suppliers{query}").json()["data"][0]
    alone = reader.get(f"/suppliers/{told[0].pk}{query}").json()

    assert listed == alone
    schema = canonical.schema(DOMAINS["supplier"])
    assert list(Draft202012Validator(schema).iter_errors(listed)) == []


def test_pages_of_then_follow_each_other(reader, told):
    first = reader.get("/suppliers?as_of=2026-05-05&limit=1").json()
    rest = reader.get(f"/suppliers?as_of=2026-05-05&limit=1&cursor={first['next']}").json()
    other = reader.get(f"/suppliers?as_of=2026-05-06&limit=1&cursor={first['next']}")

    assert [first["data"][0]["legal_name"], rest["data"][0]["legal_name"]] == [
        "March GmbH", "Alpenmilch AG",
    ]  # fmt: skip
    assert rest["next"] is None
    assert problem(other) == (400, "invalid-parameter")


def test_a_list_of_then_takes_status_ids_and_fields(reader, people, told):
    with time_machine.travel(MAY + timedelta(days=1)):
        draft = changes.draft(
            subject="supplier", action="block", golden_id=told[1].pk, by=people["steward"],
            reason="Stop",
        )  # fmt: skip
        make.approved(draft, people["approver"], comment="Agreed")
    day = "as_of=2026-05-05"

    blocked = reader.get(f"/suppliers?{day}&status=blocked&fields=legal_name").json()["data"]
    one = reader.get(f"/suppliers?{day}&golden_id={told[0].pk}")
    before = reader.get("/suppliers?as_of=2026-05-04&status=blocked").json()["data"]

    assert [set(r) for r in blocked] == [{"golden_id", "version", "legal_name"}]
    assert names(one) == [("March GmbH", "Back")]
    assert before == []


@pytest.mark.parametrize(
    "asked", ["q=nord", "country=DE", "sort=-code", "updated_since=2026-01-01T00:00:00Z"]
)
def test_what_a_list_of_then_cannot_tell_exactly_is_refused(reader, told, asked):
    response = reader.get(f"/suppliers?as_of=2026-03-05&{asked}")

    assert problem(response) == (400, "invalid-parameter")
    assert f"by {asked.partition('=')[0]}: only the records" in response.json()["detail"]


@pytest.mark.parametrize(
    "query", ["as_of=yesterday", "as_of=2026-02-30", "known_at=2026-02-01", "as_of="]
)
def test_a_day_or_time_that_is_none_is_refused(reader, told, query):
    for path in ("/suppliers", f"/suppliers/{told[0].pk}"):
        response = reader.get(f"{path}?{query}")

        assert problem(response) == (400, "invalid-parameter")


@pytest.mark.parametrize("rows", [1, 4])
def test_a_list_of_then_costs_the_same_for_one_and_for_four(
    reader, new_supplier, rows, django_assert_num_queries
):
    for _ in range(rows):
        new_supplier()
    day = timezone.now().date().isoformat()
    reader.get(f"/suppliers?as_of={day}")

    with django_assert_num_queries(2):
        found = reader.get(f"/suppliers?as_of={day}").json()["data"]

    assert len(found) == rows


def test_a_key_leads_to_the_past_of_the_record_that_has_it_today(reader, told):
    system = System.objects.filter(code="erp").first() or _system()
    Key.objects.create(system=system, domain="supplier", key="4711", golden_id=told[0].pk)

    response = reader.get("/suppliers/by-key/erp/4711?as_of=2026-02-05")

    assert response.json()["legal_name"] == "Nordwind Logistik GmbH"
    assert response["Content-Location"] == f"/api/v1/suppliers/{told[0].pk}"


def _system() -> System:
    people = make.person("another", "steward"), make.person("one_more", "approver")
    return make.record("system", {"code": "erp", "name": "ERP"}, by=people[0], approvers=people[1])


def test_what_is_scheduled_is_read_in_questions_about_its_day(reader, people, told):
    later = timezone.now().date() + timedelta(days=30)
    edit(people, told[0], {"legal_name": "Later GmbH"}, on=later)
    path = f"/suppliers/{told[0].pk}"

    def name(query: str) -> str:
        return reader.get(f"{path}{query}").json()["legal_name"]

    assert name("") == "March GmbH"
    assert name(f"?as_of={later}") == "Later GmbH"
    assert name(f"?as_of={later - timedelta(days=1)}") == "March GmbH"
    assert name(f"?as_of={later}&known_at=2026-06-01T00:00:00Z") == "March GmbH"
