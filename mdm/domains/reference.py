"""Reference data: the lists that records draw codes from. Governed, never published."""

from django.db import models

from mdm.domains.golden import AnchoredHistory, Governed, anchor
from mdm.domains.spec import Attribute, Kind, Sensitivity, Subject
from mdm.standardise import numbers, places, text


class ReferenceRow(Governed):
    """One row of a reference list."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


class CompanyCode(ReferenceRow):
    """A legal entity that keeps books of its own."""

    country = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    controlling_area = models.CharField(max_length=10, blank=True)
    head = anchor("HistoricalCompanyCode")
    history = AnchoredHistory()


class PaymentTerms(ReferenceRow):
    """When an invoice falls due, and what paying early earns."""

    net_days = models.PositiveIntegerField(null=True, blank=True)
    discount1_days = models.PositiveIntegerField(null=True, blank=True)
    discount1_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    discount2_days = models.PositiveIntegerField(null=True, blank=True)
    discount2_percent = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    head = anchor("HistoricalPaymentTerms")
    history = AnchoredHistory()


class Currency(ReferenceRow):
    """A currency of ISO 4217 that the company uses."""

    decimals = models.PositiveSmallIntegerField(null=True, blank=True)
    head = anchor("HistoricalCurrency")
    history = AnchoredHistory()


class Country(ReferenceRow):
    """A country of ISO 3166-1."""

    iso3 = models.CharField(max_length=3, blank=True)
    head = anchor("HistoricalCountry")
    history = AnchoredHistory()


class ControllingArea(ReferenceRow):
    """The part of the company in which costs are compared."""

    currency = models.CharField(max_length=3, blank=True)
    head = anchor("HistoricalControllingArea")
    history = AnchoredHistory()


class Unit(ReferenceRow):
    """A unit of measure."""

    head = anchor("HistoricalUnit")
    history = AnchoredHistory()


NAMED = (
    Attribute(
        "code",
        "Code",
        text.upper_code,
        sensitivity=Sensitivity.IDENTITY,
        max_length=20,
        required=True,
    ),
    Attribute("name", "Name", max_length=120, required=True),
)


def _days(code: str, label: str) -> Attribute:
    return Attribute(code, label, numbers.whole, Kind.INTEGER)


def _percent(code: str, label: str) -> Attribute:
    return Attribute(code, label, numbers.decimal, Kind.DECIMAL)


CURRENCY_OF = Attribute("currency", "Currency", places.currency, Kind.LISTED, refers_to="currency")
COUNTRY_OF = Attribute("country", "Country", places.country, Kind.LISTED, refers_to="country")
AREA_OF = Attribute(
    "controlling_area",
    "Controlling area",
    text.upper_code,
    Kind.LISTED,
    refers_to="controlling_area",
)

COMPANY_CODES = Subject(
    "company_code",
    "Company code",
    "Company codes",
    "company-codes",
    CompanyCode,
    (*NAMED, COUNTRY_OF, CURRENCY_OF, AREA_OF),
)
PAYMENT_TERMS = Subject(
    "payment_terms",
    "Payment terms",
    "Payment terms",
    "payment-terms",
    PaymentTerms,
    (
        *NAMED,
        _days("net_days", "Net days"),
        _days("discount1_days", "First discount within (days)"),
        _percent("discount1_percent", "First discount (%)"),
        _days("discount2_days", "Second discount within (days)"),
        _percent("discount2_percent", "Second discount (%)"),
    ),
)
CURRENCIES = Subject(
    "currency",
    "Currency",
    "Currencies",
    "currencies",
    Currency,
    (*NAMED, _days("decimals", "Decimal places")),
)
COUNTRIES = Subject(
    "country",
    "Country",
    "Countries",
    "countries",
    Country,
    (*NAMED, Attribute("iso3", "ISO 3166-1 alpha-3", text.upper_code, max_length=3)),
)
CONTROLLING_AREAS = Subject(
    "controlling_area",
    "Controlling area",
    "Controlling areas",
    "controlling-areas",
    ControllingArea,
    (*NAMED, CURRENCY_OF),
)
UNITS = Subject("unit", "Unit", "Units", "units", Unit, NAMED)

REFERENCE_LISTS = {
    s.code: s
    for s in (COMPANY_CODES, PAYMENT_TERMS, CURRENCIES, COUNTRIES, CONTROLLING_AREAS, UNITS)
}
