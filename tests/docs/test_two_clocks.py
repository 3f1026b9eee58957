"""The worked example of the two clocks is what the product answers."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from mdm import changes, history
from mdm.demo import clock
from mdm.domains.supplier import SUPPLIER
from mdm.models import Change, Supplier
from tests import make
from tests.docs.reading import ROOT, table

PAGE = ROOT / "docs/explanation/two-clocks.md"
PATHS = {"name": "legal_name", "city": "addresses[A1].city"}


def _at(day: str) -> Any:
    return clock.at(datetime.combine(date.fromisoformat(day), time(12), UTC))


def _patch(text: str) -> dict[str, str]:
    pairs = (pair.split(" = ") for pair in text.split(", "))
    return {PATHS[name]: value for name, value in pairs}


def _propose(row: dict[str, str], golden_id: Any, people: dict[str, Any]) -> Change:
    change = changes.draft(
        subject="supplier",
        action="update" if golden_id else "create",
        golden_id=golden_id,
        patch=_patch(row["patch"]),
        by=people["requester"],
        reason="As on the page",
        effective_from=date.fromisoformat(row["effective from"]),
    )
    return make.approved(change, people["approver"], comment="As on the page")


@pytest.fixture
def golden_id(people: dict[str, Any], reference: None) -> Any:
    """The supplier of the page, with its three versions."""
    golden_id = None
    for row in table(PAGE, "version"):
        with _at(row["proposed on"]):
            change = _propose(row, golden_id, people)
        if row["recorded on"] != row["proposed on"]:
            assert change.state == Change.State.SCHEDULED
            with _at(row["recorded on"]):
                changes.apply_due()
        part = change.parts.get()
        assert str(part.applied_version) == row["version"], part.problem
        golden_id = part.golden_id
    return golden_id


def test_the_four_questions_have_the_answers_of_the_page(golden_id: Any) -> None:
    for row in table(PAGE, "valid on"):
        with _at("2025-08-01"):
            held = history.as_of(
                SUPPLIER,
                golden_id,
                effective=date.fromisoformat(row["valid on"]),
                known=datetime.combine(date.fromisoformat(row["known on"]), time(18), UTC),
            )
        assert (held["legal_name"], held["addresses"][0]["city"]) == (row["name"], row["city"])


def test_the_record_as_it_is_now_is_the_last_answer(golden_id: Any) -> None:
    last = table(PAGE, "valid on")[-1]
    supplier = Supplier.objects.get(pk=golden_id)

    assert (supplier.legal_name, supplier.addresses[0]["city"]) == (last["name"], last["city"])
