"""The lists: search, filters, columns, pages, export; and what they say when they are empty."""

import csv
import io
import re
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mdm.domains.spec import Subject
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.models import LedgerEntry
from mdm.queries import export, listing
from mdm.web import record_rows
from tests import make
from tests.mdm.web.conftest import SECRETS


@pytest.fixture
def four(acme: Supplier, people: dict[str, Any]) -> list[str]:
    """Four suppliers by name, in two countries."""
    rows = (("Alpha AG", "DE"), ("Beta Inc.", "US"), ("=Gamma", "US"))
    for name, country in rows:
        patch = make.SUPPLIER | {"legal_name": name, "country": country}
        make.record("supplier", patch, by=people["requester"], approvers=people["approver"])
    return ["=Gamma", "Alpha AG", "Beta Inc.", "Nordwind Logistik GmbH"]


def _names(page: str) -> list[str]:
    return re.findall(r'<a class="ts-name" href="/suppliers/[^"]+">([^<]+)</a>', page)


def _list(client: Client, query: str = "") -> str:
    return client.get(f"/suppliers/{query}").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["=Gamma", "Alpha AG", "Beta Inc.", "Nordwind Logistik GmbH"]),
        ("?sort=-legal_name", ["Nordwind Logistik GmbH", "Beta Inc.", "Alpha AG", "=Gamma"]),
        ("?q=alpha", ["Alpha AG"]),
        ("?country=US", ["=Gamma", "Beta Inc."]),
        ("?not_country=US&q=nord", ["Nordwind Logistik GmbH"]),
        ("?country=US&country=DE&status=retired", []),
    ],
)
def test_search_filters_and_order_are_in_the_address(
    as_steward: Client, four: list[str], query: str, found: list[str]
) -> None:
    assert _names(_list(as_steward, query)) == found


def test_counts_chips_and_filters_tell_what_is_on(as_steward: Client, four: list[str]) -> None:
    page = _list(as_steward, "?country=US")

    assert "2 of 4" in page
    assert re.search(r'Country <b>US, United States</b><a class="ts-chip-x" href="\?"', page)
    assert 'href="?country=US&amp;not_country=DE"' in page


@pytest.mark.parametrize("query", ["", "country=DE", "not_country=DE", "q=a&payment_block=false"])
def test_each_number_beside_a_filter_is_the_number_of_rows_it_opens(
    as_steward: Client, four: list[str], people: dict[str, Any], query: str
) -> None:
    asked = QueryDict(query)
    filters = {name: asked.getlist(name) for name in asked if name != "q"}
    ask = partial(listing.listing, SUPPLIER, people["steward"], query=asked.get("q", ""))

    for facet in ask(filters=filters).facets:
        beside = {n: v for n, v in filters.items() if n.removeprefix("not_") != facet.code}
        for choice in facet.choices:
            opened = ask(filters=beside | {facet.code: [choice.value]})
            assert (facet.code, choice.value, len(opened.rows)) == (
                facet.code, choice.value, choice.count,
            )  # fmt: skip
            assert opened.total == choice.count


def test_what_fits_nothing_says_so_and_offers_the_way_back(
    as_steward: Client, four: list[str]
) -> None:
    page = _list(as_steward, "?q=zzz&sort=code")

    assert "No Supplier fits" in page
    assert '<a class="btn ts-btn-s" href="?sort=code">' in page


def test_an_empty_list_offers_the_first_step(as_steward: Client, people: dict[str, Any]) -> None:
    assert "Propose the first one" in _list(as_steward)


@pytest.mark.parametrize("query", ["?colour=red", "?sort=colour", "?columns=colour"])
def test_what_the_list_does_not_know_is_refused_in_words(
    as_steward: Client, four: list[str], query: str
) -> None:
    answer = as_steward.get(f"/suppliers/{query}")

    assert answer.status_code == 400
    assert "colour" in answer.content.decode()


def test_columns_are_chosen_in_the_address(as_steward: Client, four: list[str]) -> None:
    page = _list(as_steward, "?columns=currency&columns=addresses")

    heads = re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<]+)', page)
    assert heads == ["Number", "Name", "Currency", "Addresses", "Status", "Version", "Updated"]


def test_columns_of_the_declaration_are_columns_of_the_list() -> None:
    from mdm.domains import DOMAINS

    for domain in DOMAINS.values():
        assert [c.code for c in record_rows.columns(domain)] == list(domain.columns)


def test_a_kind_that_declares_no_columns_shows_what_says_most() -> None:
    kind = Subject(
        **{f: getattr(SUPPLIER, f) for f in ("code", "label", "plural", "path", "model")},
        attributes=SUPPLIER.attributes,
        name="legal_name",
    )

    shown = [c.code for c in record_rows.columns(kind)]
    assert shown == ["category", "country", "parent", "currency"]


def test_secret_collections_are_no_columns_and_personal_tax_ids_are_hidden(
    as_steward: Client, rich: Supplier
) -> None:
    page = _list(as_steward, "?columns=tax_ids")

    assert {"bank_accounts", "contacts"} & set(record_rows.choosable(SUPPLIER)) == set()
    assert "DE136695976" in page
    assert [s for s in SECRETS if s in page] == []


def test_a_longer_list_takes_no_more_queries(
    as_steward: Client, acme: Supplier, people: dict[str, Any]
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_steward.get("/suppliers/").status_code == 200
        return len(captured)

    one = queries()
    for name in ("Alpha AG", "Beta AG", "Gamma AG"):
        patch = make.SUPPLIER | {"legal_name": name}
        make.record("supplier", patch, by=people["requester"], approvers=people["approver"])

    assert (len(_names(_list(as_steward))), queries()) == (4, one)


def test_an_export_holds_the_filtered_rows_and_nothing_a_spreadsheet_would_run(
    as_steward: Client, four: list[str]
) -> None:
    answer = as_steward.post("/suppliers/export/?country=US")

    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["legal_name"] for row in rows] == ["'=Gamma", "Beta Inc."]
    assert [row["addresses_count"] for row in rows] == ["1", "1"]
    note = LedgerEntry.objects.get(kind="records.exported")
    assert (note.person, note.subject) == ("steward", "supplier")
    assert note.facts == {"rows": "2", "query": "country=US"}


def test_an_export_never_holds_a_secret(as_steward: Client, rich: Supplier) -> None:
    answer = as_steward.post("/suppliers/export/")

    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert [s for s in (*SECRETS, "sealed:") if s in text] == []


def test_an_export_is_asked_for_never_followed(as_steward: Client, acme: Supplier) -> None:
    assert as_steward.get("/suppliers/export/").status_code == 405
    assert as_steward.post("/suppliers/export/?colour=red").status_code == 400
    assert not LedgerEntry.objects.filter(kind="records.exported").exists()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+49 40", "'+49 40"),
        ("@x", "'@x"),
        ("-x", "'-x"),
        ("-5.5", "-5.5"),
        ("Ok", "Ok"),
    ],
)
def test_formulas_are_neutralised_and_numbers_stay_numbers(text: str, written: str) -> None:
    assert export.neutral(text) == written


def test_an_export_ends_at_its_limit(
    as_steward: Client, four: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST_ROWS", 3)
    monkeypatch.setattr(export, "AT_ONCE", 2)

    answer = as_steward.post("/suppliers/export/")

    lines = b"".join(answer.streaming_content).decode().strip().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 1 + 3
    assert LedgerEntry.objects.get(kind="records.exported").facts["rows"] == "3"
