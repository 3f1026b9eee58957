"""Tax codes for Coupa: one CSV file into its Incoming folder, and the row its list then shows."""

import csv
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from publishing.connectors.base import (
    CanonicalRecord,
    Context,
    Error,
    Exchange,
    Operation,
    Outcome,
    Part,
    Stop,
)
from publishing.connectors.compare import differences, flat
from publishing.connectors.conversation import Conversation
from publishing.connectors.coupa.shapes import COLUMNS, percent
from publishing.connectors.mapping import Piece, dig
from publishing.connectors.transforms import digest

FOLDER = "Incoming/TaxCodes"


def content(piece: Piece) -> str:
    """The file: a heading and one row. The same record always gives the same bytes."""
    values = flat(piece)
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerow([values.get(column, "") for column in COLUMNS])
    return written.getvalue()


def name(piece: Piece, payload: CanonicalRecord) -> str:
    """A file name that tells the record and its content, so that a repetition changes nothing."""
    values = flat(piece)
    slug = re.sub(r"[^A-Za-z0-9]+", "-", str(values.get("Code", ""))).strip("-")[:40]
    mark = sha256(content(piece).encode()).hexdigest()[:10]
    return f"tax-code-{slug}-v{payload.get('version', 0)}-{mark}.csv"


def row(remote: Mapping[str, Any]) -> dict[str, Any]:
    """What Coupa's list has of a tax code, under the file's column names."""
    rate = remote.get("percentage")
    rate = dig(remote, "tax-rate.percentage") if rate is None else rate
    return {
        "Code": remote.get("code"),
        "Country Code": dig(remote, "country.code"),
        "Tax Rate Percentage": "" if rate is None else percent(rate),
        "Description": remote.get("description"),
        "Active": "No" if remote.get("active") is False else "Yes",
    }


def normalised(remote: Mapping[str, Any]) -> dict[str, Any]:
    """A row in our words. What it says of the rate is true of today only."""
    there = row(remote)
    found = {
        "code": str(there["Code"] or "").removeprefix(f"{there['Country Code']}-"),
        "country": there["Country Code"],
        "name": there["Description"],
        "status": "active" if there["Active"] == "Yes" else "retired",
        "rates": [{"rate_percent": there["Tax Rate Percentage"]}],
    }
    return {name: value for name, value in found.items() if value}


def write(
    payload: CanonicalRecord, piece: Piece, talk: Conversation, remote: Mapping[str, Any] | None
) -> tuple[Outcome, Operation]:
    """Send the file, unless the list shows the row already; what is sent is only accepted."""
    there = row(remote) if remote else {}
    if there and there["Country Code"] != piece.values["Country Code"]:
        words = (
            f"Coupa has {piece.values['Code']} for {there['Country Code']}. Set the option "
            "tax_code_form to country-code to tell the two apart."
        )
        raise Stop(Outcome.BUSINESS_REJECT, Error("key_taken", words, "Code", "code"))
    if remote and not differences(piece, there):
        talk.learn(Part("tax_code", str(remote.get("id", "")), landed_hash=digest(flat(piece))))
        return Outcome.OK_UNCHANGED, Operation.NONE
    ended = payload.get("status") in ("retired", "merged")
    if ended and not remote:
        return Outcome.OK_UNCHANGED, Operation.NONE
    text, file_name = content(piece), name(piece, payload)
    if talk.context.option("file_drop"):
        talk.exchanges.append(drop(talk.context, file_name, text))
    else:
        talk.write("PUT", f"/files/{FOLDER}/{file_name}", text.encode())
    if ended:
        return Outcome.ACCEPTED_ASYNC, Operation.DEACTIVATE
    return Outcome.ACCEPTED_ASYNC, Operation.UPDATE if remote else Operation.CREATE


def drop(context: Context, file_name: str, text: str) -> Exchange:
    """Write the file below the operator's folder, whole or not at all."""
    if not context.file_root:
        words = "The operator has named no folder for files, so this target cannot write there."
        raise Stop(Outcome.CONFIGURATION, Error("file_root", words))
    root = Path(context.file_root).resolve()
    folder = (root / context.option("file_drop") / FOLDER).resolve()
    if not folder.is_relative_to(root):
        words = "The option file_drop leads out of the operator's folder."
        raise Stop(Outcome.CONFIGURATION, Error("file_drop", words))
    started = datetime.now(UTC)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        half = folder / f".{file_name}.part"
        half.write_text(text, encoding="utf-8", newline="")
        half.replace(folder / file_name)
    except OSError as error:
        words = f"The file cannot be written: {error.strerror}."
        raise Stop(Outcome.TRANSIENT, Error("file", words)) from error
    spent = (datetime.now(UTC) - started).total_seconds()
    path = f"{context.option('file_drop')}/{FOLDER}/{file_name}"
    return Exchange("FILE", path, {}, text, 201, {}, "", started, spent)
