"""Internal orders: costs gathered for one purpose, and settled when it is reached."""

from collections.abc import Iterator
from decimal import Decimal

from django.db import models

from mdm.domains.golden import AnchoredHistory, GoldenRecord, anchor, collection
from mdm.domains.spec import (
    Attribute,
    Collection,
    Domain,
    Identifier,
    Kind,
    Problem,
    Sensitivity,
    Values,
)
from mdm.standardise import codes, dates, numbers, places, text


class InternalOrder(GoldenRecord):
    """One purpose for which costs are gathered."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    purpose = models.TextField(blank=True)
    order_type = models.CharField(max_length=12, blank=True)
    company_code = models.CharField(max_length=20, blank=True, db_index=True)
    cost_center = models.ForeignKey(
        "mdm.CostCenter", models.PROTECT, null=True, blank=True, related_name="+"
    )
    external_number = models.CharField(max_length=20, blank=True)
    budget = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    months = models.IntegerField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    is_statistical = models.BooleanField(default=False)
    settlement_rules = collection()

    head = anchor("HistoricalInternalOrder")
    history = AnchoredHistory()

    class Meta:
        indexes = [models.Index(fields=["status", "code"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


ORDER_TYPES = (("overhead", "Overhead"), ("investment", "Investment"), ("event", "Event"))


def _rules(values: Values) -> Iterator[Problem]:
    shares = [Decimal(rule.get("share") or 0) for rule in values["settlement_rules"]]
    if sum(shares) > 100:
        yield Problem(
            "settlement_rules",
            f"{sum(shares)} %",
            "shares of at most 100 % together",
            "Lower a share.",
        )


INTERNAL_ORDER = Domain(
    code="internal_order",
    label="Internal order",
    plural="Internal orders",
    icon="project",
    path="internal-orders",
    columns=("order_type", "company_code", "budget", "opened_on"),
    model=InternalOrder,
    company_code="company_code",
    number_prefix="IO-",
    number_start=5001,
    rules=_rules,
    identifiers=(Identifier("external_number", "external_number"),),
    attributes=(
        Attribute("code", "Code", text.upper_code, sensitivity=Sensitivity.IDENTITY, max_length=40),
        Attribute("name", "Name", sensitivity=Sensitivity.IDENTITY, max_length=80, required=True),
        Attribute("purpose", "Purpose", text.multiline, Kind.LONG_TEXT, max_length=2000),
        Attribute("order_type", "Type", kind=Kind.CHOICE, choices=ORDER_TYPES),
        Attribute(
            "company_code", "Company code", text.upper_code, Kind.LISTED, refers_to="company_code"
        ),
        Attribute(
            "cost_center", "Responsible cost center", kind=Kind.REFERENCE, refers_to="cost_center"
        ),
        Attribute("external_number", "External number", codes.compact, max_length=20),
        Attribute("budget", "Budget", numbers.decimal, Kind.DECIMAL, group="Money"),
        Attribute(
            "currency", "Currency", places.currency, Kind.LISTED, "Money", refers_to="currency"
        ),
        Attribute("months", "Runs for (months)", numbers.whole, Kind.INTEGER, group="Time"),
        Attribute("opened_on", "Opened on", dates.iso, Kind.DATE, group="Time"),
        Attribute("is_statistical", "Statistical", kind=Kind.FLAG, group="Money"),
    ),
    collections=(
        Collection(
            "settlement_rules",
            "Settlement rules",
            "Settlement rule",
            "S",
            (
                Attribute("receiver", "Receiver", text.upper_code, max_length=40, required=True),
                Attribute("share", "Share (%)", numbers.decimal, Kind.DECIMAL, required=True),
            ),
            identity=("receiver",),
        ),
    ),
)
