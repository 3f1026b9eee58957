"""A supplier in S/4HANA, field by field: a business partner with all that hangs on it.

Not carried, because the contract has no field for it: BIC (read-only there), website, LEI, tags,
trading name.
"""

from collections.abc import Mapping
from typing import Any

from publishing.connectors.mapping import AS_OURS, LEFT_OUT, Field, Shape
from publishing.connectors.s4hana.supplier_items import (
    DUNS,
    LAST_DAY,
    companies,
    contact,
    current_tax_ids,
    duns,
    items,
    roles,
    usage,
)
from publishing.connectors.transforms import (
    LANGUAGE,
    ONE_WAY,
    PERSON_NAME,
    REGION,
    SHORT_ID,
    V2_DATE,
    Transform,
    any_of,
    constant,
    first_of,
    joined,
    key_of,
    one_of,
    overflow,
    short_or_long,
    split_at_words,
    upper_words,
    v2_date,
)

PAYMENT_BLOCK = "A"
FIRST_DAY = "0001-01-01"

EACH = Transform(
    "each of them", lambda value: tuple(c for c in str(value).replace(",", " ").split() if c)
)


def _is_person(item: Mapping[str, Any]) -> bool:
    return item.get("category") == "person"


def _is_organization(item: Mapping[str, Any]) -> bool:
    return not _is_person(item)


def _bank_date(fallback: str) -> Transform:
    return Transform(
        "OData date", lambda value: v2_date(value or fallback), V2_DATE.back, takes_empty=True
    )


def _blocked(*flags: str) -> dict[str, Any]:
    return {
        "source": (*flags, "status"),
        "how": any_of("blocked by a flag or by the status"),
        "is_block": True,
    }


