"""Reading files: what comes out as a table, and what is refused with a reason."""

import io
import time
import tracemalloc
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from mdm.imports.read import read
from mdm.imports.table import Limits, Table, Unreadable


def cells(table: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows]


def workbook(*rows: list[object], formats: dict[str, str] | None = None) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, shape in (formats or {}).items():
        book.active[cell].number_format = shape
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, changes: dict[str, bytes], level: int = 9) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, body in changes.items():
            new.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(mark: str) -> None:
    content = f'no{mark}name\n1{mark}"A{mark}, B"\n'.encode()

    table = read(content, "list.csv")

    assert (table.delimiter, table.headers, cells(table)) == (
        mark,
        ("no", "name"),
        [("1", f"A{mark}, B")],
    )


def test_a_delimiter_written_down_by_excel_counts() -> None:
    assert cells(read(b"sep=;\nno;name\n1;A,B\n", "list.csv")) == [("1", "A,B")]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("no,name\n1,Müller\n".encode(), "utf-8"),
        ("no,name\n1,Müller\n".encode("utf-8-sig"), "utf-8"),
        ("no,name\n1,Müller\n".encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + "no,name\n1,Müller\n".encode("utf-16-be"), "utf-16"),
    ],
)
def test_unicode_files_are_recognised(content: bytes, encoding: str) -> None:
    table = read(content, "list.csv")

    assert (table.encoding, table.headers, cells(table)) == (
        encoding,
        ("no", "name"),
        [("1", "Müller")],
    )


def test_an_older_encoding_is_read_only_when_it_is_chosen() -> None:
    content = "no,name,city\n1,Fine,Bonn\n2,Müller,Köln\n".encode("cp1252")

    with pytest.raises(Unreadable) as refusal:
        read(content, "list.csv")

    assert str(refusal.value) == (
        "Row 3, column B: the byte 0xfc is not UTF-8. If it comes from an older Windows program, "
        "choose the encoding Windows-1252; else save it as UTF-8."
    )
    assert cells(read(content, "list.csv", encoding="cp1252"))[1] == ("2", "Müller", "Köln")


def test_a_byte_that_does_not_fit_is_named_far_inside_a_file() -> None:
    content = b"no,name\n" + b"1,ok\n" * 30_000 + b"2,\xff\n"

    with pytest.raises(Unreadable, match=r"^Row 30002, column B: the byte 0xff is not UTF-8"):
        read(content, "list.csv")


def test_quoted_cells_keep_their_lines_and_rows_are_numbered_as_in_the_file() -> None:
    table = read(b'no,name\n1,"two\nlines"\n\n3,"say ""hi"""\n', "list.csv")

    assert [(row.number, row.cells) for row in table.rows] == [
        (2, ("1", "two\nlines")),
        (5, ("3", 'say "hi"')),
    ]


