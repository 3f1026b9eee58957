"""Cost centers at the S/4HANA twin: written by V4, read by V4 and by the V2 read service."""

import pytest

from tests.publishing.twins.callers import CENTERS, CENTERS_READ

SET = f"{CENTERS}/A_CostCenter_2"
KEY = "ControllingArea='A000',CostCenter='CC-4100',ValidityEndDate=9999-12-31"
ONE = f"{SET}({KEY})"
TEXTS = f"{CENTERS}/A_CostCenterText_2"


def test_a_cost_center_is_made_read_and_changed(s4, center, control):
    made = s4.create(SET, center)
    assert made["_Text"][0]["CostCenterName"] == "MKTG DACH"

    s4.change(ONE, {"CostCtrResponsiblePersonName": "Jonas Weber"})
    s4.change(ONE, {"IsBlkdForPrimaryCostsPosting": True})
    s4.change(ONE, {"IsBlkdForPrimaryCostsPosting": True})

    found = s4.read(ONE)
    assert found["CostCtrResponsiblePersonName"] == "Jonas Weber"
    (read,) = s4.read(f"{CENTERS_READ}/A_CostCenter?$filter=ControllingArea eq 'A000'")
    assert (read["IsBlkdForPrimaryCostsPosting"], read["ValidityStartDate"]) == (
        "X",
        "/Date(1767225600000)/",
    )
    effects = [(one.effect, one.key) for one in control.log(code="CC-4100")]
    key = "A000,CC-4100,9999-12-31"
    assert effects == [("create", key), ("update", key), ("update", key), ("none", key)]


def test_texts_are_changed_in_their_own_set(s4, center):
    s4.create(SET, center)
    english = f"{TEXTS}(ControllingArea='A000',CostCenter='CC-4100',Language='EN',"
    english += "ValidityEndDate=9999-12-31)"

    s4.change(english, {"CostCenterDescription": "Marketing DACH"})
    s4.create(f"{ONE}/_Text", {"Language": "DE", "CostCenterName": "MKTG"})
    own = {"ControllingArea": "A000", "CostCenter": "CC-4100", "ValidityEndDate": "9999-12-31"}
    s4.create(TEXTS, {**own, "Language": "FR", "CostCenterName": "MKTG"})
    s4.change(f"{ONE}/_Text(Language='FR')", {"CostCenterName": "MERC"})

    found = [(one["Language"], one["CostCenterName"]) for one in s4.read(f"{ONE}/_Text")]
    assert found == [("EN", "MKTG DACH"), ("DE", "MKTG"), ("FR", "MERC")]
    assert s4.read(english)["CostCenterDescription"] == "Marketing DACH"
    assert s4.refused("DELETE", english)[0] == 428
    assert s4.call("DELETE", english, match="*").status_code == 204
    assert s4.refused("POST", f"{ONE}/_Text", {"Language": "DE", "CostCenterName": "x"})[0] == 400
    expanded = s4.read(f"{SET}?$filter=CostCenter eq 'CC-4100'&$expand=_Text")
    assert len(expanded[0]["_Text"]) == 2
    assert len(s4.read(f"{CENTERS_READ}/A_CostCenterText")) == 2


def test_a_change_needs_the_version_it_is_made_against(s4, center):
    s4.create(SET, center)

    assert s4.refused("PATCH", ONE, {"Department": "X"})[0] == 428
    assert s4.refused("PATCH", ONE, {"Department": "X"}, "W/\"'OLD'\"")[0] == 412


def test_periods_of_one_cost_center_do_not_overlap(s4, center):
    s4.create(SET, {**center, "ValidityEndDate": "2026-12-31"})

    assert s4.refused("POST", SET, center)[:2] == (400, "KS/109")
    later = {**center, "ValidityStartDate": "2027-01-01"}
    assert s4.create(SET, later)["ValidityStartDate"] == "2027-01-01"


def test_a_cost_center_is_deleted_with_its_texts(s4, center):
    s4.create(SET, center)

    assert s4.call("DELETE", ONE, match="*").status_code == 204

    assert (s4.read(SET), s4.read(TEXTS)) == ([], [])


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"CostCenter": "CC-41000000"}, "'CostCenter' is too long: maximum is 10 characters"),
        ({"CompanyCode": "9999"}, "Entry 9999 does not exist in T001"),
        ({"ControllingArea": "ZZZZ"}, "Entry ZZZZ does not exist in TKA01"),
        ({"CostCenterCurrency": "XXX"}, "Entry XXX does not exist in TCURC"),
        ({"CostCenterCategory": "?"}, "Entry ? does not exist in TKA05"),
        ({"Country": "XX"}, "Enter a valid value for Country"),
        ({"ValidityStartDate": "/Date(0)/"}, "'ValidityStartDate' has an invalid value"),
        ({"ValidityEndDate": "2025-01-01"}, "The end of the validity is before its start"),
        ({"Owner": "x"}, "'Owner' is invalid"),
        ({"_Text": [{"Language": "EN"}]}, "'_Text/0/CostCenterName' is required"),
        ({"_Text": [{"Language": "EN", "CostCenterName": "x" * 21}]}, "is too long"),
        ({"_Text": [{"Language": "en", "CostCenterName": "x"}]}, "valid value for Language"),
    ],
)
def test_a_cost_center_that_sap_would_not_take_is_refused(s4, center, change, text):
    status, _code, given = s4.refused("POST", SET, {**center, **change})

    assert status == 400
    assert text in given
    assert (s4.read(SET), s4.read(TEXTS)) == ([], [])


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"ValidityEndDate": "2026-12-31"}, "Key property 'ValidityEndDate' cannot be changed"),
        ({"_Text": []}, "Deep update is not supported: change A_CostCenterText_2"),
        ({"CompanyCode": "9999"}, "Entry 9999 does not exist in T001"),
        ({"Department": "x" * 13}, "'Department' is too long"),
        ({"Owner": "x"}, "'Owner' is invalid"),
    ],
)
def test_a_change_that_sap_would_not_take_is_refused(s4, center, body, text):
    s4.create(SET, center)

    status, _code, given = s4.refused("PATCH", ONE, body, "*")

    assert status == 400
    assert text in given


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_the_read_service_only_reads(s4, method):
    assert s4.refused(method, f"{CENTERS_READ}/A_CostCenter", {}, "*")[0] == 405
