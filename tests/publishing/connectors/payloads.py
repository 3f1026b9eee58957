"""Canonical payloads for the connectors' tests, as the outbox freezes them."""

from copy import deepcopy
from typing import Any

from publishing.connectors import CONNECTORS
from publishing.connectors.base import Context, Rendered

Payload = dict[str, Any]

HEADER = {
    "schema_version": "1.0",
    "golden_id": "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b11",
    "version": 7,
    "status": "active",
    "effective_from": "2026-01-01",
}
SUPPLIER: Payload = {
    **HEADER,
    "domain": "supplier",
    "code": "S-100234",
    "category": "organization",
    "legal_name": "Nordwind Logistik und Speditionsgesellschaft Hamburg mbH",
    "search_name": "Nordwind",
    "country": "DE",
    "language": "de",
    "currency": "EUR",
    "website": "https://nordwind.example",
    "duns": "315369934",
    "payment_terms": "NET30",
    "payment_method": "T",
    "posting_block": False,
    "purchasing_block": False,
    "payment_block": False,
    "tax_ids": [{"id": "T1", "type": "vat", "country": "DE", "number": "DE136695976"}],
    "addresses": [
        {
            "id": "A1",
            "purposes": ["registered", "ordering", "remit_to"],
            "street": "Hafenstrasse",
            "house_number": "12",
            "city": "Hamburg",
            "region": "DE-HH",
            "postal_code": "20457",
            "country": "DE",
            "is_default": True,
        },
        {
            "id": "A2",
            "purposes": ["remit_to"],
            "addressee": "Accounts payable",
            "street": "Kontorhaus",
            "line2": "Fourth floor",
            "city": "Bremen",
            "region": "DE-HB",
            "postal_code": "28195",
            "country": "DE",
            "is_default": False,
        },
    ],
    "contacts": [
        {
            "id": "C1",
            "first_name": "Ida",
            "last_name": "Brandt",
            "email": "orders@nordwind.example",
            "phone": "+49405550100",
            "purposes": ["primary", "orders"],
        }
    ],
    "bank_accounts": [
        {
            "id": "B1",
            "holder": "Nordwind Logistik GmbH",
            "country": "DE",
            "iban": "DE89370400440532013000",
            "bic": "COBADEFFXXX",
            "currency": "EUR",
            "is_default": True,
        }
    ],
    "company_views": [
        {
            "id": "V1",
            "company_code": "1010",
            "payment_terms": "NET45",
            "reconciliation_account": "21100000",
            "payment_methods": "T",
            "payment_block": False,
            "posting_block": False,
        }
    ],
    "purchasing_views": [{"id": "P1", "organization": "1010", "currency": "EUR", "blocked": False}],
    "tags": [{"id": "G1", "tag": "strategic"}],
}
COST_CENTER: Payload = {
    **HEADER,
    "domain": "cost_center",
    "code": "CC-4100",
    "name": "Marketing Germany, Austria and Switzerla",
    "short_name": "MKTG DACH",
    "description": "Campaigns and events",
    "company_code": "1010",
    "controlling_area": "A000",
    "category": "W",
    "owner": "Jonas Weber-Schmidtbauer",
    "currency": "EUR",
    "country": "DE",
    "profit_center": "PC-41",
    "hierarchy_node": "0001",
    "valid_from": "2026-01-01",
    "block_primary_actual": False,
    "block_secondary_actual": False,
    "block_revenue": True,
    "block_commitment": False,
    "block_plan": False,
    "names": [{"id": "N1", "language": "de", "name": "Marketing Deutschland"}],
}
PROJECT: Payload = {
    **HEADER,
    "domain": "project",
    "code": "P-2026-014",
    "name": "Warehouse automation",
    "description": "Automation of the Hamburg warehouse",
    "project_type": "CAPEX",
    "profile": "YP05",
    "lifecycle": "released",
    "company_code": "1010",
    "controlling_area": "A000",
    "cost_center": {"golden_id": "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b12", "code": "CC-4100"},
    "currency": "EUR",
    "start_date": "2026-02-01",
    "end_date": "2026-12-31",
    "budget": "1500.5",
    "is_customer_project": False,
    "block_time": False,
    "block_staff_expense": False,
    "block_service": False,
    "block_other_expense": False,
    "block_purchasing": False,
    "tasks": [
        {"id": "W2", "code": "P-2026-014.1.1", "name": "Drawings", "parent_code": "P-2026-014.1"},
        {"id": "W1", "code": "P-2026-014.1", "name": "Design", "start_date": "2026-02-01"},
    ],
}
TAX_CODE: Payload = {
    **HEADER,
    "domain": "tax_code",
    "code": "V1",
    "name": "Input tax, full rate",
    "country": "DE",
    "tax_type": "vat",
    "direction": "input",
    "procedure": "TAXD",
    "rates": [
        {"id": "R1", "rate_percent": "16", "valid_from": "2020-07-01", "valid_to": "2020-12-31"},
        {"id": "R2", "rate_percent": "19.00", "valid_from": "2021-01-01"},
    ],
}
WRITTEN = ("supplier", "cost_center", "project")
PAYLOADS = {
    "supplier": SUPPLIER,
    "cost_center": COST_CENTER,
    "project": PROJECT,
    "tax_code": TAX_CODE,
}


def of(domain: str, **changes: Any) -> Payload:
    """The payload of a domain with some attributes changed; None takes one away."""
    payload = {**deepcopy(PAYLOADS[domain]), **changes}
    return {name: value for name, value in payload.items() if value is not None}


def item(payload: Payload, collection: str, item_id: str, **changes: Any) -> Payload:
    """The same with some fields of one item changed."""
    items = [{**each, **changes} if each["id"] == item_id else each for each in payload[collection]]
    return {**payload, collection: items}


def render(system: str, payload: Payload, **known: Any) -> Rendered:
    """What a connector makes of a payload, with its own code maps."""
    connector = CONNECTORS[system]
    context = Context("http://x", **{"code_maps": connector.DEFAULT_MAPS, **known})
    return connector.render(payload["domain"], payload, context)
