"""A list as a CSV file: its attributes as text, nothing secret, nothing a spreadsheet would run."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from mdm.domains.spec import Kind, Subject
from mdm.domains.values import read
from mdm.queries.words import Words

MOST_ROWS = 10_000
RISKY = ("=", "+", "-", "@", "\t", "\r")
AT_ONCE = 500


def lines(kind: Subject, rows: QuerySet[Any]) -> Iterator[str]:
    """The file, line by line. References are codes; collections are counted, not spelled out."""
    yield _line(_head(kind))
    chosen = rows[:MOST_ROWS]
    for start in range(0, MOST_ROWS, AT_ONCE):
        batch = list(chosen[start : start + AT_ONCE])
        values = [read(kind, row) for row in batch]
        scalars = [{a.code: v[a.code] for a in kind.attributes} for v in values]
        words = Words(kind).learn(*scalars)
        for row, held in zip(batch, values, strict=True):
            yield _line(_cells(kind, words, row, held))
        if len(batch) < AT_ONCE:
            return


def _head(kind: Subject) -> list[str]:
    own = [a.code for a in kind.attributes]
    counts = [f"{c.code}_count" for c in kind.collections]
    return ["golden_id", "status", "version", *own, *counts, "updated_at"]


def _cells(kind: Subject, words: Words, row: Any, values: dict[str, Any]) -> list[str]:
    cells = [str(row.pk), row.status, str(row.version)]
    for attribute in kind.attributes:
        value = values[attribute.code]
        found = words.named(attribute, value) if attribute.kind is Kind.REFERENCE else None
        cells.append(found.code if found else value)
    cells += [str(len(values[c.code])) for c in kind.collections]
    return [*cells, row.updated_at.isoformat(timespec="seconds")]


def neutral(text: str) -> str:
    """Text that a spreadsheet shows and does not calculate; numbers stay numbers."""
    if text.startswith(RISKY) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    return text.lstrip("+-").replace(".", "", 1).isdigit() and not text.startswith("+")


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([neutral(cell) for cell in cells])
    return out.getvalue()
