"""Merge, unmerge and unlink through the database: what is written, moved, kept and given back."""

from typing import Any

import pytest

from mdm import changes, facts, intake, rules
from mdm.changes import Malformed
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.domains.values import read
from mdm.errors import NotAllowed, NotFound, Refused
from mdm.models import Event, Fact, Identifier, Key, LiveVersion, SourceRecord, Status
from mdm.survivorship import consolidate
from mdm.vault import open_values
from tests import make

A = {"legal_name": "Nordwind GmbH", "trade_name": "Nord", "country": "DE"}
B = {"legal_name": "Altes Kontor AG", "industry": "Freight", "website": "https://kontor.example"}


@pytest.fixture
def pair(people: dict[str, Any], reference: None) -> tuple[Supplier, Supplier]:
    """Two suppliers, each known to a system of its own, with items that people gave them."""
    for code in ("erp", "crm"):
        system = {"code": code, "name": code.upper()}
        make.record("system", system, by=people["integrator"], approvers=people["approver"])
    first = said(people, "erp", "E1", A)
    second = said(people, "crm", "C1", B)
    edit(people, first, {"addresses[A1]": {"street": "Hafen", "house_number": "1", "city": "Kiel"}})
    edit(people, second, {"addresses[A1]": {"street": "Markt", "city": "Ulm"},
                          "tags[G1]": {"tag": "strategic"}})  # fmt: skip
    return fresh(first), fresh(second)


def said(people: dict[str, Any], system: str, key: str, values: dict[str, Any]) -> Supplier:
    received = intake.receive(system, "supplier", key, values, by=people["integrator"])
    if received.change is not None:
        changes.decide(received.change, "approve", by=people["approver"], comment="Yes")
    source = SourceRecord.objects.get(system__code=system, key=key)
    return Supplier.objects.get(pk=source.golden_id)


def edit(people: dict[str, Any], row: Supplier, patch: dict[str, Any]) -> None:
    change = changes.draft(
        subject="supplier", golden_id=row.pk, patch=patch, by=people["requester"], reason="Test"
    )
    done(people, change)


def done(people: dict[str, Any], change: Any) -> Any:
    change = make.approved(change, people["approver"], comment="Yes")
    problems = [p.problem for p in change.parts.all()]
    assert change.state == "applied", problems
    return change


def merge(people: dict[str, Any], survivor: Supplier, *others: Supplier, **picks: Any) -> Any:
    ids = [other.pk for other in others]
    change = changes.merge(SUPPLIER, survivor.pk, ids, picks.get("picks"), by=people["steward"])
    return done(people, change)


def unmerge(people: dict[str, Any], survivor: Supplier, loser: Supplier, **choices: Any) -> Any:
    change = changes.unmerge(
        SUPPLIER, survivor.pk, loser.pk, choices.get("choices"), by=people["steward"]
    )
    return done(people, change)


def fresh(row: Supplier) -> Supplier:
    return Supplier.objects.get(pk=row.pk)


def holds(row: Supplier) -> dict[str, Any]:
    """What a record holds, its empty fields left out."""
    values = open_values(SUPPLIER, read(SUPPLIER, fresh(row)))
    return {
        code: sorted(({k: v for k, v in i.items() if v} for i in v), key=lambda i: i["id"])
        if isinstance(v, list)
        else v
        for code, v in values.items()
    }


def rests_on_its_facts(*rows: Supplier) -> bool:
    in_force = rules.in_force("supplier")
    for row in rows:
        known = facts.of(SUPPLIER, [row.pk])[row.pk]
        golden, held = consolidate(SUPPLIER, known, in_force).values, holds(row)
        for code in [one.code for one in (*SUPPLIER.attributes, *SUPPLIER.collections)]:
            said = golden[code]
            if isinstance(said, list):
                said = sorted(said, key=lambda i: i["id"])
            if code != "code" and said != held[code]:
                raise AssertionError((code, said, held[code]))
    return True


