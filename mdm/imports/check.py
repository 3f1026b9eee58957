"""Checks every row of a mapped file, and groups what is wrong by cause. Writes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from mdm import intake, seams, vault
from mdm.domains import cleaning
from mdm.domains import patch as patches
from mdm.domains.golden import LIVE
from mdm.domains.spec import Attribute, Domain, Kind, Problem, Values
from mdm.imports.map import ColumnMap
from mdm.imports.rows import Reader, ReadRow, Repairs, RowProblem, secret_columns
from mdm.imports.table import Table
from mdm.intake import references
from mdm.intake.messages import Moments
from mdm.models import System

SHOWN_VALUES = 12
SHOWN_ROWS = 20
ONE_KEY = "a key that no other row has"


@dataclass
class Group:
    """All problems of one cause: the column, what was expected, and the values that were found."""

    column: str
    expected: str
    hint: str
    level: str
    rows: list[int] = field(default_factory=list)
    values: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """What a page shows of it: each value can be repaired for all its rows at once."""
        values = sorted(self.values.items(), key=lambda pair: (-pair[1], pair[0]))
        return {
            "column": self.column,
            "expected": self.expected,
            "hint": self.hint,
            "level": self.level,
            "count": len(self.rows),
            "rows": self.rows[:SHOWN_ROWS],
            "values": [{"found": v, "count": n} for v, n in values[:SHOWN_VALUES]],
        }


@dataclass
class Checked:
    """The rows of a file, read and checked."""

    rows: list[ReadRow]
    messages: list[intake.Message]
    promised: references.Promised

    @property
    def refused(self) -> list[ReadRow]:
        """Rows in which something is wrong."""
        return [row for row in self.rows if row.is_refused]

    def groups(self) -> list[Group]:
        """What is wrong, by cause: errors first, the most frequent first."""
        groups: dict[tuple[str, str, str], Group] = {}
        for row in self.rows:
            for p in row.problems:
                cause = (p.level, p.column, p.expected)
                group = groups.setdefault(cause, Group(p.column, p.expected, p.hint, p.level))
                if group.rows[-1:] != [p.row]:
                    group.rows.append(p.row)
                group.values[p.found] = group.values.get(p.found, 0) + 1
        return sorted(groups.values(), key=lambda g: (g.level != "error", -len(g.rows)))


def check(
    domain: Domain,
    system: System,
    table: Table,
    columns: ColumnMap,
    repairs: Repairs | None = None,
) -> Checked:
    """Read and check every row of the table."""
    reader = Reader.of(domain, system, table, columns, repairs)
    rows = [reader.read(row) for row in table.rows]
    _refuse_twice(rows, reader)
    _check_rules(domain, rows, reader)
    _check_lists(domain, rows, reader)
    promised = _resolve(domain, system, rows, reader)
    secret = secret_columns(domain, columns)
    _hide(rows, secret)
    messages = [_message(row, secret) for row in rows if not row.is_refused]
    return Checked(rows, messages, promised)


def _message(row: ReadRow, secret: frozenset[str]) -> intake.Message:
    return intake.Message(
        row.key,
        row.values,
        row.raw,
        row.scope,
        row.number,
        secret,
        Moments(updated_at=row.changed_at),
    )


def _hide(rows: Iterable[ReadRow], secret: frozenset[str]) -> None:
    """What was found in a secret column is told to nobody, who may repair the file or not."""
    for row in rows:
        row.problems = [
            replace(p, found=vault.mask(p.found)) if p.column in secret and p.found else p
            for p in row.problems
        ]


def _refuse_twice(rows: Sequence[ReadRow], reader: Reader) -> None:
    """A key names one row. Which of several is meant nobody can know: all are refused."""
    at: dict[tuple[str, str], list[ReadRow]] = {}
    for row in rows:
        if row.key:
            at.setdefault(row.place, []).append(row)
    for place, same in at.items():
        if len(same) == 1:
            continue
        numbers = ", ".join(str(row.number) for row in same)
        for row in same:
            problem = RowProblem(
                row.number,
                reader.column_for("key"),
                place[1],
                ONE_KEY,
                f"It is in rows {numbers}. Keep one of them.",
                path="key",
            )
            row.problems.append(problem)


def _check_rules(domain: Domain, rows: Iterable[ReadRow], reader: Reader) -> None:
    """The domain's own rules over what a row says: check digits, dates, what is required."""
    for row in rows:
        if row.is_refused:
            continue
        values = patches.blank(domain) | row.values
        said = {code for code, value in row.values.items() if value}
        for problem in cleaning.problems(domain, values):
            required = problem.path == domain.name and domain.name in row.values
            if required or patches.parse(problem.path).code in said:
                _add(row, reader, problem)


def _add(row: ReadRow, reader: Reader, problem: Problem) -> None:
    path = _by_slot(row, reader, problem.path)
    row.problems.append(
        RowProblem(
            row.number,
            reader.column_for(path),
            problem.found,
            problem.expected,
            problem.hint,
            problem.level,
            path,
        )
    )


def _by_slot(row: ReadRow, reader: Reader, path: str) -> str:
    """A path with an item's id, as the file writes it: with its slot."""
    at = patches.parse(path)
    if not at.item:
        return path
    items: list[dict[str, str]] = row.values.get(at.code) or []
    slots = list(
        dict.fromkeys(
            written.partition("]")[0].partition("[")[2]
            for written in reader.column_of
            if written.startswith(f"{at.code}[")
        )
    )
    place = next((n for n, item in enumerate(items) if item["id"] == at.item), 0)
    slot = slots[place] if len(items) == len(slots) and slots else (slots or [at.item])[0]
    return f"{at.code}[{slot}]" + (f".{at.field}" if at.field else "")


def _check_lists(domain: Domain, rows: Sequence[ReadRow], reader: Reader) -> None:
    """Codes of reference lists are ones that the lists have."""
    lists: dict[str, set[str]] = {}
    for row in rows:
        for path, attribute, value in patches.walk(domain, patches.blank(domain) | row.values):
            if attribute.kind is not Kind.LISTED:
                continue
            codes = lists.get(attribute.refers_to)
            if codes is None:
                codes = lists[attribute.refers_to] = _codes(attribute)
            if value not in codes:
                _add(row, reader, _unlisted(attribute, path, value, codes))


def _codes(attribute: Attribute) -> set[str]:
    model = seams.subject(attribute.refers_to).model
    return set(model.objects.filter(status__in=LIVE).values_list("code", flat=True))


def _unlisted(attribute: Attribute, path: str, value: str, codes: set[str]) -> Problem:
    name = seams.subject(attribute.refers_to).plural.lower()
    few = ", ".join(sorted(codes)[:SHOWN_VALUES]) + (" …" if len(codes) > SHOWN_VALUES else "")
    return Problem(
        path,
        value,
        f"a value of the list of {name}",
        f"Add it to the list, or take one that it has: {few or 'none yet'}.",
    )


def _resolve(
    domain: Domain, system: System, rows: Sequence[ReadRow], reader: Reader
) -> references.Promised:
    said: list[tuple[tuple[str, str], Values]] = [
        (row.place, row.values) for row in rows if not row.is_refused
    ]
    promised, problems = references.resolve(domain, system, said)
    for row in rows:
        for problem in problems.get(row.place, ()):
            _add(row, reader, problem)
    return promised
