"""The pages that merge records, take a merge back and unlink a source."""

from typing import Any

import pytest

from mdm import changes, intake
from mdm.domains.supplier import Supplier
from mdm.models import Change, SourceRecord, Status
from tests import make
from tests.mdm.web.reviewing import browser, words

VIEW = {"company_code": "1010"}


@pytest.fixture
def three(people: dict[str, Any], reference: None) -> list[Supplier]:
    """Three suppliers; the last refers to the second as its parent."""
    values: list[dict[str, Any]] = [
        {"legal_name": "Nordwind GmbH", "company_views[V1]": {**VIEW, "payment_terms": "NET30"}},
        {"legal_name": "Altes Kontor AG", "website": "https://kontor.example", "country": "DE"},
        {"legal_name": "Meerblick Fisch", "company_views[V2]": {**VIEW, "payment_terms": "NET60"}},
    ]
    rows: list[Supplier] = []
    for one in values:
        more = {"parent": str(rows[1].pk)} if len(rows) == 2 else {}
        rows.append(
            make.record("supplier", one | more, by=people["steward"], approvers=people["approver"])
        )
    return rows


def approve(people: dict[str, Any], change: Change) -> None:
    change = changes.decide(change, "approve", by=people["approver"], comment="Yes")
    assert change.state == "applied", [p.problem for p in change.parts.all()]


def test_records_are_merged_on_a_page_and_taken_apart_on_another(
    people: dict[str, Any], three: list[Supplier]
) -> None:
    first, second, _ = three
    client = browser(people["steward"])
    ids = [str(first.pk), str(second.pk)]

    page = words(client.get(f"/suppliers/merge/?ids={','.join(ids)}"))
    assert "becomes a redirect" in page
    assert "Parent supplier of suppliers: 1 record will resolve to it: Meerblick Fisch" in page
    sent = {"ids": ids, "survivor": ids[0], "pick:legal_name": "B", "do": "file", "reason": "One"}
    filed = client.post("/suppliers/merge/", sent)
    change = Change.objects.latest("created_at")
    assert filed["Location"] == f"/changes/{change.number}/"
    shown = words(browser(people["approver"]).get(filed["Location"]))
    for said in ("Merge Altes Kontor AG", "into Nordwind GmbH", "Both side by side"):
        assert said in shown
    approve(people, change)
    first.refresh_from_db()
    assert (first.legal_name, first.website) == ("Altes Kontor AG", "https://kontor.example")

    sources = client.get(f"/suppliers/{first.pk}/sources/")
    way = f"/suppliers/{first.pk}/unmerge/?other={second.pk}"
    assert way in sources.content.decode()
    page = words(client.get(way))
    assert "becomes active again" in page
    filed = client.post(way, {"other": str(second.pk), "reason": "Two"})
    shown = words(client.get(filed["Location"]))
    assert "stops being a redirect" in shown
    approve(people, Change.objects.latest("created_at"))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.legal_name, second.status) == ("Nordwind GmbH", Status.ACTIVE)


def test_a_clash_is_asked_about_and_one_may_be_left_out(
    people: dict[str, Any], three: list[Supplier]
) -> None:
    client = browser(people["steward"])
    ids = [str(row.pk) for row in three]

    page = words(client.get(f"/suppliers/merge/?ids={','.join(ids)}"))
    assert "To be picked first" in page
    refused = client.post("/suppliers/merge/", {"ids": ids, "do": "file", "reason": "One"})
    assert refused.status_code == 422
    assert "Not filed" in words(refused)
    without = client.post("/suppliers/merge/", {"ids": ids, "without": ids[2], "do": "look"})
    assert "To be picked first" not in words(without)
    hand = {"hand:company_views[V1].payment_terms": "NET60", "hand:parent": "-"}
    filed = client.post("/suppliers/merge/", {"ids": ids, "do": "file", "reason": "One", **hand})
    assert filed.status_code == 302
    assert Change.objects.latest("created_at").part_count == 2


@pytest.mark.parametrize(
    ("query", "status"), [("", 200), ("?ids=nobody", 422), ("?ids=S-100001", 200)]
)
def test_the_merge_page_answers_whatever_is_asked(
    people: dict[str, Any], three: list[Supplier], query: str, status: int
) -> None:
    assert browser(people["steward"]).get(f"/suppliers/merge/{query}").status_code == status


def test_who_may_not_decide_duplicates_is_told(
    people: dict[str, Any], three: list[Supplier]
) -> None:
    first, second, _ = three
    client = browser(people["requester"])
    for way in (f"merge/?ids={first.pk}", f"{first.pk}/unmerge/?other={second.pk}",
                f"{first.pk}/unlink/?source={second.pk}"):  # fmt: skip
        assert client.get(f"/suppliers/{way}").status_code == 403
    assert "unlink/" not in client.get(f"/suppliers/{first.pk}/sources/").content.decode()


def test_an_unmerge_asks_who_keeps_an_edit(people: dict[str, Any], three: list[Supplier]) -> None:
    first, second, _ = three
    client = browser(people["steward"])
    way = f"/suppliers/{first.pk}/unmerge/?other={second.pk}"
    assert client.get(way).status_code == 409
    ids = [str(first.pk), str(second.pk)]
    client.post("/suppliers/merge/", {"ids": ids, "do": "file", "reason": "One"})
    approve(people, Change.objects.latest("created_at"))
    edit = changes.draft(
        subject="supplier", golden_id=first.pk, patch={"website": "https://new.example"},
        by=people["requester"],
    )  # fmt: skip
    make.approved(edit, people["approver"], comment="Yes")

    page = words(client.get(way))
    assert "the merge brought https://kontor.example, now it is https://new.example" in page
    client.post(way, {"other": str(second.pk), "keeps:website": "other", "reason": "Two"})
    approve(people, Change.objects.latest("created_at"))

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.website, second.website) == ("", "https://new.example")


def test_a_source_is_unlinked_on_a_page(people: dict[str, Any], reference: None) -> None:
    make.record("system", {"code": "erp", "name": "ERP"}, by=people["integrator"],
                approvers=people["approver"])  # fmt: skip
    received = intake.receive(
        "erp", "supplier", "E1", {"legal_name": "Nordwind GmbH"}, by=people["integrator"]
    )
    assert received.change is not None
    approve(people, received.change)
    row, source = Supplier.objects.get(), SourceRecord.objects.get()
    client = browser(people["steward"])
    way = f"/suppliers/{row.pk}/unlink/?source={source.pk}"
    assert way in client.get(f"/suppliers/{row.pk}/sources/").content.decode()

    assert "known to this source alone" in words(client.get(way))
    sent = {"source": str(source.pk), "reason": "A mix-up"}
    assert client.post(way, sent).status_code == 422
    client.post(way, sent | {"hand:legal_name": "Nordwind GmbH"})
    approve(people, Change.objects.latest("created_at"))

    source.refresh_from_db()
    assert (source.state, source.golden_id) == ("waiting", None)
    assert client.get(way).status_code == 404