def test_a_merge_names_everything_it_writes_when_it_is_drafted(
    people: dict[str, Any], pair: tuple[Supplier, Supplier]
) -> None:
    first, second = pair

    change = changes.merge(SUPPLIER, first.pk, [second.pk], by=people["steward"])

    part = change.parts.get()
    assert set(part.patch) == {"industry", "website", "addresses[A1-2]", "tags[G1]"}
    assert [name in change.title for name in ("Altes Kontor AG", "Nordwind GmbH")] == [True, True]
    before = holds(first)
    done(people, change)
    assert {c for c, v in holds(first).items() if v != before[c]} == {
        "industry", "website", "addresses", "tags",
    }  # fmt: skip
    assert rests_on_its_facts(first)


def test_a_merge_and_its_inverse_leave_everything_as_it_was(
    people: dict[str, Any], pair: tuple[Supplier, Supplier]
) -> None:
    first, second = pair
    before = holds(first), holds(second)
    keys = list(Key.objects.order_by("pk").values_list("pk", "golden_id"))
    index = sorted(Identifier.objects.values_list("golden_id", "kind", "value"))

    merge(people, first, second, picks={"trade_name": "By hand"})
    assert (fresh(second).status, fresh(second).merged_into) == (Status.MERGED, first.pk)
    assert Key.objects.filter(golden_id=second.pk).count() == 0
    unmerge(people, first, second)

    assert (holds(first), holds(second)) == before
    assert fresh(second).merged_into is None
    assert LiveVersion.objects.get(pk=second.pk).merged_into is None
    assert list(Key.objects.order_by("pk").values_list("pk", "golden_id")) == keys
    assert sorted(Identifier.objects.values_list("golden_id", "kind", "value")) == index
    assert SourceRecord.objects.get(key="C1").golden_id == second.pk
    assert rests_on_its_facts(first, second)
    told = Event.objects.filter(type="supplier.unmerged.v1").values_list("golden_id", flat=True)
    assert set(told) == {first.pk, second.pk}
    noted = Fact.objects.filter(kind="unmerge")
    assert {fact.golden_id for fact in noted} == {first.pk, second.pk}


def test_what_was_edited_since_stays_and_the_other_gets_back_its_own(
    people: dict[str, Any], pair: tuple[Supplier, Supplier]
) -> None:
    first, second = pair
    was = holds(second)
    merge(people, first, second)
    edit(people, first, {"trade_name": "Newer", "website": "https://new.example",
                         "addresses[A1-2].city": "Neu-Ulm"})  # fmt: skip

    unmerge(people, first, second)

    held = holds(first)
    assert (held["trade_name"], held["website"]) == ("Newer", "https://new.example")
    assert {i["city"] for i in held["addresses"]} == {"Kiel", "Neu-Ulm"}
    assert (held["industry"], held["tags"]) == ("", [])
    assert holds(second) == was
    assert rests_on_its_facts(first, second)


def test_an_edit_since_may_go_to_the_other_one(
    people: dict[str, Any], pair: tuple[Supplier, Supplier]
) -> None:
    first, second = pair
    before = holds(first)
    merge(people, first, second)
    edit(people, first, {"website": "https://new.example", "addresses[A1-2].city": "Neu-Ulm"})

    unmerge(people, first, second, choices={"website": "other", "addresses[A1-2]": "other"})

    assert holds(first) == before
    held = holds(second)
    assert held["website"] == "https://new.example"
    assert held["addresses"] == [{"id": "A1", "street": "Markt", "city": "Neu-Ulm"}]
    assert rests_on_its_facts(first, second)


def test_what_its_own_source_said_since_goes_back_with_the_loser(
    people: dict[str, Any], pair: tuple[Supplier, Supplier]
) -> None:
    first, second = pair
    before = holds(first)
    merge(people, first, second)
    said(people, "crm", "C1", B | {"industry": "Shipping"})

    unmerge(people, first, second)

    assert holds(first) == before
    assert holds(second)["industry"] == "Shipping"
    assert rests_on_its_facts(first, second)


