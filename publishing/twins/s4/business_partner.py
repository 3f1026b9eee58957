"""Business partners as suppliers: what the server makes, and what it refuses."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

from publishing.twins import contracts, customising
from publishing.twins.checks import Check, compiled
from publishing.twins.s4 import errors, moments
from publishing.twins.s4.entities import Entity
from publishing.twins.s4.rules import Document
from publishing.twins.s4.verifying import no_entry
from publishing.twins.s4.writing import etag
from publishing.twins.store import Held, Store

NUMBERS = {"partner": 1_000_000_001, "address": 20_001}
SUPPLIER_ROLES = frozenset({"FLVN00", "FLVN01"})
ACCOUNT = re.compile(r"\d{1,10}")
IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
VAT = re.compile(r"([A-Z]{2})[0-9A-Z+*]{2,13}")
CHILDREN_OF_SUPPLIER = {
    "A_SupplierCompany": ("FLVN00", "company code"),
    "A_SupplierPurchasingOrg": ("FLVN01", "purchasing organization"),
}


class BusinessPartnerRules:
    root = "A_BusinessPartner"
    code_field = "BusinessPartnerIDByExtSystem"
    names: Mapping[str, str] = {}
    only_any_match = False

    def __init__(self) -> None:
        schema = contracts.schema("sap-s4hana", "supplier.request")
        self.check: Check = compiled(schema, closed=False)

    # --- what the server makes ----------------------------------------------------------------

    def prepare(
        self, store: Store, entity: Entity, document: Document, parent: Held | None
    ) -> None:
        self._inherit(entity, document, parent)
        match entity.name:
            case "A_BusinessPartner":
                _refuse_own_number(document, "BusinessPartner")
                document.setdefault("BusinessPartnerGrouping", "BPS1")
                document["BusinessPartner"] = str(
                    store.next_number("s4.partner", NUMBERS["partner"])
                )
            case "A_BusinessPartnerAddress":
                _refuse_own_number(document, "AddressID")
                document["AddressID"] = str(store.next_number("s4.address", NUMBERS["address"]))
                document.setdefault("ValidityEndDate", moments.END_OF_TIME)
            case "A_BuPaAddressUsage":
                document.setdefault("ValidityEndDate", moments.END_OF_TIME)
            case "A_AddressEmailAddress" | "A_AddressPhoneNumber" | "A_AddressHomePageURL":
                number = store.next_number(f"s4.{document['AddressID']}.{entity.name}", 1)
                document.setdefault("Person", "")
                document.setdefault("OrdinalNumber", f"{number:03d}")
                if entity.name == "A_AddressPhoneNumber":
                    document.setdefault("PhoneNumberType", "1")
            case "A_BusinessPartnerBank":
                document.setdefault("BankIdentification", _free_bank(store, entity, document))

    def _inherit(self, entity: Entity, document: Document, parent: Held | None) -> None:
        """The keys of the parent are the child's too; a supplier has its partner's number."""
        if parent is None:
            return
        above = {**parent.document, "Supplier": parent.document.get("BusinessPartner")}
        if "Supplier" in parent.document:
            above["Supplier"] = parent.document["Supplier"]
        for name in entity.key:
            if (value := above.get(name)) is None:
                continue
            if document.get(name, value) != value:
                text = f"'{name}' is not that of the object above it"
                raise errors.v2(400, errors.BUSINESS, text, name)
            document[name] = value

    # --- what it refuses ----------------------------------------------------------------------

    def examine(
        self, store: Store, entity: Entity, document: Document, parent: Held | None
    ) -> None:
        match entity.name:
            case "A_BusinessPartner":
                _examine_names(document)
            case "A_BusinessPartnerAddress":
                _examine_address(document)
            case "A_BusinessPartnerTaxNumber":
                _examine_tax_number(document)
            case "A_BusinessPartnerBank":
                _examine_bank(document)
            case "A_SupplierCompany":
                account = document.get("ReconciliationAccount", "")
                if account and not ACCOUNT.fullmatch(account):
                    raise no_entry(account, "SKB1", "ReconciliationAccount")

    def settle(self, store: Store, root: Held) -> None:
        """A partner in a supplier's role is a supplier, with the same number."""
        roles = _roles(store, root.key)
        supplier = store.get("s4.A_Supplier", root.key)
        if supplier is None and roles & SUPPLIER_ROLES:
            store.insert(
                "s4.A_Supplier", root.key, {"Supplier": root.key}, parent=root.key, code=root.code
            )
        if supplier and not roles & SUPPLIER_ROLES:
            text = f"Business partner {root.key} has no supplier role (FLVN00, FLVN01)"
            raise errors.v2(400, "R11/124", text, "to_BusinessPartnerRole")
        for entity, (role, data) in CHILDREN_OF_SUPPLIER.items():
            if role not in roles and store.children(f"s4.{entity}", root.key):
                text = f"Role {role} is required for {data} data"
                raise errors.v2(400, "R11/124", text, "to_BusinessPartnerRole")

    # --- what is read -------------------------------------------------------------------------

    def derived(self, store: Store, entity: Entity, held: Held) -> Mapping[str, Any]:
        if entity.name == "A_BusinessPartner":
            name = name_of(held.document)
            supplier = store.get("s4.A_Supplier", held.key)
            return {
                "Supplier": held.key if supplier else "",
                "BusinessPartnerName": name[:81],
                "BusinessPartnerFullName": name[:81],
                "BusinessPartnerUUID": str(uuid.uuid5(uuid.NAMESPACE_OID, held.key)),
                "CreationDate": moments.day_of(held.created),
                "CreationTime": moments.time_of(held.created),
                "LastChangeDate": moments.day_of(held.changed),
                "LastChangeTime": moments.time_of(held.changed),
                "ETag": etag(held)[4:-2],
            }
        if entity.name == "A_Supplier":
            return {"CreationDate": moments.day_of(held.created)}
        return {}


