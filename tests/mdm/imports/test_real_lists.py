"""Two real lists, whole: landed, matched and previewed within a minute on the embedded default."""

import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from mdm import reference_data
from mdm.imports import run as imports
from mdm.models import ImportRun, SourceRevision
from tests import make

REAL = Path(settings.BASE_DIR).parent / "shared" / "data"
FILES = (("procurement", "procurement_suppliers.csv", 503), ("erp", "erp_vendors.csv", 5249))

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db,
    pytest.mark.skipif(not REAL.exists(), reason="the real lists are not in this checkout"),
]


def test_both_lists_go_in_whole_within_a_minute() -> None:
    people: dict[str, Any] = make.people()
    make.reference(people)
    reference_data.load()
    for code, _, _ in FILES:
        row = {"code": code, "name": code.title()}
        make.record("system", row, by=people["integrator"], approvers=people["approver"])
    began = time.monotonic()

    runs = [_bring(people, *file) for file in FILES]

    assert time.monotonic() - began < 60
    assert [(run.state, run.counts["refused"]) for run in runs] == [("done", 0)] * 2
    assert SourceRevision.objects.count() == 503 + 5249


def _bring(people: dict[str, Any], system: str, name: str, rows: int) -> ImportRun:
    by = people["steward"]
    run = imports.upload(system, "supplier", name, (REAL / name).read_bytes(), by=by)
    columns = {s.header: s.target for s in imports.suggestions(run)}
    run = imports.preview_run(imports.map_columns(run, columns, by=by))
    assert run.counts["rows"] == rows
    return imports.perform(imports.start(run, by=by))