EMAIL = Shape(
    "email",
    (
        Field("email", "EmailAddress", 241, ONE_WAY),
        Field("email", "IsDefaultEmailAddress", how=constant(True)),
    ),
    of=contact("email"),
    at="to_EmailAddress",
    many=True,
)
_PHONE = (Field("phone", "PhoneNumber", 30, ONE_WAY),)
PHONE = Shape("phone", _PHONE, of=contact("phone"), at="to_PhoneNumber", many=True)
_USAGE = (Field("usage", "AddressUsage", 10, ONE_WAY),)
USAGE = Shape("address_usage", _USAGE, of=usage, at="to_AddressUsage", many=True)
ADDRESS = Shape(
    "address",
    (
        Field(("street", "line2"), "StreetName", 60, joined(", ")),
        Field("house_number", "HouseNumber", 10),
        Field("city", "CityName", 40),
        Field("postal_code", "PostalCode", 10),
        Field("region", "Region", 3, REGION, codes="region", unmapped=AS_OURS),
        Field("country", "Country", 3, required=True),
        Field("po_box", "POBox", 10),
        Field("id", "AddressIDByExternalSystem", 20, SHORT_ID, create_only=True),
    ),
    of=items("addresses"),
    needed="addresses",
    at="to_BusinessPartnerAddress",
    many=True,
    children=(USAGE, EMAIL, PHONE),
    collection="addresses",
    identity="AddressIDByExternalSystem",
)
ROLE = Shape(
    "role",
    (Field("role", "BusinessPartnerRole", 6, ONE_WAY, required=True),),
    of=roles,
    at="to_BusinessPartnerRole",
    many=True,
)
TAX = Shape(
    "tax_id",
    (
        Field(
            ("type", "country"),
            "BPTaxType",
            4,
            key_of("type", "country"),
            codes="tax_type",
            required=True,
        ),
        Field("number", ("BPTaxNumber", "BPTaxLongNumber"), 60, short_or_long(20), required=True),
    ),
    of=current_tax_ids,
    at="to_BusinessPartnerTax",
    many=True,
    collection="tax_ids",
)
BANK = Shape(
    "bank_account",
    (
        Field("country", "BankCountryKey", 3, required=True),
        Field("routing_number", "BankNumber", 15),
        Field("account_number", ("BankAccount", "BankAccountReferenceText"), 38, overflow(18)),
        Field("iban", "IBAN", 34),
        Field("holder", "BankAccountHolderName", 60, required=True),
        Field("valid_from", "ValidityStartDate", how=_bank_date(FIRST_DAY)),
        Field("valid_to", "ValidityEndDate", how=_bank_date(LAST_DAY)),
    ),
    of=items("bank_accounts"),
    at="to_BusinessPartnerBank",
    many=True,
    collection="bank_accounts",
    identity="BankIdentification",
)
IDENTIFICATION = Shape(
    "identification",
    (
        Field("duns", "BPIdentificationType", 6, constant(DUNS)),
        Field("duns", "BPIdentificationNumber", 60),
    ),
    of=duns,
    at="to_BuPaIdentification",
    many=True,
)
COMPANY = Shape(
    "company",
    (
        Field("company_code", "CompanyCode", 4, codes="company_code", required=True),
        Field(
            ("payment_terms", "record_terms"),
            "PaymentTerms",
            4,
            first_of("of the company code, else of the supplier"),
            codes="payment_terms",
        ),
        Field("reconciliation_account", "ReconciliationAccount", 10, required=True),
        Field(
            "payment_methods",
            "PaymentMethodsList",
            10,
            EACH,
            codes="payment_method",
            each_code=True,
        ),
        Field(
            "payment_block",
            "PaymentBlockingReason",
            1,
            Transform(f"{PAYMENT_BLOCK} when blocked", lambda v: PAYMENT_BLOCK if v else "", bool),
            is_block=True,
        ),
        Field(target="SupplierIsBlockedForPosting", **_blocked("posting_block")),
        Field("withholding_tax_country", "WithholdingTaxCountry", 3),
        Field("company_code", "DeletionIndicator", how=constant(False)),
    ),
    of=companies,
    at="to_SupplierCompany",
    many=True,
    collection="company_views",
)
PURCHASING = Shape(
    "purchasing",
    (
        Field(
            "organization",
            "PurchasingOrganization",
            4,
            codes="purchasing_organization",
            required=True,
        ),
        Field(
            ("payment_terms", "record_terms"),
            "PaymentTerms",
            4,
            first_of("of the organisation, else of the supplier"),
            codes="payment_terms",
        ),
        Field(
            ("currency", "record_currency"),
            "PurchaseOrderCurrency",
            5,
            first_of("of the organisation, else of the supplier"),
            required=True,
        ),
        Field("incoterms", "IncotermsClassification", 3),
        Field(target="PurchasingIsBlockedForSupplier", **_blocked("blocked")),
        Field("organization", "DeletionIndicator", how=constant(False)),
    ),
    of=items(
        "purchasing_views",
        record_terms="payment_terms",
        record_currency="currency",
        status="status",
    ),
    at="to_SupplierPurchasingOrg",
    many=True,
    collection="purchasing_views",
)
SUPPLIER = Shape(
    "supplier",
    (
        Field(
            "category",
            "SupplierAccountGroup",
            4,
            ONE_WAY,
            codes="account_group",
            create_only=True,
            unmapped=LEFT_OUT,
        ),
        Field(target="PostingIsBlocked", **_blocked("posting_block")),
        Field(target="PurchasingIsBlocked", **_blocked("purchasing_block")),
        Field(target="PaymentIsBlockedForSupplier", **_blocked("payment_block")),
    ),
    at="to_Supplier",
    children=(COMPANY, PURCHASING),
)
PARTNER = Shape(
    "business_partner",
    (
        Field("code", "BusinessPartnerIDByExtSystem", 20, required=True),
        Field(
            "category",
            "BusinessPartnerCategory",
            1,
            one_of({"organization": "2", "person": "1"}),
            required=True,
            create_only=True,
        ),
        Field(
            "category", "BusinessPartnerGrouping", 4, ONE_WAY, codes="grouping", create_only=True
        ),
        Field(
            "legal_name",
            tuple(f"OrganizationBPName{n}" for n in range(1, 5)),
            160,
            split_at_words(40),
            required=True,
            when=_is_organization,
        ),
        Field(
            "legal_name", ("FirstName", "LastName"), 80, PERSON_NAME, required=True, when=_is_person
        ),
        Field("search_name", ("SearchTerm1", "SearchTerm2"), 40, upper_words(20)),
        Field("language", "Language", 2, LANGUAGE, codes="language", unmapped=AS_OURS),
        Field(
            "status",
            "BusinessPartnerIsBlocked",
            how=one_of(
                {"active": False, "draft": False, "blocked": True, "retired": True, "merged": True}
            ),
            required=True,
            is_block=True,
        ),
    ),
    children=(ROLE, ADDRESS, TAX, BANK, IDENTIFICATION, SUPPLIER),
)
