"""Which items of a supplier become which things in S/4HANA."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from publishing.connectors.base import CanonicalRecord, Context, Problem
from publishing.connectors.compare import things
from publishing.connectors.mapping import Piece, Scope

ROLES = ("FLVN00", "FLVN01")  # supplier for finance, supplier for purchasing
STANDARD_USAGE = "XXDEFAULT"
LAST_DAY = "9999-12-31"
DUNS = "BUP001"
NATURAL_KEYS = {
    "tax_id": "BPTaxType",
    "company": "CompanyCode",
    "purchasing": "PurchasingOrganization",
}

Scopes = Callable[[CanonicalRecord, Context], Sequence[Scope]]


def items(name: str, **borrowed: str) -> Scopes:
    """Each item of a collection; `borrowed` are values of the record its fields also need."""

    def scopes(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
        own = {as_name: payload.get(source) for as_name, source in borrowed.items()}
        return [
            Scope({**own, **item}, f"{name}[{item['id']}]", str(item["id"]), paths=borrowed)
            for item in payload.get(name, ())
        ]

    return scopes


def current_tax_ids(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    """The tax numbers that have not run out."""
    today = context.now.date().isoformat()
    every = items("tax_ids")(payload, context)
    return [scope for scope in every if scope.item.get("valid_to", LAST_DAY) >= today]


def companies(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    """The views of the company codes that this target serves."""
    wanted = set(context.company_codes)
    return [
        Scope(
            {**item, "record_terms": payload.get("payment_terms"), "status": payload.get("status")},
            f"company_views[{item['id']}]",
            str(item["id"]),
            str(item.get("company_code", "")),
            paths={"record_terms": "payment_terms", "status": "status"},
        )
        for item in payload.get("company_views", ())
        if not wanted or item.get("company_code") in wanted
    ]


def roles(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    """The two roles that make a business partner a supplier."""
    return [Scope({"role": role}, "role", role) for role in ROLES]


def default_address(payload: CanonicalRecord) -> Mapping[str, Any] | None:
    """The address that stands for the supplier."""
    every = payload.get("addresses", ())
    return next((a for a in every if a.get("is_default")), every[0] if every else None)


def usage(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    """The mark of the default address."""
    address = default_address(payload)
    if address is None:
        return ()
    return (
        Scope({"usage": STANDARD_USAGE}, "addresses", STANDARD_USAGE, under=str(address["id"])),
    )


def contact(attribute: str) -> Scopes:
    """The first contact, orders before others, that has the attribute, at the default address."""

    def scopes(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
        address = default_address(payload)
        having = [c for c in payload.get("contacts", ()) if c.get(attribute)]
        having.sort(key=lambda c: "orders" not in c.get("purposes", ()))
        if address is None or not having:
            return ()
        path = f"contacts[{having[0]['id']}]"
        return (Scope(having[0], path, "main", under=str(address["id"])),)

    return scopes


def duns(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    """The D-U-N-S number as an identification, where there is one."""
    return (Scope(payload, "", "duns"),) if payload.get("duns") else ()


def duns_in(remote: Mapping[str, Any]) -> str:
    """The D-U-N-S number among a partner's identifications."""
    found = things(remote.get("to_BuPaIdentification"))
    numbers = (f["BPIdentificationNumber"] for f in found if f.get("BPIdentificationType") == DUNS)
    return str(next(numbers, ""))


def clashes(partner: Piece) -> list[Problem]:
    """Parts that would have the same key there: two numbers of one tax type, one code twice."""
    problems, seen = [], dict[tuple[str, str], str]()
    every = [*partner.children, *(c for child in partner.children for c in child.children)]
    for piece in every:
        name = NATURAL_KEYS.get(piece.shape.kind, "")
        code = str(piece.values.get(name) or "")
        if not code:
            continue
        first = seen.setdefault((piece.shape.kind, code), piece.scope.path)
        if first != piece.scope.path:
            hint = f"Keep one of them, or map them to different codes: {first} has it, too."
            expected = f"{name} {code} only once"
            problems.append(Problem(piece.scope.path, code, expected, hint, "duplicate_key"))
    return problems
