"""Coupa's things, field by field, after the contract.

Blocks collapse: a supplier has one hold, a cost center and a project are active or not. Bank
accounts do not go to Coupa: its remit-to addresses take none over this API. References are by code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from publishing.connectors.base import CanonicalRecord, Context
from publishing.connectors.mapping import AS_OURS, KEEP, Field, Scope, Shape
from publishing.connectors.transforms import (
    REGION,
    SHORT_ID,
    Transform,
    any_of,
    constant,
    first_of,
    joined,
    none_of,
    one_of,
    prefixed,
)

LOOKUP = "Cost Center"
SUPPLIER_STATUS = {
    "active": "active",
    "draft": "draft",
    "blocked": "active",
    "retired": "inactive",
    "merged": "inactive",
}


def item_with(items: Sequence[Mapping[str, Any]], purpose: str) -> Mapping[str, Any] | None:
    """The first item used for a purpose."""
    return next((item for item in items if purpose in item.get("purposes", ())), None)


def with_options(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    """The record together with the settings of the target that its fields need."""
    option = {
        "lookup_name": context.option("lookup_name", LOOKUP),
        "invoice_matching_level": context.option("invoice_matching_level"),
    }
    paths = {f"option.{name}": f"option {name}" for name in option}
    return (Scope({**payload, "option": option}, paths=paths),)


def _main_tax_id(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    """Coupa holds one: the VAT number of the supplier's own country, else the first."""
    items = payload.get("tax_ids", ())
    own = (
        i for i in items if i.get("type") == "vat" and i.get("country") == payload.get("country")
    )
    item = next(own, items[0] if items else None)
    return (Scope(item, f"tax_ids[{item['id']}]") if item else Scope({}, "tax_ids"),)


