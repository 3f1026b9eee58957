"""Reference lists: read by everybody, changed through changes."""

import pytest

from mdm.domains.reference import REFERENCE_LISTS
from tests.api.conftest import problem


def test_the_index_leads_to_every_list(reader, reference):
    index = reader.get("/reference").json()["data"]

    assert {row["list"] for row in index} == set(REFERENCE_LISTS)
    for row in index:
        response = reader.client.get(row["href"], headers=reader.headers)
        assert response.status_code == 200


def test_a_list_is_paged_by_code(reader, reference):
    first = reader.get("/reference/payment-terms?limit=1").json()
    rest = reader.get(f"/reference/payment-terms?cursor={first['next']}").json()

    assert [row["code"] for row in first["data"]] == ["NET30"]
    assert [row["code"] for row in rest["data"]] == ["NET60"]
    assert first["data"][0]["net_days"] == 30
    assert first["data"][0]["discount1_percent"] == ""


def test_a_row_is_read_by_its_code_with_an_etag(reader, reference):
    response = reader.get("/reference/countries/DE")

    assert (response.json()["name"], response.json()["version"]) == ("Germany", 1)
    tag = response["ETag"]
    assert reader.get("/reference/countries/DE", If_None_Match=tag).status_code == 304


@pytest.mark.parametrize(
    "path", ["/reference/countries/XX", "/reference/planets", "/reference/a/b"]
)
def test_what_no_list_has_is_not_found(reader, reference, path):
    assert problem(reader.get(path)) == (404, "not-found")


def test_a_list_is_not_written_directly(proposer, reference):
    response = proposer.post("/reference/countries", {"code": "XX"})

    assert problem(response) == (405, "method-not-allowed")
