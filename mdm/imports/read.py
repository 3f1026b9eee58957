"""Reads a CSV file or an Excel workbook into a table of text, or says why not.

What a file is, its own first bytes say; its name must agree. Everything that could hurt is looked
at before anything is unpacked: see `guard.py`.
"""

from pathlib import PurePath

from mdm.imports import csv_file, guard, xlsx_file
from mdm.imports.table import MB, Limits, Table, Unreadable

CSV_NAMES = frozenset({".csv", ".txt", ".tsv"})
XLSX_NAMES = frozenset({".xlsx"})
ENCODINGS = {
    "": "Find out (UTF-8 or UTF-16)",
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252 (Western European)",
    "iso-8859-15": "ISO 8859-15 (Latin-9)",
}
_OTHER_FORMS = (
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls) or a workbook with a password"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3", "a database"),
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<table", b"{\\rtf", b"<script")


def read(
    content: bytes,
    file_name: str,
    *,
    encoding: str = "",
    sheet: str = "",
    limits: Limits | None = None,
) -> Table:
    """The table in a file. Raises `Unreadable` with what was found and what to do."""
    limits = limits or Limits()
    if not content:
        raise Unreadable("The file is empty.")
    if len(content) > limits.file_bytes:
        raise Unreadable(
            f"The file has {len(content) / MB:,.0f} MB; at most "
            f"{limits.file_bytes / MB:,.0f} MB are read. Split it into several files."
        )
    if encoding not in ENCODINGS:
        raise Unreadable(
            f"The encoding {encoding!r} is not offered. There are: "
            + ", ".join(code for code in ENCODINGS if code)
            + "."
        )
    suffix = PurePath(file_name).suffix.lower()
    if _is_workbook(content, suffix):
        guard.look_at(content, limits)
        table = xlsx_file.read(content, sheet, limits)
    else:
        table = csv_file.read(content, encoding, limits)
    if not table.rows:
        raise Unreadable("The file has a header, but no rows below it.")
    return table


def _is_workbook(content: bytes, suffix: str) -> bool:
    """Whether the bytes are a workbook; refused when the name says something else."""
    if suffix in (".xlsm", ".xltm", ".xlsb", ".xls"):
        raise Unreadable(
            f"Workbooks of the kind {suffix} are not read: they may hold macros. "
            "Save it as .xlsx or .csv."
        )
    if suffix not in CSV_NAMES | XLSX_NAMES:
        raise Unreadable(
            f"Files named {suffix or 'without an ending'} are not read. Save it as .csv or .xlsx."
        )
    is_zip = content[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
    if is_zip and suffix in CSV_NAMES:
        raise Unreadable(
            f"The file is named {suffix}, but it is a zip archive or a workbook. "
            "Save the sheet as CSV, or name it .xlsx if it is a workbook."
        )
    for magic, what in _OTHER_FORMS:
        if content.startswith(magic):
            raise Unreadable(
                f"The file is named {suffix}, but it is {what}. Save it as .csv or .xlsx."
            )
    if suffix in XLSX_NAMES and not is_zip:
        raise Unreadable("The file is named .xlsx, but it is no workbook. Is it a CSV file?")
    if content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP):
        raise Unreadable(
            f"The file is named {suffix}, but it is a web page or XML. Save it as .csv."
        )
    return is_zip