def _main_address(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    items = payload.get("addresses", ())
    default = next((item for item in items if item.get("is_default")), None)
    item = default or item_with(items, "registered") or (items[0] if items else None)
    return (Scope(item, f"addresses[{item['id']}]"),) if item else ()


def _remit_to(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    return [
        Scope(
            {**item, "legal_name": payload.get("legal_name", "")},
            f"addresses[{item['id']}]",
            str(item["id"]),
            paths={"legal_name": "legal_name"},
        )
        for item in payload.get("addresses", ())
        if "remit_to" in item.get("purposes", ())
    ]


def _orders_contact(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    item = item_with(payload.get("contacts", ()), "orders")
    return (Scope(item, f"contacts[{item['id']}]") if item else Scope({}, "contacts"),)


def _primary_contact(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    items = payload.get("contacts", ())
    item = item_with(items, "primary") or (items[0] if items else None)
    return (Scope(item, f"contacts[{item['id']}]") if item else Scope({}, "contacts"),)


PO_METHOD = Transform(
    "by e-mail when there is an address",
    lambda value: "email" if value else "prompt",
    lambda _: None,
    takes_empty=True,
)

_ADDRESS = (
    Field(("street", "house_number"), "street1", 255, joined(" ")),
    Field("line2", "street2", 255),
    Field("po_box", "street3", 255, prefixed("PO Box ")),
    Field("city", "city"),
    Field("region", "state", how=REGION, codes="region", unmapped=AS_OURS),
    Field("postal_code", "postal-code"),
    Field("country", "country.code", 2, required=True),
)

SUPPLIER = Shape(
    "supplier",
    (
        Field("legal_name", "name", 100, required=True),
        Field("code", "number", 255, required=True),
        Field("search_name", "display-name"),
        Field("status", "status", how=one_of(SUPPLIER_STATUS), required=True, is_block=True),
        Field(
            ("status", "posting_block", "purchasing_block", "payment_block"),
            "on-hold",
            how=any_of("held when blocked in any way"),
            is_block=True,
        ),
        Field("duns", "duns"),
        Field("website", "website"),
        Field("payment_terms", "payment-term.code", codes="payment_terms", empty=KEEP),
        Field("option.invoice_matching_level", "invoice-matching-level", create_only=True),
    ),
    of=with_options,
    children=(
        Shape("tax_id", (Field("number", "tax-id"),), of=_main_tax_id),
        Shape(
            "orders_contact",
            (Field("email", "po-method", how=PO_METHOD), Field("email", "po-email")),
            of=_orders_contact,
        ),
        Shape(
            "primary_address", _ADDRESS, of=_main_address, at="primary-address", needed="addresses"
        ),
        Shape(
            "primary_contact",
            (
                Field("email", "email"),
                Field("first_name", "name-given"),
                Field("last_name", "name-family"),
                Field("phone", "phone-work.number"),
            ),
            of=_primary_contact,
            at="primary-contact",
        ),
        Shape(
            "remit_to",
            (
                Field("id", "remit-to-code", 20, SHORT_ID, required=True),
                Field(("addressee", "legal_name"), "name", how=first_of("else the legal name")),
                *_ADDRESS,
                Field("id", "active", how=constant(True)),
            ),
            of=_remit_to,
            at="remit-to-addresses",
            many=True,
            collection="addresses",
            identity="remit-to-code",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Resource:
    """One of Coupa's lists: where it is, and by which field our code is found in it."""

    path: str
    query: str


PARENT = "parent.external-ref-code"
COST_CENTER = Shape(
    "cost_center",
    (
        Field("name", "name", required=True),
        Field("code", "external-ref-num", required=True),
        Field("option.lookup_name", "lookup.name", required=True, create_only=True),
        Field("parent.code", PARENT, empty=KEEP),
        Field(
            ("status", "block_primary_actual", "block_commitment"),
            "active",
            how=none_of("active unless blocked for costs or commitments"),
            is_block=True,
        ),
        Field("description", "description"),
    ),
    of=with_options,
)

PROJECT = Shape(
    "project",
    (
        Field("name", "name", 255, required=True),
        Field("code", "external-reference-number", required=True),
        Field("description", "description"),
        Field(
            ("status", "lifecycle", "block_purchasing"),
            "active",
            how=none_of("active unless ended or blocked for purchasing"),
            is_block=True,
        ),
        Field("start_date", "start-date", empty=KEEP),
        Field("end_date", "end-date", empty=KEEP),
    ),
)


def percent(value: Any) -> str:
    """A rate without needless zeros; text that is no number stays as it is."""
    try:
        found = Decimal(str(value)).normalize()
    except InvalidOperation:
        return str(value)
    return f"{found:f}"


def _current_rate(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    """The rate of today: Coupa holds one period only."""
    today = context.now.date().isoformat()
    current = None
    for rate in payload.get("rates", ()):
        if rate.get("valid_from", "") <= today <= rate.get("valid_to", "9999-12-31"):
            current = rate
    if current is None:
        return (Scope({}, "rates"),)
    return (Scope(current, f"rates[{current['id']}]"),)


def _tax_code_key(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    """A tax code under a code that Coupa can tell apart: with its country, where so set up."""
    code = str(payload.get("code", ""))
    if context.option("tax_code_form") == "country-code" and payload.get("country"):
        code = f"{payload['country']}-{code}"
    return (Scope({**payload, "their_code": code}, paths={"their_code": "code"}),)


YES_NO = Transform("Yes when usable", lambda value: "Yes" if value in ("active", "draft") else "No")

TAX_CODE = Shape(
    "tax_code",
    (
        Field("their_code", "Code", 255, required=True),
        Field("country", "Country Code", 2, required=True),
        Field(("name", "description"), "Description", how=first_of("the name")),
        Field("status", "Active", how=YES_NO, is_block=True),
    ),
    of=_tax_code_key,
    children=(
        Shape(
            "rate",
            (
                Field(
                    "rate_percent",
                    "Tax Rate Percentage",
                    how=Transform("the rate of today", percent),
                    required=True,
                ),
            ),
            of=_current_rate,
        ),
    ),
)
COLUMNS = ("Code", "Country Code", "Tax Rate Percentage", "Description", "Active")

DEFAULT_MAPS = {
    "payment_terms": {
        code: code for code in ("IMMEDIATE", "NET10", "NET14", "NET30", "NET45", "NET60", "NET90")
    },
}
