"""The collections of a supplier: tax ids, addresses, contacts, bank accounts, views and tags."""

from collections.abc import Mapping

from mdm.domains.spec import Attribute, Collection, Kind, Sensitivity, always
from mdm.standardise import bank_accounts, codes, contacts, dates, places, tax_ids, text

IDENTITY, PERSONAL, PAYMENT = Sensitivity.IDENTITY, Sensitivity.PERSONAL, Sensitivity.PAYMENT
PERSONAL_TAX_IDS = ("ssn", "personal")


def _is_personal(item: Mapping[str, str]) -> bool:
    return item.get("type", "") in PERSONAL_TAX_IDS


def _tax_number(number: str, item: Mapping[str, str]) -> str:
    return tax_ids.clean(item.get("type", ""), item.get("country", ""), number)


def _region(region: str, item: Mapping[str, str]) -> str:
    return places.region(region, item.get("country", ""))


def _postal_code(code: str, item: Mapping[str, str]) -> str:
    return places.postal_code(code, item.get("country", ""))


def _routing_number(number: str, item: Mapping[str, str]) -> str:
    return bank_accounts.routing_number(number, item.get("routing_type", ""))


TAX_ID_TYPES = (
    ("vat", "VAT number"),
    ("tin", "Tax number"),
    ("ein", "EIN (US)"),
    ("ssn", "Social security number"),
    ("personal", "Personal tax number"),
    ("registration", "Company registration number"),
    ("siret", "SIRET (FR)"),
    ("gstin", "GSTIN (IN)"),
    ("cnpj", "CNPJ (BR)"),
    ("abn", "ABN (AU)"),
)
ROUTING_TYPES = tuple(
    (code, label)
    for code, label in (
        ("aba", "ABA routing number"),
        ("sort_code", "Sort code"),
        ("bsb", "BSB"),
        ("ifsc", "IFSC"),
        ("blz", "Bankleitzahl"),
        ("clabe", "CLABE"),
        ("cnaps", "CNAPS"),
        ("other", "Other"),
    )
)
ADDRESS_PURPOSES = (
    ("registered", "Registered office"),
    ("ordering", "Ordering"),
    ("remit_to", "Remit to"),
    ("rfq", "Requests for quotation"),
    ("ship_from", "Ship from"),
    ("returns", "Returns"),
)
CONTACT_PURPOSES = (
    ("primary", "Primary"),
    ("orders", "Orders"),
    ("remittance", "Remittance"),
    ("tax", "Tax"),
)
PERIOD = (
    Attribute("valid_from", "Valid from", dates.iso, Kind.DATE),
    Attribute("valid_to", "Valid to", dates.iso, Kind.DATE),
)