def test_three_records_are_merged_in_one_change_and_taken_apart_one_by_one(
    people: dict[str, Any], pair: tuple[Supplier, Supplier]
) -> None:
    first, second = pair
    third = make.record(
        "supplier", {"legal_name": "Meerblick Fisch", "duns": "804735132", "language": "de"},
        by=people["steward"], approvers=people["approver"],
    )  # fmt: skip
    before = holds(first), holds(second), holds(third)

    change = merge(people, first, second, third)
    assert (change.part_count, holds(first)["duns"]) == (2, "804735132")
    assert rests_on_its_facts(first)
    unmerge(people, first, second)
    assert (holds(first)["duns"], holds(first)["industry"]) == ("804735132", "")
    assert rests_on_its_facts(first, second)
    unmerge(people, first, third)

    assert (holds(first), holds(second), holds(third)) == before


def test_a_survivor_that_was_merged_on_is_unmerged_first(
    people: dict[str, Any], pair: tuple[Supplier, Supplier]
) -> None:
    first, second = pair
    third = make.record(
        "supplier",
        {"legal_name": "Drei Eichen"},
        by=people["steward"],
        approvers=people["approver"],
    )
    merge(people, first, second)
    merge(people, third, first)

    with pytest.raises(Refused, match=r"itself merged into Drei Eichen.*first"):
        changes.unmerge(SUPPLIER, first.pk, second.pk, by=people["steward"])
    with pytest.raises(Refused, match="not into Drei Eichen"):
        changes.unmerge(SUPPLIER, third.pk, second.pk, by=people["steward"])
    unmerge(people, third, first)
    unmerge(people, first, second)

    assert SourceRecord.objects.get(key="C1").golden_id == second.pk
    assert SourceRecord.objects.get(key="E1").golden_id == first.pk


def test_a_clash_stops_the_merge_until_somebody_picks(
    people: dict[str, Any], pair: tuple[Supplier, Supplier]
) -> None:
    first, second = pair
    default, view = {"addresses[A1].is_default": "true"}, {"company_code": "1010"}
    edit(people, first, default | {"company_views[V1]": {**view, "payment_terms": "NET30"}})
    edit(people, second, default | {"company_views[V9]": {**view, "payment_terms": "NET60"}})

    with pytest.raises(Malformed) as stopped:
        changes.merge(SUPPLIER, first.pk, [second.pk], by=people["steward"])

    assert {p.path for p in stopped.value.problems} == {
        "addresses", "company_views[V1].payment_terms",
    }  # fmt: skip
    picks = {"addresses[A1-2].is_default": "", "company_views[V1].payment_terms": "NET60"}
    merge(people, first, second, picks=picks)
    held = holds(first)
    assert [view["payment_terms"] for view in held["company_views"]] == ["NET60"]
    assert [i["city"] for i in held["addresses"] if i.get("is_default")] == ["Kiel"]
    unmerge(people, first, second)
    assert [view["payment_terms"] for view in holds(first)["company_views"]] == ["NET30"]


def test_a_merge_that_would_point_at_itself_is_stopped(
    people: dict[str, Any], pair: tuple[Supplier, Supplier]
) -> None:
    first, second = pair
    edit(people, first, {"parent": str(second.pk)})

    with pytest.raises(Malformed, match="point at itself"):
        changes.merge(SUPPLIER, first.pk, [second.pk], by=people["steward"])
    merge(people, first, second, picks={"parent": ""})

    assert holds(first)["parent"] == ""


def test_a_merge_planned_with_what_the_other_said_before_is_in_conflict(
    people: dict[str, Any], pair: tuple[Supplier, Supplier]
) -> None:
    first, second = pair
    change = changes.merge(SUPPLIER, first.pk, [second.pk], by=people["steward"])
    change = changes.submit(change, by=people["steward"])
    edit(people, second, {"industry": "Shipping"})

    change = changes.decide(change, "approve", by=people["approver"], comment="Yes")

    assert change.state == "conflicted"
    assert "was changed in the meantime" in change.parts.get().problem
    assert fresh(second).status == Status.ACTIVE
    with pytest.raises(Refused, match="propose it anew"):
        changes.rebase(change, {}, by=people["steward"])


