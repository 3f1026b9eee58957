"""Reading one record: its form, its tag, what is sealed, what was merged, who may see it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from jsonschema import Draft202012Validator

from mdm import canonical, changes
from mdm.domains import DOMAINS
from mdm.models import LedgerEntry, LiveVersion
from tests import make
from tests.api.conftest import Caller, problem

UNKNOWN = "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b11"
IBAN = "DE89370400440532013000"


def test_a_record_is_served_in_its_canonical_form_with_a_strong_etag(reader, supplier):
    response = reader.get(f"/suppliers/{supplier.golden_id}")

    live = LiveVersion.objects.select_related("payload").get(pk=supplier.golden_id)
    assert response.status_code == 200
    assert response.content == bytes(live.payload.masked)
    assert response["ETag"] == f'"1-{live.payload.masked_hash[:16]}"'
    assert response["Content-Type"] == "application/json"
    schema = canonical.schema(DOMAINS["supplier"])
    assert list(Draft202012Validator(schema).iter_errors(response.json())) == []


def test_a_read_is_one_query(reader, supplier, django_assert_num_queries):
    reader.get(f"/suppliers/{supplier.golden_id}")

    with django_assert_num_queries(1):
        reader.get(f"/suppliers/{supplier.golden_id}")


def test_a_caller_who_has_the_version_gets_304_without_a_body(reader, supplier):
    path = f"/suppliers/{supplier.golden_id}"
    tag = reader.get(path)["ETag"]

    again = reader.get(path, If_None_Match=f'"other", W/{tag}')
    other = reader.get(path, If_None_Match='"other"')

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    assert other.status_code == 200


def test_head_answers_like_get_without_a_body(reader, supplier):
    response = reader.client.head(f"/api/v1/suppliers/{supplier.golden_id}", headers=reader.headers)

    assert (response.status_code, response.content) == (200, b"")
    assert response["ETag"]


@pytest.mark.parametrize("golden_id", [UNKNOWN, "abc", "S-100001", "%00", "a" * 300])
def test_an_unknown_id_is_a_problem_that_names_it(reader, db, golden_id):
    response = reader.get(f"/suppliers/{golden_id}")

    assert problem(response) == (404, "not-found")
    assert golden_id[:40] in response.json()["detail"] or golden_id == "%00"


def test_a_record_is_not_found_under_another_domain(reader, supplier):
    assert problem(reader.get(f"/projects/{supplier.golden_id}")) == (404, "not-found")


def test_sealed_values_are_masked(reader, sealed_supplier):
    shape = reader.get(f"/suppliers/{sealed_supplier.golden_id}").json()

    assert shape["bank_accounts"][0]["iban"] == "•••• 3000"
    assert shape["contacts"][0]["last_name"] == "••••"
    assert IBAN not in str(shape)


def test_reveal_gives_them_in_full_and_the_ledger_says_to_whom(people, sealed_supplier):
    caller = Caller(people["steward"], "read", "reveal")

    response = caller.get(f"/suppliers/{sealed_supplier.golden_id}?reveal=true")

    assert response.json()["bank_accounts"][0]["iban"] == IBAN
    masked = caller.get(f"/suppliers/{sealed_supplier.golden_id}")
    assert response["ETag"] != masked["ETag"]
    entry = LedgerEntry.objects.get(kind="record.revealed")
    assert (entry.person, entry.facts) == ("steward", {"version": "1", "channel": "token Test"})


@pytest.mark.parametrize(
    ("name", "scopes", "slug"),
    [
        ("steward", ("read",), "scope-missing"),
        ("integrator", ("read", "reveal"), "not-allowed"),
    ],
)
def test_reveal_needs_the_scope_and_the_right(people, sealed_supplier, name, scopes, slug):
    caller = Caller(people[name], *scopes)

    response = caller.get(f"/suppliers/{sealed_supplier.golden_id}?reveal=true")

    assert problem(response) == (403, slug)
    assert not LedgerEntry.objects.filter(kind="record.revealed").exists()


def test_a_merged_record_leads_to_its_survivor(reader, new_supplier):
    lost, kept = new_supplier(), new_supplier(legal_name="Nordwind Holding GmbH")
    LiveVersion.objects.filter(pk=lost.golden_id).update(merged_into=kept.golden_id)
    path = f"/suppliers/{lost.golden_id}"

    moved, tombstone = reader.get(path), reader.get(f"{path}?follow=false")

    address = f"/api/v1/suppliers/{kept.golden_id}"
    assert (moved.status_code, moved["Location"]) == (301, address)
    assert moved["Link"] == f'<{address}>; rel="canonical"'
    assert moved.json() == {
        "golden_id": str(lost.golden_id),
        "merged_into": str(kept.golden_id),
    }
    assert tombstone.json()["legal_name"] == "Nordwind Logistik GmbH"


def test_who_may_see_one_company_code_does_not_learn_of_another(people, reference):
    center = {"code": "CC-1", "name": "Marketing", "company_code": "1010"}
    record = make.record("cost_center", center, by=people["steward"], approvers=people["approver"])
    here = Caller(make.person("here", "auditor", company_code="1010"))
    elsewhere = Caller(make.person("elsewhere", "auditor", company_code="2020"))
    path = f"/cost-centers/{record.golden_id}"

    assert here.get(path).json()["name"] == "Marketing"
    assert problem(elsewhere.get(path)) == (404, "not-found")
    for more in ("/history", "/provenance", "/keys"):
        assert problem(elsewhere.get(path + more)) == (404, "not-found")
    assert elsewhere.get("/cost-centers").json()["data"] == []
    assert here.get("/cost-centers").json()["data"] != []


def test_a_record_as_it_will_be(people, reader, supplier):
    later = timezone.now().date() + timedelta(days=30)
    change = changes.draft(
        subject="supplier",
        golden_id=supplier.golden_id,
        patch={"payment_terms": "NET60"},
        by=people["steward"],
        reason="From next month",
    )
    make.approved(change, people["approver"])
    path = f"/suppliers/{supplier.golden_id}"

    now = reader.get(f"{path}?as_of={later}").json()
    then = reader.get(f"{path}?known_at=2020-01-01T00:00:00Z")

    assert (now["payment_terms"], now["version"]) == ("NET60", 2)
    assert problem(then) == (404, "not-found")
    schema = canonical.schema(DOMAINS["supplier"])
    assert list(Draft202012Validator(schema).iter_errors(now)) == []


def test_history_says_who_changed_what_and_who_approved(people, reader, supplier):
    change = changes.draft(
        subject="supplier",
        golden_id=supplier.golden_id,
        patch={"payment_terms": "NET60"},
        by=people["steward"],
        reason="Agreed",
    )
    make.approved(change, people["approver"])

    newest, oldest = reader.get(f"/suppliers/{supplier.golden_id}/history").json()["data"]

    assert (newest["version"], oldest["version"]) == (2, 1)
    assert newest["patch"] == {"payment_terms": "NET60"}
    assert newest["before"] == {"payment_terms": "NET30"}
    assert (newest["person"], newest["reason"]) == ("steward", "Agreed")
    assert newest["approved_by"] == ["approver"]
    assert newest["change"] == change.number


def test_history_and_provenance_mask_what_is_sealed(reader, sealed_supplier):
    path = f"/suppliers/{sealed_supplier.golden_id}"

    history, provenance = reader.get(f"{path}/history"), reader.get(f"{path}/provenance")

    for response in (history, provenance):
        assert response.status_code == 200
        assert "•••• 3000" in response.content.decode()
        assert IBAN not in response.content.decode()
        assert "sealed:" not in response.content.decode()
    assert provenance.json()["data"]["legal_name"]["value"] == "Nordwind Logistik GmbH"
    assert provenance.json()["data"]["legal_name"]["source"] == "steward"