COLLECTIONS = (
    Collection(
        "tax_ids",
        "Tax ids",
        "Tax id",
        "T",
        (
            Attribute("type", "Type", kind=Kind.CHOICE, choices=TAX_ID_TYPES, required=True),
            Attribute("country", "Country", places.country, Kind.LISTED, refers_to="country"),
            Attribute(
                "number",
                "Number",
                codes.compact,
                max_length=60,
                required=True,
                sealed=_is_personal,
                beside=_tax_number,
            ),
            *PERIOD,
        ),
        identity=("type", "country", "number"),
        sensitivity=IDENTITY,
    ),
    Collection(
        "addresses",
        "Addresses",
        "Address",
        "A",
        (
            Attribute("purposes", "Used for", kind=Kind.SET, choices=ADDRESS_PURPOSES),
            Attribute("addressee", "Addressee", max_length=160),
            Attribute("street", "Street", max_length=100),
            Attribute("house_number", "House number", max_length=10),
            Attribute("line2", "Second line", max_length=100),
            Attribute("city", "City", max_length=60),
            Attribute("region", "Region", places.region, max_length=6, beside=_region),
            Attribute(
                "postal_code", "Postal code", places.postal_code, max_length=20, beside=_postal_code
            ),
            Attribute("po_box", "PO box", max_length=20),
            Attribute("country", "Country", places.country, Kind.LISTED, refers_to="country"),
            Attribute("is_default", "Default", kind=Kind.FLAG),
        ),
        identity=("street", "city", "postal_code", "country"),
    ),
    Collection(
        "contacts",
        "Contacts",
        "Contact",
        "C",
        (
            Attribute("first_name", "First name", max_length=80, sealed=always),
            Attribute("last_name", "Last name", max_length=80, sealed=always),
            Attribute("email", "E-mail", contacts.email, max_length=254, sealed=always),
            Attribute("phone", "Phone", contacts.phone, max_length=40, sealed=always),
            Attribute("purposes", "Used for", kind=Kind.SET, choices=CONTACT_PURPOSES),
        ),
        identity=("email", "phone", "last_name", "first_name"),
        sensitivity=PERSONAL,
    ),
    Collection(
        "bank_accounts",
        "Bank accounts",
        "Bank account",
        "B",
        (
            Attribute("holder", "Account holder", max_length=160, required=True),
            Attribute(
                "country",
                "Country",
                places.country,
                Kind.LISTED,
                refers_to="country",
                required=True,
            ),
            Attribute("iban", "IBAN", bank_accounts.iban, max_length=34, sealed=always),
            Attribute("bic", "BIC", bank_accounts.bic, max_length=11),
            Attribute(
                "account_number", "Account number", codes.compact, max_length=40, sealed=always
            ),
            Attribute("routing_type", "Routing type", kind=Kind.CHOICE, choices=ROUTING_TYPES),
            Attribute(
                "routing_number",
                "Routing number",
                codes.compact,
                max_length=20,
                beside=_routing_number,
            ),
            Attribute("currency", "Currency", places.currency, Kind.LISTED, refers_to="currency"),
            Attribute("bank_name", "Bank", max_length=120),
            Attribute(
                "account_type",
                "Account type",
                kind=Kind.CHOICE,
                choices=(("checking", "Checking"), ("savings", "Savings")),
            ),
            *PERIOD,
            Attribute("is_default", "Default", kind=Kind.FLAG),
        ),
        identity=("country", "iban", "routing_number", "account_number"),
        sensitivity=PAYMENT,
    ),
    Collection(
        "company_views",
        "Company codes",
        "Company code",
        "V",
        (
            Attribute(
                "company_code",
                "Company code",
                text.upper_code,
                Kind.LISTED,
                refers_to="company_code",
                required=True,
            ),
            Attribute(
                "payment_terms",
                "Payment terms",
                text.upper_code,
                Kind.LISTED,
                refers_to="payment_terms",
            ),
            Attribute("payment_methods", "Payment methods", max_length=20),
            Attribute(
                "reconciliation_account", "Reconciliation account", codes.compact, max_length=20
            ),
            Attribute("payment_block", "Payment block", kind=Kind.FLAG),
            Attribute("posting_block", "Posting block", kind=Kind.FLAG),
            Attribute(
                "withholding_tax_country", "Withholding tax country", places.country, max_length=2
            ),
            Attribute("tax_group", "Tax group", text.upper_code, max_length=20),
        ),
        identity=("company_code",),
    ),
    Collection(
        "purchasing_views",
        "Purchasing organisations",
        "Purchasing organisation",
        "P",
        (
            Attribute(
                "organization", "Organisation", text.upper_code, max_length=20, required=True
            ),
            Attribute("currency", "Currency", places.currency, Kind.LISTED, refers_to="currency"),
            Attribute(
                "payment_terms",
                "Payment terms",
                text.upper_code,
                Kind.LISTED,
                refers_to="payment_terms",
            ),
            Attribute("incoterms", "Incoterms", text.upper_code, max_length=3),
            Attribute("blocked", "Purchasing block", kind=Kind.FLAG),
        ),
        identity=("organization",),
    ),
    Collection(
        "tags",
        "Tags",
        "Tag",
        "G",
        (Attribute("tag", "Tag", max_length=40, required=True),),
        identity=("tag",),
    ),
)