def test_a_cell_neutralised_on_export_comes_back_as_it_was() -> None:
    assert cells(read(b"no,name\n1,'=SUM(A1)\n2,'tis\n", "l.csv")) == [
        ("1", "=SUM(A1)"),
        ("2", "'tis"),
    ]


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "a.csv", "The file is empty."),
        (b"no,name\n", "a.csv", "has a header, but no rows"),
        (b"no,,name\n1,2,3\n", "a.csv", "Column B has no name"),
        (b"no,Name,name\n1,2,3\n", "a.csv", "“name” in B, C"),
        (b'no,name\n1,"open\n2,x\n', "a.csv", "opened in the row of line 2 is never closed"),
        (b'no,name\n1,"a"b\n', "a.csv", "Line 2 is no CSV"),
        (b"n\x00o\x00,\x00", "a.csv", "zero bytes"),
        (b"%PDF-1.7", "a.csv", "is a PDF document"),
        (b"PK\x03\x04rest", "a.csv", "is a zip archive or a workbook"),
        (b"\xd0\xcf\x11\xe0rest", "a.xlsx", "an old Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "a.xls", "may hold macros"),
        (b"no,name\n1,x\n", "a.xlsx", "is no workbook"),
        (b"no,name\n1,x\n", "a.exe", "Files named .exe are not read"),
        (b"<html><table>", "a.csv", "is a web page"),
        (b"\x1f\x8bxx", "a.csv", "is a gzip archive"),
        (b"\xff\xfe\x00\x00n\x00\x00\x00", "a.csv", "UTF-32"),
    ],
)
def test_what_is_no_list_is_refused_with_its_reason(content: bytes, name: str, says: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(content, name)

    assert says in str(refusal.value)


def test_files_beyond_the_limits_are_refused() -> None:
    few = Limits(file_bytes=100, rows=2, columns=3)

    for content, says in (
        (b"a,b\n" + b"1,2\n" * 40, "MB are read"),
        (b"a,b\n1,2\n1,2\n1,2\n", "more than 2 rows"),
        (b"a,b,c,d\n1,2,3,4\n", "at most 3 are read"),
    ):
        with pytest.raises(Unreadable, match=says):
            read(content, "a.csv", limits=few)


def test_a_workbook_keeps_zeros_dates_and_numbers_as_they_are_shown() -> None:
    content = workbook(
        ["key", "number", "padded", "day", "rate", "flag", "empty"],
        ["0000200001", 66740, 42, date(2026, 1, 31), 7.25, True, None],
        ["7", 66740.0, 1, datetime.fromisoformat("2026-01-31T08:30"), 1e20 / 1e10, False, " "],
        formats={"C2": "0000000000"},
    )

    table = read(content, "list.xlsx")

    assert cells(table) == [
        ("0000200001", "66740", "0000000042", "2026-01-31", "7.25", "true", ""),
        ("7", "66740", "1", "2026-01-31T08:30:00", "10000000000", "false", " "),
    ]


def test_formulas_errors_and_numbers_that_lost_digits_are_named_not_read() -> None:
    content = workbook(["key", "name", "account"], ["1", "=A1&B1", 12345678901234567890])

    row = read(content, "list.xlsx").rows[0]

    assert dict(row.wrong) == {
        1: "the formula =A1&B1",
        2: "a number of which the sheet keeps only 15 digits",
    }


def test_the_first_visible_sheet_is_read_and_the_others_are_named() -> None:
    book = Workbook()
    book.active.title = "Hidden"
    book.active.append(["x"])
    for title in ("Vendors", "Notes"):
        book.create_sheet(title).append(["no", "name"])
        book[title].append([title, "A"])
    book["Hidden"].sheet_state = "hidden"
    content = saved(book)

    first, second = read(content, "a.xlsx"), read(content, "a.xlsx", sheet="Notes")

    assert (first.sheet, cells(first), first.notes) == (
        "Vendors",
        [("Vendors", "A")],
        ("Only the sheet 'Vendors' is read, not Notes.",),
    )
    assert cells(second) == [("Notes", "A")]


def _bombs() -> dict[str, bytes]:
    plain = workbook(["no", "name"], ["1", "A"])
    zeros = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(plain)) as old,
        zipfile.ZipFile(zeros, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
        with new.open("xl/media/zeros.bin", "w") as part:
            for _ in range(400):
                part.write(bytes(1024 * 1024))
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number}", b"")
    lol = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)
    )
    return {
        "dense": zeros.getvalue(),
        "many parts": many.getvalue(),
        "entities": repacked(plain, {"xl/workbook.xml": lol + b"]><workbook>&j;</workbook>"}),
        "row number": repacked(
            plain,
            {
                "xl/worksheets/sheet1.xml": b'<worksheet xmlns="http://schemas.openxmlformats.org/'
                b'spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is>'
                b'<t>a</t></is></c></row><row r="999999999999"><c r="A999999999999" '
                b't="inlineStr"><is>'
                b"<t>x</t></is></c></row></sheetData></worksheet>"
            },
        ),
        "wide": b"PK\x05\x06" + bytes(6) + b"\xff\xff\xff\xff\xff\x00" + bytes(6),
    }


@pytest.mark.parametrize("which", ["dense", "many parts", "entities", "row number", "wide"])
def test_a_bomb_is_refused_within_two_seconds_and_150_megabytes(which: str) -> None:
    content = _bombs()[which]
    began = time.monotonic()
    with pytest.raises(Unreadable):
        read(content, "list.xlsx")
    took = time.monotonic() - began

    tracemalloc.start()
    with pytest.raises(Unreadable):
        read(content, "list.xlsx")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (took < 2, most < 150 * 1024 * 1024) == (True, True)


@pytest.mark.parametrize("content", [b"," * 40_000_000, b'a,b\n1,"' + b"x" * 40_000_000])
def test_a_line_without_end_is_refused_within_two_seconds(content: bytes) -> None:
    began = time.monotonic()

    with pytest.raises(Unreadable):
        read(content, "list.csv")

    assert time.monotonic() - began < 2


def test_macros_and_other_archives_are_refused() -> None:
    plain = workbook(["no"], ["1"])
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("readme.txt", "hello")

    for content, says in (
        (repacked(plain, {"xl/vbaProject.bin": b"x"}), "holds macros"),
        (other.getvalue(), "another kind of zip archive"),
        (plain[:-30], "cut off"),
        (plain[:200] + plain[-22:], "damaged"),
    ):
        with pytest.raises(Unreadable, match=says):
            read(content, "list.xlsx")
