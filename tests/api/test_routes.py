"""Denied by default: every address, asked by nobody, says 401 or leads to the sign-in page."""

import re
from itertools import product

import pytest
from django.test import Client
from django.urls import Resolver404, URLPattern, get_resolver, resolve

from mdm.models import LedgerEntry
from tests.api.conftest import Caller, problem

OPEN = {
    "/sign-in/",
    "/sign-out/",
    "/signed-out/",
    "/preferences/",  # a cookie for the colours of the sign-in page
    "/styleguide/",  # only in a demo or under debug
}
ASKED = "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b11"


ADMIN = ("/admin/", "/admin/auth/user/", "/admin/auth/user/1/change/", "/admin/x/")
SAMPLES = (ASKED, "suppliers", "countries", "CR-1001", "coupa", "1", "supplier", "history", "x")
PARAMETER = re.compile(r"<[^>]+>|\(\?P<\w+>(?:[^()]|\([^()]*\))*\)")


def addresses(patterns=None, prefix="/"):
    """An address of every route of the product; of what is taken from it, one that fits."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        written = prefix + re.sub(r"^\^", "", str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield _one(written, pattern)
        elif pattern.app_name == "admin":
            yield from ADMIN
        else:
            yield from addresses(pattern.url_patterns, written)


def _one(route, pattern):
    route = re.sub(r"\.\*\$?$|\$$|\\Z$", "", route)
    words = [re.findall(r"[>|]([a-z_-]+)(?=[|)])", one)[:1] for one in PARAMETER.findall(route)]
    for values in product(*(found or SAMPLES for found in words)):
        address = route
        for value in values:
            address = PARAMETER.sub(value, address, count=1)
        address = address.replace("\\", "")
        try:
            if resolve(address).func is pattern.callback:
                return address
        except Resolver404:
            continue
    raise AssertionError(f"no sample fits {route}")


def test_there_is_something_to_ask():
    found = set(addresses())

    assert f"/api/v1/suppliers/{ASKED}" in found
    assert "/sign-in/" in found
    assert len(found) > 80


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_gets_in_anywhere(db, method):
    client = Client()
    wrong = []
    for address in sorted(set(addresses()) - OPEN):
        response = getattr(client, method)(address)
        leads_to_sign_in = response.status_code == 302 and re.match(
            r"(/sign-in/|/admin/login/)\?next=", response["Location"]
        )
        is_refused = response.status_code in (401, 403, 405)
        if address.startswith("/api/") and address != "/api/v1/docs/":
            is_refused = response.status_code == 401
            leads_to_sign_in = False
        if not (is_refused or leads_to_sign_in):
            wrong.append(f"{response.status_code} {address}")

    assert wrong == []


def test_nobody_learns_which_addresses_of_the_api_there_are(db):
    client = Client()

    for path in ("/api/v1/suppliers", "/api/v1/nothing", "/api/", "/api/v1/suppliers/x/y/z"):
        assert problem(client.get(path)) == (401, "not-authenticated")
        assert problem(client.delete(path)) == (401, "not-authenticated")


def test_an_account_without_a_grant_sees_no_record(people, sealed_supplier):
    from tests import make

    nobody = Caller(make.person("nobody"), "read", "propose", "source", "publish", "reveal")
    path = f"/suppliers/{sealed_supplier.golden_id}"

    for address in (path, f"{path}/history", f"{path}/provenance", f"{path}/keys"):
        assert problem(nobody.get(address)) == (404, "not-found")
    for address in ("/suppliers", "/suppliers?q=Nordwind", "/changes", "/events"):
        assert nobody.get(address).json()["data"] == []
    assert problem(nobody.post("/suppliers", {"values": {"legal_name": "N"}})) == (
        403,
        "not-allowed",
    )
    assert problem(nobody.post("/suppliers/match", {"values": {}})) == (403, "not-allowed")
    for address in ("/reference", "/reference/countries", "/reference/countries/DE", "/targets"):
        assert problem(nobody.get(address)) == (403, "not-allowed")


def test_a_refusal_is_in_the_ledger(people):
    auditor = Caller(people["auditor"], "read", "propose")

    response = auditor.post("/suppliers", {"values": {"legal_name": "N"}})

    entry = LedgerEntry.objects.get(kind="access.refused")
    assert problem(response) == (403, "not-allowed")
    assert (entry.person, entry.subject) == ("auditor", "POST /api/v1/suppliers")
    assert entry.facts == {"code": "not-allowed"}
