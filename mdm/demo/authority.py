"""Who is believed about what: trust and a rule from the first day, one pin, one open proposal."""

from mdm.changes import PartSpec
from mdm.demo.clock import DAYS_BACK
from mdm.demo.house import SYSTEMS
from mdm.demo.play import Play
from mdm.models import Fact, Supplier

TRUSTS = (
    ("erp", "payment_terms", "payment terms", 95),
    ("erp", "bank_accounts", "bank accounts", 95),
    ("procurement", "trade_name", "trading names", 95),
    ("procurement", "addresses", "addresses", 95),
)
NAMES = {code: name for code, name, _ in SYSTEMS}
RULE = {
    "code": "supplier-website",
    "name": "Suppliers: web sites",
    "domain": "supplier",
    "about": "website",
    "first": "recent",
    "second": "authority",
}
PROPOSED = {
    "code": "procurement-legal-name",
    "name": "Procurement: legal names",
    "system": "procurement",
    "domain": "supplier",
    "about": "legal_name",
    "score": "95",
}


def settle(play: Play, day: int) -> None:
    """The ERP is believed about money, procurement about names in use and addresses."""
    specs = [PartSpec("system_trust", "create", _trust(*row)) for row in TRUSTS] + [
        PartSpec("survivorship_rule", "create", RULE)
    ]
    play.settle(
        day,
        9,
        specs,
        by="steward",
        title="Which system is believed about what",
        reason="As agreed between accounting and purchasing.",
    )


def _trust(system: str, about: str, words: str, score: int) -> dict[str, str]:
    return {
        "code": f"{system}-{about.replace('_', '-')}",
        "name": f"{NAMES[system]}: {words}",
        "system": system,
        "domain": "supplier",
        "about": about,
        "score": str(score),
    }


def pin(play: Play) -> None:
    """A name that a person pinned, for the letterhead says otherwise than the systems."""
    row = _spoken_of_by_both()
    if row is None:
        return
    name = row.legal_name.split()[0]
    spec = PartSpec(
        "supplier",
        "update",
        {"trade_name": name},
        row.pk,
        pins={"trade_name": {"hold": "ever"}},
    )
    play.settle(
        DAYS_BACK - 9, 9, [spec], by="steward", reason="As its letterhead and web site say."
    )


def _spoken_of_by_both() -> Supplier | None:
    joined = Fact.objects.filter(domain="supplier", kind=Fact.Kind.LINK)
    live = Supplier.objects.filter(status="active", pk__in=joined.values("golden_id"))
    return live.order_by("code").first()


def leave_open(play: Play) -> None:
    """Trust that is to change, with all that would flip by it."""
    with play.on(DAYS_BACK - 1, 17):
        play.propose(
            [PartSpec("system_trust", "create", PROPOSED)],
            by="steward",
            title="Believe procurement about legal names",
            reason="Purchasing reads them off the contracts.",
        )
