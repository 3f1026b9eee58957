"""Merge and unmerge through the database: what is written, moved, kept and given back."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from mdm import changes, history
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.errors import Refused
from mdm.models import Event, Fact, Identifier, Key, LiveVersion, SourceRecord, Status
from tests import make
from tests.mdm.pair_of_records import (
    B,
    done,
    edit,
    fresh,
    holds,
    merge,
    rests_on_its_facts,
    said,
    two,
    unmerge,
)  # fmt: skip


@pytest.fixture
def pair(people: dict[str, Any], reference: None) -> tuple[Supplier, Supplier]:
    """Two suppliers to be merged."""
    return two(people)


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


def test_a_merge_counts_from_its_own_day_even_where_the_survivor_stays_as_it_is(
    people: dict[str, Any], reference: None
) -> None:
    first, second = (_since_long_ago(people, name) for name in ("Nordwind GmbH", "Altes Kontor"))
    today = timezone.now().date()

    merge(people, first, second, picks={"legal_name": "Nordwind GmbH"})
    assert (fresh(first).version, fresh(second).effective_from) == (1, today)
    assert [_status_on(second, day) for day in (LATER, today)] == ["active", "merged"]
    unmerge(people, first, second)

    assert (fresh(first).version, fresh(second).effective_from) == (1, today)
    assert [_status_on(second, day) for day in (LATER, today)] == ["active", "active"]


LONG_AGO, LATER = date(2025, 5, 31), date(2025, 8, 1)


def _since_long_ago(people: dict[str, Any], name: str) -> Supplier:
    change = changes.draft(
        subject="supplier", action="create", patch={"legal_name": name},
        by=people["requester"], effective_from=LONG_AGO,
    )  # fmt: skip
    return fresh(Supplier(pk=done(people, change).parts.get().golden_id))


def _status_on(row: Supplier, day: date) -> str:
    return str(history.as_of(SUPPLIER, row.pk, effective=day)["status"])
