"""A record's history as a file: a line per changed value as CSV, or pages to print as PDF.

Sealed values stay masked. The PDF's font has the letters of Latin scripts; others are written in
Latin ones there, and as they are in the CSV.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from anyascii import anyascii

from mdm.domains.spec import Subject
from mdm.history import Version
from mdm.queries import differences, steps
from mdm.queries import words as say
from mdm.queries.export import neutral
from mdm.queries.words import Words
from mdm.steps import Step

MOST_VERSIONS = 1000
MARK = "\ufeff"  # so that spreadsheets read UTF-8
HEAD = (
    "version",
    "recorded_at",
    "effective_from",
    "status",
    "person",
    "approved_by",
    "change",
    "reason",
    "path",
    "label",
    "before",
    "after",
)


@dataclass(frozen=True, slots=True)
class Told:
    """One version with its changes in words."""

    version: Version
    who: str
    approved_by: str
    rows: list[differences.Row]
    title: str = ""  # of a step that made no version


def told(kind: Subject, versions: Sequence[Version]) -> list[Told]:
    """The newest versions in words; names cost one query per list, domain and for people."""
    shown = versions[:MOST_VERSIONS]
    words = Words(kind).learn_patches(*(v.patch for v in shown), *(v.before for v in shown))
    people = say.people({n for v in shown for n in (v.person, *v.approved_by)})
    others = steps.names(kind, (v for v in shown if isinstance(v, Step)))
    return [
        Told(
            version,
            people.get(version.person, version.person),
            say.listing([people.get(n, n) for n in version.approved_by]),
            steps.rows(kind, version)
            if isinstance(version, Step)
            else differences.rows(kind, version.patch, version.before, words),
            steps.title(kind, version, others) if isinstance(version, Step) else "",
        )
        for version in shown
    ]


def as_csv(history: Iterable[Told]) -> bytes:
    """One line per changed value; a version that changed none has one line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEAD)
    for one in history:
        writer.writerows([neutral(cell) for cell in line] for line in _lines(one))
    return (MARK + out.getvalue()).encode()


def _lines(one: Told) -> Iterator[list[str]]:
    version = one.version
    first = [
        str(version.number),
        version.at.isoformat(timespec="seconds"),
        str(version.effective_from or ""),
        version.status,
        version.person,
        ", ".join(version.approved_by),
        version.change,
        version.reason,
    ]
    for row in one.rows:
        yield [*first, row.path, row.label, row.old, row.new]
    if not one.rows:
        yield [*first, "", one.title, "", ""]


def as_pdf(title: str, under: str, history: Sequence[Told]) -> bytes:
    """The history as pages of A4, one block per version."""
    pdf = _document(title)
    pdf.set_font("text", "B", 16)
    pdf.multi_cell(0, 8, _fit(pdf, title), new_x="LMARGIN", new_y="NEXT")
    _small(pdf, under)
    for one in history:
        _block(pdf, one)
    if len(history) == MOST_VERSIONS:
        _small(pdf, f"Older versions than the newest {MOST_VERSIONS} are left out.")
    return bytes(pdf.output())


def _document(title: str) -> Any:
    # Imported when needed: the library with its fonts costs half a second, and few export.
    from fpdf import FPDF

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-14)
            self.set_font("text", "", 8)
            self.cell(0, 6, f"{self.page_no()} / {{nb}}", align="R")

    pdf = Paper(format="A4")
    fonts = files("font_rhd") / "files"
    pdf.add_font("text", "", str(fonts / "RedHatDisplay-Regular.ttf"))
    pdf.add_font("text", "B", str(fonts / "RedHatDisplay-Bold.ttf"))
    pdf.set_auto_page_break(auto=True, margin=18)
    pdf.set_title(title)
    pdf.set_lang("en")
    pdf.add_page()
    return pdf


def _block(pdf: Any, one: Told) -> None:
    version = one.version
    pdf.ln(3)
    pdf.set_font("text", "B", 11)
    what = one.title or f"Version {version.number}"
    head = f"{what}, {version.at:%Y-%m-%d %H:%M} UTC, {version.status}"
    pdf.multi_cell(0, 6, _fit(pdf, head), new_x="LMARGIN", new_y="NEXT")
    said = [f"By {one.who}"]
    said += [f"approved by {one.approved_by}"] if one.approved_by else []
    said += [version.change] if version.change else []
    if version.effective_from and version.effective_from != version.at.date():
        said.append(f"counts from {version.effective_from}")
    _small(pdf, "; ".join(said) + ".")
    if version.reason:
        _small(pdf, f"“{version.reason}”")
    if one.rows:
        _table(pdf, one.rows)


def _table(pdf: Any, rows: Sequence[differences.Row]) -> None:
    pdf.set_font("text", "", 9)
    with pdf.table(col_widths=(26, 37, 37), text_align="LEFT", line_height=5) as table:
        for cells in (("What", "Before", "After"), *((r.label, r.old, r.new) for r in rows)):
            row = table.row()
            for cell in cells:
                row.cell(_fit(pdf, cell))


def _small(pdf: Any, text: str) -> None:
    pdf.set_font("text", "", 9)
    pdf.multi_cell(0, 5, _fit(pdf, text), new_x="LMARGIN", new_y="NEXT")


def _fit(pdf: Any, text: str) -> str:
    """The text in letters that the font has; a character it has not in Latin ones."""
    known = pdf.fonts["text"].cmap
    return "".join(c if ord(c) in known or c == "\n" else anyascii(c) for c in text)
