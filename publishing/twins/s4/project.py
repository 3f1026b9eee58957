"""Enterprise projects: what the server makes and refuses, and the change of the status."""

import uuid
from collections.abc import Mapping
from typing import Any

from publishing.twins import contracts, customising
from publishing.twins.checks import Check, compiled
from publishing.twins.s4 import errors, moments, rendering, verifying, writing
from publishing.twins.s4.cost_center_facts import CENTER
from publishing.twins.s4.entities import Entity
from publishing.twins.s4.rules import Document
from publishing.twins.s4.v2 import V2
from publishing.twins.store import Held, Store
from publishing.twins.wire import Answer, Effect, Request, json_answer

KIND = "s4.A_EnterpriseProject"
BLOCKS = "s4.A_EnterpriseProjBlkFunc"
NAMED: Mapping[str, str] = {
    "A_EnterpriseProject": "Project",
    "A_EnterpriseProjectElement": "ProjectElement",
}
OWN_UUID = {
    "A_EnterpriseProject": "ProjectUUID",
    "A_EnterpriseProjectElement": "ProjectElementUUID",
    "A_EnterpriseProjectRole": "ProjectRoleUUID",
    "A_EnterpriseProjectTeamMember": "TeamMemberUUID",
}
STATUS_FUNCTIONS = {
    "ChangeEntProjProcgStatus": ("A_EnterpriseProject", "ProjectUUID"),
    "ChangeEntProjElmntProcgStatus": ("A_EnterpriseProjectElement", "ProjectElementUUID"),
}
CREATED = "00"


class ProjectRules:
    root = "A_EnterpriseProject"
    code_field = "Project"
    names = NAMED
    only_any_match = True

    def __init__(self) -> None:
        schema = contracts.schema("sap-s4hana", "project.request")
        self.check: Check = compiled(schema, closed=False)

    def prepare(
        self, store: Store, entity: Entity, document: Document, parent: Held | None
    ) -> None:
        own = OWN_UUID.get(entity.name)
        if own:
            document[own] = str(uuid.uuid4())
        if parent is not None:
            for name in ("ProjectUUID", "ProjectElementUUID"):
                if name in entity.fields and name in parent.document and name != own:
                    document[name] = parent.document[name]
        if entity.name in NAMED:
            document["ProcessingStatus"] = CREATED
        if entity.name == "A_EnterpriseProject":
            number = store.next_number("s4.project", 1)
            document["ProjectInternalID"] = f"{number:08d}"
            document.setdefault("ControllingArea", "A000")

    def examine(
        self, store: Store, entity: Entity, document: Document, parent: Held | None
    ) -> None:
        code_field = NAMED.get(entity.name)
        if code_field is None:
            return
        own_key = document[OWN_UUID[entity.name]]
        code = document.get(code_field, "")
        if not code:
            text = f"Enter a value for {code_field}"
            raise errors.v2(400, errors.BUSINESS, text, code_field)
        taken = store.first(entity.kind, name=code)
        if taken and taken.key != own_key:
            text = f"{code_field} {code} already exists"
            raise errors.v2(400, "CJ/006", text, code_field)
        _examine_dates(document)
        center = document.get("ResponsibleCostCenter", "")
        if center and store.first(CENTER.kind, code=center) is None:
            raise verifying.no_entry(center, "CSKS", "ResponsibleCostCenter")

    def settle(self, store: Store, root: Held) -> None:
        """Every project has its block function."""
        if store.get(BLOCKS, root.key) is None:
            document = {"ProjectUUID": root.key}
            store.insert(BLOCKS, root.key, document, parent=root.key, code=root.code)

    def derived(self, store: Store, entity: Entity, held: Held) -> Mapping[str, Any]:
        if entity.name not in NAMED:
            return {}
        found = {
            "LastChangeDateTime": moments.moment_of(held.changed),
            "LastChangedByUser": "",
        }
        if entity.name == "A_EnterpriseProject":
            center = store.first(
                CENTER.kind, code=held.document.get("ResponsibleCostCenter", "") or "-"
            )
            found["ProjectLastChangedDateTime"] = found["LastChangeDateTime"]
            found["CompanyCode"] = center.document.get("CompanyCode", "") if center else ""
        else:
            found["CreationDateTime"] = moments.moment_of(held.created)
        return found


def _examine_dates(document: Document) -> None:
    for start, end in (
        ("ProjectStartDate", "ProjectEndDate"),
        ("PlannedStartDate", "PlannedEndDate"),
    ):
        first = moments.of_json(document.get(start) or "")
        last = moments.of_json(document.get(end) or "")
        if first is not None and last is not None and first > last:
            text = f"{end} is before {start}"
            raise errors.v2(400, "CJ/109", text, end)


class ProjectService(V2):
    """The V2 service, with its two changes of a processing status."""

    def answer(self, request: Request, path: str) -> Answer:
        name = path.strip("/")
        if name in STATUS_FUNCTIONS:
            return self._change_status(request, *STATUS_FUNCTIONS[name])
        return super().answer(request, path)

    def _change_status(self, request: Request, entity_name: str, parameter: str) -> Answer:
        if request.method != "POST":
            raise errors.v2(405, errors.NOT_ALLOWED, "A function import that changes needs POST")
        entity = self.service.entities[entity_name]
        key = _unquoted(request.query.get(parameter, ""), "guid").lower()
        status = _unquoted(request.query.get("ProcessingStatus", ""), "")
        held = self.service.store.get(entity.kind, key)
        if held is None:
            raise errors.v2(404, errors.NO_RESOURCE, f"{entity_name} {key} does not exist")
        writing.require_match(self.service, request, held)
        if status not in customising.S4_PROJECT_STATUSES:
            raise verifying.no_entry(status, "/S4PPM/STATUS", "ProcessingStatus")
        before = held.document["ProcessingStatus"]
        if status == CREATED and before != CREATED:
            text = f"Status {before} cannot be set back to {CREATED}"
            raise errors.v2(400, "/S4PPM/MSG/012", text, "ProcessingStatus")
        if status != before:
            self.service.store.update(held, {**held.document, "ProcessingStatus": status})
        effect = Effect("none" if status == before else "update", entity_name, key, held.code)
        base = f"{request.base}{self.base_path}"
        shown = rendering.shown(self.service, held, base, expand={})
        return json_answer(200, {"d": shown}, effects=(effect,))


def _unquoted(text: str, kind: str) -> str:
    inner = text.removeprefix(kind)
    if not (len(inner) > 1 and inner[0] == inner[-1] == "'"):
        text = f"Invalid parameter value {text or '(none)'}"
        raise errors.v2(400, errors.NO_RESOURCE, text)
    return inner[1:-1].replace("''", "'")
