"""What a change is called, and from which day it counts."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from mdm import changes
from mdm.domains.supplier import Supplier
from mdm.errors import Invalid
from mdm.models import Change
from tests import make

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def acme(people: dict[str, Any], reference: None) -> Supplier:
    return make.record(
        "supplier", make.SUPPLIER, by=people["requester"], approvers=people["approver"]
    )


def propose(
    people: dict[str, Any], record: Supplier, patch: dict[str, Any], **facts: Any
) -> Change:
    return changes.draft(
        subject="supplier", golden_id=record.pk, patch=patch, by=people["requester"], **facts
    )


def test_a_change_that_nobody_named_says_what_it_touches(
    acme: Supplier, people: dict[str, Any]
) -> None:
    patch = {"payment_terms": "NET60", "addresses[A1].city": "Kiel", "addresses[A1].street": "Kai"}
    new = changes.PartSpec("supplier", "create", {"legal_name": "Elbe AG"})
    block = changes.PartSpec("supplier", "block", {}, acme.pk)

    named = [
        propose(people, acme, patch).title,
        propose(people, acme, {}, action="retire").title,
        changes.draft_many([new], by=people["requester"]).title,
        changes.draft_many([block, new], by=people["requester"]).title,
    ]

    name = "Nordwind Logistik GmbH S-100001"
    assert named == [
        f"Payment terms and Address of {name}",
        f"Retire {name}",
        "New supplier Elbe AG",
        f"Block {name} and 1 more",
    ]


@pytest.mark.parametrize(
    ("days", "risk", "warned"), [(0, "low", 0), (30, "low", 1), (31, "medium", 1)]
)
def test_a_change_dated_back_warns_and_is_riskier_the_longer_ago(
    acme: Supplier, people: dict[str, Any], days: int, risk: str, warned: int
) -> None:
    day = timezone.now().date() - timedelta(days=days)
    change = propose(people, acme, {"trade_name": "Nord"}, effective_from=day)

    change = changes.submit(change, by=people["requester"])

    said = [row.sentence for row in change.checks.filter(code="effective_day", outcome="warn")]
    assert (change.risk, len(said)) == (risk, warned)
    assert all(sentence.startswith("The record begins on ") for sentence in said)


def test_nothing_counts_from_before_1970(acme: Supplier, people: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="expected a day from 1970-01-01 on"):
        propose(people, acme, {"trade_name": "Nord"}, effective_from=date(1900, 1, 1))
