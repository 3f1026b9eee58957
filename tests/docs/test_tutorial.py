"""The tutorial, step by step, through the use cases behind its pages."""

from pathlib import Path
from typing import Any

import pytest

from matching import verdicts
from matching.models import Candidate
from mdm import changes, keys
from mdm.demo import sources
from mdm.domains.supplier import SUPPLIER
from mdm.domains.values import read
from mdm.errors import NotAllowed
from mdm.imports import run as imports
from mdm.models import Change, ImportRun, Supplier
from publishing import readiness
from publishing.connectors import CONNECTORS
from publishing.connectors.base import Context
from publishing.models import Target
from tests import make
from tests.docs.reading import ROOT

FOLDER = ROOT / "docs/tutorial"
COLUMNS = {"erp": sources.ERP_COLUMNS, "procurement": sources.PROCUREMENT_COLUMNS}


@pytest.fixture(autouse=True)
def _systems(people: dict[str, Any], reference: None) -> None:
    rows = {
        "system": [{"code": code, "name": code.title()} for code in COLUMNS],
        "payment_terms": [{"code": code, "name": code} for code in ("NET14", "NET45")],
    }
    for code, many in rows.items():
        for row in many:
            make.record(code, row, by=people["steward"], approvers=people["approver"])


def _bring(system: str, file: str, by: Any) -> ImportRun:
    """The file, mapped as the demo's system is, previewed."""
    content = (FOLDER / file).read_bytes()
    run = imports.upload(system, "supplier", Path(file).name, content, by=by)
    columns = {header: COLUMNS[system][header] for header in run.preview["headers"]}
    return imports.preview_run(imports.map_columns(run, columns, by=by))


def _outcomes(run: ImportRun) -> dict[str, int]:
    return {code: n for code, n in run.counts.items() if n and code not in ("rows", "warned")}


def _approve(change: Change | None, by: Any) -> None:
    assert change is not None
    assert changes.decide(change, "approve", by=by).state == Change.State.APPLIED


def _missing_in_s4(name: str) -> set[str]:
    """What S/4HANA needs of the supplier and does not get."""
    supplier = Supplier.objects.get(legal_name__startswith=name)
    target = Target(code="s4", name="S/4HANA", connector="sap-s4hana", address="https://s4.example")
    aim = (target, Context(target.address, code_maps=CONNECTORS[target.connector].DEFAULT_MAPS))
    found = readiness.readiness("supplier", read(SUPPLIER, supplier), among=[aim])
    return {problem.canonical_path for problem in found[0].problems}


def test_the_tutorial_goes_as_it_says(people: dict[str, Any]) -> None:
    steward, approver = people["steward"], people["approver"]

    first = _bring("erp", "vendors.csv", steward)
    assert _outcomes(first) == {"new": 4}
    first = imports.start(first, by=steward)
    with pytest.raises(NotAllowed):
        changes.decide(first.change, "approve", by=steward)
    _approve(first.change, approver)

    second = _bring("procurement", "suppliers.csv", people["integrator"])
    assert _outcomes(second) == {"new": 1, "linked": 1, "duplicate": 1, "refused": 1}
    second = imports.start(second, by=people["integrator"])
    _approve(second.change, approver)
    tidewater = Supplier.objects.get(legal_name__startswith="Tidewater")
    assert keys.find("procurement", "supplier", "P70001") == tidewater.pk

    assert "category" in _missing_in_s4("Lausitzer")

    pair = Candidate.objects.get(right_label="Harzer Glas")
    assert pair.left_label.startswith("Harzer Glashütte KG")
    _approve(verdicts.decide(pair, "same", by=steward), approver)
    harzer = Supplier.objects.get(pk=pair.left)
    assert (harzer.version, harzer.website) == (2, "https://www.harzer-glas.example")

    change = changes.draft(
        subject="supplier", golden_id=harzer.pk, patch={"payment_terms": "NET60"},
        by=people["requester"], reason="New framework agreement",
    )  # fmt: skip
    change = changes.submit(change, by=people["requester"])
    assert changes.refusal(change, people["requester"])
    _approve(change, approver)
    harzer.refresh_from_db()
    assert (harzer.version, harzer.payment_terms) == (3, "NET60")