def test_only_who_decides_duplicates_may_merge_and_nobody_approves_their_own(
    people: dict[str, Any], pair: tuple[Supplier, Supplier]
) -> None:
    first, second = pair
    with pytest.raises(NotAllowed, match="decide duplicates"):
        changes.merge(SUPPLIER, first.pk, [second.pk], by=people["requester"])
    with pytest.raises(NotAllowed):
        changes.unmerge(SUPPLIER, first.pk, second.pk, by=people["requester"])
    change = changes.merge(SUPPLIER, first.pk, [second.pk], by=people["steward"])
    change = changes.submit(change, by=people["steward"])

    with pytest.raises(NotAllowed):
        changes.decide(change, "approve", by=people["steward"])
    assert change.policy["risk"] == "medium"


def test_bad_merges_have_a_clear_answer(
    people: dict[str, Any], pair: tuple[Supplier, Supplier]
) -> None:
    first, second = pair
    steward = people["steward"]
    with pytest.raises(Refused, match="another record"):
        changes.merge(SUPPLIER, first.pk, [first.pk], by=steward)
    with pytest.raises(Refused, match="another record"):
        changes.merge(SUPPLIER, first.pk, [], by=steward)
    with pytest.raises(NotFound):
        changes.merge(SUPPLIER, first.pk, [Event.objects.order_by("id")[0].change_id], by=steward)
    with pytest.raises(Malformed, match="an item of one of the records"):
        changes.merge(SUPPLIER, first.pk, [second.pk], {"addresses[Z9].city": "X"}, by=steward)
    with pytest.raises(Refused, match="not merged"):
        changes.unmerge(SUPPLIER, first.pk, second.pk, by=steward)
    merge(people, first, second)
    with pytest.raises(Refused, match="was merged"):
        changes.merge(SUPPLIER, first.pk, [second.pk], by=steward)
    with pytest.raises(Malformed, match="edited since"):
        changes.unmerge(SUPPLIER, first.pk, second.pk, {"website": "other"}, by=steward)


def test_an_unlinked_source_was_never_linked(
    people: dict[str, Any], pair: tuple[Supplier, Supplier]
) -> None:
    first, _ = pair
    before = holds(first)
    values = {"legal_name": "Nordwind Gmbh", "trade_name": "Kontor", "language": "de"}
    intake.receive("crm", "supplier", "C2", values, by=people["integrator"])
    source = SourceRecord.objects.get(key="C2", state="waiting")
    linked = intake.resolve(
        source, golden_id=first.pk, by=people["steward"], picks={"trade_name": "Kontor"}
    )
    changes.decide(linked, "approve", by=people["approver"], comment="Yes")
    assert (holds(first)["language"], holds(first)["trade_name"]) == ("de", "Kontor")

    change = changes.unlink(SUPPLIER, first.pk, source.pk, by=people["steward"])
    done(people, change)

    source.refresh_from_db()
    assert holds(first) == before
    assert (source.state, source.golden_id) == ("waiting", None)
    assert not Key.objects.filter(key="C2").exists()
    assert rests_on_its_facts(first)
    with pytest.raises(NotFound):
        changes.unlink(SUPPLIER, first.pk, source.pk, by=people["steward"])


def test_what_only_the_source_knew_is_given_by_hand_to_unlink_it(
    people: dict[str, Any], pair: tuple[Supplier, Supplier]
) -> None:
    first, _ = pair
    source = SourceRecord.objects.get(key="E1")
    with pytest.raises(Malformed, match="Legal name"):
        changes.unlink(SUPPLIER, first.pk, source.pk, by=people["steward"])

    keep = {"legal_name": "Nordwind GmbH"}
    done(people, changes.unlink(SUPPLIER, first.pk, source.pk, keep, by=people["steward"]))

    assert (holds(first)["legal_name"], holds(first)["trade_name"]) == ("Nordwind GmbH", "")
    assert rests_on_its_facts(first)
