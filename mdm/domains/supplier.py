"""Suppliers: whom the company buys from and pays."""

from collections.abc import Iterator

from django.db import models

from mdm.domains.golden import AnchoredHistory, GoldenRecord, anchor, collection
from mdm.domains.spec import (
    Attribute,
    Domain,
    Identifier,
    Kind,
    Lookup,
    MatchRules,
    Problem,
    Sensitivity,
    Values,
)
from mdm.domains.supplier_parts import COLLECTIONS
from mdm.standardise import codes, contacts, places, tax_ids, text

IDENTITY = Sensitivity.IDENTITY


class Supplier(GoldenRecord):
    """A company or person we buy from."""

    code = models.CharField(max_length=40, unique=True)
    legal_name = models.CharField(max_length=360)
    trade_name = models.CharField(max_length=360, blank=True)
    search_name = models.CharField(max_length=40, blank=True)
    legal_form = models.CharField(max_length=40, blank=True)
    category = models.CharField(max_length=12, blank=True)
    industry = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True, db_index=True)
    language = models.CharField(max_length=5, blank=True)
    website = models.CharField(max_length=255, blank=True)
    duns = models.CharField(max_length=9, blank=True)
    lei = models.CharField(max_length=20, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    currency = models.CharField(max_length=3, blank=True)
    payment_terms = models.CharField(max_length=20, blank=True)
    payment_method = models.CharField(max_length=20, blank=True)
    posting_block = models.BooleanField(default=False)
    purchasing_block = models.BooleanField(default=False)
    payment_block = models.BooleanField(default=False)
    block_reason = models.CharField(max_length=200, blank=True)
    tax_ids = collection()
    addresses = collection()
    contacts = collection()
    bank_accounts = collection()
    company_views = collection()
    purchasing_views = collection()
    tags = collection()

    head = anchor("HistoricalSupplier")
    history = AnchoredHistory()

    class Meta:
        indexes = [models.Index(fields=["legal_name"]), models.Index(fields=["status", "code"])]

    def __str__(self) -> str:
        return f"{self.legal_name} ({self.code})"


def _rules(values: Values) -> Iterator[Problem]:
    for item in values["tax_ids"]:
        number = item.get("number", "")
        wrong = tax_ids.problem(item.get("type", ""), item.get("country", ""), number)
        if wrong:
            yield Problem(
                f"tax_ids[{item['id']}].number",
                number,
                wrong,
                "Look for a typing error, or ask the supplier.",
            )
    for item in values["bank_accounts"]:
        yield from _bank_account(item)
    for code in ("addresses", "bank_accounts"):
        defaults = [i["id"] for i in values[code] if i.get("is_default") == "true"]
        if len(defaults) > 1:
            yield Problem(code, ", ".join(defaults), "at most one default", "Keep one default.")
    blocked = any(values[f"{kind}_block"] for kind in ("posting", "purchasing", "payment"))
    if blocked and not values["block_reason"]:
        what = "a reason for the block"
        yield Problem("block_reason", "", what, "Say why it is blocked.", level="warning")


def _bank_account(item: dict[str, str]) -> Iterator[Problem]:
    at = f"bank_accounts[{item['id']}]"
    if not item.get("iban") and not item.get("account_number"):
        yield Problem(at, "", "an IBAN or an account number", "Give one of the two.")
    iban, country = item.get("iban", ""), item.get("country", "")
    if iban and country and not iban.startswith("•") and iban[:2] != country:
        yield Problem(
            f"{at}.iban", iban[:2], f"an IBAN of {country}", "Correct the country or the IBAN."
        )
    bic = item.get("bic", "")
    if bic and iban and not iban.startswith("•") and bic[4:6] != iban[:2]:
        yield Problem(f"{at}.bic", bic, f"a bank in {iban[:2]}", "Check the BIC.", level="warning")


def _links(values: Values, before: Values, lookup: Lookup) -> Iterator[Problem]:
    seen, parent = {values.get("golden_id", "")}, values["parent"]
    while parent:
        if parent in seen:
            yield Problem(
                "parent", parent, "a hierarchy without a circle", "Choose another parent."
            )
            return
        seen.add(parent)
        above = lookup.values("supplier", parent)
        if above is None:
            yield Problem(
                "parent", parent, "a supplier that exists", "Choose a supplier from the list."
            )
            return
        parent = above["parent"]


SUPPLIER = Domain(
    code="supplier",
    label="Supplier",
    plural="Suppliers",
    icon="supplier",
    path="suppliers",
    columns=("tax_ids", "country", "payment_terms"),
    model=Supplier,
    name="legal_name",
    company_code="company_views.company_code",
    number_prefix="S-",
    number_start=100001,
    rules=_rules,
    links=_links,
    match=MatchRules("supplier", review_from=0.20, same_from=0.99),
    identifiers=(
        Identifier("tax_id", "tax_ids.number", unique=True, scope=("type", "country")),
        Identifier("iban", "bank_accounts.iban", blind=True),
        Identifier(
            "account",
            "bank_accounts.account_number",
            blind=True,
            scope=("country", "routing_number"),
        ),
        Identifier("duns", "duns", unique=True),
        Identifier("lei", "lei", unique=True),
        Identifier("email_domain", "contacts.email"),
    ),
    attributes=(
        Attribute("code", "Number", text.upper_code, sensitivity=IDENTITY, max_length=40),
        Attribute("legal_name", "Legal name", sensitivity=IDENTITY, max_length=360, required=True),
        Attribute("trade_name", "Trading name", max_length=360),
        Attribute("search_name", "Search name", max_length=40),
        Attribute("legal_form", "Legal form", max_length=40),
        Attribute(
            "category",
            "Kind",
            kind=Kind.CHOICE,
            choices=(("organization", "Organisation"), ("person", "Person")),
        ),
        Attribute("industry", "Industry", max_length=80),
        Attribute(
            "country",
            "Country",
            places.country,
            Kind.LISTED,
            refers_to="country",
            sensitivity=IDENTITY,
        ),
        Attribute("language", "Language", places.language, max_length=5),
        Attribute("website", "Website", contacts.website, max_length=255),
        Attribute("duns", "D-U-N-S", codes.duns, sensitivity=IDENTITY, max_length=9),
        Attribute("lei", "LEI", codes.lei, sensitivity=IDENTITY, max_length=20),
        Attribute("parent", "Parent supplier", kind=Kind.REFERENCE, refers_to="supplier"),
        Attribute(
            "currency",
            "Currency",
            places.currency,
            Kind.LISTED,
            group="Terms",
            refers_to="currency",
        ),
        Attribute(
            "payment_terms",
            "Payment terms",
            text.upper_code,
            Kind.LISTED,
            group="Terms",
            refers_to="payment_terms",
        ),
        Attribute(
            "payment_method", "Payment method", text.upper_code, group="Terms", max_length=20
        ),
        Attribute("posting_block", "Posting block", kind=Kind.FLAG, group="Blocks"),
        Attribute("purchasing_block", "Purchasing block", kind=Kind.FLAG, group="Blocks"),
        Attribute("payment_block", "Payment block", kind=Kind.FLAG, group="Blocks"),
        Attribute("block_reason", "Reason for the block", group="Blocks"),
    ),
    collections=COLLECTIONS,
)
