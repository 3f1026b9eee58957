"""A file as a table of text: what every reader gives, whatever the file was."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mdm.errors import Refused

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be; what is larger is refused before it is unpacked."""

    file_bytes: int = 50 * MB
    rows: int = 200_000
    columns: int = 200
    line_chars: int = 1_000_000
    cell_chars: int = 20_000
    zip_entries: int = 500
    zip_bytes: int = 400 * MB
    zip_part_bytes: int = 64 * MB  # of each part that must be held in memory as a whole
    zip_ratio: int = 150


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file, its cells, and what is wrong with some of them."""

    number: int
    cells: tuple[str, ...]
    wrong: Mapping[int, str] = field(default_factory=dict)  # position -> what was found there
    width: int = 0  # how many cells the file has here


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file under its headers."""

    headers: tuple[str, ...]
    rows: list[Row]
    form: str  # csv or xlsx
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    notes: tuple[str, ...] = ()

    def sample(self, header: str, most: int = 3) -> list[str]:
        """A few different values of a column."""
        at = self.headers.index(header)
        return list(dict.fromkeys(r.cells[at] for r in self.rows if r.cells[at]))[:most]


class Unreadable(Refused):
    """The file as a whole cannot be read; nothing of it was."""

    code = "unreadable_file"

    def __init__(self, said: str, *, encoding: str = "") -> None:
        self.encoding = encoding  # that it may well be in
        super().__init__(said)


def column_letter(position: int) -> str:
    """The name of a column as a spreadsheet shows it: A, B, … Z, AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def headers_of(cells: list[str], limits: Limits) -> tuple[str, ...]:
    """The header row, each name once. Raises `Unreadable` naming the columns at fault."""
    headers = [" ".join(cell.split()) for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        raise Unreadable("The first row is empty; it must hold the names of the columns.")
    if len(headers) > limits.columns:
        raise Unreadable(
            f"The file has {len(headers)} columns; at most {limits.columns} are read. "
            "Remove those that are not needed."
        )
    empty = [column_letter(n) for n, header in enumerate(headers) if not header]
    if empty:
        raise Unreadable(
            f"Column {', '.join(empty)} has no name in the first row. Name it, or remove it."
        )
    places: dict[str, list[str]] = {}
    for n, header in enumerate(headers):
        places.setdefault(header.casefold(), []).append(column_letter(n))
    twice = [f"“{name}” in {', '.join(at)}" for name, at in places.items() if len(at) > 1]
    if twice:
        raise Unreadable(
            f"Two columns have the same name: {'; '.join(twice)}. Rename or remove one of them."
        )
    return tuple(headers)


def fitted(number: int, cells: list[str], width: int, wrong: Mapping[int, str]) -> Row | None:
    """A row as wide as its header, None when it is empty; `width` remembers cells beyond it."""
    found = len(cells)
    while found > width and not cells[found - 1].strip():
        found -= 1
    if not any(cell.strip() for cell in cells[:found]) and not wrong:
        return None
    shown = cells[:width] + [""] * (width - len(cells))
    return Row(number, tuple(shown), wrong, found)


def too_many_rows(limits: Limits) -> Unreadable:
    """The refusal of a file that does not end."""
    return Unreadable(f"The file has more than {limits.rows:,} rows. Split it into several files.")
