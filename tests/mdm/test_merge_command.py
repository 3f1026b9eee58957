"""Merge records and take it back from the command line."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mdm import changes
from mdm.models import Change, Supplier
from tests import make

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def two(people: dict[str, Any], reference: None) -> tuple[Supplier, Supplier]:
    """Two suppliers that may be one."""
    found = [
        make.record(
            "supplier",
            {"legal_name": name, "country": "DE", "trade_name": trade},
            by=people["requester"],
            approvers=people["approver"],
        )
        for name, trade in (("Elbe Stahl GmbH", ""), ("Isar Holz KG", "Isar"))
    ]
    return found[0], found[1]


def said(*words: str) -> Any:
    out = io.StringIO()
    call_command("merge", "suppliers", *words, "--by", "steward", "--json", stdout=out)
    return json.loads(out.getvalue())


def approve(people: dict[str, Any], number: str) -> Change:
    return changes.decide(
        Change.objects.get(number=number), "approve", by=people["approver"], comment="One company"
    )


def test_two_records_become_one_and_two_again(
    two: tuple[Supplier, Supplier], people: dict[str, Any]
) -> None:
    stays, goes = two
    both = (stays.code, goes.code, "--reason", "One company", "--submit")

    merged = said(*both, "--pick", "trade_name=Elbe")
    assert approve(people, merged["number"]).state == Change.State.APPLIED
    stays.refresh_from_db()
    goes.refresh_from_db()
    assert (stays.trade_name, goes.merged_into) == ("Elbe", stays.pk)

    apart = said(*both, "--undo")
    assert approve(people, apart["number"]).state == Change.State.APPLIED
    goes.refresh_from_db()
    assert (goes.status, goes.trade_name, goes.merged_into) == ("active", "Isar", None)


def test_a_dry_run_files_nothing(two: tuple[Supplier, Supplier]) -> None:
    count = Change.objects.count()

    found = said(two[0].code, two[1].code, "--dry-run")

    assert found["title"].startswith("Merge Isar Holz KG")
    assert "number" not in found
    assert Change.objects.count() == count


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["S-100001", "S-9"], "no supplier S-9"),
        (["S-100001", "S-100001"], "itself|another record"),
        (["S-100001", "S-100002", "--undo"], "not merged|was not|no merge"),
        (["S-100001", "S-100002", "--pick", "legal_name"], "no(t a)? path=value"),
        (["S-100001", "S-100002", "S-100002", "--undo"], "one by one"),
    ],
)
def test_what_cannot_be_is_said(two: tuple[Supplier, Supplier], words: list[str], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        said(*words)
