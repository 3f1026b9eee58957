"""Tax codes: how a purchase or a sale is taxed, with its rates over time."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from django.db import models

from mdm.domains.golden import AnchoredHistory, GoldenRecord, anchor, collection
from mdm.domains.spec import (
    Attribute,
    Collection,
    Domain,
    Kind,
    MatchRules,
    Problem,
    Sensitivity,
    Values,
)
from mdm.standardise import codes, dates, numbers, places, text


class TaxCode(GoldenRecord):
    """One way a posting is taxed in one country."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    description = models.CharField(max_length=240, blank=True)
    country = models.CharField(max_length=2, blank=True)
    jurisdiction = models.CharField(max_length=60, blank=True)
    company_code = models.CharField(max_length=20, blank=True, db_index=True)
    tax_type = models.CharField(max_length=12, blank=True)
    direction = models.CharField(max_length=10, blank=True)
    reverse_charge = models.BooleanField(default=False)
    exempt = models.BooleanField(default=False)
    intra_community = models.BooleanField(default=False)
    recoverable_percent = models.DecimalField(max_digits=9, decimal_places=4, null=True, blank=True)
    ledger_account = models.CharField(max_length=20, blank=True)
    procedure = models.CharField(max_length=10, blank=True)
    rates = collection()

    head = anchor("HistoricalTaxCode")
    history = AnchoredHistory()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["country", "company_code", "code"],
                name="tax_code_unique_in_country_and_company",
            )
        ]
        indexes = [models.Index(fields=["status", "code"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.country} {self.code})"


TAX_TYPES = (
    ("vat", "VAT"),
    ("gst", "GST"),
    ("sales", "Sales tax"),
    ("use", "Use tax"),
    ("withholding", "Withholding tax"),
    ("customs", "Customs"),
    ("other", "Other"),
)
DIRECTIONS = (("input", "Input"), ("output", "Output"), ("both", "Both"))


def _rules(values: Values) -> Iterator[Problem]:
    share = values["recoverable_percent"]
    if share and not 0 <= Decimal(share) <= 100:
        yield Problem(
            "recoverable_percent", share, "a share between 0 and 100", "Correct the share."
        )
    if values["exempt"] == "true" and any(
        Decimal(r.get("rate_percent") or 0) for r in values["rates"]
    ):
        yield Problem("exempt", "true", "no rate above zero", "An exempt code has a rate of 0.")
    rates = sorted(values["rates"], key=lambda r: r.get("valid_from", ""))
    for earlier, later in pairwise(rates):
        yield from _neighbours(earlier, later)


def _neighbours(earlier: dict[str, str], later: dict[str, str]) -> Iterator[Problem]:
    """Rates follow each other day on day: no gap, no overlap; the earlier is cut or stretched."""
    end, start = earlier.get("valid_to", ""), later.get("valid_from", "")
    if not start:
        return
    wanted = (date.fromisoformat(start) - timedelta(days=1)).isoformat()
    if end != wanted:
        hint = f"Cut it to {wanted}." if not end or end > wanted else f"Stretch it to {wanted}."
        fits = wanted >= earlier.get("valid_from", "")
        yield Problem(
            f"rates[{earlier['id']}].valid_to",
            end,
            f"{wanted}, the day before the next rate",
            hint if fits else "Two rates begin on the same day: remove one, or move its first day.",
            repair=wanted if fits else "",
        )


TAX_CODE = Domain(
    code="tax_code",
    label="Tax code",
    plural="Tax codes",
    icon="tax",
    path="tax-codes",
    columns=("country", "tax_type", "direction", "rates"),
    model=TaxCode,
    company_code="company_code",
    number_prefix="T",
    number_start=1,
    rules=_rules,
    match=MatchRules("tax_code", review_from=0.50, same_from=0.999),
    attributes=(
        Attribute("code", "Code", text.upper_code, sensitivity=Sensitivity.IDENTITY, max_length=40),
        Attribute("name", "Name", sensitivity=Sensitivity.IDENTITY, max_length=120, required=True),
        Attribute("description", "Description", max_length=240),
        Attribute("country", "Country", places.country, Kind.LISTED, refers_to="country"),
        Attribute("jurisdiction", "Jurisdiction", max_length=60),
        Attribute(
            "company_code", "Company code", text.upper_code, Kind.LISTED, refers_to="company_code"
        ),
        Attribute("tax_type", "Type", kind=Kind.CHOICE, choices=TAX_TYPES, group="Treatment"),
        Attribute(
            "direction", "Direction", kind=Kind.CHOICE, choices=DIRECTIONS, group="Treatment"
        ),
        Attribute("reverse_charge", "Reverse charge", kind=Kind.FLAG, group="Treatment"),
        Attribute("exempt", "Exempt", kind=Kind.FLAG, group="Treatment"),
        Attribute("intra_community", "Intra-community", kind=Kind.FLAG, group="Treatment"),
        Attribute(
            "recoverable_percent",
            "Recoverable share (%)",
            numbers.decimal,
            Kind.DECIMAL,
            group="Treatment",
        ),
        Attribute(
            "ledger_account", "Ledger account", codes.compact, group="Posting", max_length=20
        ),
        Attribute("procedure", "Tax procedure", text.upper_code, group="Posting", max_length=10),
    ),
    collections=(
        Collection(
            "rates",
            "Rates",
            "Rate",
            "R",
            (
                Attribute("rate_percent", "Rate (%)", numbers.decimal, Kind.DECIMAL, required=True),
                Attribute("valid_from", "Valid from", dates.iso, Kind.DATE, required=True),
                Attribute("valid_to", "Valid to", dates.iso, Kind.DATE),
            ),
            identity=("valid_from",),
        ),
    ),
)
