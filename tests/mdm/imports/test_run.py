"""A file from its upload to the change it files, and all that must not happen on the way."""

import io
from typing import Any

import pytest
from openpyxl import Workbook

from mdm.errors import NotAllowed
from mdm.imports import run as imports
from mdm.imports.map import Unmapped, remembered
from mdm.models import Change, ChangePart, ImportRun, SourceRecord, SourceRevision, Supplier
from tests import make
from tests.mdm.imports.files import (
    COLUMNS,
    HEADER,
    approve,
    outcomes,
    previewed,
    ran,
    result,
)


@pytest.fixture(autouse=True)
def look_alikes(settings: Any) -> None:
    settings.FIND_CANDIDATES = ["tests.mdm.look_alikes.find"]


def test_a_file_becomes_one_change_of_as_many_parts_as_it_has_news(people: Any) -> None:
    run = ran(people, "P1,Acme Inc.,Saint Paul,Minnesota,,NET30\nP2,Globex,Cork,,US,\n")

    change = run.change
    assert (run.state, outcomes(run), run.rows_done) == ("done", {"new": 2}, 2)
    assert (change.state, change.channel, change.part_count) == ("submitted", "import", 2)
    approve(people, run)
    acme = Supplier.objects.get(legal_name="Acme Inc.")
    address = acme.addresses[0]
    assert (acme.country, acme.payment_terms, acme.code[:7]) == ("US", "NET30", "S-10000")
    assert (address["city"], address["region"], address["country"]) == ("Saint Paul", "US-MN", "US")
    assert result(run)[1].startswith(f"2,P1,Acme Inc.,new,{acme.golden_id},{acme.code},")


def test_nothing_is_written_before_the_run(people: Any) -> None:
    run = previewed(people, "P1,Acme Inc.,Saint Paul,Minnesota,,NET30\n")

    assert outcomes(run) == {"new": 1}
    assert SourceRecord.objects.count() == SourceRevision.objects.count() == 0
    assert Change.objects.filter(channel="import").count() == 0


def test_the_same_file_twice_changes_nothing(people: Any) -> None:
    rows = "P1,Acme Inc.,Saint Paul,Minnesota,,NET30\nP2,Acme Tools,Cork,,US,\n"
    approve(people, ran(people, rows))

    again = ran(people, rows)

    assert (again.state, again.change) == ("done", None)
    assert outcomes(again) == {"unchanged": 1, "duplicate": 1}
    assert SourceRevision.objects.count() == 2


def test_a_file_sent_again_while_its_change_is_open_changes_nothing(people: Any) -> None:
    first = ran(people, "P1,Acme Inc.,,,US,\n")

    same = ran(people, "P1,Acme Inc.,,,US,\n")
    other = ran(people, "P1,Acme Corp.,,,US,\n")

    assert (outcomes(same), same.change) == ({"unchanged": 1}, None)
    assert (outcomes(other), other.change) == ({"open": 1}, None)
    assert first.change.number in result(other)[1]


def test_a_changed_row_patches_what_it_changed_and_no_more(people: Any) -> None:
    approve(people, ran(people, "P1,Acme Inc.,Saint Paul,Minnesota,,NET30\n"))
    acme = Supplier.objects.get()

    run = ran(people, "P1,Acme Inc.,Duluth,Minnesota,,NET30\n")

    part = ChangePart.objects.get(change=run.change)
    at = f"addresses[{acme.addresses[0]['id']}].city"
    assert (outcomes(run), part.action, dict(part.patch)) == (
        {"changed": 1},
        "update",
        {at: "Duluth"},
    )
    assert run.preview["rows"]["changed"][0]["patch"] == {"Address / City": "Duluth"}


def test_a_row_that_is_surely_known_links_and_one_that_may_be_waits(people: Any) -> None:
    approve(people, ran(people, "P1,Acme Inc.,Saint Paul,Minnesota,,NET30\n"))

    run = ran(people, "1,ACME INC,,,,\n2,Acme Tools,,,,\n3,Globex,,,US,\n", "erp")

    parts = {part.action: part for part in ChangePart.objects.filter(change=run.change)}
    assert outcomes(run) == {"linked": 1, "duplicate": 1, "new": 1}
    assert set(parts) == {"link", "create"}
    assert SourceRecord.objects.get(key="2").state == "waiting"
    approve(people, run)
    assert Supplier.objects.count() == 2


def test_the_second_of_two_like_rows_waits_for_the_first(people: Any) -> None:
    run = ran(people, "P1,Acme Inc.,,,,\nP2,Acme Inc,,,,\n")

    states = dict(SourceRecord.objects.values_list("key", "state"))
    assert (outcomes(run), states) == (
        {"new": 1, "duplicate": 1},
        {"P1": "proposed", "P2": "waiting"},
    )


