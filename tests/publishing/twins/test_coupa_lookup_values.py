"""Cost centers as lookup values: known by the path Coupa makes of their numbers."""

import pytest

CENTER = {
    "name": "Marketing DACH",
    "external-ref-num": "CC-4100",
    "lookup": {"name": "Cost Center"},
    "active": True,
}
PATH = "/api/lookup_values"


def test_a_lookup_value_is_made_found_and_changed(coupa):
    made = coupa.accepted("POST", PATH, CENTER)
    query = "external-ref-code=CC-4100&lookup[name]=Cost Center"
    found = coupa.accepted("GET", f"{PATH}?{query}")
    changed = coupa.accepted("PUT", f"{PATH}/1", {"active": False, "name": "Marketing"})

    assert made["external-ref-code"] == "CC-4100"
    assert found == [made]
    assert coupa.accepted("GET", f"{PATH}?external-ref-code=CC-4100&lookup[name]=Project") == []
    assert (changed["active"], changed["name"], changed["depth"]) == (False, "Marketing", 1)


def test_a_value_below_another_carries_both_in_its_path(coupa):
    coupa.accepted("POST", PATH, CENTER)
    below = {**CENTER, "external-ref-num": "1", "parent": {"external-ref-code": "CC-4100"}}

    made = coupa.accepted("POST", PATH, below)

    assert (made["external-ref-code"], made["depth"], made["parent"]["id"]) == ("CC-4100-1", 2, 1)


def test_a_path_that_is_not_coupas_own_is_refused(coupa):
    assert coupa.refused("POST", PATH, {**CENTER, "external-ref-code": "DE-CC-4100"}) == (
        400,
        ["External ref code is made by Coupa, and would be CC-4100"],
    )
    assert coupa.accepted("POST", PATH, {**CENTER, "external-ref-code": "CC-4100"})["id"] == 1


def test_name_and_number_are_taken_once_below_one_parent(coupa):
    coupa.accepted("POST", PATH, CENTER)

    assert coupa.refused("POST", PATH, CENTER) == (
        400,
        ["Name has already been taken", "External ref num has already been taken"],
    )
    elsewhere = {**CENTER, "lookup": {"name": "Project"}}
    assert coupa.accepted("POST", PATH, elsewhere)["lookup"] == {"id": 2, "name": "Project"}
    below = {**CENTER, "parent": {"id": 1}}
    assert coupa.accepted("POST", PATH, below)["external-ref-code"] == "CC-4100-CC-4100"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lookup": {"name": "Colour"}}, "Unable to find valid Lookup record"),
        ({"parent": {"external-ref-code": "CC-1"}}, "Unable to find valid Parent record"),
        ({"account-type": {"name": "Moon"}}, "Unable to find valid AccountType record"),
        ({"active": "yes"}, "Active is invalid"),
        ({"depth": 2}, "Depth is read only"),
        ({"owner": "x"}, "Unknown attribute owner"),
        ({"name": ""}, "Name can't be blank"),
    ],
)
def test_a_lookup_value_that_coupa_would_not_take_is_refused(coupa, change, message):
    assert coupa.refused("POST", PATH, {**CENTER, **change}) == (400, [message])
