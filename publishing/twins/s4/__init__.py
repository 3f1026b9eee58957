"""The twin of SAP S/4HANA Cloud: suppliers, cost centers, projects; tax codes can only be read.

    /sap/opu/odata/sap/API_BUSINESS_PARTNER              V2, read and write
    /sap/opu/odata/sap/API_ENTERPRISE_PROJECT_SRV;v=0002 V2, read and write
    /sap/opu/odata4/sap/api_cost_center/...              V4, read and write
    /sap/opu/odata/sap/API_COSTCENTER_SRV                V2, read only
    /sap/opu/odata/sap/YY1_TAXCODE_CDS/I_TaxCode         V2, read only: a view of the customer's

Not simulated: $batch, $metadata, Atom XML, method tunnelling, other entities than the contract's.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from publishing.twins.credentials import Credentials
from publishing.twins.journal import Journal
from publishing.twins.s4 import cost_center, cost_center_facts, entities, errors, tax_codes
from publishing.twins.s4.business_partner import BusinessPartnerRules, name_of
from publishing.twins.s4.cost_center import CostCenters
from publishing.twins.s4.project import ProjectRules, ProjectService
from publishing.twins.s4.read_only import ReadOnly, ReadOnlySet
from publishing.twins.s4.session import Sessions
from publishing.twins.s4.v2 import V2
from publishing.twins.s4.writing import Service
from publishing.twins.store import Held, Store
from publishing.twins.wire import Answer, Refusal, Request

ODATA = "/sap/opu/odata/sap"
PARTNERS = f"{ODATA}/API_BUSINESS_PARTNER"
PROJECTS = f"{ODATA}/API_ENTERPRISE_PROJECT_SRV;v=0002"
CENTERS_READ = f"{ODATA}/API_COSTCENTER_SRV"
CENTER_TEXTS = "s4.A_CostCenterText_2"
TAX_CODES = f"{ODATA}/YY1_TAXCODE_CDS"
FAILURES: Mapping[int, tuple[str, str]] = {
    429: ("429", "Too many requests"),
    500: (errors.TECHNICAL, "An exception was raised"),
    503: (errors.TECHNICAL, "The system is not available"),
}


class Answering(Protocol):
    def answer(self, request: Request, path: str) -> Answer: ...


class S4:
    name = "s4"
    label = "SAP S/4HANA"
    kinds: Mapping[str, str] = {
        "supplier": "s4.A_BusinessPartner",
        "cost_center": cost_center.KIND,
        "project": "s4.A_EnterpriseProject",
        "tax_code": tax_codes.KIND,
    }

    single = frozenset({"supplier", "project"})  # a cost center may have several periods

    def __init__(self, store: Store, _folder: Path, credentials: Credentials) -> None:
        self._store = store
        self.sessions = Sessions(credentials)
        partners = Service(store, entities.service("business-partner"), BusinessPartnerRules())
        projects = Service(store, entities.service("enterprise-project"), ProjectRules())
        facts = cost_center_facts
        self._services: Mapping[str, Answering] = {
            PARTNERS: V2(partners, PARTNERS),
            PROJECTS: ProjectService(projects, PROJECTS),
            cost_center.BASE: CostCenters(store),
            CENTERS_READ: ReadOnly(
                CENTERS_READ,
                {
                    "A_CostCenter": ReadOnlySet(
                        facts.READ["A_CostCenter"], lambda: facts.read_centers(store)
                    ),
                    "A_CostCenterText": ReadOnlySet(
                        facts.READ["A_CostCenterText"], lambda: facts.read_texts(store)
                    ),
                },
            ),
            TAX_CODES: ReadOnly(
                TAX_CODES,
                {"I_TaxCode": ReadOnlySet(tax_codes.TAX_CODE, lambda: tax_codes.documents(store))},
            ),
        }

    def seed(self) -> None:
        tax_codes.seed(self._store)

    def expire(self) -> None:
        self.sessions.expire()

    def has_waiting(self) -> bool:
        return False

    def catch_up(self, journal: Journal) -> None:
        """Nothing waits here."""

    def answer(self, request: Request) -> Answer:
        self.sessions.require_user(request)
        path = request.path.replace("%3B", ";").replace("%3b", ";")
        base = next((one for one in self._services if _below(path, one)), None)
        if base is None:
            raise errors.text(404, "Service not found")
        self.sessions.require_token(request)
        if not request.wants_json and request.query.get("$format") != "json":
            raise errors.text(406, "This simulator answers application/json only, not Atom XML")
        answer = self._services[base].answer(request, path.removeprefix(base))
        headers = {**answer.headers, **self.sessions.headers(request)}
        return Answer(answer.status, answer.body, headers, answer.effects, answer.message)

    def failure(self, request: Request, status: int) -> Answer:
        return _failed(request, status, *FAILURES[status])

    def locked(self, request: Request) -> Answer:
        return _failed(request, 400, "R1/462", "The object is currently being processed by user X")

    def parts(self, held: Held) -> Iterator[tuple[str, Held]]:
        """What belongs to an object, with the name it goes by there."""
        name = held.kind.removeprefix("s4.")
        if held.kind == cost_center.KIND:
            yield from (("_Text", one) for one in self._store.children(CENTER_TEXTS, held.key))
        for service in ("business-partner", "enterprise-project"):
            entity = entities.service(service).get(name)
            for way in entity.down if entity else ():
                yield from (
                    (way.name, one) for one in self._store.children(f"s4.{way.target}", held.key)
                )

    def title_of(self, held: Held) -> str:
        """The name a page shows of an object."""
        document = held.document
        if held.kind == cost_center.KIND:
            texts = self._store.children(CENTER_TEXTS, held.key)
            document = texts[0].document if texts else {}
        fields = ("ProjectDescription", "TaxCodeName", "CostCenterDescription", "CostCenterName")
        found = (document[field] for field in fields if document.get(field))
        return next(found, name_of(document))


def _below(path: str, base: str) -> bool:
    return path == base or path.startswith((f"{base}/", f"{base}?"))


def _failed(request: Request, status: int, code: str, text: str) -> Answer:
    make = errors.v4 if _below(request.path, cost_center.BASE) else errors.v2
    refusal: Refusal = make(status, code, text)
    return refusal.answer
