"""Reads one sheet of an Excel workbook, row by row, as text. Formulas are not run and not read.

openpyxl parses with defusedxml; links to other workbooks are not followed.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from mdm.imports.table import Limits, Row, Table, Unreadable, fitted, headers_of, too_many_rows

# What openpyxl lets out when a workbook is not what it promises to be.
DAMAGE = (
    InvalidFileException,
    DefusedXmlException,
    ParseError,
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    EOFError,
    NotImplementedError,
)
_ZEROS = re.compile(r"^0+$")
_LONGEST_GAP = 10_000
_EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number


def read(content: bytes, sheet: str, limits: Limits) -> Table:
    """The table of a workbook's sheet: the one named, else the first that is shown."""
    try:
        book = load_workbook(
            io.BytesIO(content), read_only=True, data_only=False, keep_links=False, keep_vba=False
        )
        try:
            return _table(book, sheet, limits)
        finally:
            book.close()
    except DAMAGE as error:
        raise Unreadable(
            "The workbook cannot be read: it is damaged, or not made as workbooks are. "
            "Open it in Excel and save it again, or save the sheet as CSV."
        ) from error


def _table(book: Any, sheet: str, limits: Limits) -> Table:
    sheets = [s for s in book.worksheets if s.sheet_state == "visible"]
    if not sheets:
        raise Unreadable("The workbook has no visible sheet with cells.")
    chosen = next((s for s in sheets if s.title == sheet), None) if sheet else sheets[0]
    if chosen is None:
        raise Unreadable(
            f"There is no sheet {sheet!r}. There are: {', '.join(s.title for s in sheets)}."
        )
    headers: tuple[str, ...] = ()
    rows: list[Row] = []
    for number, cells, wrong in _rows(chosen, limits):
        if not headers:
            if any(cells):
                headers = headers_of(cells, limits)
            continue
        if len(rows) >= limits.rows:
            raise too_many_rows(limits)
        row = fitted(number, cells, len(headers), wrong)
        if row is not None:
            rows.append(row)
    if not headers:
        raise Unreadable(f"The sheet {chosen.title!r} is empty.")
    others = [s.title for s in sheets if s is not chosen]
    notes = (
        (f"Only the sheet {chosen.title!r} is read, not {', '.join(others)}.",) if others else ()
    )
    return Table(headers, rows, "xlsx", sheet=chosen.title, notes=notes)


def _rows(sheet: Any, limits: Limits) -> Iterator[tuple[int, list[str], dict[int, str]]]:
    sheet.reset_dimensions()
    cells_left, empty = limits.rows * 50, 0
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells_left, empty = cells_left - len(row), 0 if row else empty + 1
        if empty > _LONGEST_GAP:
            raise Unreadable(
                f"After row {number - empty} come more than {_LONGEST_GAP:,} empty rows. "
                "Delete them."
            )
        if cells_left < 0:
            raise too_many_rows(limits)
        if not row:
            continue
        cells: list[str] = []
        wrong: dict[int, str] = {}
        for position, cell in enumerate(row):
            if cell.value is None:
                cells.append("")
                continue
            if problem := _problem(cell):
                wrong[position] = problem
            cells.append("" if problem else _text(cell)[: limits.cell_chars + 1])
        yield number, cells, wrong


def _problem(cell: Any) -> str:
    """Why a cell has no value that could be trusted; "" when it has."""
    value = cell.value
    if cell.data_type == "f":
        return f"the formula {str(value)[:60]}"
    if cell.data_type == "e":
        return f"the error {value}"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and abs(value) >= 10**_EXACT_DIGITS:
        return f"a number of which the sheet keeps only {_EXACT_DIGITS} digits"
    return ""


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or ""))
    return str(value)


def _number(value: float, shape: str) -> str:
    """A number as it is shown: no exponent, zeros in front where the cell asks for them."""
    whole = value == int(value)
    text = str(int(value)) if whole else format(value, ".15g")
    if "e" in text:
        text = format(value, "f").rstrip("0").rstrip(".")
    return text.zfill(len(shape)) if whole and _ZEROS.match(shape) and value >= 0 else text
