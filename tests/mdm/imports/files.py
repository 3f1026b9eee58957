"""Files of a made-up vendor list on their way in."""

from typing import Any

from mdm import changes
from mdm.imports import run as imports
from mdm.models import Change, ImportRun

HEADER = "vendor_no,vendor_name,city,state,country,terms\n"
COLUMNS = {
    "vendor_no": "key",
    "vendor_name": "legal_name",
    "city": "addresses[1].city",
    "state": "addresses[1].region",
    "country": "addresses[1].country",
    "terms": "payment_terms",
}


def upload(people: dict[str, Any], rows: str, system: str = "procurement") -> ImportRun:
    content = (HEADER + rows).encode()
    return imports.upload(system, "supplier", "list.csv", content, by=people["steward"])


def previewed(people: dict[str, Any], rows: str, system: str = "procurement") -> ImportRun:
    run = imports.map_columns(upload(people, rows, system), COLUMNS, by=people["steward"])
    return imports.preview_run(run)


def ran(people: dict[str, Any], rows: str, system: str = "procurement") -> ImportRun:
    return imports.start(previewed(people, rows, system), by=people["steward"])


def outcomes(run: ImportRun) -> dict[str, int]:
    return {k: n for k, n in run.counts.items() if n and k not in ("rows", "warned")}


def approve(people: dict[str, Any], run: ImportRun) -> Change:
    assert run.change is not None
    return changes.decide(run.change, "approve", by=people["approver"], comment="Seen")


def result(run: ImportRun) -> list[str]:
    return imports.result_file(run).decode("utf-8-sig").splitlines()
