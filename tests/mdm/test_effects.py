"""The rule time machine: what would flip is shown, is what is approved, and is what is written."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from mdm import changes, effects, facts, intake, rules
from mdm.changes import deciding
from mdm.domains import patch as patches
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.domains.values import read
from mdm.errors import Refused
from mdm.models import Change, ChangePart, Fact, LiveVersion, SourceRecord, System
from mdm.survivorship import consolidate
from tests.mdm import ruling

State = Change.State


@pytest.fixture
def nord(people: dict[str, Any], reference: None) -> Supplier:
    """A supplier whose trading name two systems say differently."""
    ruling.systems(people)
    return ruling.supplier(people)


def _approve(people: dict[str, Any], change: Change) -> Change:
    change = changes.submit(change, by=change.requested_by)
    return changes.decide(change, "approve", by=people["approver"])


def _by_rules(row: Supplier) -> dict[str, Any]:
    heard = facts.of(SUPPLIER, [row.pk])[row.pk]
    golden = consolidate(SUPPLIER, heard, rules.in_force("supplier"))
    found = patches.diff(SUPPLIER, read(SUPPLIER, row), golden.values)
    return {path: value for path, value in found.items() if path != "code"}


def test_a_draft_rule_says_what_would_flip_from_whom_to_whom(
    nord: Supplier, people: dict[str, Any]
) -> None:
    found = effects.effect(list(ruling.rule(people).parts.all()))

    assert (found.records, found.values) == (1, 1)
    assert found.attributes == {("supplier", "trade_name"): 1}
    assert found.systems == {("ERP", "Procurement"): 1}
    flip = found.shown[0].flips[0]
    assert (flip.before, flip.after) == ("Nord", "Nordwind")
    assert Supplier.objects.get().trade_name == "Nord"


def test_the_effect_is_filtered_by_attribute_and_counts_go_on_past_what_is_shown(
    nord: Supplier, people: dict[str, Any]
) -> None:
    ruling.supplier(people, 2)
    parts = list(ruling.trust(people).parts.all())

    assert effects.effect(parts, about="supplier.industry").shown == []
    found = effects.effect(parts, about="supplier.trade_name", most=1)
    assert (found.records, found.fitting, len(found.shown)) == (2, 2, 1)


def test_submitting_a_rule_puts_every_record_that_flips_into_the_same_change(
    nord: Supplier, people: dict[str, Any]
) -> None:
    change = changes.submit(ruling.rule(people), by=people["steward"])

    parts = list(change.parts.all())
    assert [(p.subject, p.action) for p in parts] == [
        ("survivorship_rule", "create"),
        ("supplier", "update"),
    ]
    assert parts[1].patch == {"trade_name": "Nordwind"}
    assert (change.channel, change.is_atomic, change.part_count) == ("rules", False, 2)
    assert {row.content_hash for row in change.checks.all()} == {change.content_hash}


def test_what_was_approved_is_what_the_new_rule_makes_of_the_facts(
    nord: Supplier, people: dict[str, Any]
) -> None:
    done = _approve(people, ruling.rule(people))

    nord.refresh_from_db()
    assert (done.state, nord.trade_name, nord.version) == (State.APPLIED, "Nordwind", 2)
    assert _by_rules(nord) == {}
    fact = Fact.objects.get(golden_id=nord.pk, version=2)
    assert (fact.kind, fact.picks, fact.pins) == (Fact.Kind.RULES, {}, {})


def test_trust_flips_what_it_is_about_and_decay_notes_the_day(
    nord: Supplier, people: dict[str, Any]
) -> None:
    done = _approve(people, ruling.trust(people, decay="40", floor="10"))

    nord.refresh_from_db()
    assert (done.state, nord.trade_name) == (State.APPLIED, "Nordwind")
    assert LiveVersion.objects.get(pk=nord.pk).next_flip_on is not None


def test_a_rule_that_flips_nothing_is_a_change_of_its_own_part_alone(
    nord: Supplier, people: dict[str, Any]
) -> None:
    change = changes.submit(ruling.rule(people, about="industry"), by=people["steward"])

    assert [part.subject for part in change.parts.all()] == ["survivorship_rule"]
    assert change.is_atomic


def test_a_record_that_moved_since_is_in_conflict_and_the_others_stand(
    nord: Supplier, people: dict[str, Any]
) -> None:
    other = ruling.supplier(people, 2)
    change = changes.submit(ruling.rule(people), by=people["steward"])
    ruling.says(people, "buying", "P1", ruling.BUYING | {
        "trade_name": "No"})  # fmt: skip

    done = changes.decide(change, "approve", by=people["approver"])

    nord.refresh_from_db()
    other.refresh_from_db()
    assert (done.state, other.trade_name) == (State.PARTLY_APPLIED, "Keramik")
    assert nord.trade_name in ("Nord", "No")
    stuck = done.parts.get(golden_id=nord.pk)
    assert stuck.state == ChangePart.State.CONFLICTED
    assert not Fact.objects.filter(part=stuck).exists()


def test_another_value_that_moves_meanwhile_is_no_conflict(
    nord: Supplier, people: dict[str, Any]
) -> None:
    change = changes.submit(ruling.rule(people), by=people["steward"])
    ruling.says(people, "erp", "E1", ruling.ERP | {
        "industry": "Glass"})  # fmt: skip
    assert Supplier.objects.get().trade_name == "Nord"

    done = changes.decide(change, "approve", by=people["approver"])

    assert (done.state, Supplier.objects.get().trade_name) == (State.APPLIED, "Nordwind")
    assert _by_rules(Supplier.objects.get()) == {}


def test_a_losing_word_that_would_win_by_the_new_rule_is_not_written_over(
    nord: Supplier, people: dict[str, Any]
) -> None:
    _approve(people, ruling.trust(people, code="erp-names", system="erp", score="90"))
    change = changes.submit(ruling.rule(people), by=people["steward"])
    longer = ruling.BUYING | {"trade_name": "Nordwind Logistik"}
    said = intake.receive("buying", "supplier", "P1", longer, by=people["integrator"])
    assert said.change is None

    done = changes.decide(change, "approve", by=people["approver"])

    assert done.state == State.PARTLY_APPLIED
    assert "have moved since its effect was shown" in done.parts.get(position=1).problem
    assert LiveVersion.objects.get(pk=nord.pk).next_flip_on == timezone.now().date()
    again = changes.take_up(done, by=people["steward"])
    _approve(people, again)
    assert Supplier.objects.get().trade_name == "Nordwind Logistik"
    assert _by_rules(Supplier.objects.get()) == {}


def test_records_are_not_written_when_the_rule_was_not(
    nord: Supplier, people: dict[str, Any]
) -> None:
    first, second = ruling.rule(people), ruling.rule(people, name="Other names")
    second = changes.submit(second, by=people["steward"])
    _approve(people, first)

    done = changes.decide(second, "approve", by=people["approver"])

    assert done.state == State.CONFLICTED
    nord.refresh_from_db()
    assert nord.version == 2
    problems = [part.problem for part in done.parts.all()]
    assert "was not written" in problems[1]


def test_an_edit_of_the_rule_makes_its_effect_anew_and_the_effect_itself_is_not_edited(
    nord: Supplier, people: dict[str, Any]
) -> None:
    change = changes.submit(ruling.rule(people), by=people["steward"])
    own, follows = change.parts.all()

    with pytest.raises(Refused, match="follows from a rule"):
        changes.edit(change, follows, {"trade_name": "Mine"}, by=people["steward"])
    changes.edit(change, own, own.patch | {"first": "first"}, by=people["steward"])

    assert [part.subject for part in change.parts.all()] == ["survivorship_rule"]


def test_a_change_of_rules_holds_no_other_change_of_records(
    nord: Supplier, people: dict[str, Any]
) -> None:
    own = ruling.rule(people).parts.get()
    specs = [
        changes.PartSpec("survivorship_rule", "create", own.patch),
        changes.PartSpec("supplier", "update", {"industry": "Glass"}, nord.pk),
    ]
    mixed = changes.draft_many(specs, by=people["steward"])

    with pytest.raises(Refused, match="holds no other change of records"):
        changes.submit(mixed, by=people["steward"])


def test_a_system_that_is_believed_more_flips_what_it_says(
    nord: Supplier, people: dict[str, Any]
) -> None:
    system = System.objects.get(code="buying")
    change = changes.draft(
        subject="system", golden_id=system.pk, patch={"authority": "90"}, by=people["integrator"]
    )

    done = _approve(people, change)

    assert (done.state, Supplier.objects.get().trade_name) == (State.APPLIED, "Nordwind")


@pytest.mark.parametrize(
    ("make", "values", "says"),
    [
        (ruling.trust, {"score": "101"}, "from 0 to 100"),
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
    _approve(people, ruling.rule(people))

    with pytest.raises(Refused, match="names is about the same"):
        changes.submit(ruling.rule(people, code="names-too"), by=people["steward"])


def test_a_whole_list_takes_the_place_of_the_union(people: dict[str, Any], reference: None) -> None:
    ruling.systems(people)
    row = ruling.supplier(people, tags=[{"tag": "wood"}])
    ruling.says(people, "erp", "E1", ruling.ERP | {
        "tags": [{"tag": "glass"}]})  # fmt: skip
    row.refresh_from_db()
    assert {item["tag"] for item in row.tags} == {"wood", "glass"}

    done = _approve(people, ruling.rule(people, about="tags", first="first", is_whole="true"))

    row.refresh_from_db()
    assert (done.state, [item["tag"] for item in row.tags]) == (State.APPLIED, ["glass"])
    assert _by_rules(row) == {}


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
    assert _approve(people, early).state == State.SCHEDULED
    with time_machine.travel(timezone.now() + timedelta(days=3), tick=True):
        changes.apply_due()

    early.refresh_from_db()
    assert (early.state, Supplier.objects.get().trade_name) == (State.APPLIED, "Nordwind")


def test_many_records_are_flipped_by_a_worker(
    nord: Supplier, people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deciding, "APPLIED_AT_ONCE", 1)

    left = _approve(people, ruling.rule(people))
    assert left.state == State.APPLYING
    changes.apply_due()

    left.refresh_from_db()
    assert (left.state, Supplier.objects.get().trade_name) == (State.APPLIED, "Nordwind")
