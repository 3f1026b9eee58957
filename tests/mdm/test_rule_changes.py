"""Rules that are refused, need more care, wait for a day, or bear on many records."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from mdm import changes, intake
from mdm.changes import deciding
from mdm.domains.supplier import Supplier
from mdm.errors import Refused
from mdm.models import Change, SourceRecord
from tests.mdm import ruling

State = Change.State


@pytest.fixture
def nord(people: dict[str, Any], reference: None) -> Supplier:
    """A supplier whose trading name two systems say differently."""
    ruling.systems(people)
    return ruling.supplier(people)


@pytest.mark.parametrize(
    ("make", "values", "says"),
    [
        (ruling.trust, {"score": "101"}, "from 0 to 100"),
        (ruling.trust, {"score": "-5"}, "from 0 to 100"),
        (ruling.trust, {"decay": "-1"}, "from 0 to 100"),
        (ruling.trust, {"floor": "-1"}, "from 0 to 100"),
        (ruling.trust, {"system": "nobody"}, "nobody"),
        (ruling.trust, {"about": "shoe_size"}, "shoe_size"),
        (ruling.trust, {"floor": "90"}, "no more than the trust, 80"),
        (ruling.rule, {"about": "shoe_size"}, "shoe_size"),
        (ruling.rule, {"is_whole": "true"}, "No for trade_name"),
    ],
)
def test_a_rule_that_cannot_be_right_is_refused(
    nord: Supplier, people: dict[str, Any], make: Any, values: dict[str, str], says: str
) -> None:
    with pytest.raises((changes.Malformed, Refused), match=says):
        changes.submit(make(people, **values), by=people["steward"])


def test_two_rules_about_the_same_are_refused(nord: Supplier, people: dict[str, Any]) -> None:
    ruling.approve(people, ruling.rule(people))

    with pytest.raises(Refused, match="names is about the same"):
        changes.submit(ruling.rule(people, code="names-too"), by=people["steward"])


@pytest.mark.parametrize("make", [ruling.rule, ruling.trust])
def test_of_two_open_rules_about_the_same_only_the_first_is_written(
    nord: Supplier, people: dict[str, Any], make: Any
) -> None:
    first = changes.submit(make(people, name="First"), by=people["steward"])
    second = changes.submit(make(people, code="too", name="Second"), by=people["steward"])
    said = second.checks.get(code="conflicts", path="about").sentence
    assert said == f"{first.number} is about the same; only the first one applied is written."
    changes.decide(first, "approve", by=people["approver"])

    second = changes.decide(second, "approve", by=people["approver"], comment="All the same")

    part = second.parts.get(subject=second.parts.order_by("position")[0].subject)
    assert (second.state, part.state) == (State.CONFLICTED, "conflicted")
    assert "is about the same: change that one, or retire it first." in part.problem


def test_another_open_change_with_the_same_code_is_named(
    nord: Supplier, people: dict[str, Any]
) -> None:
    first = changes.submit(ruling.rule(people), by=people["steward"])

    second = changes.submit(ruling.rule(people, about="tags"), by=people["steward"])

    found = second.checks.get(code="conflicts", path="code")
    assert (found.sentence, found.path) == (
        f"{first.number} takes the code names as well; only the first one applied is written.",
        "code",
    )


def test_a_whole_list_takes_the_place_of_the_union(people: dict[str, Any], reference: None) -> None:
    ruling.systems(people)
    row = ruling.supplier(people, tags=[{"tag": "wood"}])
    ruling.says(people, "erp", "E1", ruling.ERP | {
        "tags": [{"tag": "glass"}]})  # fmt: skip
    row.refresh_from_db()
    assert {item["tag"] for item in row.tags} == {"wood", "glass"}

    done = ruling.approve(people, ruling.rule(people, about="tags", first="first", is_whole="true"))

    row.refresh_from_db()
    assert (done.state, [item["tag"] for item in row.tags]) == (State.APPLIED, ["glass"])
    assert ruling.by_rules(row) == {}


def test_a_rule_that_moves_bank_accounts_needs_what_payment_data_needs(
    people: dict[str, Any], reference: None
) -> None:
    ruling.systems(people)
    account = {"holder": "Nordwind", "country": "DE", "iban": "DE89370400440532013000"}
    first = ruling.ERP | {"bank_accounts": [account]}
    received = intake.receive("erp", "supplier", "E1", first, by=people["integrator"])
    assert received.change is not None
    _pay(people, received.change)
    row = Supplier.objects.get()
    other = account | {"iban": "DE75512108001245126199"}
    second = ruling.BUYING | {"bank_accounts": [other]}
    linking = intake.receive("buying", "supplier", "P1", second, by=people["integrator"]).change
    if linking is None:
        source = SourceRecord.objects.get(key="P1")
        linking = intake.resolve(source, golden_id=row.pk, by=people["steward"])
    _pay(people, linking)
    row.refresh_from_db()
    assert len(row.bank_accounts) == 2

    whole = ruling.rule(people, about="bank_accounts", first="first", is_whole="true")
    change = changes.submit(whole, by=people["steward"])

    assert (change.risk, change.policy["approvals"]) == ("high", 2)
    assert "DE75" not in str(change.parts.get(position=1).seen)
    refused = changes.refusal(change, people["approver"])
    assert "Payment approver" in refused


def _pay(people: dict[str, Any], change: Change) -> None:
    for payer in ("payer", "payer_too"):
        change = changes.decide(change, "approve", by=people[payer], comment="Called back")
    if change.state == State.COOLING:
        Change.objects.filter(pk=change.pk).update(cooling_until=timezone.now())
        changes.apply_due()


def test_a_scheduled_rule_flips_on_its_day_and_a_back_dated_one_is_refused(
    nord: Supplier, people: dict[str, Any]
) -> None:
    early, later = ruling.rule(people), timezone.now().date() + timedelta(days=3)
    changes.describe(
        early,
        by=people["steward"],
        title="Names",
        reason="",
        effective_from=timezone.now().date() - timedelta(days=3),
    )
    early.refresh_from_db()
    with pytest.raises(Refused, match="give no earlier day"):
        changes.submit(early, by=people["steward"])

    changes.describe(early, by=people["steward"], title="Names", reason="", effective_from=later)
    early.refresh_from_db()
    assert ruling.approve(people, early).state == State.SCHEDULED
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=True):
        changes.apply_due()

    early.refresh_from_db()
    assert (early.state, Supplier.objects.get().trade_name) == (State.APPLIED, "Nordwind")


def test_many_records_are_flipped_by_a_worker(
    nord: Supplier, people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "APPLIED_AT_ONCE", 1)

    left = ruling.approve(people, ruling.rule(people))
    assert left.state == State.APPLYING
    changes.apply_due()

    left.refresh_from_db()
    assert (left.state, Supplier.objects.get().trade_name) == (State.APPLIED, "Nordwind")
