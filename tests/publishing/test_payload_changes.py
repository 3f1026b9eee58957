"""How many payloads a rule changes, per target: told before it is proposed, and to its approver."""

from typing import Any

import pytest

from mdm import changes, effects
from mdm.models import Change
from mdm.queries import flips
from tests.mdm import ruling
from tests.publishing.making import make_target


@pytest.fixture
def nord(people: dict[str, Any], reference: None) -> Any:
    """A supplier that two systems name differently, and a target that takes suppliers."""
    make_target(people, "coupa")
    ruling.systems(people)
    return ruling.supplier(people, legal_name="Nordwind Logistik")


def test_a_flip_that_a_target_is_sent_is_counted(nord: Any, people: dict[str, Any]) -> None:
    change = changes.submit(ruling.rule(people, about="legal_name"), by=people["steward"])

    said = change.checks.filter(code="payloads").values_list("sentence", flat=True)

    assert [one.startswith("1 payload changes for ") for one in said] == [True]


def test_before_it_is_proposed_the_same_is_told(nord: Any, people: dict[str, Any]) -> None:
    parts = list(ruling.rule(people, about="legal_name").parts.all())

    said = flips.payloads(effects.effect(parts))

    assert [one.startswith("1 payload changes for ") for one in said] == [True]


def test_a_change_that_follows_from_no_rule_counts_no_payloads(
    nord: Any, people: dict[str, Any]
) -> None:
    change: Change = changes.draft(
        subject="supplier", golden_id=nord.pk, patch={"industry": "Glass"}, by=people["steward"]
    )
    change = changes.submit(change, by=people["steward"])

    assert not change.checks.filter(code="payloads").exists()
