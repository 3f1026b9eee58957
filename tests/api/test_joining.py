"""Merge, unmerge and unlink over the API: what is answered, what is refused, and how."""

from typing import Any

import pytest

from mdm import changes, intake
from mdm.models import Change, LiveVersion, Review, SourceRecord
from tests import make
from tests.api.conftest import Caller, problem

UNKNOWN = "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b11"


@pytest.fixture
def steward(people: dict[str, Any]) -> Caller:
    return Caller(people["steward"], "read", "propose")


def applied(people: dict[str, Any], response: Any) -> Change:
    assert response.status_code == 201, response.json()
    change = Change.objects.get(number=response.json()["number"])
    return changes.decide(change, Review.Verdict.APPROVE, by=people["approver"], comment="Yes")


def tag(row: Any) -> str:
    live = LiveVersion.objects.select_related("payload").get(pk=row.pk)
    return f'"{live.version}-{live.payload.masked_hash[:16]}"'


def test_records_are_merged_and_taken_apart(people, steward, reader, new_supplier):
    kept, lost = new_supplier(), new_supplier(website="https://milch.example")
    child = new_supplier(parent=str(lost.pk))
    path, home = f"/suppliers/{lost.pk}", f"/suppliers/{kept.pk}"

    preview = reader.get(f"{home}/merge-preview?other={lost.pk}").json()
    assert preview["patch"]["website"] == "https://milch.example"
    assert (preview["clashes"], preview["keys"]) == ([], 0)
    assert preview["referrers"] == [{"domain": "supplier", "attribute": "parent", "count": 1}]
    body = {"survivor": str(kept.pk), "others": [str(lost.pk)], "reason": "The same"}
    assert applied(people, steward.post("/suppliers/merge", body)).state == "applied"

    moved, gone = reader.get(path), reader.get(f"{path}?tombstone=true")
    assert (moved.status_code, moved["Location"]) == (301, f"/api/v1{home}")
    assert problem(gone) == (410, "gone")
    assert gone["Link"] == f'</api/v1{home}>; rel="canonical"'
    assert reader.get(f"{path}?follow=false").json()["status"] == "merged"
    back = steward.post(
        f"{home}/unmerge", {"other": str(lost.pk), "reason": "Two"}, If_Match=tag(kept)
    )
    assert applied(people, back).state == "applied"

    again = reader.get(path)
    assert (again.status_code, again.json()["status"]) == (200, "active")
    assert "website" not in reader.get(home).json()
    child.refresh_from_db()
    assert child.parent_id == lost.pk


def test_a_clash_is_refused_with_its_path_until_it_is_picked(steward, reader, new_supplier):
    view = {"company_code": "1010"}
    kept = new_supplier(**{"company_views[V1]": {**view, "payment_terms": "NET30"}})
    lost = new_supplier(**{"company_views[V2]": {**view, "payment_terms": "NET60"}})
    body = {"survivor": str(kept.pk), "others": [str(lost.pk)], "reason": "One"}
    path = "company_views[V1].payment_terms"

    refused = steward.post("/suppliers/merge", body)

    assert refused.status_code == 422
    assert path in str(refused.json()["errors"])
    shown = reader.get(f"/suppliers/{kept.pk}/merge-preview?other={lost.pk}").json()["clashes"]
    assert [(c["path"], c["mine"], c["other"]) for c in shown] == [(path, "NET30", "NET60")]
    assert steward.post("/suppliers/merge", body | {"picks": {path: "NET60"}}).status_code == 201


def test_bad_merges_are_refused_in_words(proposer, steward, reader, new_supplier):
    kept, lost = new_supplier(), new_supplier()
    body = {"survivor": str(kept.pk), "others": [str(lost.pk)], "reason": "One"}

    assert problem(proposer.post("/suppliers/merge", body)) == (403, "not-allowed")
    assert problem(steward.post("/suppliers/merge", body | {"others": []})) == (422, "invalid")
    assert problem(steward.post("/suppliers/merge", body | {"others": [UNKNOWN]}))[0] == 404
    itself = body | {"others": [str(kept.pk)]}
    assert problem(steward.post("/suppliers/merge", itself)) == (422, "refused")
    unknown = body | {"picks": {"colour": "red"}}
    assert problem(steward.post("/suppliers/merge", unknown)) == (422, "invalid")
    unmerge = {"other": str(lost.pk)}
    home = f"/suppliers/{kept.pk}"
    assert problem(steward.post(f"{home}/unmerge", unmerge))[0] == 428
    answer = steward.post(f"{home}/unmerge", unmerge, If_Match=tag(kept))
    assert problem(answer) == (422, "refused")
    assert problem(reader.get(f"{home}/merge-preview")) == (422, "refused")


def test_a_source_is_unlinked(people, steward, reference):
    make.record("system", {"code": "erp", "name": "ERP"}, by=people["integrator"],
                approvers=people["approver"])  # fmt: skip
    said = {"legal_name": "Nordwind GmbH", "language": "de"}
    received = intake.receive("erp", "supplier", "E1", said, by=people["integrator"])
    part = changes.decide(received.change, "approve", by=people["approver"]).parts.get()
    source, live = SourceRecord.objects.get(), LiveVersion.objects.get(pk=part.golden_id)
    home, body = f"/suppliers/{live.pk}", {"source_record": str(source.pk), "reason": "No"}

    lacking = steward.post(f"{home}/unlink", body, If_Match=tag(live))
    assert problem(lacking) == (422, "invalid")
    kept = body | {"keep": {"legal_name": "Nordwind GmbH"}}
    change = applied(people, steward.post(f"{home}/unlink", kept, If_Match=tag(live)))

    source.refresh_from_db()
    assert (change.state, source.state, source.golden_id) == ("applied", "waiting", None)
    again = steward.post(f"{home}/unlink", body, If_Match=tag(live))
    assert problem(again)[0] == 404


def test_a_merge_says_why_and_each_missing_field_is_named_once(steward, new_supplier):
    kept, lost = new_supplier(), new_supplier()
    body = {"survivor": str(kept.pk), "others": [str(lost.pk)]}
    before = Change.objects.count()

    unexplained = steward.post("/suppliers/merge", body)
    itself = steward.post("/suppliers/merge", body | {"others": [str(kept.pk)]})
    empty = steward.post("/suppliers/merge", {})

    assert problem(unexplained) == (422, "invalid")
    assert "Give a reason" in unexplained.json()["detail"]
    assert Change.objects.count() == before
    assert "cannot be merged into itself" in itself.json()["detail"]
    assert [e["pointer"] for e in empty.json()["errors"]] == ["/survivor", "/others"]
