"""The rule time machine: what would flip is shown, is what is approved, and is what is written."""

from typing import Any

import pytest
from django.utils import timezone

from mdm import changes, effects, intake
from mdm.domains.supplier import Supplier
from mdm.errors import Refused
from mdm.models import Change, ChangePart, Fact, LiveVersion, System
from tests.mdm import ruling

State = Change.State


@pytest.fixture
def nord(people: dict[str, Any], reference: None) -> Supplier:
    """A supplier whose trading name two systems say differently."""
    ruling.systems(people)
    return ruling.supplier(people)


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
    done = ruling.approve(people, ruling.rule(people))

    nord.refresh_from_db()
    assert (done.state, nord.trade_name, nord.version) == (State.APPLIED, "Nordwind", 2)
    assert ruling.by_rules(nord) == {}
    fact = Fact.objects.get(golden_id=nord.pk, version=2)
    assert (fact.kind, fact.picks, fact.pins) == (Fact.Kind.RULES, {}, {})


def test_trust_flips_what_it_is_about_and_decay_notes_the_day(
    nord: Supplier, people: dict[str, Any]
) -> None:
    done = ruling.approve(people, ruling.trust(people, decay="40", floor="10"))

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
    assert ruling.by_rules(Supplier.objects.get()) == {}


def test_a_losing_word_that_would_win_by_the_new_rule_is_not_written_over(
    nord: Supplier, people: dict[str, Any]
) -> None:
    ruling.approve(people, ruling.trust(people, code="erp-names", system="erp", score="90"))
    change = changes.submit(ruling.rule(people), by=people["steward"])
    longer = ruling.BUYING | {"trade_name": "Nordwind Logistik"}
    said = intake.receive("buying", "supplier", "P1", longer, by=people["integrator"])
    assert said.change is None

    done = changes.decide(change, "approve", by=people["approver"])

    assert done.state == State.PARTLY_APPLIED
    assert "have moved since its effect was shown" in done.parts.get(position=1).problem
    assert LiveVersion.objects.get(pk=nord.pk).next_flip_on == timezone.now().date()
    again = changes.take_up(done, by=people["steward"])
    ruling.approve(people, again)
    assert Supplier.objects.get().trade_name == "Nordwind Logistik"
    assert ruling.by_rules(Supplier.objects.get()) == {}


def test_records_are_not_written_when_the_rule_was_not(
    nord: Supplier, people: dict[str, Any]
) -> None:
    first, second = ruling.rule(people), ruling.rule(people, name="Other names")
    second = changes.submit(second, by=people["steward"])
    ruling.approve(people, first)

    done = changes.decide(second, "approve", by=people["approver"], comment="All the same")

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

    done = ruling.approve(people, change)

    assert (done.state, Supplier.objects.get().trade_name) == (State.APPLIED, "Nordwind")
