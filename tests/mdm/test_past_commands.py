"""The past from the command line: read as of a day, and put back by a change."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from mdm import changes
from mdm.models import Change, Supplier
from tests import make

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def acme(people: dict[str, Any], reference: None) -> Supplier:
    """A supplier of February, renamed in March."""
    with time_machine.travel(datetime(2026, 2, 2, 9, tzinfo=UTC)):
        row = make.record(
            "supplier", make.SUPPLIER, by=people["requester"], approvers=people["approver"]
        )
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC)):
        draft = changes.draft(
            subject="supplier", golden_id=row.pk, patch={"legal_name": "March GmbH"},
            by=people["requester"], reason="Moved",
        )  # fmt: skip
        make.approved(draft, people["approver"], comment="Agreed")
    return row


def said(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_look_back_says_what_was_valid_then(acme: Supplier) -> None:
    then = json.loads(said("look_back", "suppliers", acme.code, "--as-of", "2026-02-10", "--json"))
    known = said("look_back", "suppliers", acme.code, "--known-at", "2026-02-28")

    assert (then["legal_name"], then["version"]) == ("Nordwind Logistik GmbH", 1)
    assert "legal_name: Nordwind Logistik GmbH" in known


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["S-9"], "No supplier has the number S-9"),
        (["S-100001", "--as-of", "2026-01-01"], "was not valid on 2026-01-01"),
        (["S-100001", "--as-of", "soon"], "is no day such as"),
    ],
)
def test_look_back_says_what_it_cannot(acme: Supplier, words: list[str], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        call_command("look_back", "suppliers", *words)


def test_letters_are_printed_as_they_are(people: dict[str, Any], reference: None) -> None:
    street = {"addresses[A1]": {"street": "Ringstraße 5", "city": "Köln", "country": "DE"}}
    row = make.record(
        "supplier", make.SUPPLIER | street, by=people["requester"], approvers=people["approver"]
    )

    assert "Ringstraße" in said("look_back", "suppliers", row.code)
    assert "Ringstraße" in said("look_back", "suppliers", row.code, "--json")


def test_put_back_files_a_draft_and_a_dry_run_files_nothing(acme: Supplier) -> None:
    wanted = (
        "put_back",
        "--record",
        "suppliers",
        acme.code,
        "--at-version",
        "1",
        "--by",
        "steward",
    )
    count = Change.objects.count()

    would = said(*wanted, "--dry-run")
    as_json = json.loads(said(*wanted, "--dry-run", "--json"))
    assert Change.objects.count() == count
    assert would.splitlines() == [
        f"It would be draft: Version 1 of March GmbH ({acme.code}) back",
        f"Nordwind Logistik GmbH {acme.code}: update",
        "  legal_name: March GmbH -> Nordwind Logistik GmbH",
    ]
    assert "number" not in as_json
    assert as_json["parts"] == [
        {
            "label": f"Nordwind Logistik GmbH {acme.code}",
            "action": "update",
            "values": [
                {
                    "path": "legal_name",
                    "before": "March GmbH",
                    "after": "Nordwind Logistik GmbH",
                }
            ],
        }
    ]
    made = json.loads(said(*wanted, "--path", "legal_name", "--submit", "--json"))

    change = Change.objects.get(number=made["number"])
    assert (change.state, change.channel) == ("submitted", "command")
    assert change.parts.get().patch == {"legal_name": "Nordwind Logistik GmbH"}


def test_put_back_undoes_a_change(acme: Supplier) -> None:
    last = Change.objects.order_by("-id")[0]

    made = json.loads(said("put_back", "--change", last.number, "--by", "steward", "--json"))

    assert (made["state"], made["left_out"]) == ("draft", [])
    assert Change.objects.get(number=made["number"]).title.startswith(f"Undo {last.number}")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--change", "CR-9", "--by", "steward"], "There is no change CR-9"),
        (["--change", "CR-1003", "--by", "nobody"], "There is no user nobody"),
        (["--record", "suppliers", "S-100001", "--by", "steward"], "with --at-version"),
        (["--record", "suppliers", "S-100001", "--at-version", "2", "--by", "steward"],
         "Nothing of version 2 differs"),
        (["--record", "vendors", "S-1", "--at-version", "2", "--by", "steward"], "vendors"),
    ],
)  # fmt: skip
def test_put_back_says_what_it_cannot(acme: Supplier, words: list[str], why: str) -> None:
    with pytest.raises(CommandError, match=why):
        call_command("put_back", *words)