def test_every_problem_has_row_column_found_expected_and_what_to_do(people: Any) -> None:
    run = previewed(
        people,
        "P1,Acme,Bonn,,Atlantis,NET30\n"
        "P2,,Bonn,,DE,\n"
        ",Globex,Bonn,,DE,\n"
        "P4,Initech,Bonn,,DE,N999\n"
        "P5,Hooli,none,Ohio; Detroit,,\n"
        "P6,Twice,,,,\nP6,Twice again,,,,\n",
    )

    groups = {(g["level"], g["column"]): g for g in run.preview["groups"]}
    assert outcomes(run) == {"refused": 6, "new": 1}
    assert groups["error", "country"] == {
        "level": "error",
        "column": "country",
        "expected": "a country such as DE, DEU or Germany",
        "hint": "Use the code of two letters.",
        "count": 1,
        "rows": [2],
        "values": [{"found": "Atlantis", "count": 1}],
    }
    assert groups["error", "terms"]["hint"] == (
        "Add it to the list, or take one that it has: NET30, NET60."
    )
    assert {("warning", "city"), ("warning", "state"), ("error", "vendor_name")} <= set(groups)
    assert "It is in rows 7, 8. Keep one of them." in str(run.preview["rows"]["refused"])


def test_refused_rows_come_back_in_their_own_columns_with_the_reason(people: Any) -> None:
    run = ran(people, "P1,Acme,Bonn,,Atlantis,\nP2,'=evil,Bonn,,DE,\n")

    lines = imports.refused_file(run).decode("utf-8-sig").splitlines()

    assert lines[0] == "vendor_no,vendor_name,city,state,country,terms,reason"
    assert lines[1].startswith(
        'P1,Acme,Bonn,,Atlantis,,"Row 2, country: found “Atlantis”, expected'
    )
    assert "'=evil" in result(run)[2]
    assert SourceRecord.objects.get().name == "=evil"


def test_one_repair_mends_a_cause_in_all_its_rows(people: Any) -> None:
    run = previewed(people, "P1,Acme,Bonn,,Atlantis,\nP2,Globex,Bonn,,Atlantis,\n")

    run = imports.repair(run, "country", "Atlantis", "DE", by=people["steward"])

    assert (outcomes(run), run.preview["groups"]) == ({"new": 2}, [])


def test_unknown_columns_stop_a_file_until_somebody_leaves_them_out(people: Any) -> None:
    content = b"vendor_no,vendor_name,shoe_size\nP1,Acme,44\n"
    run = imports.upload("erp", "supplier", "a.csv", content, by=people["steward"])
    columns = {"vendor_no": "key", "vendor_name": "legal_name"}

    with pytest.raises(Unmapped):
        imports.map_columns(run, columns, by=people["steward"])
    run = imports.map_columns(run, columns | {"shoe_size": ""}, by=people["steward"])

    assert remembered(run.system, "supplier") == columns | {"shoe_size": ""}
    imports.start(imports.preview_run(run), by=people["steward"])
    assert "44" not in str(SourceRevision.objects.get().raw)


def test_only_those_who_may_import_do(people: Any) -> None:
    with pytest.raises(NotAllowed, match="Data steward or Integrator"):
        imports.upload("erp", "supplier", "a.csv", b"no,name\n1,A\n", by=people["requester"])


def test_a_workbook_goes_the_same_way(people: Any) -> None:
    book = Workbook()
    book.active.append(HEADER.strip().split(","))
    book.active.append(["0007", "Acme Inc.", "Bonn", None, "Germany", "NET30"])
    book.active.append(["0008", "=A1", "Bonn", None, "Germany", "NET30"])
    out = io.BytesIO()
    book.save(out)
    run = imports.upload("erp", "supplier", "a.xlsx", out.getvalue(), by=people["steward"])

    run = imports.preview_run(imports.map_columns(run, COLUMNS, by=people["steward"]))

    assert outcomes(run) == {"new": 1, "refused": 1}
    assert run.preview["rows"]["new"][0]["key"] == "0007"
    assert run.preview["rows"]["refused"][0]["sentence"].startswith(
        "Row 3, vendor_name: found “the formula =A1”, expected a value."
    )


def test_rows_may_refer_to_rows_of_the_same_file_in_any_order(people: Any) -> None:
    content = b"KOSTL,KTEXT,BUKRS,parent\nC3,Leaf,1010,C2\nC2,Branch,1010,C1\nC1,Root,1010,\n"
    run = imports.upload("erp", "cost_center", "cc.csv", content, by=people["steward"])
    columns = {"KOSTL": "key code", "KTEXT": "name", "BUKRS": "company_code", "parent": "parent"}

    imports.preview_run(imports.map_columns(run, columns, by=people["steward"]))
    run = imports.start(ImportRun.objects.get(pk=run.pk), by=people["steward"])
    change = approve(people, run)

    model = make.subject("cost_center").model
    parents = {row.code: row.parent.code if row.parent else "" for row in model.objects.all()}
    assert (change.state, parents) == ("applied", {"C1": "", "C2": "C1", "C3": "C2"})
