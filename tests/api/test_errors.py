"""Every way to get a request wrong has its own clear problem."""

import pytest
from django.db import OperationalError

from mdm.api import errors, live
from mdm.api.errors import PROBLEMS
from mdm.errors import Conflict
from tests.api.conftest import problem

UNKNOWN = "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b11"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b"{", "application/json", (400, "bad-json")),
        (b"", "application/json", (400, "bad-json")),
        (b"{'a': 1}", "application/json", (400, "bad-json")),
        (b'{"values": NaN}', "application/json", (400, "bad-json")),
        (b"\xff\xfe", "application/json", (400, "bad-json")),
        (b"[" * 100_000, "application/json", (400, "bad-json")),
        (b"[]", "application/json", (422, "invalid")),
        (b'{"values": 1e300}', "application/json", (422, "invalid")),
        (b'{"values": 99999999999999999999999}', "application/json", (422, "invalid")),
        (b"null", "application/json", (422, "invalid")),
        (b'"text"', "application/json", (422, "invalid")),
        (b"{}", "application/json", (422, "invalid")),
        (b'{"values": {}, "colour": 1}', "application/json", (422, "unknown-field")),
        (b"{}", "text/plain", (415, "unsupported-media-type")),
        (b"<a/>", "application/xml", (415, "unsupported-media-type")),
        (b"a=b", "application/x-www-form-urlencoded", (415, "unsupported-media-type")),
        (b'{"a":"' + b"x" * 3_000_000 + b'"}', "application/json", (413, "too-large")),
    ],
    ids=lambda value: value[:20].decode(errors="replace") if isinstance(value, bytes) else None,
)
def test_a_body_that_cannot_be_read(proposer, reference, body, content_type, expected):
    response = proposer.post("/suppliers", body, Content_Type=content_type)

    assert problem(response) == expected


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", f"/suppliers/{UNKNOWN}", "GET, PATCH"),
        ("DELETE", f"/suppliers/{UNKNOWN}", "GET, PATCH"),
        ("POST", f"/suppliers/{UNKNOWN}", "GET, PATCH"),
        ("TRACE", "/suppliers", "GET, POST"),
        ("GET", "/suppliers/match", "POST"),
        ("DELETE", "/changes/CR-1", "GET"),
    ],
)
def test_a_method_that_is_not_there_says_which_are(proposer, db, method, path, allowed):
    response = proposer.send(method, path)

    assert problem(response) == (405, "method-not-allowed")
    assert response["Allow"] == allowed


def test_options_says_which_methods_are_there(proposer, db):
    response = proposer.send("OPTIONS", "/suppliers")

    assert (response.status_code, response["Allow"]) == (204, "GET, POST")


@pytest.mark.parametrize(
    "path", ["/nothing", "/suppliers/", f"/suppliers/{UNKNOWN}/", "//", "/%00"]
)
def test_an_address_at_which_there_is_nothing(reader, db, path):
    assert problem(reader.get(path)) == (404, "not-found")


@pytest.mark.parametrize("accept", ["text/html", "application/xml, image/png", "nonsense"])
def test_who_does_not_take_json_gets_406(reader, supplier, accept):
    assert problem(reader.get("/suppliers", Accept=accept)) == (406, "not-acceptable")


def test_a_host_that_is_not_ours(reader, db, settings):
    settings.ALLOWED_HOSTS = ["mdm.example.com"]

    assert problem(reader.get("/suppliers")) == (400, "bad-request")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError("locked"), (503, "unavailable")),
        (Conflict("Somebody was faster."), (409, "conflict")),
        (ValueError("DE89370400440532013000 at line 7"), (500, "internal")),
    ],
)
def test_what_breaks_inside_tells_nothing_of_the_inside(
    reader, supplier, monkeypatch, error, expected
):
    def broken(*args):
        raise error

    monkeypatch.setattr(live, "sees", broken)

    response = reader.get(f"/suppliers/{supplier.golden_id}")

    assert problem(response) == expected
    assert "370400" not in response.content.decode()
    assert response.json()["trace_id"]


def test_every_problem_type_can_be_followed(reader, db):
    for kind in PROBLEMS.values():
        shape = reader.client.get(kind.address, headers=reader.headers).json()
        assert shape["title"] == kind.title
    missing = reader.client.get("/api/problems/none", headers=reader.headers)
    assert problem(missing) == (404, "not-found")


def test_every_error_of_the_project_has_a_status():
    from mdm import errors as project

    for name in ("Conflict", "NotAllowed", "Refused", "NotFound"):
        found = errors.problem_of(getattr(project, name)("Words for the user."))
        assert found.detail == "Words for the user."
        assert 400 <= found.kind.status < 500
