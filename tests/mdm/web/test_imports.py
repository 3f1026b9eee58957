"""A file from its upload to its change, page by page; and every refusal."""

from typing import Any

import pytest
from django.test import Client

from mdm import changes
from mdm.imports import run as imports
from mdm.models import Change, ImportRun, LedgerEntry, SourceRecord, Supplier
from tests.mdm.web.importing import (
    HEADER,
    IBAN,
    MEANS,
    WRONG_IBAN,
    at,
    mapped,
    systems,
    upload,
    uploaded,
)
from tests.seen import cost, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _systems(people: dict[str, Any], reference: None, settings: Any) -> None:
    settings.FIND_CANDIDATES = []
    systems(people)


def test_a_file_is_led_to_its_change_and_nothing_is_written_before_run(
    as_steward: Client, people: dict[str, Any]
) -> None:
    run = uploaded(as_steward)
    columns = words(as_steward.get(at(run)))
    checked = words(as_steward.post(at(run, "map"), MEANS, follow=True))
    preview = words(as_steward.get(at(run) + "?step=preview"))
    before = (SourceRecord.objects.count(), Change.objects.filter(channel="import").count())
    done = words(as_steward.post(at(run, "start"), {"as": "submitted"}, follow=True))

    run.refresh_from_db()
    change = run.change
    assert change is not None
    assert "Not every column is clear." in columns
    assert "left out" not in columns
    assert "3 of 5 rows are refused." in checked
    assert "Running makes one change request with 2 parts; 1 of them touches bank" in preview
    assert before == (0, 0)
    assert f"{change.number} has 2 parts: awaiting review." in done
    assert "New 2 new records" in done
    assert (change.state, SourceRecord.objects.count()) == ("submitted", 2)


def test_columns_are_remembered_and_left_out_ones_said(as_steward: Client) -> None:
    mapped(as_steward)

    again = words(as_steward.get(at(uploaded(as_steward))))

    assert "10 columns" not in again
    assert "7 columns left out: internal" in again
    assert "as last time" in again


def test_a_column_nobody_has_said_anything_about_stops_the_file(as_steward: Client) -> None:
    run = uploaded(as_steward)

    answer = as_steward.post(at(run, "map"), MEANS | {"c6": "?"})

    run.refresh_from_db()
    assert answer.status_code == 400
    assert "Nothing is known about the column “internal”. Say what it means" in words(answer)
    assert run.state == "uploaded"


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"c1": "-"}, "No column is mapped to legal_name"),
        ({"c2": "legal_name"}, "legal_name is given to 2 columns"),
        ({"w2": "addresses[x y].city"}, "expected key, an attribute of a supplier"),
        ({"c2": "planets"}, "expected key, an attribute of a supplier"),
    ],
)
def test_a_mapping_that_cannot_be_right_is_refused_and_kept_as_entered(
    as_steward: Client, said: dict[str, str], wrong: str
) -> None:
    run = uploaded(as_steward)

    answer = as_steward.post(at(run, "map"), MEANS | said)

    assert (answer.status_code, wrong in words(answer)) == (400, True), words(answer)
    assert '<option value="payment_terms" selected>' in answer.content.decode()


def test_a_target_written_by_hand_counts(as_steward: Client) -> None:
    run = uploaded(as_steward)

    as_steward.post(at(run, "map"), MEANS | {"w2": "addresses[2].city"})

    run.refresh_from_db()
    assert run.columns["city"] == "addresses[2].city"


def test_problems_are_told_by_cause_and_repaired_for_all_rows(as_steward: Client) -> None:
    run = mapped(as_steward)

    causes = words(as_steward.get(at(run) + "?step=check"))
    repair = {"column": "terms", "found": "NET35", "instead": "NET30"}
    repaired = words(as_steward.post(at(run, "repair"), repair, follow=True))

    run.refresh_from_db()
    assert "terms expected a value of the list of payment terms 2 rows" in causes
    assert "Rows 4, 5. " in causes
    assert "NET35 2 Repair 2" in causes
    assert "Row 6, iban: found “•••• 3001”, expected an IBAN with right check digits." in causes
    assert "terms: “NET30” is taken instead of “NET35”." in repaired
    assert (run.counts["new"], run.counts["refused"]) == (4, 1)


def test_secrets_of_the_file_are_shown_on_no_page(as_steward: Client) -> None:
    run = mapped(as_steward)
    steps = ("map", "check", "preview", "preview&show=refused", "preview&show=new")

    pages = [as_steward.get(f"{at(run)}?step={step}").content.decode() for step in steps]
    as_steward.post(at(run, "start"))
    pages.append(as_steward.get(at(run)).content.decode())

    assert [s for p in pages for s in (IBAN, WRONG_IBAN) if s in p] == []
    assert "•••• 3000" in pages[0]


