"""Tax codes in S/4HANA: customising without a released API, so a task for a person.

Where the customer has published a view of them (option `tax_code_path`), it tells when it is done.
"""

from typing import Any
from urllib.parse import quote

from publishing.connectors.base import CanonicalRecord, Error, Operation, Outcome, Stop
from publishing.connectors.conversation import Conversation
from publishing.connectors.s4hana.odata import literal, rows

CODE_LENGTH = 2


def look(payload: CanonicalRecord, talk: Conversation) -> tuple[Outcome, Operation]:
    """Unchanged when it is there (or gone, if it should be); else a sentence for a person."""
    code = str(payload.get("code", ""))
    ended = payload.get("status") in ("retired", "merged")
    has_view = bool(talk.context.option("tax_code_path"))
    is_there = find(talk, code) is not None if has_view else False
    if has_view and is_there is not ended:
        return Outcome.OK_UNCHANGED, Operation.NONE
    raise Stop(Outcome.MANUAL, Error("manual", task(payload), "", "code", "info"))


def find(talk: Conversation, code: str) -> dict[str, Any] | None:
    """The tax code in the customer's view; None without a view, too."""
    path = talk.context.option("tax_code_path")
    if not path:
        return None
    found = rows(talk.read(f"{path}?$filter={quote(f'TaxCode eq {literal(code)}')}"))
    return next((dict(row) for row in found if row.get("TaxCode") == code), None)


def task(payload: CanonicalRecord) -> str:
    """What a person has to do, in one or two sentences."""
    code, country = payload.get("code", ""), payload.get("country", "")
    procedure = payload.get("procedure")
    where = f" in procedure {procedure}" if procedure else ""
    if payload.get("status") in ("retired", "merged", "blocked"):
        return f"Take tax code {code} of {country} out of use in S/4HANA{where} (transaction FTXP)."
    rates = ", ".join(
        f"{rate.get('rate_percent')} % from {rate.get('valid_from')}"
        for rate in payload.get("rates", ())
    )
    words = f"Maintain tax code {code} of {country} in S/4HANA{where} (transaction FTXP)"
    words += f": {rates}." if rates else "."
    if len(str(code)) > CODE_LENGTH:
        words += (
            f" S/4HANA's codes have {CODE_LENGTH} characters: choose one and note it as its key."
        )
    return words
