"""Reads CSV: the encoding is proved, never guessed at; the delimiter is found in the first rows."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from mdm.imports.table import (
    Limits,
    Row,
    Table,
    Unreadable,
    column_letter,
    fitted,
    headers_of,
    too_many_rows,
)

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 64 * 1024
_DECLARED = re.compile(r"^sep=(.)$")


def read(content: bytes, encoding: str, limits: Limits) -> Table:
    """The table of a CSV file."""
    codec = _codec(content, encoding)
    _prove(content, codec)
    delimiter, skipped = _delimiter(content, codec, limits)
    lines = _Lines(_text(content, codec), limits)
    for _ in range(skipped):
        next(lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    csv.field_size_limit(max(limits.cell_chars * 4, 1024))
    headers: tuple[str, ...] = ()
    rows: list[Row] = []
    try:
        for cells in reader:
            number = lines.first
            lines.next_record()
            if not headers:
                if any(cell.strip() for cell in cells):
                    headers = headers_of(cells, limits)
                continue
            if len(rows) >= limits.rows:
                raise too_many_rows(limits)
            row = fitted(number, [_as_written(c) for c in cells], len(headers), {})
            if row is not None:
                rows.append(row)
    except csv.Error as error:
        raise _malformed(error, lines.first) from error
    if not headers:
        raise Unreadable(
            "The file has no header: its first row must hold the names of the columns."
        )
    return Table(headers, rows, "csv", codec.removesuffix("-sig"), delimiter)


class _Lines:
    """The lines of a text, counted, none and no record longer than the limit."""

    def __init__(self, text: io.TextIOWrapper, limits: Limits) -> None:
        self._text, self._most = text, limits.line_chars
        self._line = self._length = 0
        self.first = 1  # where the record that is being read begins

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._most + 1)
        if not line:
            raise StopIteration
        self._line += 1
        self._length += len(line)
        if self._length > self._most:
            raise Unreadable(
                f"The row that begins in line {self.first} is longer than {self._most:,} "
                "characters. Is a quotation mark missing, or is this no CSV file?"
            )
        return line

    def next_record(self) -> None:
        self.first, self._length = self._line + 1, 0


def _codec(content: bytes, chosen: str) -> str:
    for mark, codec in _MARKS:
        if content.startswith(mark):
            if codec == "utf-32":
                raise Unreadable("The file is written in UTF-32. Save it as UTF-8.")
            said = codec.removesuffix("-sig")
            if chosen and chosen != said:
                raise Unreadable(
                    f"The file says of itself that it is {said.upper()}, not {chosen}."
                )
            return codec
    if not chosen and b"\x00" in content[:_CHUNK]:
        raise Unreadable(
            "The file holds zero bytes: it is no text, or UTF-16 without its mark. "
            "Save it as UTF-8."
        )
    return chosen or "utf-8"


def _prove(content: bytes, codec: str) -> None:
    """Decode all of it once; a byte that does not fit is named with its row and column."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    for start in range(0, len(content), _CHUNK):
        held = len(decoder.getstate()[0])
        try:
            decoder.decode(content[start : start + _CHUNK], start + _CHUNK >= len(content))
        except UnicodeDecodeError as error:
            raise _misfit(content, start - held + error.start, codec) from error


def _misfit(content: bytes, at: int, codec: str) -> Unreadable:
    before = content[:at]
    row = before.count(b"\n") + 1
    line = before[before.rfind(b"\n") + 1 :]
    marks = max((line.count(mark.encode()) for mark in DELIMITERS), default=0)
    name = "UTF-8" if codec.startswith("utf-8") else codec
    advice = (
        "If it comes from an older Windows program, choose the encoding Windows-1252; "
        "else save it as UTF-8."
        if name == "UTF-8"
        else "Choose the encoding it was written in, or save it as UTF-8."
    )
    return Unreadable(
        f"Row {row}, column {column_letter(marks)}: "
        f"the byte {content[at]:#04x} is not {name}. {advice}",
        encoding="cp1252" if name == "UTF-8" else "",
    )


def _text(content: bytes, codec: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(content), encoding=codec, newline="")


def _delimiter(content: bytes, codec: str, limits: Limits) -> tuple[str, int]:
    """What separates the cells, and how many lines to skip: Excel may spend the first on it."""
    lines = [
        line for _, line in zip(range(20), _Lines(_text(content, codec), limits), strict=False)
    ]
    if lines and (declared := _DECLARED.match(lines[0].strip("\r\n"))):
        return declared[1], 1
    best, most = ",", (0, 0)
    for mark in DELIMITERS:
        counts = [_outside_quotes(line, mark) for line in lines if line.strip()]
        if not counts or not counts[0]:
            continue
        alike = sum(count == counts[0] for count in counts)
        if (alike, counts[0]) > most:
            best, most = mark, (alike, counts[0])
    return best, 0


def _outside_quotes(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[::2])


def _as_written(cell: str) -> str:
    """A cell that was neutralised against being run as a formula, without its apostrophe."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@\t\r" else cell


def _malformed(error: csv.Error, line: int) -> Unreadable:
    said = str(error)
    if "field larger than" in said:
        return Unreadable(f"Line {line} has a cell that is too long. Is a quotation mark missing?")
    if "unexpected end of data" in said:
        return Unreadable(
            f"The quotation mark opened in the row of line {line} is never closed. "
            "Close it, or double it."
        )
    return Unreadable(
        f"Line {line} is no CSV: a quotation mark inside a cell is not doubled. Write it twice."
    )
