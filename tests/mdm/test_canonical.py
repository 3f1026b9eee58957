"""The canonical form: what each kind of value becomes, what is masked, what the schemas promise."""

from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from mdm import canonical
from mdm.domains import DOMAINS
from mdm.domains.patch import blank
from mdm.domains.spec import Attribute, Domain, Kind

SUPPLIER, PROJECT, TAX_CODE = DOMAINS["supplier"], DOMAINS["project"], DOMAINS["tax_code"]
GOLDEN_ID = "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b11"
OTHER = "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b12"
HEADER = {"golden_id": GOLDEN_ID, "version": 2, "status": "active", "effective_from": "2026-02-01"}


def errors(schema: dict, shape: dict) -> list[str]:
    registry = Registry().with_resources(
        [(s["$id"], Resource.from_contents(s)) for s in canonical.index(DOMAINS.values()).values()]
    )
    validator = Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())
    return [f"{e.json_path}: {e.message}" for e in validator.iter_errors(shape)]


def test_each_kind_of_value_has_its_json_type_and_empty_ones_are_left_out():
    values = blank(PROJECT) | {
        "code": "P-1",
        "name": "Warehouse",
        "budget": "1500.50",
        "cost_center": OTHER,
        "start_date": "2026-02-01",
        "is_customer_project": "true",
        "tasks": [{"id": "W1", "code": "1", "name": "Design", "billable": ""}],
    }

    shape = canonical.payload(PROJECT, values, **HEADER, references={OTHER: "CC-4100"})

    assert shape == {
        "schema_version": "1.0",
        "domain": "project",
        "golden_id": GOLDEN_ID,
        "version": 2,
        "status": "active",
        "effective_from": "2026-02-01",
        "code": "P-1",
        "name": "Warehouse",
        "budget": "1500.50",
        "cost_center": {"golden_id": OTHER, "code": "CC-4100"},
        "start_date": "2026-02-01",
        "is_customer_project": True,
        "block_time": False,
        "block_staff_expense": False,
        "block_service": False,
        "block_other_expense": False,
        "block_purchasing": False,
        "tasks": [{"id": "W1", "code": "1", "name": "Design", "billable": False}],
    }
    assert errors(canonical.schema(PROJECT), shape) == []


def test_equal_payloads_have_equal_bytes_whatever_the_order_of_their_values():
    values = blank(TAX_CODE) | {"code": "V1", "name": "Input VAT", "country": "DE"}
    backwards = dict(reversed(values.items()))

    one, other = (canonical.payload(TAX_CODE, v, **HEADER) for v in (values, backwards))

    assert canonical.dumps(one) == canonical.dumps(other)


def test_sealed_values_are_masked_and_nothing_else_is():
    values = blank(SUPPLIER) | {
        "code": "S-1",
        "legal_name": "Nordwind GmbH",
        "tax_ids": [
            {"id": "T1", "type": "vat", "country": "DE", "number": "DE136695976"},
            {"id": "T2", "type": "personal", "country": "DE", "number": "12345678903"},
        ],
        "contacts": [
            {"id": "C1", "last_name": "Brandt-Schulz", "phone": "+49405550100", "purposes": "tax"}
        ],
        "bank_accounts": [
            {"id": "B1", "holder": "Nordwind GmbH", "iban": "DE89370400440532013000"},
            {"id": "B2", "holder": "Nordwind GmbH", "account_number": "1234"},
        ],
    }
    full = canonical.payload(SUPPLIER, values, **HEADER)

    masked = canonical.masked(SUPPLIER, full)

    changed = {code for code in full if full[code] != masked[code]}
    assert changed == {"tax_ids", "contacts", "bank_accounts"}
    assert [i["number"] for i in masked["tax_ids"]] == ["DE136695976", "•••• 8903"]
    assert masked["contacts"] == [
        {"id": "C1", "last_name": "••••", "phone": "•••• 0100", "purposes": ["tax"]}
    ]
    assert [(i.get("iban"), i.get("account_number")) for i in masked["bank_accounts"]] == [
        ("•••• 3000", None),
        (None, "••••"),
    ]
    assert canonical.masked(SUPPLIER, masked) == masked
    assert full["bank_accounts"][0]["iban"] == "DE89370400440532013000"


def test_a_merged_record_says_what_stands_for_it():
    values = blank(SUPPLIER) | {"code": "S-2", "legal_name": "Nordwind"}
    header = HEADER | {"status": "merged"}

    shape = canonical.payload(
        SUPPLIER, values, **header, merged_into=OTHER, references={OTHER: "S-1"}
    )

    assert shape["merged_into"] == {"golden_id": OTHER, "code": "S-1"}
    assert errors(canonical.schema(SUPPLIER), shape) == []


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_every_declared_attribute_is_in_its_schema(domain: Domain):
    properties = canonical.schema(domain)["properties"]

    assert {a.code for a in domain.attributes} <= properties.keys()
    for collection in domain.collections:
        declared = {"id", *(f.code for f in collection.fields)}
        assert properties[collection.code]["items"]["properties"].keys() == declared


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_schemas_are_schemas_and_their_examples_hold_masked_or_not(domain: Domain):
    schema = canonical.schema(domain)

    Draft202012Validator.check_schema(schema)
    Draft202012Validator.check_schema(canonical.event_schema(domain))
    (shape,) = schema["examples"]
    assert errors(schema, shape) == []
    assert errors(schema, canonical.masked(domain, shape)) == []


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_an_example_holds_every_collection_and_cleans_to_itself(domain: Domain):
    shape = canonical.example(domain)

    assert {c.code for c in domain.collections} <= shape.keys()
    for attribute in domain.attributes:
        if isinstance(shape.get(attribute.code), str):
            assert attribute.clean(shape[attribute.code]) == shape[attribute.code]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"colour": "red"}, "$: Additional properties"),
        ({"version": "7"}, "$.version"),
        ({"status": "asleep"}, "$.status"),
        ({"rates": [{"id": "R1", "rate_percent": 19, "valid_from": "2026-01-01"}]}, "rate_percent"),
        ({"rates": []}, "$.rates"),
        ({"recoverable_percent": "1e2"}, "$.recoverable_percent"),
    ],
)
def test_a_payload_of_another_shape_is_refused_by_the_schema(change: dict, where: str):
    shape = canonical.example(TAX_CODE) | change

    (error,) = errors(canonical.schema(TAX_CODE), shape)

    assert where in error


def test_an_attribute_declared_later_needs_no_line_in_the_canonical_form():
    domain = replace(
        TAX_CODE, attributes=(*TAX_CODE.attributes, Attribute("boxes", "Boxes", kind=Kind.INTEGER))
    )
    values = blank(domain) | {"code": "V1", "name": "Input VAT", "boxes": "81"}

    shape = canonical.payload(domain, values, **HEADER)

    assert shape["boxes"] == 81
    assert errors(canonical.schema(domain), shape) == []
