"""A project in S/4HANA: an enterprise project with elements, blocks and a processing status.

Its status changes only through a function import; every update goes with `If-Match: *`. Without a
field in the contract, and so not carried: description, manager, customer, budget, template, group.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from publishing.connectors.base import CanonicalRecord, Context
from publishing.connectors.mapping import Field, Scope, Shape
from publishing.connectors.s4hana.odata import Entity, Service
from publishing.connectors.transforms import V2_DATE, any_of

BLOCKS = {
    "block_time": "EntProjTimeRecgIsBlkd",
    "block_staff_expense": "EntProjStaffExpensePostgIsBlkd",
    "block_service": "EntProjServicePostingIsBlkd",
    "block_other_expense": "EntProjOtherExpensePostgIsBlkd",
    "block_purchasing": "EntProjPurchasingIsBlkd",
}


def _ordered(tasks: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Tasks, parents first, with the id of the one above; a parent that is not there is none."""
    by_code = {str(task.get("code")): task for task in tasks}
    waiting, done = list(tasks), {""}
    while waiting:
        named = {id(task): str(task.get("parent_code", "")) for task in waiting}
        ready = [t for t in waiting if named[id(t)] in done or named[id(t)] not in by_code]
        for task in ready or waiting[:1]:  # nobody ready: a circle, cut at its first
            above = by_code.get(named[id(task)]) if ready else None
            yield task, str(above["id"]) if above else ""
            done.add(str(task.get("code")))
            waiting.remove(task)


def _elements(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    return [
        Scope({**task, "above": above}, f"tasks[{task['id']}]", str(task["id"]))
        for task, above in _ordered(payload.get("tasks", ()))
    ]


def _stage(payload: CanonicalRecord, context: Context) -> Sequence[Scope]:
    return (Scope(payload),) if payload.get("lifecycle") else ()


ELEMENT = Shape(
    "element",
    (
        Field("code", "ProjectElement", 24, required=True),
        Field("name", "ProjectElementDescription", 60, required=True),
        Field("start_date", "PlannedStartDate", how=V2_DATE, empty=None),
        Field("end_date", "PlannedEndDate", how=V2_DATE, empty=None),
    ),
    of=_elements,
    at="to_EnterpriseProjectElement",
    many=True,
    collection="tasks",
    identity="ProjectElement",
)
BLOCK_FUNCTION = Shape(
    "block_function",
    tuple(
        Field(
            (flag, "status"),
            target,
            how=any_of("blocked by a flag or by the status"),
            is_block=True,
        )
        for flag, target in BLOCKS.items()
    ),
    at="to_EntProjBlkFunc",
)
STATUS = Shape(
    "processing_status",
    (Field("lifecycle", "ProcessingStatus", 2, codes="lifecycle"),),
    of=_stage,
)
PROJECT = Shape(
    "project",
    (
        Field("code", "Project", 24, required=True),
        Field("name", "ProjectDescription", 60, cut=True, required=True),
        Field(
            "project_type",
            "EnterpriseProjectType",
            2,
            codes="project_type",
            required=True,
            create_only=True,
        ),
        Field("start_date", "ProjectStartDate", how=V2_DATE, required=True),
        Field("end_date", "ProjectEndDate", how=V2_DATE, required=True),
        Field("cost_center.code", "ResponsibleCostCenter", 10),
        Field("profit_center", "ProfitCenter", 10),
        Field("profile", "ProjectProfileCode", 7, codes="project_profile"),
        Field("controlling_area", "ControllingArea", 4, codes="controlling_area"),
        Field("currency", "ProjectCurrency", 5),
    ),
    children=(ELEMENT, BLOCK_FUNCTION, STATUS),
)

_PROJECT = ("ProjectUUID", "guid")

SERVICE = Service(
    "/sap/opu/odata/sap/API_ENTERPRISE_PROJECT_SRV;v=0002",
    2,
    (
        Entity(PROJECT, "A_EnterpriseProject", (_PROJECT,), ("ProjectUUID",), any_etag=True),
        Entity(
            ELEMENT,
            "A_EnterpriseProjectElement",
            (("ProjectElementUUID", "guid"),),
            ("ProjectElementUUID",),
            match=("ProjectElement",),
            removal="delete",
            any_etag=True,
        ),
        Entity(
            BLOCK_FUNCTION,
            "A_EnterpriseProjBlkFunc",
            (_PROJECT,),
            ("ProjectUUID",),
            any_etag=True,
        ),
        Entity(
            STATUS,
            "A_EnterpriseProject",
            (_PROJECT,),
            ("ProjectUUID",),
            any_etag=True,
            action="ChangeEntProjProcgStatus",
        ),
    ),
    identity=("Project",),
)
