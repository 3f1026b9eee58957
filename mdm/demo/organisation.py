"""Where costs are gathered and what is undertaken: 120 cost centers in five levels, 40 projects."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from uuid import UUID

from mdm.changes import PartSpec
from mdm.demo.house import AREA
from mdm.demo.lands import LANDS, Land
from mdm.domains.ids import uuid7

SITES, PLANTS, CENTERS = 18, 30, 60  # beside 6 countries and 6 companies
KINDS = (
    ("Assembly", "F"),
    ("Maintenance", "H"),
    ("Warehouse", "H"),
    ("Sales", "V"),
    ("Finance", "W"),
    ("Human resources", "W"),
    ("IT", "H"),
    ("Product development", "E"),
    ("Purchasing", "M"),
    ("Quality", "H"),
)
UNDERTAKINGS = (
    ("New assembly line", "CAPEX"),
    ("Warehouse automation", "CAPEX"),
    ("Office move", "OPEX"),
    ("ERP rollout", "CAPEX"),
    ("Energy audit", "OPEX"),
    ("Customer portal", "CUSTOMER"),
    ("Paint shop renewal", "CAPEX"),
    ("Safety training", "OPEX"),
)
VALID_FROM = "2020-01-01"


class Tree:
    """Cost centers as they are made, the one above before those below."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._ids = iter(sorted(uuid7() for _ in range(200)))
        self.rows: list[tuple[UUID, dict[str, str]]] = []

    def add(self, code: str, name: str, land: Land, category: str, parent: str = "") -> str:
        """One more; its golden id."""
        golden_id = next(self._ids)
        row = {
            "code": code,
            "name": name,
            "short_name": name[:20].strip(),
            "company_code": land.company_code,
            "controlling_area": AREA,
            "category": category,
            "owner": self._random.choice(land.first_names)
            + " "
            + self._random.choice(land.last_names),
            "currency": land.currency,
            "country": land.country,
            "hierarchy_node": f"H{land.company_code}",
            "valid_from": VALID_FROM,
        }
        self.rows.append((golden_id, row | ({"parent": parent} if parent else {})))
        return str(golden_id)


def cost_centers(random: Random) -> list[PartSpec]:
    """The hierarchy: country, company, site, plant, center."""
    tree = Tree(random)
    countries = [tree.add(f"{x.country}00", _country(x), x, "L") for x in LANDS]
    companies = [
        tree.add(f"{land.country}{land.company_code}", land.company, land, "L", above)
        for land, above in zip(LANDS, countries, strict=True)
    ]
    sites = [
        tree.add(
            f"{LANDS[n % 6].country}{LANDS[n % 6].company_code}{n // 6 + 1}",
            f"{_city(n)} site",
            LANDS[n % 6],
            "L",
            companies[n % 6],
        )
        for n in range(SITES)
    ]
    plants = [_plant(tree, n, sites) for n in range(PLANTS)]
    for n in range(CENTERS):
        _center(tree, n, plants)
    return [PartSpec("cost_center", "create", row, golden_id) for golden_id, row in tree.rows]


def _country(land: Land) -> str:
    names = {"DE": "Germany", "GB": "United Kingdom", "FR": "France", "NL": "Netherlands"}
    return names.get(land.country, {"IT": "Italy", "US": "United States"}.get(land.country, ""))


def _city(site: int) -> str:
    places = LANDS[site % 6].places
    return places[site // 6 % len(places)].city


def _plant(tree: Tree, n: int, sites: list[str]) -> str:
    site = n % SITES
    land = LANDS[site % 6]
    code = f"{land.country}{land.company_code}{site // 6 + 1}{n // SITES + 1}"
    return tree.add(code, f"{_city(site)} plant {n // SITES + 1}", land, "F", sites[site])


def _center(tree: Tree, n: int, plants: list[str]) -> str:
    plant = n % PLANTS
    site = plant % SITES
    land = LANDS[site % 6]
    kind, category = KINDS[(n + n // PLANTS * 3) % len(KINDS)]
    code = (
        f"{land.country}{land.company_code}{site // 6 + 1}{plant // SITES + 1}{n // PLANTS + 1:02d}"
    )
    return tree.add(code, f"{kind} {_city(site)}", land, category, plants[plant])


def projects(random: Random, centers: list[tuple[str, str]], today: date) -> Iterator[PartSpec]:
    """Forty projects, each of a cost center (golden id, company code)."""
    lands = {land.company_code: land for land in LANDS}
    for n in range(40):
        center, company = centers[(n * 7) % len(centers)]
        land = lands[company]
        name, kind = UNDERTAKINGS[n % len(UNDERTAKINGS)]
        start = today - timedelta(days=random.randint(30, 500))
        end = today + timedelta(days=random.randint(60, 500))
        stage = random.choice(("created", "planned", "released", "released", "released"))
        patch = {
            "code": f"P-{company}-{n + 1:03d}",
            "name": f"{name} {land.places[n % len(land.places)].city}",
            "project_type": kind,
            "lifecycle": stage,
            "company_code": company,
            "controlling_area": AREA,
            "cost_center": center,
            "manager": f"{random.choice(land.first_names)} {random.choice(land.last_names)}",
            "budget": str(random.randint(2, 90) * 10_000),
            "currency": land.currency,
            "start_date": start.isoformat(),
            "end_date": end.isoformat(),
            "posting_from": start.isoformat(),
            "posting_to": end.isoformat(),
            "profile": "STANDARD",
        }
        if kind == "CUSTOMER":
            patch |= {"is_customer_project": "true", "customer_code": f"C{4000 + n}"}
        for number, task in enumerate(("Plan", "Build", "Hand over"), start=1):
            code = f"{patch['code']}.{number}"
            patch[f"tasks[W{number}]"] = {"code": code, "name": task}  # type: ignore[assignment]
        yield PartSpec("project", "create", patch)
