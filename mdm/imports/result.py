"""The files that come back: what became of each row, and the refused rows to be mended."""

import csv
import io
from collections.abc import Iterable, Sequence
from uuid import UUID

from mdm.domains.spec import Domain
from mdm.imports.check import Checked
from mdm.imports.table import Table
from mdm.intake import Outcome, Planned

HEADER = ("row", "key", "name", "outcome", "golden_id", "code", "explanation")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
AT_ONCE = 500


def neutral(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula; reading it back takes the apostrophe off."""
    return f"'{cell}" if cell.startswith(DANGEROUS) or cell[:1] == "'" else cell


def written(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV, UTF-8 with its mark, which every spreadsheet understands."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([neutral(str(cell)) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def result(domain: Domain, checked: Checked, planned: Sequence[Planned]) -> bytes:
    """What became of each row, in the order of the file."""
    codes = _codes(domain, [one.golden_id for one in planned if one.golden_id])
    by_row = {one.message.row_number: one for one in planned}
    rows: list[Sequence[object]] = [HEADER]
    for row in checked.rows:
        one = by_row.get(row.number)
        if one is None or row.is_refused:
            said = " ".join(str(p) for p in row.problems)
            name = row.values.get(domain.name, "")
            rows.append((row.number, row.key, name, Outcome.REFUSED.value, "", "", said))
            continue
        golden_id = one.golden_id if one.outcome is not Outcome.DUPLICATE else None
        said = " ".join([one.sentence, *(str(p) for p in row.problems)])
        rows.append(
            (
                row.number,
                row.key,
                one.name,
                str(one.outcome),
                golden_id or "",
                codes.get(golden_id, "") if golden_id else "",
                said,
            )
        )
    return written(rows)


def _codes(domain: Domain, ids: Sequence[UUID]) -> dict[UUID, str]:
    codes: dict[UUID, str] = {}
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        codes |= dict(domain.model.objects.filter(pk__in=batch).values_list("pk", "code"))
    return codes


def with_codes(domain: Domain, content: bytes) -> bytes:
    """The result with the codes that its records have been given since."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    wanted = [UUID(row[4]) for row in rows[1:] if row[4] and not row[5]]
    codes = _codes(domain, wanted)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        if row[4] and not row[5] and row is not rows[0]:
            row[5] = neutral(codes.get(UUID(row[4]), ""))
        writer.writerow(row)
    return out.getvalue().encode("utf-8-sig")


def refused(table: Table, checked: Checked) -> bytes:
    """The refused rows in their own columns, each with its reason: to be mended and sent again."""
    cells = {row.number: row.cells for row in table.rows}
    rows: list[Sequence[object]] = [(*table.headers, "reason")]
    for row in checked.refused:
        reason = " ".join(str(p) for p in row.problems if p.level == "error")
        rows.append((*cells[row.number], reason))
    return written(rows)
