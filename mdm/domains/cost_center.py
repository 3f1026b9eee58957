"""Cost centers: where in the company costs are gathered."""

from collections.abc import Iterator

from django.db import models

from mdm.domains.golden import LIVE, AnchoredHistory, GoldenRecord, anchor, collection
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
from mdm.standardise import dates, places, text


class CostCenter(GoldenRecord):
    """A place in the company where costs are gathered."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    short_name = models.CharField(max_length=20, blank=True)
    description = models.CharField(max_length=240, blank=True)
    company_code = models.CharField(max_length=20, blank=True, db_index=True)
    controlling_area = models.CharField(max_length=10, blank=True)
    category = models.CharField(max_length=10, blank=True)
    owner = models.CharField(max_length=120, blank=True)
    owner_user = models.CharField(max_length=80, blank=True)
    department = models.CharField(max_length=40, blank=True)
    functional_area = models.CharField(max_length=20, blank=True)
    profit_center = models.CharField(max_length=20, blank=True)
    business_area = models.CharField(max_length=10, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    country = models.CharField(max_length=2, blank=True)
    hierarchy_node = models.CharField(max_length=40, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    block_primary_actual = models.BooleanField(default=False)
    block_secondary_actual = models.BooleanField(default=False)
    block_revenue = models.BooleanField(default=False)
    block_commitment = models.BooleanField(default=False)
    block_plan = models.BooleanField(default=False)
    names = collection()

    head = anchor("HistoricalCostCenter")
    history = AnchoredHistory()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["controlling_area", "code"],
                name="cost_center_code_unique_in_controlling_area",
            )
        ]
        indexes = [models.Index(fields=["status", "code"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


CATEGORIES = (
    ("F", "Production"),
    ("H", "Auxiliary"),
    ("V", "Sales"),
    ("W", "Administration"),
    ("E", "Development"),
    ("M", "Material"),
    ("L", "Management"),
)


def _rules(values: Values) -> Iterator[Problem]:
    start, end = values["valid_from"], values["valid_to"]
    if start and end and end < start:
        yield ends_early("valid_to", start, end)


def _links(values: Values, before: Values, lookup: Lookup) -> Iterator[Problem]:
    own = values.get("golden_id", "")
    yield from _parent(values, own, lookup)
    yield from _children(values, before, own, lookup)
    successor = values["successor"]
    if successor and successor == own:
        yield Problem(
            "successor", values["code"], "another cost center", "Choose the one that takes over."
        )
    elif successor:
        next_one = lookup.values("cost_center", successor)
        if next_one is None or next_one["status"] not in LIVE:
            yield Problem(
                "successor", successor, "a live cost center", "Choose one that is active."
            )
    if values.get("status") == "retired" and before.get("status") in LIVE and not successor:
        using = [
            *lookup.users("cost_center", "parent", own),
            *lookup.users("project", "cost_center", own),
        ]
        if using:
            shown = ", ".join(using[:5]) + (" …" if len(using) > 5 else "")
            yield Problem(
                "successor",
                "",
                f"a successor, since {shown} still use it",
                "Name the one that takes over.",
            )


def _parent(values: Values, own: str, lookup: Lookup) -> Iterator[Problem]:
    seen, above, at = {own}, None, values["parent"]
    while at:
        if at in seen:
            yield Problem("parent", at, "a hierarchy without a circle", "Choose another parent.")
            return
        seen.add(at)
        node = lookup.values("cost_center", at)
        if node is None:
            yield Problem("parent", at, "a cost center that exists", "Choose one from the list.")
            return
        above, at = above or node, node["parent"]
    if above is None:
        return
    for code, outside in (("valid_from", "before"), ("valid_to", "after")):
        own_day, limit = values[code], above[code]
        wrong = own_day and limit and (own_day < limit if outside == "before" else own_day > limit)
        if wrong:
            yield Problem(
                code,
                own_day,
                f"a day not {outside} its parent's {limit}",
                f"Stay inside the parent's dates: set it to {limit}.",
                repair=limit,
            )


def _children(values: Values, before: Values, own: str, lookup: Lookup) -> Iterator[Problem]:
    """Dates that are cut leave no child outside."""
    moved = [code for code in ("valid_from", "valid_to") if values[code] != before.get(code, "")]
    if not moved or not own or not before.get("status"):
        return
    children = [c for c in lookup.pointing("cost_center", "parent", own) if c["status"] in LIVE]
    for code in moved:
        pick = min if code == "valid_from" else max
        days = [child[code] for child in children if child[code]]
        limit = pick(days) if days else ""
        outside = limit < values[code] if code == "valid_from" else limit > values[code]
        if values[code] and limit and outside:
            side = "after" if code == "valid_from" else "before"
            named = ", ".join(sorted(c["code"] for c in children if c[code] == limit)[:3])
            yield Problem(
                code,
                values[code],
                f"a day not {side} {limit}, as {named} is below it",
                f"Stretch it to {limit}, or move those below it first.",
                repair=limit,
            )


COST_CENTER = Domain(
    code="cost_center",
    label="Cost center",
    plural="Cost centers",
    icon="tree",
    path="cost-centers",
    columns=("company_code", "owner", "parent"),
    model=CostCenter,
    company_code="company_code",
    number_prefix="CC-",
    number_start=1001,
    rules=_rules,
    links=_links,
    match=MatchRules("cost_center", review_from=0.20, same_from=0.99),
    attributes=(
        Attribute("code", "Code", text.upper_code, sensitivity=Sensitivity.IDENTITY, max_length=40),
        Attribute("name", "Name", sensitivity=Sensitivity.IDENTITY, max_length=60, required=True),
        Attribute("short_name", "Short name", max_length=20),
        Attribute("description", "Description", max_length=240),
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
        Attribute("category", "Category", text.upper_code, Kind.CHOICE, choices=CATEGORIES),
        Attribute("owner", "Person responsible", max_length=120, group="Responsibility"),
        Attribute("owner_user", "User responsible", max_length=80, group="Responsibility"),
        Attribute("department", "Department", max_length=40, group="Responsibility"),
        Attribute(
            "functional_area",
            "Functional area",
            text.upper_code,
            group="Responsibility",
            max_length=20,
        ),
        Attribute(
            "profit_center", "Profit center", text.upper_code, group="Responsibility", max_length=20
        ),
        Attribute(
            "business_area", "Business area", text.upper_code, group="Responsibility", max_length=10
        ),
        Attribute(
            "currency",
            "Currency",
            places.currency,
            Kind.LISTED,
            group="Responsibility",
            refers_to="currency",
        ),
        Attribute(
            "country",
            "Country",
            places.country,
            Kind.LISTED,
            group="Responsibility",
            refers_to="country",
        ),
        Attribute(
            "parent", "Parent", kind=Kind.REFERENCE, group="Hierarchy", refers_to="cost_center"
        ),
        Attribute(
            "hierarchy_node", "Hierarchy node", text.upper_code, group="Hierarchy", max_length=40
        ),
        Attribute(
            "successor",
            "Successor",
            kind=Kind.REFERENCE,
            group="Hierarchy",
            refers_to="cost_center",
        ),
        Attribute("valid_from", "Valid from", dates.iso, Kind.DATE, group="Validity"),
        Attribute("valid_to", "Valid to", dates.iso, Kind.DATE, group="Validity"),
        Attribute(
            "block_primary_actual", "Actual primary costs", kind=Kind.FLAG, group="Blocked for"
        ),
        Attribute(
            "block_secondary_actual", "Actual secondary costs", kind=Kind.FLAG, group="Blocked for"
        ),
        Attribute("block_revenue", "Revenues", kind=Kind.FLAG, group="Blocked for"),
        Attribute("block_commitment", "Commitments", kind=Kind.FLAG, group="Blocked for"),
        Attribute("block_plan", "Planning", kind=Kind.FLAG, group="Blocked for"),
    ),
    collections=(
        Collection(
            "names",
            "Names in other languages",
            "Name",
            "N",
            (
                Attribute("language", "Language", places.language, max_length=5, required=True),
                Attribute("name", "Name", max_length=60, required=True),
            ),
            identity=("language",),
        ),
    ),
)
