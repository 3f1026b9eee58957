"""Projects at the Coupa twin."""

import pytest

PROJECT = {
    "name": "Warehouse automation",
    "external-reference-number": "P-2026-014",
    "active": True,
    "start-date": "2026-02-01",
    "end-date": "2026-12-31",
}
PATH = "/api/projects"


def test_a_project_is_made_found_and_changed(coupa):
    made = coupa.accepted("POST", PATH, PROJECT)
    found = coupa.accepted("GET", f"{PATH}?external-reference-number=P-2026-014")
    changed = coupa.accepted("PUT", f"{PATH}/1", {"active": False})

    assert found == [made]
    assert (made["status"], changed["status"], changed["active"]) == ("active", "inactive", False)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"status": "active"}, "Status is read only"),
        ({"name": "x" * 256}, "Name is too long (maximum is 255 characters)"),
        ({"start-date": "01.02.2026"}, "Start date is invalid"),
        ({"end-date": "2026-01-01"}, "End date must be on or after start date"),
        ({"budget": "1"}, "Unknown attribute budget"),
    ],
)
def test_a_project_that_coupa_would_not_take_is_refused(coupa, change, message):
    assert coupa.refused("POST", PATH, {**PROJECT, **change}) == (400, [message])


def test_a_name_is_taken_once(coupa):
    coupa.accepted("POST", PATH, PROJECT)

    assert coupa.refused("POST", PATH, PROJECT) == (400, ["Name has already been taken"])
