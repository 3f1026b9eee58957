"""Who the S/4HANA twin lets in: user, session, token, and which version is meant."""

import pytest

from tests.publishing.twins.callers import CENTERS, PARTNERS, PROJECTS

PARTNER_SET = f"{PARTNERS}/A_BusinessPartner"


def test_a_wrong_user_is_turned_away(s4):
    answer = s4.http.get(PARTNERS, auth=("x", "y"))

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


@pytest.mark.parametrize("base", [PARTNERS, PROJECTS, CENTERS])
@pytest.mark.parametrize("token", ["", "Fetch", "wrong"])
def test_writing_needs_the_token_of_the_session(s4, base, token):
    s4.http.headers["X-CSRF-Token"] = token

    answer = s4.call("POST", f"{base}/Anything", {})

    assert (answer.status_code, answer.text) == (403, "CSRF token validation failed")
    assert answer.headers["X-CSRF-Token"] == "Required"


def test_a_token_is_good_for_its_own_session_only(s4, partner):
    s4.http.cookies.clear()

    assert s4.call("POST", PARTNER_SET, partner).status_code == 403


def test_a_session_ends_and_a_new_one_can_be_had(s4, partner, control):
    control.expire_sessions("s4")
    assert s4.call("POST", PARTNER_SET, partner).status_code == 403

    s4.sign_in()

    assert s4.call("POST", PARTNER_SET, partner).status_code == 201


def test_a_session_keeps_its_token(s4):
    token = s4.http.headers["X-CSRF-Token"]

    s4.sign_in()

    assert s4.http.headers["X-CSRF-Token"] == token


@pytest.mark.parametrize("part", ["", "/to_BusinessPartnerAddress", "/to_Supplier"])
def test_a_change_needs_the_version_it_is_made_against(s4, partner, part):
    made = s4.create(PARTNER_SET, partner)
    path = f"{PARTNER_SET}('{made['BusinessPartner']}'){part}"
    if "Address" in part:
        address = s4.read(path)[0]["AddressID"]
        path = f"{path}(BusinessPartner='{made['BusinessPartner']}',AddressID='{address}')"
    body = {"AuthorizationGroup": "X"}

    assert s4.refused("PATCH", path, body)[0] == 428
    assert s4.refused("PATCH", path, body, "W/\"'OLD'\"")[0] == 412
    tag = s4.call("GET", path).headers["ETag"]
    assert s4.call("PATCH", path, body, tag).status_code == 204
    assert s4.refused("PATCH", path, {"AuthorizationGroup": "Y"}, tag)[0] == 412
    assert s4.read(path)["AuthorizationGroup"] == "X"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/sap/opu/odata/sap/API_NOTHING/A", 404),
        ("GET", f"{PARTNERS}/A_Nothing", 404),
        ("GET", f"{PARTNER_SET}('1')", 404),
        ("GET", f"{PARTNER_SET}('1", 400),
        ("GET", f"{PARTNERS}/A_SupplierCompany(Supplier='1')", 400),
        ("GET", f"{PARTNER_SET}?$apply=x", 501),
        ("PUT", f"{PARTNER_SET}('1')", 405),
        ("POST", f"{PARTNERS}/$batch", 404),
        ("POST", f"{PARTNERS}/A_Supplier", 405),
        ("GET", f"{CENTERS}/A_Nothing", 404),
        ("GET", f"{CENTERS}/A_CostCenter_2(1)", 400),
    ],
)
def test_what_is_not_there_is_said(s4, method, path, status):
    assert s4.call(method, path, {} if method == "POST" else None).status_code == status


def test_atom_is_not_spoken(s4):
    s4.http.headers["Accept"] = "*/*"

    assert s4.http.get(PARTNER_SET).status_code == 406
    assert s4.http.get(f"{PARTNER_SET}?$format=json").status_code == 200
