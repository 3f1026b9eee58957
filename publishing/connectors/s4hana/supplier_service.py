"""Where a supplier's things live in S/4HANA: entity sets and keys of API_BUSINESS_PARTNER.

One deep insert creates them all; after that each is changed at its own entity set. A supplier's
views cannot be deleted, so one that is taken away is blocked and marked.
"""

from publishing.connectors.s4hana.odata import Entity, Service
from publishing.connectors.s4hana.supplier import (
    ADDRESS,
    BANK,
    COMPANY,
    EMAIL,
    IDENTIFICATION,
    PARTNER,
    PHONE,
    PURCHASING,
    ROLE,
    SUPPLIER,
    TAX,
    USAGE,
)

_BP = ("BusinessPartner", "text")
_SUPPLIER = ("Supplier", "text")
_COMMUNICATION = (("AddressID", "text"), ("Person", "text"), ("OrdinalNumber", "text"))
_AT_ADDRESS = tuple(name for name, _ in _COMMUNICATION)

SERVICE = Service(
    "/sap/opu/odata/sap/API_BUSINESS_PARTNER",
    2,
    (
        Entity(PARTNER, "A_BusinessPartner", (_BP,), ("BusinessPartner",)),
        Entity(
            ROLE,
            "A_BusinessPartnerRole",
            (_BP, ("BusinessPartnerRole", "text")),
            ("BusinessPartnerRole",),
            match=("BusinessPartnerRole",),
            is_fixed=True,
        ),
        Entity(
            ADDRESS,
            "A_BusinessPartnerAddress",
            (_BP, ("AddressID", "text")),
            ("AddressID",),
            match=("AddressIDByExternalSystem",),
            removal="delete",
        ),
        Entity(
            USAGE,
            "A_BuPaAddressUsage",
            (_BP, ("ValidityEndDate", "text"), ("AddressUsage", "text"), ("AddressID", "text")),
            ("AddressUsage",),
            match=("AddressUsage",),
            is_fixed=True,
            parent="address",
        ),
        Entity(
            EMAIL,
            "A_AddressEmailAddress",
            _COMMUNICATION,
            _AT_ADDRESS,
            removal="delete",
            parent="address",
        ),
        Entity(
            PHONE,
            "A_AddressPhoneNumber",
            _COMMUNICATION,
            _AT_ADDRESS,
            removal="delete",
            parent="address",
        ),
        Entity(
            TAX,
            "A_BusinessPartnerTaxNumber",
            (_BP, ("BPTaxType", "text")),
            ("BPTaxType",),
            match=("BPTaxType",),
            removal="delete",
        ),
        Entity(
            BANK,
            "A_BusinessPartnerBank",
            (_BP, ("BankIdentification", "text")),
            ("BankIdentification",),
            match=("IBAN", "BankAccount", "BankNumber", "BankCountryKey"),
            removal="delete",
        ),
        Entity(
            IDENTIFICATION,
            "A_BuPaIdentification",
            (_BP, ("BPIdentificationType", "text"), ("BPIdentificationNumber", "text")),
            ("BPIdentificationType", "BPIdentificationNumber"),
            match=("BPIdentificationType", "BPIdentificationNumber"),
            is_fixed=True,
            removal="delete",
        ),
        Entity(SUPPLIER, "A_Supplier", (_SUPPLIER,), ("Supplier",), is_creatable=False),
        Entity(
            COMPANY,
            "A_SupplierCompany",
            (_SUPPLIER, ("CompanyCode", "text")),
            ("CompanyCode",),
            match=("CompanyCode",),
            removal="block",
            removed={"SupplierIsBlockedForPosting": True, "DeletionIndicator": True},
            parent="supplier",
        ),
        Entity(
            PURCHASING,
            "A_SupplierPurchasingOrg",
            (_SUPPLIER, ("PurchasingOrganization", "text")),
            ("PurchasingOrganization",),
            match=("PurchasingOrganization",),
            removal="block",
            removed={"PurchasingIsBlockedForSupplier": True, "DeletionIndicator": True},
            parent="supplier",
        ),
    ),
    identity=("BusinessPartnerIDByExtSystem",),
)
