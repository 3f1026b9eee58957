"""Suppliers: unique by number and by name, with references that must be set up."""

from collections.abc import Iterable, Iterator

from publishing.twins.coupa.resources import Document, Names, Resource
from publishing.twins.customising import COUNTRIES, COUPA_COMMODITIES, COUPA_PAYMENT_TERMS
from publishing.twins.store import Held, Store

KIND = "coupa.suppliers"
TERM_IDS = {code: number for number, code in enumerate(COUPA_PAYMENT_TERMS, start=1)}
TERM_CODES = {number: code for code, number in TERM_IDS.items()}


def complete(store: Store, document: Document) -> list[str]:
    """Fills in what a reference leads to; a reference that leads nowhere is a problem."""
    texts = []
    if "payment-term" in document and not _resolve_term(document):
        texts.append("Unable to find valid PaymentTerm record")
    texts += [
        "Unable to find valid Country record"
        for address in _addresses(document)
        if address.get("country", {}).get("code", "") not in {"", *COUNTRIES}
    ]
    tax_code = document.get("tax-code", {}).get("code", "")
    if tax_code and store.first("coupa.tax_codes", code=tax_code) is None:
        texts.append("Unable to find valid TaxCode record")
    commodity = document.get("commodity", {}).get("name", "")
    if commodity and commodity not in COUPA_COMMODITIES:
        texts.append("Unable to find valid Commodity record")
    return texts


def _resolve_term(document: Document) -> bool:
    term = document["payment-term"]
    code = TERM_CODES.get(term["id"], "") if "id" in term else term.get("code", "")
    if code not in TERM_IDS or term.get("code", code) != code:
        return False
    document["payment-term"] = {"id": TERM_IDS[code], "code": code}
    return True


def _addresses(document: Document) -> Iterator[Document]:
    yield document.get("primary-address", {})
    yield from document.get("remit-to-addresses", [])


def names(document: Document) -> Names:
    return Names(code=document["number"], name=document["name"].casefold())


def rivals(store: Store, wanted: Names) -> Iterable[tuple[str, Held | None]]:
    yield "number", store.first(KIND, code=wanted.code)
    yield "name", store.first(KIND, name=wanted.name)


SUPPLIERS = Resource(
    path="suppliers",
    single="supplier",
    contract="supplier.request",
    title="Supplier",
    code="number",
    complete=complete,
    names=names,
    rivals=rivals,
    references=frozenset({"payment-term", "tax-code", "commodity"}),
    merged_by={"remit-to-addresses": "remit-to-code"},
)
