"""From the cells of a row to values: mapped, repaired, filled in, cleaned, each problem named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mdm import intake
from mdm.domains import cleaning
from mdm.domains.spec import Attribute, Problem, Subject, Values
from mdm.errors import Invalid
from mdm.imports import derive, targets
from mdm.imports.map import ColumnMap
from mdm.imports.table import Row, Table
from mdm.imports.targets import CHANGED_AT, KEY, SCOPE, Target
from mdm.intake.messages import item_id_of
from mdm.models import System

Repairs = Mapping[str, Mapping[str, str]]  # column -> value found -> value to take instead


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in a row: where, what was found, what was expected, what to do."""

    row: int
    column: str
    found: str
    expected: str
    hint: str = ""
    level: str = "error"
    path: str = ""

    def __str__(self) -> str:
        found = f"found “{self.found}”" if self.found else "it is empty"
        where = f", {self.column}" if self.column else ""
        return f"Row {self.row}{where}: {found}, expected {self.expected}. {self.hint}".strip()


@dataclass
class ReadRow:
    """A row as far as it could be read."""

    number: int
    key: str = ""
    scope: str = ""
    values: Values = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)
    changed_at: datetime | None = None
    problems: list[RowProblem] = field(default_factory=list)

    @property
    def place(self) -> tuple[str, str]:
        """Scope and key."""
        return self.scope, self.key

    @property
    def is_refused(self) -> bool:
        """Whether anything in it is wrong, not only unusual."""
        return any(problem.level == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one table, all in the same way."""

    subject: Subject
    system: System
    table: Table
    columns: ColumnMap
    repairs: Repairs
    column_of: dict[str, str]  # target as it is written -> its column
    at: dict[str, int]  # column -> position

    @classmethod
    def of(
        cls,
        subject: Subject,
        system: System,
        table: Table,
        columns: ColumnMap,
        repairs: Repairs | None = None,
    ) -> "Reader":
        """A reader for this table."""
        positions = {header: n for n, header in enumerate(table.headers)}
        return cls(subject, system, table, columns, repairs or {}, columns.by_target(), positions)

    def read(self, row: Row) -> ReadRow:
        """One row, with every problem it has."""
        read = ReadRow(row.number)
        self._shape(row, read)
        cells = self._cells(row, read)
        read.raw = {header: text for header, text in cells.items() if self.columns.columns[header]}
        self._of_the_row(cells, read)
        scalars, collections = self._spread(cells)
        self._nothings(scalars, collections, read)
        for problem in derive.fill(self.subject, scalars, collections):
            self._note(read, problem)
        self._clean_scalars(scalars, read)
        self._clean_items(collections, read)
        return read

    def _shape(self, row: Row, read: ReadRow) -> None:
        wide = len(self.table.headers)
        if row.width > wide:
            read.problems.append(
                RowProblem(
                    row.number,
                    "",
                    f"{row.width} cells",
                    f"{wide}, as in the header",
                    "Put cells that contain the separator into quotation marks.",
                )
            )
        elif self.table.form == "csv" and row.width < wide:
            read.problems.append(
                RowProblem(
                    row.number,
                    "",
                    f"{row.width} cells",
                    f"{wide}, as in the header",
                    "What is missing is taken as empty.",
                    "warning",
                )
            )
        for position, found in row.wrong.items():
            if position < wide and self.columns.columns[self.table.headers[position]]:
                read.problems.append(
                    RowProblem(
                        row.number,
                        self.table.headers[position],
                        found,
                        "a value",
                        "Paste it as a value, or format the column as text before typing.",
                    )
                )

    def _cells(self, row: Row, read: ReadRow) -> dict[str, str]:
        cells = {}
        for header, position in self.at.items():
            text = row.cells[position]
            repair = self.repairs.get(header)
            cells[header] = repair.get(text.strip(), text) if repair else text
        return cells

    def _of_the_row(self, cells: Mapping[str, str], read: ReadRow) -> None:
        """The key, its scope, and when the source changed the row."""
        for code in (KEY, SCOPE, CHANGED_AT):
            column = self.column_of.get(code, "")
            if not column:
                continue
            try:
                if code == KEY:
                    read.key = intake.clean_key(cells[column])
                elif code == SCOPE:
                    read.scope = cells[column].strip()[:40]
                elif cells[column].strip():
                    read.changed_at = _moment(cells[column])
            except Invalid as error:
                self._fail(read, column, error, code)

    def _spread(self, cells: Mapping[str, str]) -> tuple[dict[str, str], dict[str, derive.Items]]:
        """The cells by what they mean: scalars by code, items by collection and slot."""
        scalars: dict[str, str] = {}
        collections: dict[str, derive.Items] = {}
        for header, meant in self.columns.columns.items():
            for target in meant:
                if target.slot:
                    slots = collections.setdefault(target.code, {})
                    slots.setdefault(target.slot, {})[target.field] = cells[header]
                elif target.code not in targets.OF_THE_ROW:
                    scalars[target.code] = cells[header]
        for code, slots in collections.items():
            self._drop_empty(code, slots)
        return scalars, collections

    def _drop_empty(self, code: str, slots: derive.Items) -> None:
        """An item of which no cell says anything is not there; a slot may say more of others."""
        collection = self.subject.collection(code)
        for slot, item in list(slots.items()):
            if not any(text.strip() for text in item.values()):
                del slots[slot]
            elif collection is not None:
                slots[slot] = targets.said_by_slot(collection, slot) | item

    def _nothings(
        self, scalars: dict[str, str], collections: Mapping[str, derive.Items], read: ReadRow
    ) -> None:
        for code, text in scalars.items():
            if code != self.subject.name and derive.is_nothing(text):
                scalars[code] = ""
                self._say_nothing(read, code, text)
        for name, slots in collections.items():
            for slot, item in slots.items():
                for code, text in item.items():
                    if derive.is_nothing(text):
                        item[code] = ""
                        self._say_nothing(read, f"{name}[{slot}].{code}", text)

    def _say_nothing(self, read: ReadRow, path: str, text: str) -> None:
        hint = "It is taken as empty."
        self._note(read, Problem(path, text, "a value, or an empty cell", hint, "warning"))

    def _clean_scalars(self, scalars: Mapping[str, str], read: ReadRow) -> None:
        for code, text in scalars.items():
            attribute = self.subject.attribute(code)
            if attribute is None:
                continue
            try:
                read.values[code] = cleaning.clean(attribute, text)
            except Invalid as error:
                self._fail(read, self.column_of.get(code, ""), error, code)

    def _clean_items(self, collections: Mapping[str, derive.Items], read: ReadRow) -> None:
        for code, slots in collections.items():
            collection = self.subject.collection(code)
            if collection is None:
                continue
            kept = read.values.setdefault(code, [])
            for slot, item in slots.items():
                at = f"{code}[{slot}]"
                cleaned, problems = cleaning.clean_patch(self.subject, {at: item})
                for problem in problems:
                    self._note(read, problem)
                if values := cleaned.get(at):
                    fresh: dict[str, Any] = dict(values)
                    fresh["id"] = item_id_of(collection, self.system, read.place, slot)
                    self._required(read, collection.fields, fresh, at)
                    kept.append(fresh)

    def _required(
        self, read: ReadRow, fields: tuple[Attribute, ...], item: Mapping[str, str], at: str
    ) -> None:
        failed = {problem.path for problem in read.problems}
        for missing in fields:
            path = f"{at}.{missing.code}"
            if missing.required and not item.get(missing.code) and path not in failed:
                self._note(read, Problem(path, "", f"a value for {missing.label}", "It is needed."))

    def column_for(self, path: str) -> str:
        """The column to look at for a problem with a path: its own, else one of the same item."""
        if path in self.column_of:
            return self.column_of[path]
        item = path.partition(".")[0]
        near = (c for written, c in self.column_of.items() if written.startswith(f"{item}."))
        return next(near, "")

    def _note(self, read: ReadRow, problem: Problem) -> None:
        read.problems.append(
            RowProblem(
                read.number,
                self.column_for(problem.path),
                problem.found,
                problem.expected,
                problem.hint,
                problem.level,
                problem.path,
            )
        )

    def _fail(self, read: ReadRow, column: str, error: Invalid, path: str) -> None:
        read.problems.append(
            RowProblem(read.number, column, error.found, error.expected, error.hint, path=path)
        )


def secret_columns(subject: Subject, columns: ColumnMap) -> frozenset[str]:
    """The columns whose cells are sealed where they are kept."""
    return frozenset(
        header
        for header, meant in columns.columns.items()
        if any(_seals(subject, t) for t in meant)
    )


def _seals(subject: Subject, target: Target) -> bool:
    what = targets.declared(subject, target)
    collection = subject.collection(target.code)
    if not isinstance(what, Attribute) or collection is None:
        return False
    return what.sealed(targets.said_by_slot(collection, target.slot) or {"type": "personal"})


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(text, "a moment such as 2026-01-31T08:30", "Write it as ISO 8601.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