def name_of(document: Document) -> str:
    names = [document.get(f"OrganizationBPName{number}", "") for number in (1, 2, 3, 4)]
    person = [document.get("FirstName", ""), document.get("LastName", "")]
    return " ".join(part for part in (*names, *person) if part)


def _roles(store: Store, number: str) -> set[str]:
    roles = store.children("s4.A_BusinessPartnerRole", number)
    return {role.document["BusinessPartnerRole"] for role in roles}


def _refuse_own_number(document: Document, field: str) -> None:
    if document.get(field):
        text = f"Enter no number: {field} is given by the system"
        raise errors.v2(400, "R11/107", text, field)


def _free_bank(store: Store, entity: Entity, document: Document) -> str:
    taken = {one.key for one in store.children(entity.kind, document["BusinessPartner"])}
    numbers = (f"{number:04d}" for number in range(1, 10_000))
    return next(one for one in numbers if f"{document['BusinessPartner']},{one}" not in taken)


def _examine_names(document: Document) -> None:
    wanted = {"1": "LastName", "2": "OrganizationBPName1", "3": "GroupBusinessPartnerName1"}
    field = wanted.get(document.get("BusinessPartnerCategory", ""))
    if field and not document.get(field):
        raise errors.v2(400, "R1/012", f"Enter a name ({field})", field)


def _examine_address(document: Document) -> None:
    if not document.get("Country"):
        raise errors.v2(400, errors.BAD_VALUE, "Enter a valid value for Country", "Country")
    known = customising.S4_REGIONS.get(document["Country"])
    region = document.get("Region", "")
    if known and region and region not in known:
        raise no_entry(f"{document['Country']} {region}", "T005S", "Region")


def _examine_tax_number(document: Document) -> None:
    short, long = document.get("BPTaxNumber", ""), document.get("BPTaxLongNumber", "")
    if bool(short) == bool(long):
        text = "Enter either BPTaxNumber or BPTaxLongNumber"
        raise errors.v2(400, errors.BUSINESS, text, "BPTaxNumber")
    country, number = document["BPTaxType"][:2], document["BPTaxType"][2:]
    match = VAT.fullmatch(short or long)
    prefix = "EL" if country == "GR" else country
    if number == "0" and country in customising.EU and (not match or match[1] != prefix):
        raise errors.v2(400, errors.BUSINESS, "Tax number is not valid", "BPTaxNumber")


def _examine_bank(document: Document) -> None:
    if not document.get("BankCountryKey"):
        text = "Enter a valid value for BankCountryKey"
        raise errors.v2(400, errors.BAD_VALUE, text, "BankCountryKey")
    iban = document.get("IBAN", "")
    if iban and not _is_iban(iban):
        raise errors.v2(400, "BF00/018", "The IBAN is not valid", "IBAN")
    if not iban and not document.get("BankAccount"):
        raise errors.v2(400, "AR/180", "Enter a bank account number or an IBAN", "BankAccount")


def _is_iban(text: str) -> bool:
    if not IBAN.fullmatch(text):
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1
