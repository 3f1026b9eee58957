"""Golden records of two real lists through a month: link, pin, import again, merge, unmerge."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from mdm import changes, history, intake, lineage, reference_data, vault
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.domains.values import read
from mdm.imports import run as imports
from mdm.models import Change, ImportRun, Key, SourceRecord
from tests import make

REAL = Path(settings.BASE_DIR).parent / "shared" / "data"
PROCUREMENT = "procurement_suppliers.csv"

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db,
    pytest.mark.skipif(not REAL.exists(), reason="the real lists are not in this checkout"),
]


class Story:
    """Who acts, and what they do."""

    def __init__(self, people: dict[str, Any]) -> None:
        self.people = people

    def brings(self, system: str, name: str, content: bytes) -> ImportRun:
        """A list, and its change approved and applied."""
        by = self.people["steward"]
        run = imports.upload(system, "supplier", name, content, by=by)
        columns = {s.header: s.target for s in imports.suggestions(run)}
        run = imports.preview_run(imports.map_columns(run, columns, by=by))
        run = imports.perform(imports.start(run, by=by))
        if run.change is not None:
            self.approved(run.change)
        return run

    def approved(self, change: Change) -> Change:
        """The change, decided by somebody else and applied."""
        if change.state == Change.State.DRAFT:
            change = changes.submit(change, by=change.requested_by)
        change = changes.decide(change, "approve", by=self.people["approver"], comment="Seen")
        change = changes.apply_change(change)
        assert change.state == Change.State.APPLIED, change.state
        return change

    def proposes(self, record: Supplier, action: str = "update", **what: Any) -> None:
        """A change of a record, approved."""
        draft = changes.draft(
            subject="supplier",
            action=action,
            golden_id=record.pk,
            by=self.people["steward"],
            reason="As agreed",
            **what,
        )
        self.approved(draft)

    def says(self, key: str, golden_id: Any) -> Supplier:
        """What a waiting row is, and the record it then belongs to."""
        source = SourceRecord.objects.get(key=key)
        if source.state == SourceRecord.State.WAITING:
            self.approved(
                intake.resolve(
                    source, golden_id=golden_id, by=self.people["steward"], reason="Seen"
                )
            )
            source.refresh_from_db()
        return Supplier.objects.get(pk=source.golden_id)


@pytest.fixture
def story(db: None) -> Story:
    """Both lists taken in forty days ago."""
    people = make.people()
    make.reference(people)
    reference_data.load()
    for code in ("procurement", "erp"):
        row = {"code": code, "name": code.title()}
        make.record("system", row, by=people["integrator"], approvers=people["approver"])
    told = Story(people)
    with time_machine.travel(timezone.now() - timedelta(days=40)):
        told.brings("procurement", PROCUREMENT, (REAL / PROCUREMENT).read_bytes())
        told.brings("erp", "erp_vendors.csv", (REAL / "erp_vendors.csv").read_bytes())
    return told


def test_records_live_through_a_month(story: Story) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=39)):
        first, second = story.says("P10020", None), story.says("P10021", None)
        mmm = story.says("P10001", None)
        assert story.says("0000204432", mmm.pk).pk == mmm.pk
        story.proposes(mmm, pins={"legal_name": {"hold": "ever"}})
    before = {one.pk: _values(one.pk) for one in (first, second)}

    _import_again(story, mmm)

    story.proposes(first, "merge", other_id=second.pk)
    second.refresh_from_db()
    assert (second.status, second.merged_into) == ("merged", first.pk)
    assert Key.objects.get(key="P10021").golden_id == first.pk
    story.proposes(first, patch={"trade_name": "Google"})
    story.proposes(first, "unmerge", other_id=second.pk)

    assert _values(second.pk) == before[second.pk]
    assert _values(first.pk) == before[first.pk] | {"trade_name": "Google"}
    assert Key.objects.get(key="P10021").golden_id == second.pk
    a_month_ago = timezone.now() - timedelta(days=30)
    then = history.as_of(SUPPLIER, mmm.pk, effective=a_month_ago.date(), known=a_month_ago)
    assert [one["city"] for one in then["addresses"]] == ["Saint Paul"]
    now = history.as_of(SUPPLIER, mmm.pk)
    assert [one["city"] for one in now["addresses"]] == ["Maplewood"]


def _import_again(story: Story, mmm: Supplier) -> None:
    """The list once more, with another name and city in one row: the pinned name stays."""
    listed = (REAL / PROCUREMENT).read_text()
    line = next(row for row in listed.splitlines() if row.startswith("P10001,"))
    changed = line.replace("3M", "Minnesota Mining").replace("Saint Paul", "Maplewood")

    run = story.brings("procurement", PROCUREMENT, listed.replace(line, changed).encode())

    assert {k: n for k, n in run.counts.items() if n and k not in ("rows", "warned")} == {
        "unchanged": 500,
        "changed": 1,
        "duplicate": 2,  # two pairs of share classes that still wait
    }
    after = Supplier.objects.get(pk=mmm.pk)
    assert (after.legal_name, after.addresses[0]["city"]) == (mmm.legal_name, "Maplewood")
    losing = lineage.provenance(SUPPLIER, mmm.pk)["legal_name"].losing
    assert "Minnesota Mining" in [one.value for one in losing]


def _values(golden_id: Any) -> dict[str, Any]:
    """What a record holds, whatever its version."""
    return vault.open_values(SUPPLIER, read(SUPPLIER, Supplier.objects.get(pk=golden_id)))
