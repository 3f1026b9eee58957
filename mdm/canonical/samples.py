"""Example payloads for the schemas and the API's description, made from the declarations.

A well-known attribute gets a well-known value, any other one that fits its kind: a new domain
has an example without a line here.
"""

from contextlib import suppress
from typing import Any

from mdm.domains.spec import Attribute, Collection, Kind, Subject
from mdm.errors import Invalid

RECORD = "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b11"
OTHER = "0198f1c2-6c1e-7b3a-9d55-0e6f0d8f3b12"
KNOWN = {
    "name": "Warehouse automation",
    "short_name": "WH AUTOM",
    "description": "Automation of the Hamburg warehouse",
    "owner": "Jonas Weber",
    "owner_user": "jonas.weber",
    "manager": "Jonas Weber",
    "department": "Logistics",
    "functional_area": "0400",
    "profit_center": "PC-41",
    "business_area": "0001",
    "hierarchy_node": "0001",
    "project_type": "CAPEX",
    "template": "CAPEX-STD",
    "profile": "YP03",
    "group": "WAREHOUSE",
    "customer_code": "C-2044",
    "jurisdiction": "Germany",
    "procedure": "TAXD",
    "parent_code": "P-1001.1",
    "legal_name": "Nordwind Logistik GmbH",
    "trade_name": "Nordwind",
    "search_name": "NORDWIND",
    "legal_form": "GmbH",
    "industry": "Logistics",
    "language": "de",
    "website": "https://nordwind.example",
    "duns": "315369934",
    "lei": "529900T8BM49AURSDO55",
    "payment_method": "T",
    "block_reason": "Under clarification",
    "number": "DE136695976",
    "addressee": "Accounts payable",
    "street": "Hafenstrasse",
    "house_number": "12",
    "city": "Hamburg",
    "region": "DE-HH",
    "postal_code": "20457",
    "first_name": "Ida",
    "last_name": "Brandt",
    "email": "ida.brandt@nordwind.example",
    "phone": "+49405550100",
    "holder": "Nordwind Logistik GmbH",
    "iban": "DE89370400440532013000",
    "bic": "COBADEFFXXX",
    "bank_name": "Commerzbank",
    "organization": "1010",
    "incoterms": "DAP",
    "reconciliation_account": "21100000",
    "ledger_account": "15760000",
    "recoverable_percent": "100",
    "rate_percent": "19",
}
# Of two ways to say the same thing an example uses one, and it is not merged, blocked or retired.
LEFT_OUT = frozenset(
    {"account_number", "routing_type", "routing_number", "po_box", "line2", "valid_to", "successor"}
)
LISTED = {
    "country": "DE",
    "currency": "EUR",
    "company_code": "1010",
    "controlling_area": "A000",
    "payment_terms": "NET30",
}


def example(domain: Subject) -> dict[str, Any]:
    """A complete payload of a domain."""
    shape: dict[str, Any] = {
        "schema_version": "1.0",
        "domain": domain.code,
        "golden_id": RECORD,
        "version": 7,
        "status": "active",
        "effective_from": "2026-01-01",
    }
    shape |= _fields(domain.attributes) | {"code": _code(domain)}
    shape |= {c.code: [_item(c)] for c in domain.collections}
    return shape


PLAIN: dict[Kind, Any] = {
    Kind.FLAG: False,
    Kind.INTEGER: 30,
    Kind.REFERENCE: {"golden_id": OTHER, "code": "P-1001"},
}


def value(attribute: Attribute) -> Any:
    """A value that an attribute could have, as JSON."""
    match attribute.kind:
        case Kind.DATE:
            return "2026-12-31" if attribute.code.endswith(("_to", "end_date")) else "2026-01-01"
        case Kind.DECIMAL:
            return KNOWN.get(attribute.code, "1500.5")
        case Kind.CHOICE:
            return attribute.choices[0][0]
        case Kind.SET:
            return [code for code, _ in attribute.choices[:2]] or [_known(attribute)]
        case Kind.LISTED:
            return LISTED.get(attribute.refers_to) or _known(attribute)
        case kind:
            return PLAIN[kind] if kind in PLAIN else _known(attribute)


def _known(attribute: Attribute) -> str:
    """The well-known value, or else the first that the attribute's own cleaning accepts."""
    known = KNOWN.get(attribute.code) or LISTED.get(attribute.code)
    for candidate in (known,) if known else (attribute.label, *LISTED.values(), "1"):
        with suppress(Invalid):
            return attribute.clean(candidate)[: attribute.max_length]
    return ""


def _code(domain: Subject) -> str:
    """The first number of the domain's range."""
    return f"{getattr(domain, 'number_prefix', '')}{getattr(domain, 'number_start', 1)}"


def _fields(attributes: tuple[Attribute, ...]) -> dict[str, Any]:
    return {a.code: value(a) for a in attributes if a.code not in LEFT_OUT or a.required}


def _item(collection: Collection) -> dict[str, Any]:
    return {"id": f"{collection.prefix}1"} | _fields(collection.fields)
