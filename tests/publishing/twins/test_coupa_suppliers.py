"""Suppliers at the Coupa twin: made, found, changed, refused."""

import pytest


def test_a_supplier_is_made_found_and_changed(coupa, supplier):
    made = coupa.accepted("POST", "/api/suppliers", supplier)
    found = coupa.accepted("GET", "/api/suppliers?number=S-100234&return_object=limited")
    changed = coupa.accepted(
        "PUT",
        "/api/suppliers/1",
        {
            "payment-term": {"code": "NET60"},
            "primary-address": {"city": "Hamburg"},
            "remit-to-addresses": [
                {"remit-to-code": "A1", "active": False},
                {"remit-to-code": "A2", "street1": "Kai 4"},
            ],
        },
    )

    assert (made["id"], found) == (1, [{"id": 1}])
    assert changed == {
        **made,
        "updated-at": changed["updated-at"],
        "payment-term": {"id": 5, "code": "NET60"},
        "primary-address": {
            "street1": "Hafenstrasse 12",
            "country": {"code": "DE"},
            "city": "Hamburg",
        },
        "remit-to-addresses": [
            {"remit-to-code": "A1", "street1": "Hafenstrasse 12", "active": False},
            {"remit-to-code": "A2", "street1": "Kai 4"},
        ],
    }
    assert coupa.accepted("GET", "/api/suppliers/1") == changed


def test_the_same_again_changes_nothing(coupa, supplier, control):
    made = coupa.accepted("POST", "/api/suppliers", supplier)

    again = coupa.accepted("PUT", "/api/suppliers/1", supplier)

    assert again == made
    assert [entry.effect for entry in control.log(code="S-100234")] == ["create", "none"]


def test_an_attribute_is_emptied_by_null(coupa, supplier):
    coupa.accepted("POST", "/api/suppliers", {**supplier, "duns": "123456789"})

    changed = coupa.accepted("PUT", "/api/suppliers/1", {"duns": None})

    assert "duns" not in changed


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"payment-term": {"code": "N061"}}, "Unable to find valid PaymentTerm record"),
        ({"payment-term": {"id": 77}}, "Unable to find valid PaymentTerm record"),
        ({"name": "x" * 101}, "Name is too long (maximum is 100 characters)"),
        ({"name": ""}, "Name can't be blank"),
        ({"number": None}, "Number can't be blank"),
        ({"status": "closed"}, "Supplier status must be one of active, inactive, onboarding."),
        ({"po-method": "fax"}, "Po method is not included in the list"),
        ({"on-hold": "yes"}, "On hold is invalid"),
        ({"vat-number": "1"}, "Unknown attribute vat-number"),
        ({"id": 7}, "Id is read only"),
        (
            {"primary-address": {"street": "x"}},
            "Unknown attribute primary-address/street",
        ),
        (
            {"primary-address": {"country": {"code": "XX"}}},
            "Unable to find valid Country record",
        ),
        (
            {"remit-to-addresses": [{"country": {"code": "DEU"}}]},
            "Code is too long (maximum is 2 characters)",
        ),
        ({"tax-code": {"code": "V1"}}, "Unable to find valid TaxCode record"),
        ({"commodity": {"name": "Gold"}}, "Unable to find valid Commodity record"),
    ],
)
def test_a_supplier_that_coupa_would_not_take_is_refused(coupa, supplier, change, message):
    made = coupa.accepted("POST", "/api/suppliers", supplier)

    new = {**supplier, "number": "S-2", "name": "Other", **change}
    assert coupa.refused("POST", "/api/suppliers", new) == (400, [message])
    assert coupa.refused("PUT", "/api/suppliers/1", change) == (400, [message])

    assert coupa.accepted("GET", "/api/suppliers") == [made]


def test_name_and_number_are_taken_once(coupa, supplier):
    coupa.accepted("POST", "/api/suppliers", supplier)
    coupa.accepted("POST", "/api/suppliers", {**supplier, "number": "S-2", "name": "Other"})

    lost_answer = coupa.refused("POST", "/api/suppliers", supplier)
    same_name = coupa.refused("PUT", "/api/suppliers/2", {"name": "NORDWIND Logistik GmbH"})

    assert lost_answer == (
        400,
        ["Number has already been taken", "Name has already been taken"],
    )
    assert same_name == (400, ["Name has already been taken"])


def test_what_is_required_is_missed(coupa):
    assert coupa.refused("POST", "/api/suppliers", {}) == (
        400,
        ["Name can't be blank", "Number can't be blank", "Status can't be blank"],
    )


def test_unknown_and_read_only_attributes_can_be_ignored_as_the_real_one_may(
    coupa, supplier, control
):
    control.ignore_unknown_fields(True)

    made = coupa.accepted("POST", "/api/suppliers", {**supplier, "id": 9, "vat-number": "1"})

    assert made["id"] == 1
    assert "vat-number" not in made


def test_suppliers_are_paged_filtered_and_cut(coupa, supplier):
    for number in range(1, 54):
        one = {**supplier, "number": f"S-{number}", "name": f"Name {number}"}
        coupa.accepted("POST", "/api/suppliers", one)
    last = coupa.accepted("PUT", "/api/suppliers/7", {"duns": "1"})

    assert len(coupa.accepted("GET", "/api/suppliers?limit=500")) == 50
    assert [one["id"] for one in coupa.accepted("GET", "/api/suppliers?offset=50")] == [51, 52, 53]
    since = last["updated-at"].replace("+", "%2B")
    assert coupa.accepted("GET", f"/api/suppliers?updated_at[gt_or_eq]={since}") == [last]
    assert coupa.accepted("GET", f"/api/suppliers?updated-at[gt]={since}") == []
    fields = 'fields=["id","number",{"payment_term":["code"]}]'
    assert coupa.accepted("GET", f"/api/suppliers?duns=1&{fields}") == [
        {"id": 7, "number": "S-7", "payment-term": {"code": "NET30"}}
    ]
    assert coupa.accepted("GET", "/api/suppliers/7?return_object=shallow")["payment-term"] == {
        "id": 3,
        "code": "NET30",
    }
    newest = coupa.accepted("GET", "/api/suppliers?order_by=id&dir=desc&limit=1")
    assert newest[0]["number"] == "S-53"


@pytest.mark.parametrize("query", ["colour=red", "limit=x", "number[like]=S", "fields=x"])
def test_a_query_that_cannot_be_answered_is_refused(coupa, supplier, query):
    coupa.accepted("POST", "/api/suppliers", supplier)

    assert coupa.refused("GET", f"/api/suppliers?{query}")[0] == 400


def test_nothing_is_returned_when_nothing_is_wanted(coupa, supplier):
    answer = coupa.call("POST", "/api/suppliers?return_object=none", supplier)

    assert (answer.status_code, answer.content) == (201, b"")
