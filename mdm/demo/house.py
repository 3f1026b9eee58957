"""The company that uses Touchstone: its legal entities, terms and systems."""

from mdm.changes import PartSpec
from mdm.demo.lands import LANDS

AREA = "A000"
TERMS = (
    ("IMMEDIATE", "Due at once", 0, None, None),
    ("NET10", "10 days net", 10, None, None),
    ("NET14", "14 days net", 14, None, None),
    ("NET20", "20 days net", 20, None, None),
    ("NET30", "30 days net", 30, None, None),
    ("NET45", "45 days net", 45, None, None),
    ("NET60", "60 days net", 60, None, None),
    ("NET90", "90 days net", 90, None, None),
    ("NET120", "120 days net", 120, None, None),
    ("2-14-NET30", "14 days 2 %, 30 days net", 30, 14, "2"),
    ("2-10-NET30", "10 days 2 %, 30 days net", 30, 10, "2"),
    ("3-7-NET60", "7 days 3 %, 60 days net", 60, 7, "3"),
)
NOT_MAPPED = "NET120"  # no target knows it yet, so that there is something to mend
SYSTEMS = (
    ("erp", "ERP", 90),
    ("procurement", "Procurement", 70),
    ("expenses", "Expenses", 40),
)


def reference() -> list[PartSpec]:
    """The rows of the reference lists that are the company's own."""
    area = {"code": AREA, "name": "Touchstone Group", "currency": "EUR"}
    companies = (
        {
            "code": land.company_code,
            "name": land.company,
            "country": land.country,
            "currency": land.currency,
            "controlling_area": AREA,
        }
        for land in LANDS
    )
    return [
        PartSpec("controlling_area", "create", area),
        *(PartSpec("company_code", "create", row) for row in companies),
        *(PartSpec("payment_terms", "create", _terms(*row)) for row in TERMS),
    ]


def _terms(code: str, name: str, net: int, days: int | None, percent: str | None) -> dict[str, str]:
    row = {"code": code, "name": name, "net_days": str(net)}
    if days and percent:
        row |= {"discount1_days": str(days), "discount1_percent": percent}
    return row


def systems() -> list[PartSpec]:
    """The systems that send records."""
    return [
        PartSpec("system", "create", {"code": code, "name": name, "authority": str(authority)})
        for code, name, authority in SYSTEMS
    ]
