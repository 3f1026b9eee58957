"""Lists: filters, search, sort, pages, chosen fields; and what is refused."""

import pytest

from mdm.models import LiveVersion
from tests.api.conftest import problem


def names(response):
    return [row["legal_name"] for row in response.json()["data"]]


@pytest.fixture
def three(new_supplier):
    return [
        new_supplier(legal_name="Alpha GmbH"),
        new_supplier(legal_name="Beta Inc", country="US", duns="315369934"),
        new_supplier(legal_name="Gamma SA", payment_terms="NET60"),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Alpha GmbH", "Beta Inc", "Gamma SA"]),
        ("country=US", ["Beta Inc"]),
        ("country=us", ["Beta Inc"]),
        ("country=DE&payment_terms=NET60", ["Gamma SA"]),
        ("payment_terms=NET60&payment_terms=NET30", ["Alpha GmbH", "Beta Inc", "Gamma SA"]),
        ("trade_name=", ["Alpha GmbH", "Beta Inc", "Gamma SA"]),
        ("payment_block=false&country=US", ["Beta Inc"]),
        ("parent=&country=US", ["Beta Inc"]),
        ("q=amm", ["Gamma SA"]),
        ("q=315369934", ["Beta Inc"]),
        ("status=retired", []),
        ("status=active&status=blocked", ["Alpha GmbH", "Beta Inc", "Gamma SA"]),
        ("sort=-legal_name", ["Gamma SA", "Beta Inc", "Alpha GmbH"]),
        ("sort=updated_at", ["Alpha GmbH", "Beta Inc", "Gamma SA"]),
        ("updated_since=2020-01-01T00:00:00Z&country=US", ["Beta Inc"]),
        ("updated_since=2099-01-01T00:00:00%2B02:00", []),
    ],
)
def test_filters_search_and_sort_choose_and_order(reader, three, query, expected):
    assert names(reader.get(f"/suppliers?{query}")) == expected


def test_rows_are_the_stored_masked_payloads(reader, sealed_supplier):
    (row,) = reader.get("/suppliers").json()["data"]

    assert row == reader.get(f"/suppliers/{sealed_supplier.golden_id}").json()
    assert row["bank_accounts"][0]["iban"] == "•••• 3000"


def test_pages_go_on_and_back_without_repeating_or_skipping(reader, three):
    first = reader.get("/suppliers?limit=2&sort=legal_name").json()
    second = reader.get(f"/suppliers?limit=2&sort=legal_name&cursor={first['next']}").json()
    back = reader.get(f"/suppliers?limit=2&sort=legal_name&cursor={second['previous']}").json()

    assert [r["legal_name"] for r in first["data"]] == ["Alpha GmbH", "Beta Inc"]
    assert [r["legal_name"] for r in second["data"]] == ["Gamma SA"]
    assert (first["previous"], second["next"]) == (None, None)
    assert back["data"] == first["data"]
    assert back["previous"] is None


def test_equal_values_are_paged_by_id(reader, new_supplier):
    made = [str(new_supplier(search_name="SAME").golden_id) for _ in range(3)]
    seen, cursor = [], ""
    for _ in range(3):
        page = reader.get(f"/suppliers?limit=1&sort=-search_name{cursor}").json()
        seen += [row["golden_id"] for row in page["data"]]
        cursor = f"&cursor={page['next']}"

    assert seen == made[::-1]


@pytest.mark.parametrize("change", ["x", "", "&sort=-legal_name", "&country=DE"])
def test_a_cursor_belongs_to_its_query_and_is_not_made_by_hand(reader, three, change):
    cursor = reader.get("/suppliers?limit=1").json()["next"]
    wrong = {"x": cursor[:-2] + "xx", "": "nonsense"}.get(change, cursor + change)

    assert problem(reader.get(f"/suppliers?limit=1&cursor={wrong}")) == (400, "invalid-parameter")


def test_fields_and_omit_choose_what_is_shown(reader, supplier):
    (chosen,) = reader.get("/suppliers?fields=legal_name,country").json()["data"]
    (rest,) = reader.get("/suppliers?omit=addresses,golden_id").json()["data"]

    identity = {"golden_id": str(supplier.golden_id), "version": 1}
    assert chosen == identity | {"legal_name": "Nordwind Logistik GmbH", "country": "DE"}
    assert "addresses" not in rest
    assert rest["golden_id"] == str(supplier.golden_id)


def test_merged_records_are_only_listed_when_asked_for(reader, people, supplier):
    from mdm.authorship import acting

    supplier.status = "merged"
    with acting(person="test"):
        supplier.save()

    assert names(reader.get("/suppliers")) == []
    assert len(names(reader.get("/suppliers?status=merged"))) == 1


@pytest.mark.parametrize(
    ("query", "slug", "named"),
    [
        ("colour=red", "unknown-parameter", "colour"),
        ("COUNTRY=DE", "unknown-parameter", "COUNTRY"),
        ("country=Atlantis", "invalid-parameter", "country"),
        ("category=robot", "invalid-parameter", "category"),
        ("status=asleep", "invalid-parameter", "status"),
        ("sort=iban", "invalid-parameter", "sort"),
        ("sort=code&sort=country", "invalid-parameter", "sort"),
        ("limit=0", "invalid-parameter", "limit"),
        ("limit=201", "invalid-parameter", "limit"),
        ("limit=ten", "invalid-parameter", "limit"),
        ("updated_since=yesterday", "invalid-parameter", "updated_since"),
        ("updated_since=2026-01-01T00:00:00", "invalid-parameter", "updated_since"),
        ("golden_id=1", "invalid-parameter", "golden_id"),
        ("fields=iban", "invalid-parameter", "fields"),
        ("q=%00", "invalid-parameter", "q"),
        ("payment_block=perhaps", "invalid-parameter", "payment_block"),
        ("parent=S-1", "invalid-parameter", "parent"),
    ],
)
def test_what_is_not_known_or_not_right_is_refused_by_name(reader, db, query, slug, named):
    response = reader.get(f"/suppliers?{query}")

    assert problem(response) == (400, slug)
    assert response.json()["errors"][0]["parameter"] == named


@pytest.mark.parametrize("rows", [1, 4])
def test_a_page_costs_two_queries_whatever_its_length(
    reader, new_supplier, django_assert_num_queries, rows
):
    for _ in range(rows):
        new_supplier()
    reader.get("/suppliers")

    with django_assert_num_queries(2):
        response = reader.get("/suppliers")

    assert len(response.json()["data"]) == rows


def test_a_row_without_a_stored_payload_is_left_out(reader, supplier):
    LiveVersion.objects.all().delete()

    assert reader.get("/suppliers").json() == {"data": [], "next": None, "previous": None}