def test_what_changes_is_shown_beside_what_is_there(
    as_steward: Client, people: dict[str, Any]
) -> None:
    run = mapped(as_steward, "P1,Acme Inc.,Saint Paul,US,NET30,,\n")
    as_steward.post(at(run, "start"))
    changes.decide(ImportRun.objects.get().change, "approve", by=people["approver"], comment="ok")
    again = mapped(as_steward, "P1,Acme Inc.,Duluth,US,NET60,,\n")

    page = words(as_steward.get(at(again)))
    one = words(as_steward.get(at(again) + "?step=preview&show=changed&field=Payment terms"))
    same = mapped(as_steward, "P1,Acme Inc.,Saint Paul,US,NET30,,\n")

    record = Supplier.objects.get()
    assert "Changed 1 with values that differ" in page
    assert "Address / City − was Saint Paul + becomes Duluth" in page
    assert "Payment terms − was NET30 + becomes NET60" in page
    assert f"/suppliers/{record.pk}/" in as_steward.get(at(again)).content.decode()
    assert "Acme Inc. P1 Payment terms" in one
    assert "Nothing would change" in words(as_steward.get(at(same)))


def test_a_draft_stays_a_draft(as_steward: Client) -> None:
    run = mapped(as_steward)

    as_steward.post(at(run, "start"), {"as": "draft"})

    run.refresh_from_db()
    assert run.change is not None
    assert run.change.state == "draft"


def test_files_come_back_and_each_is_in_the_ledger(as_steward: Client) -> None:
    run = mapped(as_steward)
    refused = as_steward.post(at(run, "refused"))
    early = as_steward.post(at(run, "result"))
    as_steward.post(at(run, "start"))

    result = as_steward.post(at(run, "result"))

    lines = refused.content.decode("utf-8-sig").splitlines()
    assert lines[0] == HEADER.strip() + ",reason"
    assert [line.split(",")[0] for line in lines[1:]] == ["P3", "P4", "P5"]
    assert early.status_code == 404
    assert result.headers["Content-Disposition"] == 'attachment; filename="result-list.csv"'
    assert len(result.content.decode().splitlines()) == 6
    assert LedgerEntry.objects.filter(kind="export").count() == 2


def test_it_is_given_up_and_run_once(as_steward: Client) -> None:
    given_up, run = mapped(as_steward), mapped(as_steward)

    answer = words(as_steward.post(at(given_up, "cancel"), follow=True))
    too_late = words(as_steward.post(at(given_up, "start"), follow=True))
    as_steward.post(at(run, "start"))
    twice = words(as_steward.post(at(run, "start"), follow=True))

    assert "list.csv is given up; nothing of it was written." in answer
    assert "list.csv is cancelled; it cannot be run." in too_late
    assert "list.csv is done; it cannot be run." in twice
    assert Change.objects.filter(channel="import").count() == 1


def test_a_large_run_shows_how_far_it_is_and_then_its_end(
    as_steward: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "RUN_AT_ONCE", 1)
    run = mapped(as_steward)
    part = {"HX-Request": "true"}

    page = as_steward.post(at(run, "start"), follow=True)
    running = as_steward.get(at(run, "progress"), headers=part)
    imports.perform(ImportRun.objects.get(pk=run.pk))
    ended = as_steward.get(at(run, "progress"), headers=part)

    assert "Running" in words(page)
    assert at(run, "progress") in page.content.decode()
    assert "Rows landed 0 of 5" in words(running)
    assert "HX-Refresh" not in running.headers
    assert ended.headers["HX-Refresh"] == "true"
    assert as_steward.get(at(run, "progress")).headers["Location"] == at(run)


def test_in_its_encoding_it_is_read(as_steward: Client) -> None:
    rows = "P1,Müller GmbH,Köln,DE,NET30,,\n"

    answer = upload(as_steward, (HEADER + rows).encode("cp1252"), encoding="cp1252")

    assert answer.status_code == 302


@pytest.mark.parametrize("step", ["map&x=1", "check", "preview", "preview&show=new&page=99"])
def test_each_step_can_be_gone_back_to_before_run(as_steward: Client, step: str) -> None:
    run = mapped(as_steward)

    before = as_steward.get(f"{at(run)}?step={step}").status_code
    as_steward.post(at(run, "start"))
    after = words(as_steward.get(f"{at(run)}?step={step}"))

    assert before == 200
    assert "Done in" in after


def test_a_step_or_outcome_that_is_not_there_is_refused(as_steward: Client) -> None:
    run = uploaded(as_steward)
    ready = mapped(as_steward)

    found = [
        as_steward.get(f"{at(run)}?step=preview").status_code,
        as_steward.get(f"{at(ready)}?step=moon").status_code,
        as_steward.get(f"{at(ready)}?step=preview&show=moon").status_code,
        as_steward.post(at(ready, "repair"), {"column": "moon"}, follow=True).status_code,
    ]

    assert found == [400, 400, 400, 200]


@pytest.mark.parametrize("page", ["list", "preview"])
def test_a_page_costs_the_same_for_one_row_and_for_four(as_steward: Client, page: str) -> None:
    def costs(run: ImportRun) -> int:
        preview = f"{at(run)}?step=preview&show=new"
        return cost(as_steward, "/imports/" if page == "list" else preview)

    rows = [f"P{n},Acme {n} Inc.,Saint Paul,US,NET30,,\n" for n in range(4)]
    few = costs(mapped(as_steward, rows[0]))
    for _ in range(2):
        mapped(as_steward, rows[0])

    assert costs(mapped(as_steward, "".join(rows))) == few
