"""A system speaks, people decide, both targets have it: cost center, project and tax code."""

import time
from typing import Any

import pytest

from tests.journeys.conftest import Stage

WINDOW = {"valid_from": "2026-01-01", "valid_to": "9999-12-31"}
CENTER = {
    "name": "Marketing DACH", "controlling_area": "A000", "company_code": "1010", "category": "F",
    "owner": "Jonas Weber", "currency": "EUR", "hierarchy_node": "0001", **WINDOW,
}  # fmt: skip
PROJECT = {
    "name": "Warehouse automation", "company_code": "1010", "controlling_area": "A000",
    "cost_center": "0000004711", "start_date": "2026-02-01", "end_date": "2026-12-31",
    "project_type": "YP", "profile": "YP05", "currency": "EUR",
}  # fmt: skip
TAX = {
    "code": "V1", "name": "Input tax 19 %", "country": "DE", "tax_type": "vat",
    "direction": "input", "procedure": "TAXD",
    "rates": [{"rate_percent": "19", "valid_from": "2021-01-01"}],
}  # fmt: skip
NORDWIND = {
    "legal_name": "Nordwind Logistik GmbH", "category": "organization", "country": "DE",
    "language": "de", "currency": "EUR", "payment_terms": "NET75",
    "addresses": [
        {
            "street": "Hafenstrasse", "house_number": "12", "city": "Hamburg",
            "postal_code": "20457", "country": "DE", "is_default": True,
            "purposes": ["registered", "remit_to"],
        }
    ],
    "company_views": [
        {"company_code": "1010", "payment_terms": "NET75", "reconciliation_account": "21100000"}
    ],
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def erp(stage: Stage) -> None:
    """The system that speaks, declared by a steward and approved by somebody else."""
    values = {"code": "erp", "name": "ERP", "authority": 90}
    body = {"parts": [{"subject": "system", "action": "create", "values": values}], "submit": True}
    change = stage.steward.done("/changes", body)
    assert stage.approver.approves(change["number"])["state"] == "applied"


def sent_and_approved(stage: Stage, domain: str, key: str, values: dict[str, Any]) -> str:
    """The golden id of what the ERP said, once somebody has approved it."""
    received = stage.program.says("erp", domain, key, values)
    assert received["outcome"] == "new", received
    assert stage.approver.approves(received["change"])["state"] == "applied"
    (known,) = stage.program.get("/source-records", system="erp", domain=domain, key=key)["data"]
    return str(known["golden_id"])


def test_a_cost_center_a_project_and_a_tax_code_reach_both_targets(stage: Stage) -> None:
    center = sent_and_approved(stage, "cost_center", "0000004711", CENTER)
    at_center = stage.arrives(center, coupa="landed", s4="landed")
    project = sent_and_approved(stage, "project", "WBS-77", PROJECT)
    at_project = stage.arrives(project, coupa="landed", s4="landed")
    tax = sent_and_approved(stage, "tax_code", "V1", TAX)
    at_tax = stage.arrives(tax, coupa="landed", s4="manual")

    found = {
        (domain, target): there["keys"][0]["key"].replace("/", ",")
        for domain, places in (
            ("cost_center", at_center),
            ("project", at_project),
            ("tax_code", at_tax),
        )
        for target, there in places.items()
        if there["keys"]
    }
    held = {
        (domain, twin): stage.twins.objects(twin, domain).objects[0].key for domain, twin in found
    }
    assert found == held
    assert len(found) == 5
    page = stage.steward.page(f"/publishing/where/{center}/")
    assert found["cost_center", "coupa"] in page
    known = stage.program.get(f"/cost-centers/{center}/keys")["data"]
    assert {(one["system"], one["key"]) for one in known} >= {("erp", "0000004711")}
    read = stage.program.get("/cost-centers/by-key/erp/0000004711")
    assert (read["golden_id"], read["version"]) == (center, 1)


def test_what_no_interface_writes_is_a_task_that_a_person_closes(stage: Stage) -> None:
    tax = sent_and_approved(stage, "tax_code", "V2", TAX | {"code": "V2", "name": "Reduced 7 %"})
    task = stage.arrives(tax, coupa="landed", s4="manual")["s4"]
    at = f"/publishing/deliveries/{task['id']}/"

    stage.twins.enter_tax_code("TAXD", "V2", "Reduced 7 %")
    refused = stage.steward.session.post(f"{stage.steward.base_url}{at}done/", timeout=30)
    stage.integrator.press(f"{at}done/", key="V2", note="Entered in FTXP")

    done = stage.deliveries(tax)["s4"]
    assert refused.status_code == 403
    assert (done["state"], done["landed_version"]) == ("landed", 1)
    assert done["sentence"].startswith("Version 1 reached S4 by hand as V2 at ")
    assert "integrator maintained it there by hand. Entered in FTXP" in stage.integrator.page(at)


def test_saying_it_twice_changes_nothing_and_saying_more_proposes_more(stage: Stage) -> None:
    values = CENTER | {"name": "Sales DACH"}
    center = sent_and_approved(stage, "cost_center", "0000004800", values)
    again = stage.program.says("erp", "cost_center", "0000004800", values)
    more = stage.program.says("erp", "cost_center", "0000004800", values | {"owner": "Ida Brandt"})
    unread = stage.approver.post(f"/changes/{more['change']}/approve", {}, If_Match='"old"')
    stage.approver.approves(more["change"])

    landed = stage.lands(center, version=2)
    assert (again["outcome"], again["change"]) == ("unchanged", None)
    assert unread.status_code == 412
    assert landed == {"coupa": 2, "s4": 2}
    assert stage.program.get(f"/cost-centers/{center}")["owner"] == "Ida Brandt"


def test_a_refusal_is_told_in_both_words_and_mended_by_an_approved_code_map(stage: Stage) -> None:
    values = {"code": "NET75", "name": "75 days net", "net_days": 75}
    terms = [{"subject": "payment_terms", "action": "create", "values": values}]
    wrong = [_entry("s4", "NET75", "N075")]
    change = stage.steward.done("/changes", {"parts": terms + wrong, "submit": True})
    stage.approver.approves(change["number"])
    supplier = sent_and_approved(stage, "supplier", "0000100007", NORDWIND)

    refused = stage.arrives(supplier, coupa="dead", s4="dead")
    theirs = "S4 refused it: Entry N075 does not exist in T052"
    ours = "Company code / Payment terms: mend the code map payment_terms"
    shown = stage.integrator.page(f"/publishing/deliveries/{refused['s4']['id']}/")
    assert theirs in shown
    assert ours in shown
    assert refused["coupa"]["sentence"] == (
        "Coupa has no code for payment terms NET75. "
        "Add it to the code map payment_terms, then replay."
    )

    maps = stage.program.get("/targets/s4/code-maps", list="payment_terms")["data"]
    (entry,) = [one for one in maps if one["ours"] == "NET75"]
    mended = [
        {
            "subject": "code_map",
            "action": "update",
            "golden_id": entry["golden_id"],
            "patch": {"theirs": "0004"},
        },
        _entry("coupa", "NET75", "NET90"),
    ]
    sent = {"parts": mended, "submit": True, "reason": "Both targets know it now"}
    change = stage.steward.done("/changes", sent)
    stage.approver.approves(change["number"])
    filtered = {"filter": {"state": "dead"}, "reason": "The code maps are right now"}
    preview = stage.program.done("/deliveries/replay", filtered | {"preview": True})
    stage.program.done("/deliveries/replay", filtered)

    assert preview["count"] == 2, preview
    stage.arrives(supplier, coupa="landed", s4="landed")


def _entry(target: str, ours: str, theirs: str) -> dict[str, Any]:
    values = {"target": target, "list": "payment_terms", "ours": ours, "theirs": theirs}
    values["code"] = f"{target}:payment_terms:{ours}"
    return {"subject": "code_map", "action": "create", "values": values}


def test_without_a_broker_people_go_on_working_and_nothing_is_lost(stage: Stage) -> None:
    stage.product.kill9("broker")
    began = time.monotonic()
    ids = [
        sent_and_approved(stage, "cost_center", f"00000050{n}", CENTER | {"name": f"Branch {n}"})
        for n in range(3)
    ]
    approved_in = time.monotonic() - began
    stage.product.start("broker")

    landed = [stage.lands(golden_id, version=1, seconds=20) for golden_id in ids]
    assert landed == [{"coupa": 1, "s4": 1}] * 3
    assert approved_in < 15
