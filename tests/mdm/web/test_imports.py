"""A file from its upload to its change, page by page; and every refusal."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mdm import changes
from mdm.imports import run as imports
from mdm.models import Change, ImportRun, LedgerEntry, SourceRecord, Supplier
from tests import make
from tests.seen import cost, words

pytestmark = pytest.mark.django_db

IBAN, WRONG_IBAN = "DE89370400440532013000", "DE89370400440532013001"
HEADER = "vendor_no,vendor_name,city,country,terms,iban,internal\n"
ROWS = (
    "P1,Acme Inc.,Saint Paul,US,NET30,,x\n"
    f"P2,Globex GmbH,Hamburg,DE,NET60,{IBAN},y\n"
    "P3,Initech AG,Berlin,DE,NET35,,z\n"
    "P4,Umbrella GmbH,Berlin,DE,NET35,,\n"
    f"P5,Hooli GmbH,Berlin,DE,NET30,{WRONG_IBAN},\n"
)
MEANS = {
    "c0": "key",
    "c1": "legal_name",
    "c2": "addresses[1].city",
    "c3": "addresses[1].country",
    "c4": "payment_terms",
    "c5": "bank_accounts[1].iban",
    "c6": "-",
}
NEW = "/imports/new/"


@pytest.fixture(autouse=True)
def systems(people: dict[str, Any], reference: None, settings: Any) -> None:
    settings.FIND_CANDIDATES = []
    for code in ("erp", "procurement"):
        system = {"code": code, "name": code.upper()}
        make.record("system", system, by=people["integrator"], approvers=people["approver"])


def upload(client: Client, content: bytes | str, name: str = "list.csv", **said: str) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    given = {"system": "erp", "domain": "supplier", "file": SimpleUploadedFile(name, raw)}
    return client.post(NEW, given | said)


def uploaded(client: Client, rows: str = ROWS) -> ImportRun:
    answer = upload(client, HEADER + rows)
    assert answer.status_code == 302, words(answer)
    return ImportRun.objects.latest("id")


def mapped(client: Client, rows: str = ROWS) -> ImportRun:
    run = uploaded(client, rows)
    assert client.post(at(run, "map"), MEANS).status_code == 302
    run.refresh_from_db()
    return run


def at(run: ImportRun, name: str = "run") -> str:
    return reverse(f"import-{name}", args=[run.pk])


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    return out.getvalue()


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
    assert "terms expected a payment terms of the list 2 rows" in causes
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


REFUSALS = [
    ("list.csv", b"", "The file is empty."),
    ("list.csv", b"%PDF-1.7 ...", "it is a PDF document"),
    ("list.doc", b"a,b\n1,2\n", "Files named .doc are not read."),
    ("list.xlsx", b"a,b\n1,2\n", "it is no workbook"),
    ("list.csv", "name\nM\xfcller\n".encode("latin-1"), "the byte 0xfc is not UTF-8"),
    ("list.csv", b"a,A\n1,2\n", "Two columns have the same name: “a” in A, B."),
    ("list.csv", b"a,b\n", "no rows below it"),
    ("list.csv", b'a,b\n"1,2\n', "is never closed"),
    ("list.csv", b"<html><body>", "it is a web page or XML"),
    ("list.xlsx", bomb(), "looks like a bomb"),
]


@pytest.mark.parametrize(("name", "content", "said"), REFUSALS)
def test_each_file_that_cannot_be_read_is_refused_with_what_to_do(
    as_steward: Client, name: str, content: bytes, said: str
) -> None:
    answer = upload(as_steward, content, name)
    listed = words(as_steward.get("/imports/"))

    assert (answer.status_code, said in words(answer)) == (400, True), words(answer)
    assert "The file was not taken." in words(answer)
    assert SourceRecord.objects.count() == 0
    if content:
        assert "Failed" in listed


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    as_steward: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMPORT_MB = 1
    monkeypatch.setattr(imports, "upload", lambda *_, **__: pytest.fail("it was read"))

    answer = upload(as_steward, b"a" * (1024 * 1024 + 1))

    assert "The file has 1 MB; at most 1 MB are read." in words(answer)


def test_in_its_encoding_it_is_read(as_steward: Client) -> None:
    rows = "P1,Müller GmbH,Köln,DE,NET30,,\n"

    answer = upload(as_steward, (HEADER + rows).encode("cp1252"), encoding="cp1252")

    assert answer.status_code == 302


@pytest.mark.parametrize(
    "said", [{"system": "mars"}, {"domain": "planets"}, {"encoding": "ebcdic"}, {"sheet": "x" * 99}]
)
def test_a_choice_that_is_not_offered_is_refused(as_steward: Client, said: dict[str, str]) -> None:
    assert upload(as_steward, HEADER + ROWS, **said).status_code == 400
    assert ImportRun.objects.count() == 0


def test_who_may_not_import_finds_every_door_shut(as_steward: Client, as_requester: Client) -> None:
    run = mapped(as_steward)
    reads = ["/imports/", NEW, at(run), at(run, "progress")]
    acts = [at(run, name) for name in ("map", "repair", "start", "cancel", "result", "refused")]

    for client, status in ((as_requester, 403), (Client(), 302)):
        found = {client.get(address).status_code for address in reads}
        found |= {client.post(address).status_code for address in acts}
        assert found == {status}
    assert {as_steward.get(address).status_code for address in acts} == {405}
    assert ImportRun.objects.get().state == "previewed"


def test_somebody_limited_sees_their_own_files_only(
    as_steward: Client, people: dict[str, Any]
) -> None:
    theirs = mapped(as_steward)
    limited = Client()
    limited.force_login(make.person("limited", "steward", domain="supplier", company_code="1710"))
    own = mapped(limited)
    other = Client()
    other.force_login(make.person("other", "steward", domain="project"))

    listed = limited.get("/imports/").content.decode()

    assert (at(own) in listed, at(theirs) in listed) == (True, False)
    assert [limited.get(at(run)).status_code for run in (own, theirs)] == [200, 404]
    assert other.get(at(theirs)).status_code == 404
    assert "0 " in words(other.get("/imports/"))


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
