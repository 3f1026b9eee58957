"""What the API says of itself is complete, valid, and what it does."""

import json
import re

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from mdm import canonical
from mdm.api.errors import PROBLEMS
from mdm.domains import DOMAINS
from tests.api.conftest import Caller, problem
from tests.api.test_routes import addresses


@pytest.fixture
def openapi(reader):
    return reader.get("/schema/").json()


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def resolved(document, schema):
    """The schema with its references inside the document."""
    return schema | {"components": document["components"]}


def test_the_description_is_openapi_3_1_with_an_id_for_each_operation(openapi):
    assert openapi["openapi"] == "3.1.0"
    ids = [operation["operationId"] for _, operation in operations(openapi)]
    assert len(ids) == len(set(ids)) > 60
    for name, operation in operations(openapi):
        assert operation["summary"], name
        assert "401" in operation["responses"], name


def test_every_route_is_described(openapi):
    described = [re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for path in openapi["paths"]]
    routes = {address for address in addresses() if address.startswith("/api/")}

    missing = {a for a in routes if not any(path.fullmatch(a) for path in described)}

    assert missing == {"/api/", "/api/v1/docs/"}


def test_every_schema_of_the_description_is_a_schema_and_every_reference_leads_somewhere(openapi):
    schemas = openapi["components"]["schemas"]
    for name, schema in schemas.items():
        Draft202012Validator.check_schema(schema), name
    text = json.dumps(openapi)
    for name in set(text.split('"$ref": "#/components/schemas/')[1:]):
        assert name.split('"')[0] in schemas
    assert "#/$defs" not in text


def test_every_example_is_valid_for_its_schema(openapi):
    shown = 0
    for name, operation in operations(openapi):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for media in (m for body in bodies for m in body.get("content", {}).values()):
            if "example" in media:
                found = Draft202012Validator(resolved(openapi, media["schema"]))
                assert list(found.iter_errors(media["example"])) == [], name
                shown += 1
    assert shown > 20


def test_writes_declare_the_headers_they_need(openapi):
    paths = openapi["paths"]

    def headers(path, method):
        given = paths[path][method]["parameters"]
        return {p["name"]: p["required"] for p in given if p["in"] == "header"}

    assert headers("/api/v1/suppliers", "post") == {"Idempotency-Key": True}
    assert headers("/api/v1/suppliers/{golden_id}", "patch") == {"If-Match": True}
    assert headers("/api/v1/changes/{number}/approve", "post") == {
        "If-Match": True,
        "Idempotency-Key": False,
    }


def test_answers_are_as_they_are_described(openapi, reader, proposer, sealed_supplier):
    golden_id = str(sealed_supplier.golden_id)
    tag = reader.get(f"/suppliers/{golden_id}")["ETag"]
    filed = proposer.patch(
        f"/suppliers/{golden_id}",
        {"patch": {"payment_terms": "NET60"}, "reason": "As agreed"},
        If_Match=tag,
    )
    number = filed.json()["number"]
    calls = {
        "/api/v1/suppliers": "/suppliers",
        "/api/v1/suppliers/{golden_id}": f"/suppliers/{golden_id}",
        "/api/v1/suppliers/{golden_id}/history": f"/suppliers/{golden_id}/history",
        "/api/v1/suppliers/{golden_id}/provenance": f"/suppliers/{golden_id}/provenance",
        "/api/v1/suppliers/{golden_id}/keys": f"/suppliers/{golden_id}/keys",
        "/api/v1/changes": "/changes",
        "/api/v1/changes/{number}": f"/changes/{number}",
        "/api/v1/changes/{number}/parts": f"/changes/{number}/parts",
        "/api/v1/events": "/events",
        "/api/v1/reference": "/reference",
        "/api/v1/reference/countries": "/reference/countries",
        "/api/v1/reference/countries/{code}": "/reference/countries/DE",
    }
    for path, call in calls.items():
        response = reader.get(call)
        answer = openapi["paths"][path]["get"]["responses"]["200"]
        (media,) = answer["content"].values()
        found = Draft202012Validator(resolved(openapi, media["schema"]))
        assert list(found.iter_errors(response.json())) == [], path
    created = openapi["paths"]["/api/v1/suppliers/{golden_id}"]["patch"]["responses"]["201"]
    schema = created["content"]["application/json"]["schema"]
    assert list(Draft202012Validator(resolved(openapi, schema)).iter_errors(filed.json())) == []


def test_every_problem_that_an_operation_may_have_is_one_there_is(openapi):
    for name, operation in operations(openapi):
        for status, response in operation["responses"].items():
            if "application/problem+json" in response.get("content", {}):
                slugs = [part.split("`")[0] for part in response["description"].split("`")[1::2]]
                assert slugs, name
                assert {PROBLEMS[slug].status for slug in slugs} == {int(status)}, name


def test_canonical_schemas_are_served_as_they_are(reader):
    index = reader.client.get("/api/schemas/", headers=reader.headers).json()["data"]

    assert len(index) == 2 * len(DOMAINS)
    for row in index:
        response = reader.client.get(row["href"], headers=reader.headers)
        assert response["Content-Type"] == "application/schema+json"
        assert response.json()["title"] == row["title"]
    supplier = reader.client.get("/api/schemas/supplier.v1.json", headers=reader.headers)
    assert supplier.json() == json.loads(json.dumps(canonical.schema(DOMAINS["supplier"])))
    missing = reader.client.get("/api/schemas/planet.v1.json", headers=reader.headers)
    assert problem(missing) == (404, "not-found")


def test_the_page_of_docs_is_for_the_signed_in_and_has_nothing_inline(people):
    page = Caller(people["auditor"], session=True).client.get("/api/v1/docs/")
    nobody = Client().get("/api/v1/docs/")

    text = page.content.decode()
    assert page.status_code == 200
    assert "Content-Security-Policy" in page
    assert "<style" not in text
    assert " style=" not in text
    assert "<script>" not in text
    assert "http" not in text.replace("http-equiv", "")
    assert (nobody.status_code, nobody["Location"]) == (302, "/sign-in/?next=/api/v1/docs/")
