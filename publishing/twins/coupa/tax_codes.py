"""Tax codes: Coupa has no way to write one but a CSV file dropped into `Incoming/TaxCodes`.

Files wait in the folder until somebody looks (a later drop, a read of tax codes, the simulators'
page); then they move to `Incoming/Archive/TaxCodes` and are read in order of their names, row by
row, keyed by `Code`. What became of each row is in `Outgoing/TaxCodes` under the file's own name,
and in the log. Over HTTP the folder stands in for the SFTP server: PUT and GET below `/files/`.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from publishing.twins.coupa import reading
from publishing.twins.coupa.answers import refused, shown
from publishing.twins.customising import COUNTRIES
from publishing.twins.journal import Journal
from publishing.twins.store import Held, Store
from publishing.twins.wire import Answer, Request, text_answer

KIND = "coupa.tax_codes"
COLUMNS = ("Code", "Country Code", "Tax Rate Percentage", "Description", "Active")
REQUIRED = ("Code", "Country Code", "Tax Rate Percentage")
ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "code": (),
    "country": ("code",),
    "percentage": (),
    "active": (),
    "description": (),
    "tax-rate": ("percentage",),
}
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.csv")
EFFECTS: Mapping[str, str] = {"created": "create", "updated": "update"}
YES_NO: Mapping[str, bool] = {"yes": True, "true": True, "": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    code: str
    did: str  # created, updated, unchanged, refused
    message: str = ""


class Folder:
    """The file server of the twin."""

    def __init__(self, root: Path) -> None:
        self.incoming = root / "Incoming" / "TaxCodes"
        self.archive = root / "Incoming" / "Archive" / "TaxCodes"
        self.outgoing = root / "Outgoing" / "TaxCodes"
        for folder in (self.incoming, self.archive, self.outgoing):
            folder.mkdir(parents=True, exist_ok=True)
        self._senders: dict[str, str] = {}  # file -> id of the request that dropped it

    def drop(self, request: Request, name: str) -> Answer:
        """PUT of a file: taken, not yet read."""
        if not FILE_NAME.fullmatch(name):
            raise refused(request, 400, "The file needs a plain name that ends in .csv")
        draft = self.incoming / f".{name}.part"
        draft.write_bytes(request.body)
        draft.replace(self.incoming / name)
        self._senders[name] = request.header("x-request-id") or request.header("x-correlation-id")
        return text_answer(201, "", headers={"Location": f"{request.base}{request.path}"})

    def fetch(self, request: Request, path: str) -> Answer:
        """GET of what waits, was read, or came of it."""
        folders = {
            "Incoming/TaxCodes/": self.incoming,
            "Incoming/Archive/TaxCodes/": self.archive,
            "Outgoing/TaxCodes/": self.outgoing,
        }
        for prefix, folder in folders.items():
            name = path.removeprefix(prefix)
            if path.startswith(prefix) and FILE_NAME.fullmatch(name) and (folder / name).is_file():
                return text_answer(200, (folder / name).read_text(), kind="text/csv")
        raise refused(request, 404, "No such file")

    def has_waiting(self) -> bool:
        return any(self.incoming.glob("[!.]*.csv"))

    def read_waiting(self, store: Store, journal: Journal) -> None:
        for path in sorted(self.incoming.glob("[!.]*.csv")):
            rows = list(_read(store, path.read_bytes()))
            sender = self._senders.pop(path.name, "")
            for row in rows:
                journal.add("coupa", _line(store, path.name, row, sender))
            self._report(path.name, rows)
            path.replace(self.archive / path.name)

    def _report(self, name: str, rows: list[Row]) -> None:
        with (self.outgoing / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["Row", "Code", "Result", "Message"])
            writer.writerows([row.number, row.code, row.did, row.message] for row in rows)


def index(store: Store, request: Request) -> Answer:
    """GET /api/tax_codes: assumed, the resource is documented only as an association."""
    wanted = reading.filters(request, ATTRIBUTES)
    limit, offset = reading.page(request)
    documents = [_full(held) for held in store.every(KIND)]
    found = [document for document in documents if reading.holds(document, wanted)]
    shorter = [reading.cut(request, one, ("code",)) for one in found[offset : offset + limit]]
    return shown(request, 200, shorter, name="tax-codes")


def show(store: Store, request: Request, key: str) -> Answer:
    held = store.get(KIND, key)
    if held is None:
        raise refused(request, 404, f"Tax code {key[:20]} not found")
    return shown(request, 200, reading.cut(request, _full(held), ("code",)), name="tax-code")


def _full(held: Held) -> dict[str, object]:
    return {
        "id": int(held.key),
        "created-at": held.created,
        "updated-at": held.changed,
        **held.document,
    }


def _read(store: Store, content: bytes) -> Iterator[Row]:
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        columns = reader.fieldnames or []
        lines = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        yield Row(0, "", "refused", f"The file cannot be read: {error}")
        return
    strange = [name for name in columns if name not in COLUMNS]
    missing = [name for name in REQUIRED if name not in columns]
    if strange or missing or len(set(columns)) != len(columns):
        text = f"Unknown columns: {', '.join(map(repr, strange))}; missing: {', '.join(missing)}"
        yield Row(0, "", "refused", text)
        return
    for number, line in enumerate(lines, start=1):
        yield _take(store, number, line)


def _take(store: Store, number: int, line: dict[str, str]) -> Row:
    if None in line or None in line.values():
        return Row(number, str(line.get("Code") or ""), "refused", "Wrong number of cells")
    code = line["Code"].strip()
    if problems := list(_problems(line)):
        return Row(number, code, "refused", "; ".join(problems))
    rate = float(line["Tax Rate Percentage"])
    document = {
        "code": code,
        "country": {"code": line["Country Code"].strip()},
        "percentage": rate,
        "tax-rate": {"percentage": rate},
        "description": line.get("Description", "").strip(),
        "active": YES_NO[line.get("Active", "").strip().lower()],
    }
    held = store.first(KIND, code=code)
    if held is None:
        store.insert(KIND, str(store.next_number(f"{KIND}.id", 1)), document, code=code)
        return Row(number, code, "created")
    if held.document == document:
        return Row(number, code, "unchanged")
    store.update(held, document)
    return Row(number, code, "updated")


def _problems(line: Mapping[str, str]) -> Iterator[str]:
    code = line["Code"].strip()
    if not code:
        yield "Code can't be blank"
    if len(code) > 255:
        yield "Code is too long (maximum is 255 characters)"
    if line["Country Code"].strip() not in COUNTRIES:
        yield "Unable to find valid Country record"
    try:
        rate = Decimal(line["Tax Rate Percentage"].strip())
    except InvalidOperation:
        rate = Decimal("NaN")
    if not rate.is_finite() or not 0 <= rate <= 100:
        yield "Tax rate percentage must be a number between 0 and 100"
    if line.get("Active", "").strip().lower() not in YES_NO:
        yield "Active must be Yes or No"


def _line(store: Store, name: str, row: Row, request_id: str) -> dict[str, object]:
    """What the log says of a row."""
    held = store.first(KIND, code=row.code) if row.code else None
    return {
        "method": "CSV",
        "path": f"Incoming/TaxCodes/{name}#{row.number}",
        "status": 400 if row.did == "refused" else 200,
        "request_id": request_id,
        "correlation_id": "",
        "effect": EFFECTS.get(row.did, "none"),
        "object": "tax_codes",
        "key": held.key if held else "",
        "code": row.code,
        "body_sha256": "",
        "fault": "",
        "message": row.message,
    }
