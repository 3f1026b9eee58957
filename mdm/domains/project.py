"""Projects: undertakings with a budget, a cost center and a window for postings."""

from collections.abc import Iterator

from django.db import models

from mdm.domains.golden import AnchoredHistory, GoldenRecord, anchor, collection
from mdm.domains.spec import (
    Attribute,
    Collection,
    Domain,
    Kind,
    Lookup,
    MatchRules,
    Problem,
    Sensitivity,
    Values,
    ends_early,
)
from mdm.standardise import dates, numbers, places, text


class Project(GoldenRecord):
    """An undertaking that costs are posted to for a time."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=240)
    description = models.TextField(blank=True)
    project_type = models.CharField(max_length=30, blank=True)
    lifecycle = models.CharField(max_length=10, blank=True)
    company_code = models.CharField(max_length=20, blank=True, db_index=True)
    controlling_area = models.CharField(max_length=10, blank=True)
    cost_center = models.ForeignKey(
        "mdm.CostCenter", models.PROTECT, null=True, blank=True, related_name="+"
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    manager = models.CharField(max_length=80, blank=True)
    is_customer_project = models.BooleanField(default=False)
    customer_code = models.CharField(max_length=40, blank=True)
    budget = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    start_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    posting_from = models.DateField(null=True, blank=True)
    posting_to = models.DateField(null=True, blank=True)
    template = models.CharField(max_length=60, blank=True)
    profile = models.CharField(max_length=20, blank=True)
    group = models.CharField(max_length=20, blank=True)
    profit_center = models.CharField(max_length=20, blank=True)
    block_time = models.BooleanField(default=False)
    block_staff_expense = models.BooleanField(default=False)
    block_service = models.BooleanField(default=False)
    block_other_expense = models.BooleanField(default=False)
    block_purchasing = models.BooleanField(default=False)
    tasks = collection()

    head = anchor("HistoricalProject")
    history = AnchoredHistory()

    class Meta:
        indexes = [models.Index(fields=["status", "code"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


LIFECYCLE = (
    ("created", "Created"),
    ("planned", "Planned"),
    ("released", "Released"),
    ("completed", "Completed"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
)
BLOCKS = (
    ("block_time", "Time recording"),
    ("block_staff_expense", "Staff expenses"),
    ("block_service", "Services"),
    ("block_other_expense", "Other expenses"),
    ("block_purchasing", "Purchasing"),
)


def _rules(values: Values) -> Iterator[Problem]:
    for first, last in (("start_date", "end_date"), ("posting_from", "posting_to")):
        start, end = values[first], values[last]
        if start and end and end < start:
            yield ends_early(last, start, end)
    if values["budget"] and not values["currency"]:
        yield Problem("currency", "", "the currency of the budget", "Choose a currency.")
    if values["budget"].startswith("-"):
        yield Problem(
            "budget", values["budget"], "an amount of zero or more", "Correct the budget."
        )
    if values["lifecycle"] == "closed" and values["posting_to"] == "" and values["posting_from"]:
        yield Problem(
            "posting_to", "", "an end, since the project is closed", "Closed means no posting."
        )
    if values["customer_code"] and values["is_customer_project"] != "true":
        yield Problem(
            "is_customer_project",
            "",
            "to be set, since a customer is named",
            "Set it.",
            level="warning",
        )


def _links(values: Values, before: Values, lookup: Lookup) -> Iterator[Problem]:
    own, at = values.get("golden_id", ""), values["parent"]
    seen = {own}
    while at:
        above = lookup.values("project", at)
        if at in seen or above is None:
            expected = "a project that exists" if above is None else "a hierarchy without a circle"
            yield Problem("parent", at, expected, "Choose another parent.")
            return
        seen.add(at)
        at = above["parent"]
    yield from _cost_center(values, lookup)


def _cost_center(values: Values, lookup: Lookup) -> Iterator[Problem]:
    """The responsible cost center must be live over the whole posting window."""
    if not values["cost_center"] or values.get("status") == "retired":
        return
    center = lookup.values("cost_center", values["cost_center"])
    if center is None or center["status"] in ("retired", "merged"):
        found = center["code"] if center else values["cost_center"]
        yield Problem("cost_center", found, "a live cost center", "Choose one that is active.")
        return
    first = values["posting_from"] or values["start_date"]
    last = values["posting_to"] or values["end_date"]
    if first and center["valid_from"] and first < center["valid_from"]:
        yield Problem(
            "cost_center", center["code"], f"one that is valid on {first}", "It starts later."
        )
    if center["valid_to"] and (not last or last > center["valid_to"]):
        until = last or "the open end of the posting window"
        yield Problem(
            "cost_center",
            center["code"],
            f"one that is valid until {until}",
            "It ends before that.",
        )


PROJECT = Domain(
    code="project",
    label="Project",
    plural="Projects",
    icon="project",
    path="projects",
    columns=("lifecycle", "cost_center", "manager"),
    model=Project,
    company_code="company_code",
    number_prefix="P-",
    number_start=1001,
    rules=_rules,
    links=_links,
    match=MatchRules("project", review_from=0.20, same_from=0.99),
    attributes=(
        Attribute("code", "Code", text.upper_code, sensitivity=Sensitivity.IDENTITY, max_length=40),
        Attribute("name", "Name", sensitivity=Sensitivity.IDENTITY, max_length=240, required=True),
        Attribute("description", "Description", text.multiline, Kind.LONG_TEXT, max_length=2000),
        Attribute("project_type", "Type", text.upper_code, max_length=30),
        Attribute("lifecycle", "Stage", kind=Kind.CHOICE, choices=LIFECYCLE),
        Attribute(
            "company_code", "Company code", text.upper_code, Kind.LISTED, refers_to="company_code"
        ),
        Attribute(
            "controlling_area",
            "Controlling area",
            text.upper_code,
            Kind.LISTED,
            refers_to="controlling_area",
        ),
        Attribute(
            "cost_center",
            "Cost center",
            kind=Kind.REFERENCE,
            group="Responsibility",
            refers_to="cost_center",
            help="Responsible cost center",
        ),
        Attribute("manager", "Manager", max_length=80, group="Responsibility"),
        Attribute(
            "parent",
            "Parent project",
            kind=Kind.REFERENCE,
            group="Responsibility",
            refers_to="project",
        ),
        Attribute(
            "profit_center", "Profit center", text.upper_code, group="Responsibility", max_length=20
        ),
        Attribute(
            "is_customer_project", "Customer project", kind=Kind.FLAG, group="Responsibility"
        ),
        Attribute(
            "customer_code", "Customer", text.upper_code, group="Responsibility", max_length=40
        ),
        Attribute("budget", "Budget", numbers.decimal, Kind.DECIMAL, group="Money"),
        Attribute(
            "currency",
            "Currency",
            places.currency,
            Kind.LISTED,
            group="Money",
            refers_to="currency",
        ),
        Attribute("start_date", "Start", dates.iso, Kind.DATE, group="Dates"),
        Attribute("end_date", "End", dates.iso, Kind.DATE, group="Dates"),
        Attribute("posting_from", "Postings from", dates.iso, Kind.DATE, group="Dates"),
        Attribute("posting_to", "Postings until", dates.iso, Kind.DATE, group="Dates"),
        Attribute("template", "Template", text.upper_code, group="Setup", max_length=60),
        Attribute("profile", "Profile", text.upper_code, group="Setup", max_length=20),
        Attribute("group", "Group", text.upper_code, group="Setup", max_length=20),
        *(Attribute(code, label, kind=Kind.FLAG, group="Blocked for") for code, label in BLOCKS),
    ),
    collections=(
        Collection(
            "tasks",
            "Tasks",
            "Task",
            "W",
            (
                Attribute("code", "Code", text.upper_code, max_length=40, required=True),
                Attribute("name", "Name", max_length=240, required=True),
                Attribute("parent_code", "Under", text.upper_code, max_length=40),
                Attribute("start_date", "Start", dates.iso, Kind.DATE),
                Attribute("end_date", "End", dates.iso, Kind.DATE),
                Attribute("billable", "Billable", kind=Kind.FLAG),
            ),
            identity=("code",),
        ),
    ),
)
