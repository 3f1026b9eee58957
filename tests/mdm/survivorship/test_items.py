"""Collections: the union by identity, one list whole, and people's picks over items."""

from mdm.survivorship import Hold, Rule, Rules, Strategy, Trust
from tests.mdm.survivorship.making import DANUBE, RHINE, at, chose, come_to, item, says

WHOLE = Rules({"addresses": Rule((Strategy.AUTHORITY,), is_whole=True)}, {("p", "*"): Trust(90)})


def addresses(*facts: object, rules: Rules | None = None) -> list[dict[str, str]]:
    golden = come_to(*facts, **({"rules": rules} if rules else {}))
    return golden.values["addresses"]


def test_items_of_two_sources_are_one_when_their_identity_is_the_same() -> None:
    golden = come_to(
        says("erp", {"addresses": [item("E1", RHINE)]}),
        says("proc", {"addresses": [item("P1", RHINE | {"city": "BONN"}), item("P2", DANUBE)]}),
    )

    assert golden.values["addresses"] == [item("E1", RHINE), item("P2", DANUBE)]
    assert golden.reasons["addresses[E1].city"].losing[0].value == "BONN"


def test_an_item_survives_as_a_unit_from_one_source() -> None:
    more = RHINE | {"region": "DE-NW", "line2": "Hof"}
    rules = Rules({"addresses": Rule((Strategy.COMPLETE, Strategy.LONGEST))})
    facts = (
        says("erp", {"addresses": [item("E1", RHINE | {"po_box": "7"})]}),
        says("proc", {"legal_name": "A", "addresses": [item("P1", more)]}),
    )

    assert addresses(*facts, rules=rules) == [item("E1", more)]


def test_a_source_lists_no_item_twice_and_two_like_ones_stay_two() -> None:
    twice = says("erp", {"addresses": [item("E1", RHINE), item("E2", RHINE)]})

    assert [one["id"] for one in addresses(twice)] == ["E1", "E2"]
    both = addresses(twice, says("proc", {"addresses": [item("P1", RHINE)]}))
    assert [one["id"] for one in both] == ["E1", "E2"]


def test_an_id_that_two_sources_use_for_different_items_names_both() -> None:
    found = addresses(
        says("erp", {"addresses": [item("A1", RHINE)]}),
        says("proc", {"addresses": [item("X1", DANUBE), item("A1", DANUBE)]}),
    )

    assert {one["id"] for one in found} == {"A1", "X1"}


def test_what_its_source_lists_no_more_is_gone_unless_another_lists_it() -> None:
    erp = says("erp", {"addresses": [item("E1", RHINE), item("E2", DANUBE)]})
    less = says("erp", {"addresses": []}, n=2, day=9)
    proc = says("proc", {"addresses": [item("P1", DANUBE)]})

    assert addresses(erp, less) == []
    assert addresses(erp, less, proc) == [item("P1", DANUBE)]


def test_a_whole_list_is_that_of_the_best_source() -> None:
    facts = (
        says("erp", {"addresses": [item("E1", RHINE)]}),
        says("proc", {"addresses": [item("P1", DANUBE)]}),
    )

    assert addresses(*facts, rules=WHOLE) == [item("P1", DANUBE)]


def test_a_person_corrects_one_field_and_the_rest_follows_the_source() -> None:
    erp = says("erp", {"addresses": [item("E1", RHINE)]})
    fixed = chose("addresses[E1].postal_code", "53111", day=5)
    moved = says("erp", {"addresses": [item("E1", RHINE | {"line2": "Hof"})]}, n=2, day=9)
    recoded = says("erp", {"addresses": [item("E1", RHINE | {"postal_code": "53119"})]}, n=2, day=9)

    assert addresses(erp, fixed, moved) == [
        item("E1", RHINE | {"postal_code": "53111", "line2": "Hof"})
    ]
    assert addresses(erp, fixed, recoded)[0]["postal_code"] == "53119"


def test_another_source_is_known_by_the_corrected_item_as_well() -> None:
    found = addresses(
        says("erp", {"addresses": [item("E1", RHINE)]}),
        chose("addresses[E1].postal_code", "53111", day=5),
        says("proc", {"addresses": [item("P1", RHINE | {"postal_code": "53111"})]}),
    )

    assert found == [item("E1", RHINE | {"postal_code": "53111"})]


def test_what_a_person_removed_stays_away_until_its_source_changes_it() -> None:
    erp = says("erp", {"addresses": [item("E1", RHINE)]})
    gone = chose("addresses[E1]", None, day=5)
    same = says("erp", {"addresses": [item("E1", RHINE)]}, n=2, day=9)
    moved = says("erp", {"addresses": [item("E1", DANUBE)]}, n=2, day=9)

    assert addresses(erp, gone, same) == []
    assert addresses(erp, gone, moved) == [item("E1", DANUBE)]
    assert addresses(erp, chose("addresses[E1]", None, day=5, hold=Hold.EVER), moved) == []


def test_what_a_person_added_stays_and_is_joined_by_sources_that_list_it_too() -> None:
    added = chose("addresses[H1]", DANUBE, day=5)
    golden = come_to(added, says("proc", {"addresses": [item("P1", DANUBE), item("P2", RHINE)]}))

    assert golden.values["addresses"] == [item("H1", DANUBE), item("P2", RHINE)]
    assert golden.reasons["addresses[H1].city"].source == "pat"


def test_a_whole_item_picked_later_replaces_what_was_picked_inside() -> None:
    erp = says("erp", {"addresses": [item("E1", RHINE)]})
    inside = chose("addresses[E1].city", "Köln", day=5)
    whole = chose("addresses[E1]", DANUBE, day=6)
    again = chose("addresses[E1].city", "Neu-Ulm", day=7)

    assert addresses(erp, inside, whole) == [item("E1", DANUBE)]
    assert addresses(erp, whole, again) == [item("E1", DANUBE | {"city": "Neu-Ulm"})]


def test_an_item_added_to_a_list_later_is_dated_by_its_arrival() -> None:
    golden = come_to(
        says("erp", {"addresses": [item("E1", RHINE)]}),
        says("erp", {"addresses": [item("E1", RHINE), item("E2", DANUBE)]}, n=2, day=9),
    )

    assert golden.reasons["addresses[E2].city"].since == at(9)
    assert golden.reasons["addresses[E1].city"].since is None
