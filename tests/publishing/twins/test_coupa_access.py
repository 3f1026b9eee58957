"""Who the Coupa twin lets in, and in which form it answers."""

import base64

import pytest


def test_a_token_is_given_for_client_and_secret_only(coupa):
    assert coupa.sign_in(client_secret="wrong").status_code == 401
    assert coupa.sign_in(grant_type="password").json()["error"] == "unsupported_grant_type"
    assert coupa.sign_in(scope="no-such").json()["error"] == "invalid_scope"

    given = coupa.sign_in(scope="core.supplier.write core.supplier.read").json()

    assert (given["token_type"], given["scope"]) == (
        "bearer",
        "core.supplier.read core.supplier.write",
    )


@pytest.mark.parametrize("token", ["", "Bearer wrong", "Basic eDp5"])
def test_without_a_good_token_nothing_is_answered(coupa, token):
    coupa.http.headers["Authorization"] = token

    assert coupa.refused("GET", "/api/suppliers")[0] == 401


def test_tokens_end(coupa, twins, control):
    assert coupa.call("GET", "/api/suppliers").status_code == 200
    control.expire_sessions("coupa")
    assert coupa.call("GET", "/api/suppliers").status_code == 401

    twins.board.coupa.tokens.life = 0
    coupa.sign_in()
    assert coupa.call("GET", "/api/suppliers").status_code == 401


def test_a_token_without_the_scope_writes_no_supplier(coupa, supplier):
    coupa.sign_in(scope="core.supplier.read")

    status, errors = coupa.refused("POST", "/api/suppliers", supplier)

    assert (status, errors) == (403, ["The token lacks the scope core.supplier.write"])


def test_files_take_the_client_as_user_and_secret_as_password(coupa):
    given = coupa.credentials
    login = base64.b64encode(f"{given.coupa_client_id}:{given.coupa_client_secret}".encode())
    coupa.http.headers["Authorization"] = f"Basic {login.decode()}"

    answer = coupa.http.put("/files/Incoming/TaxCodes/a.csv", content=b"Code\n")

    assert answer.status_code == 201
    coupa.http.headers["Authorization"] = "Basic eDp5"
    assert coupa.http.put("/files/Incoming/TaxCodes/a.csv", content=b"").status_code == 401


def test_xml_is_answered_unless_json_is_accepted(coupa, supplier):
    coupa.accepted("POST", "/api/suppliers", supplier)
    coupa.http.headers["Accept"] = "*/*"

    found = coupa.call("GET", "/api/suppliers?number=S-100234")
    refused = coupa.call("POST", "/api/suppliers", {**supplier, "payment-term": {"code": "N061"}})

    assert found.headers["Content-Type"].startswith("application/xml")
    assert '<suppliers type="array"><supplier><id>1</id>' in found.text
    assert "<error>Unable to find valid PaymentTerm record</error>" in refused.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/api/suppliers/1", 405),
        ("POST", "/api/tax_codes", 405),
        ("GET", "/api/departments", 404),
        ("GET", "/api/suppliers/99", 404),
        ("GET", "/api/suppliers/x", 404),
        ("PUT", "/api/suppliers", 405),
        ("GET", "/elsewhere", 404),
    ],
)
def test_what_is_not_there_is_said(coupa, method, path, status):
    assert coupa.refused(method, path)[0] == status


def test_bodies_are_json_objects(coupa):
    for content, kind, status in (
        (b"<supplier/>", "application/xml", 415),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
    ):
        headers = {"Content-Type": kind}
        assert (
            coupa.call("POST", "/api/suppliers", content=content, headers=headers).status_code
            == status
        )
