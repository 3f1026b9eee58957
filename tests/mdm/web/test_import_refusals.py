"""Files that are refused, and people for whom a door is shut."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from mdm.imports import run as imports
from mdm.models import ImportRun, SourceRecord
from tests import make
from tests.mdm.web.importing import HEADER, ROWS, at, mapped, systems, upload
from tests.seen import words

pytestmark = pytest.mark.django_db

NEW = "/imports/new/"


@pytest.fixture(autouse=True)
def _systems(people: dict[str, Any], reference: None, settings: Any) -> None:
    settings.FIND_CANDIDATES = []
    systems(people)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    return out.getvalue()


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


def test_a_file_in_another_encoding_opens_the_choice_with_the_likely_one(
    as_steward: Client,
) -> None:
    answer = upload(as_steward, "name\nM\xfcller\n".encode("latin-1"))

    source = answer.content.decode()
    assert '<option value="cp1252" selected>' in source
    assert 'ts-fold-plain" open' in source
    assert "Windows-1252 (Western European) is chosen below: choose the file again" in words(answer)


def test_where_every_row_is_refused_nothing_is_said_of_others(as_steward: Client) -> None:
    run = mapped(as_steward, "P3,Initech AG,Berlin,DE,NET35,,z\n")

    text = words(as_steward.get(at(run), {"step": "check"}))

    assert "The only row is refused." in text
    assert "expected a value of the list of payment terms" in text
    assert "the others" not in text
