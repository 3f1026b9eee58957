"""What time alone turns is proposed on its day, once, by nobody who could sign in."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.utils import timezone

from mdm import changes, due, facts, rules, turning
from mdm.domains import patch as patches
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.domains.values import read
from mdm.models import Change, Fact, LiveVersion
from mdm.survivorship import consolidate
from tests import make
from tests.mdm import ruling

State = Change.State


@pytest.fixture
def nord(people: dict[str, Any], reference: None) -> Supplier:
    """A supplier whose trading name is pinned for ten days against its ERP."""
    ruling.systems(people)
    ruling.says(people, "erp", "E1", ruling.ERP)
    row = Supplier.objects.get()
    until = (timezone.now().date() + timedelta(days=10)).isoformat()
    change = changes.draft(
        subject="supplier",
        golden_id=row.pk,
        patch={"trade_name": "Nordwind"},
        pins={"trade_name": {"hold": "date", "until": until}},
        by=people["requester"],
    )
    make.approved(change, people["approver"])
    row.refresh_from_db()
    assert row.trade_name == "Nordwind"
    return row


def _in(days: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=True)


def test_nothing_is_proposed_before_the_day(nord: Supplier) -> None:
    with _in(10):
        assert turning.propose_due() == []


def test_on_the_day_what_the_facts_come_to_is_proposed_by_the_machine(nord: Supplier) -> None:
    with _in(11):
        [change] = turning.propose_due()

    part = change.parts.get()
    assert (change.state, change.channel, part.patch) == (
        State.SUBMITTED,
        "clock",
        {"trade_name": "Nord"},
    )
    assert change.requested_by.get_username() == "touchstone"
    assert not change.requested_by.is_active
    assert authenticate(username="touchstone", password="") is None


def test_run_twice_it_proposes_once_and_not_again_on_the_next_day(nord: Supplier) -> None:
    with _in(11):
        turning.propose_due()
        due.take_up()
        assert turning.propose_due() == []
    with _in(12):
        assert turning.propose_due() == []
    assert Change.objects.filter(channel="clock").count() == 1


def test_once_approved_the_row_is_what_its_facts_come_to_and_nothing_was_picked(
    nord: Supplier, people: dict[str, Any]
) -> None:
    with _in(11):
        [change] = turning.propose_due()
        done = changes.decide(change, "approve", by=people["approver"])
        heard = facts.of(SUPPLIER, [nord.pk])[nord.pk]
        day = timezone.now().date()
        golden = consolidate(SUPPLIER, heard, rules.in_force("supplier"), day=day)

    nord.refresh_from_db()
    assert (done.state, nord.trade_name) == (State.APPLIED, "Nord")
    owed = patches.diff(SUPPLIER, read(SUPPLIER, nord), golden.values)
    assert set(owed) <= {"code"}
    assert Fact.objects.get(golden_id=nord.pk, version=3).picks == {}


def test_trust_that_decays_turns_a_value_on_the_day_that_was_noted(
    people: dict[str, Any], reference: None
) -> None:
    ruling.systems(people)
    row = ruling.supplier(people)
    trust = ruling.trust(people, decay="40", floor="10")
    change = changes.submit(trust, by=people["steward"])
    changes.decide(change, "approve", by=people["approver"])
    day = LiveVersion.objects.get(pk=row.pk).next_flip_on
    assert day is not None

    with _in((day - timezone.now().date()).days):
        [turned] = turning.propose_due()

    assert turned.parts.get().patch == {"trade_name": "Nord"}


def test_what_changed_since_the_proposal_is_not_overwritten(
    nord: Supplier, people: dict[str, Any]
) -> None:
    with _in(11):
        [change] = turning.propose_due()
        ruling.says(people, "erp", "E1", ruling.ERP | {"trade_name": "NORD"})
        done = changes.decide(change, "approve", by=people["approver"])

    assert done.state == State.CONFLICTED
    nord.refresh_from_db()
    assert nord.trade_name == "NORD"


def test_the_command_counts_and_proposes(nord: Supplier) -> None:
    def said(*args: str) -> Any:
        out = StringIO()
        call_command("flip_due", *args, "--json", stdout=out)
        return json.loads(out.getvalue())

    assert said() == {"due": 0, "changes": []}
    with _in(11):
        assert said("--dry-run") == {"due": 1, "changes": []}
        assert len(said()["changes"]) == 1
        assert said() == {"due": 0, "changes": []}


def test_the_effect_of_a_draft_rule_is_told_by_a_command(
    people: dict[str, Any], reference: None
) -> None:
    ruling.systems(people)
    ruling.supplier(people)
    change = ruling.rule(people)
    out = StringIO()

    call_command("rule_effect", change.number, "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert (told["records"], told["values"]) == (1, 1)
    assert told["attributes"] == {"supplier.trade_name": 1}
    assert (told["flips"][0]["before"], told["flips"][0]["after"]) == ("Nord", "Nordwind")
    with pytest.raises(CommandError, match="There is no change CR-9"):
        call_command("rule_effect", "CR-9")
    other = changes.draft(
        subject="country", action="create", patch={"code": "FR", "name": "F"}, by=people["steward"]
    )
    with pytest.raises(CommandError, match="changes no rule"):
        call_command("rule_effect", other.number)
