"""Projects at the S/4HANA twin: made with their elements, changed with `If-Match: *`."""

import uuid

import pytest

from tests.publishing.twins.callers import PROJECTS

SET = f"{PROJECTS}/A_EnterpriseProject"


@pytest.fixture
def made(s4, project):
    return s4.create(SET, project)


def at(made):
    return f"{SET}(guid'{made['ProjectUUID']}')"


def status_of(made, status):
    key = f"ProjectUUID=guid'{made['ProjectUUID']}'"
    return f"{PROJECTS}/ChangeEntProjProcgStatus?{key}&ProcessingStatus='{status}'"


def test_a_project_is_made_with_its_elements_and_found_by_our_code(s4, made):
    assert (made["ProcessingStatus"], made["CompanyCode"], made["ControllingArea"]) == (
        "00",
        "1010",
        "A000",
    )
    (element,) = made["to_EnterpriseProjectElement"]["results"]
    assert element["ProjectUUID"] == made["ProjectUUID"]

    (found,) = s4.read(f"{SET}?$filter=Project eq 'P-2026-014'&$expand=to_EntProjBlkFunc")

    assert found["ProjectUUID"] == made["ProjectUUID"]
    assert found["to_EntProjBlkFunc"]["EntProjTimeRecgIsBlkd"] is False


def test_a_project_is_changed_and_blocked(s4, made):
    s4.change(at(made), {"ProjectDescription": "Warehouse"}, "*")
    blocks = f"{PROJECTS}/A_EnterpriseProjBlkFunc(guid'{made['ProjectUUID']}')"
    s4.change(blocks, {"EntProjPurchasingIsBlkd": True}, "*")
    s4.change(f"{at(made)}/to_EntProjBlkFunc", {"EntProjTimeRecgIsBlkd": True}, "*")

    found = s4.read(
        f"{at(made)}?$expand=to_EntProjBlkFunc&$select=ProjectDescription,to_EntProjBlkFunc"
    )

    assert found["ProjectDescription"] == "Warehouse"
    flags = found["to_EntProjBlkFunc"]
    assert (flags["EntProjPurchasingIsBlkd"], flags["EntProjTimeRecgIsBlkd"]) == (True, True)


def test_elements_are_added_changed_and_deleted(s4, made):
    body = {"ProjectUUID": made["ProjectUUID"], "ProjectElement": "P-2026-014.2"}
    added = s4.create(f"{PROJECTS}/A_EnterpriseProjectElement", body)
    path = f"{PROJECTS}/A_EnterpriseProjectElement(guid'{added['ProjectElementUUID']}')"

    s4.change(path, {"ProjectElementDescription": "Build"}, "*")

    assert s4.read(path)["ProjectElementDescription"] == "Build"
    assert s4.refused("POST", f"{PROJECTS}/A_EnterpriseProjectElement", body)[0] == 400
    assert s4.call("DELETE", path, match="*").status_code == 204
    assert len(s4.read(f"{at(made)}/to_EnterpriseProjectElement")) == 1


def test_the_status_changes_by_its_function_only(s4, made, control):
    status, _code, text = s4.refused("PATCH", at(made), {"ProcessingStatus": "10"}, "*")
    assert (status, text) == (400, "Property 'ProcessingStatus' is read-only")

    assert s4.call("POST", status_of(made, "10"), {}, "*").json()["d"]["ProcessingStatus"] == "10"
    assert s4.call("POST", status_of(made, "10"), {}, "*").status_code == 200

    effects = [one.effect for one in control.log(code="P-2026-014") if one.method == "POST"]
    assert effects == ["create", "update", "none"]
    assert s4.refused("POST", status_of(made, "10"), {})[:2] == (428, "SADL_ENTITY_RUNTIME/006")
    assert s4.refused("POST", status_of(made, "99"), {}, "*")[1] == "00/058"
    assert s4.refused("POST", status_of(made, "00"), {}, "*")[1] == "/S4PPM/MSG/012"
    nobody = {"ProjectUUID": str(uuid.uuid4())}
    assert s4.refused("POST", status_of(nobody, "10"), {}, "*")[0] == 404
    assert s4.call("GET", status_of(made, "10")).status_code == 405


def test_only_any_version_matches_a_project(s4, made):
    tag = s4.call("GET", at(made)).headers["ETag"]
    body = {"ProjectDescription": "x"}

    assert s4.refused("PATCH", at(made), body)[:2] == (428, "SADL_ENTITY_RUNTIME/006")
    assert s4.refused("PATCH", at(made), body, tag)[:2] == (500, "/IWBEP/CX_MGW_TECH_EXCEPTION")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"CompanyCode": "1010"}, "'CompanyCode' is read-only"),
        ({"ProjectDescription": "x" * 61}, "'ProjectDescription' is too long"),
        ({"ProjectStartDate": "2026-02-01"}, "'ProjectStartDate' has an invalid value"),
        ({"ProjectEndDate": "/Date(0)/"}, "ProjectEndDate is before ProjectStartDate"),
        ({"EnterpriseProjectType": "ZZ"}, "Entry ZZ does not exist in /S4PPM/PROJTYPE"),
        ({"ProjectProfileCode": "ZZ"}, "Entry ZZ does not exist in /S4PPM/PROFILE"),
        ({"ResponsibleCostCenter": "CC-1"}, "Entry CC-1 does not exist in CSKS"),
        ({"Budget": "1"}, "'Budget' is invalid"),
        ({"to_EnterpriseProjectElement": [{}]}, "ProjectElement' is required"),
    ],
)
def test_a_project_that_sap_would_not_take_is_refused(s4, project, change, text):
    status, _code, given = s4.refused("POST", SET, {**project, **change})

    assert status == 400
    assert text in given
    assert s4.read(SET) == []


def test_what_is_required_is_missed_and_a_code_is_taken_once(s4, project):
    short = {name: value for name, value in project.items() if name != "EnterpriseProjectType"}
    assert s4.refused("POST", SET, short)[2] == "Property 'EnterpriseProjectType' is required"

    s4.create(SET, {**project, "to_EnterpriseProjectElement": []})

    again = {**project, "to_EnterpriseProjectElement": []}
    assert s4.refused("POST", SET, again)[1:] == ("CJ/006", "Project P-2026-014 already exists")
