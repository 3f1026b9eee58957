"""Pins from proposal to effect: who may, how long, and what ends them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mdm import changes, facts, intake, lineage
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.models import Fact, LiveVersion
from mdm.survivorship import Hold
from tests import make

SAID = {"legal_name": "Nordwind GmbH", "trade_name": "Nord", "country": "DE"}


@pytest.fixture
def nord(people: dict[str, Any], reference: None) -> Supplier:
    """A supplier that the ERP speaks of."""
    system = {"code": "erp", "name": "ERP"}
    make.record("system", system, by=people["integrator"], approvers=people["approver"])
    return _said(people, SAID)


def _said(people: dict[str, Any], values: dict[str, Any]) -> Supplier:
    received = intake.receive("erp", "supplier", "E1", values, by=people["integrator"])
    if received.change is not None:
        changes.decide(received.change, "approve", by=people["approver"])
    return Supplier.objects.get()


def _pin(people: dict[str, Any], nord: Supplier, patch: dict[str, Any], **pin: str) -> Supplier:
    path = next(iter(patch), "trade_name")
    change = changes.draft(
        subject="supplier",
        golden_id=nord.pk,
        patch=patch,
        pins={path: pin},
        by=people["requester"],
        reason="As its letterhead says",
    )
    make.approved(change, people["approver"])
    return Supplier.objects.get()


def test_a_value_pinned_for_ever_is_proposed_against_no_more(
    nord: Supplier, people: dict[str, Any]
) -> None:
    _pin(people, nord, {"trade_name": "Nordwind"}, hold="ever")

    said = _said(people, SAID | {"trade_name": "NORD", "industry": "Glass"})

    assert (said.trade_name, said.industry) == ("Nordwind", "Glass")
    found = lineage.provenance(SUPPLIER, nord.pk)["trade_name"]
    assert (found.source, found.hold) == ("requester", Hold.EVER)
    assert [(lost.value, lost.source) for lost in found.losing] == [("NORD", "ERP")]


def test_what_is_there_already_can_be_pinned_without_a_new_version(
    nord: Supplier, people: dict[str, Any]
) -> None:
    pinned = _pin(people, nord, {}, hold="ever")

    assert pinned.version == 1
    assert _said(people, SAID | {"trade_name": "NORD"}).trade_name == "Nord"


def test_a_pin_until_the_source_speaks_ends_when_it_repeats_itself(
    nord: Supplier, people: dict[str, Any]
) -> None:
    _pin(people, nord, {"trade_name": "Nordwind"}, hold="speaks")

    assert _said(people, SAID).trade_name == "Nord"
    assert _said(people, SAID).version == 3


def test_a_pin_until_a_day_notes_the_day_on_which_the_value_would_turn(
    nord: Supplier, people: dict[str, Any]
) -> None:
    day = timezone.now().date() + timedelta(days=30)
    _pin(people, nord, {"trade_name": "Nordwind"}, hold="date", until=day.isoformat())

    assert LiveVersion.objects.get().next_flip_on == day + timedelta(days=1)


def test_a_pin_taken_back_lets_the_source_win_again(nord: Supplier, people: dict[str, Any]) -> None:
    _pin(people, nord, {"trade_name": "Nordwind"}, hold="ever")
    freed = _pin(people, nord, {"trade_name": "Nord"}, hold="none")

    assert freed.trade_name == "Nord"
    assert _said(people, SAID | {"trade_name": "NORD"}).trade_name == "NORD"


@pytest.mark.parametrize(
    ("path", "pin", "says"),
    [
        ("trade_name", {"hold": "long"}, "expected one of ever, date, speaks, none"),
        ("trade_name", {"hold": "date"}, "expected a day such as"),
        ("trade_name", {"hold": "date", "until": "2020-01-01"}, "today or a later day"),
        ("trade_name", {"hold": "ever", "until": "2030-01-01"}, "expected no day"),
        ("code", {"hold": "ever"}, "cannot be pinned"),
        ("shoe_size", {"hold": "ever"}, "an attribute of a supplier"),
        ("addresses[A9]", {"hold": "ever"}, "an item that the record has"),
    ],
)
def test_a_pin_that_cannot_be_right_is_refused(
    nord: Supplier, people: dict[str, Any], path: str, pin: dict[str, str], says: str
) -> None:
    with pytest.raises(changes.Malformed, match=says):
        changes.draft(subject="supplier", golden_id=nord.pk, pins={path: pin}, by=people["steward"])


def test_what_was_rejected_is_not_proposed_again_until_it_says_something_else(
    nord: Supplier, people: dict[str, Any]
) -> None:
    first = intake.receive(
        "erp", "supplier", "E1", SAID | {"trade_name": "NORD"}, by=people["integrator"]
    )
    assert first.change is not None
    changes.decide(first.change, "reject", by=people["approver"], comment="No")

    said = _said(people, SAID | {"trade_name": "NORD", "industry": "Glass"})

    assert (said.trade_name, said.industry) == ("Nord", "Glass")
    assert _said(people, SAID | {"trade_name": "NOR", "industry": "Glass"}).trade_name == "NOR"


def test_a_word_that_changes_no_value_counts_from_then_on_without_a_change(
    nord: Supplier, people: dict[str, Any]
) -> None:
    _pin(people, nord, {"trade_name": "Nordwind"}, hold="ever")
    received = intake.receive(
        "erp", "supplier", "E1", SAID | {"trade_name": "NORD"}, by=people["integrator"]
    )

    assert (received.outcome, received.change) == ("unchanged", None)
    assert Fact.objects.filter(part=None).count() == 1
    said = facts.of(SUPPLIER, [nord.pk])[nord.pk].statements
    assert [one.values["trade_name"] for one in said] == ["Nord", "NORD"]
