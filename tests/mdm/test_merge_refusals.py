"""What stops a merge, who may, and how a source is unlinked again."""

from typing import Any

import pytest

from mdm import changes, intake
from mdm.changes import Malformed
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.errors import Conflict, NotAllowed, NotFound, Refused
from mdm.models import Event, Key, SourceRecord, Status
from tests.mdm.pair_of_records import (
    done,
    edit,
    fresh,
    holds,
    merge,
    rests_on_its_facts,
    two,
    unmerge,
)  # fmt: skip


@pytest.fixture
def pair(people: dict[str, Any], reference: None) -> tuple[Supplier, Supplier]:
    """Two suppliers to be merged."""
    return two(people)


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

    with pytest.raises(Conflict, match=r"is in conflict now.*was changed in the meantime"):
        changes.decide(change, "approve", by=people["approver"], comment="Yes")

    change.refresh_from_db()
    assert (change.state, change.reviews.count()) == ("conflicted", 0)
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
