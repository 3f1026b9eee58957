"""S/4HANA's complaints: SAP Gateway's V2 form, OData V4's, and plain text."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from publishing.connectors import answers
from publishing.connectors.base import Error, Outcome

LOCKED = re.compile(
    r"currently being processed by|is being processed by|locked by|is locked|wird .* bearbeitet",
    re.IGNORECASE,
)
_EXISTS = re.compile(r"already exists|already been created", re.IGNORECASE)
_SEVERITIES = {"warning": "warning", "info": "info"}


def classify(status: int, headers: Mapping[str, str], body: Any) -> tuple[Outcome, list[Error]]:
    """By status, after SAP's own words: technical, business, locked, already there."""
    outcome = answers.by_status(status)
    if outcome in (Outcome.OK, Outcome.ACCEPTED_ASYNC):
        return outcome, []
    errors = list(_complaints(status, answers.as_json(body)))
    said = " ".join(f"{error.code} {error.message}" for error in errors)
    if "CX_MGW_TECH_EXCEPTION" in said:
        return Outcome.TRANSIENT, errors
    if outcome is Outcome.TRANSIENT and "CX_MGW_BUSI_EXCEPTION" in said:
        outcome = Outcome.BUSINESS_REJECT
    if outcome is Outcome.BUSINESS_REJECT:
        if LOCKED.search(said):
            return Outcome.TRANSIENT, errors
        if _EXISTS.search(said):
            return Outcome.DUPLICATE, errors
    return outcome, errors


def _complaints(status: int, body: Any) -> Iterator[Error]:
    """The details when there are some, else the headline."""
    top = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(top, Mapping):
        yield answers.error(status, body if isinstance(body, str) else "")
        return
    words = top.get("message")
    if isinstance(words, Mapping):
        words = words.get("value")
    inner = top.get("innererror")
    details = inner.get("errordetails") if isinstance(inner, Mapping) else top.get("details")
    seen = set()
    for each in details if isinstance(details, list) else []:
        if isinstance(each, Mapping) and each.get("message"):
            about = str(each.get("propertyref") or each.get("target") or "").rsplit("/", 1)[-1]
            severity = _SEVERITIES.get(str(each.get("severity")), "error")
            seen.add(str(each["message"]))
            yield answers.error(
                status, each["message"], code=each.get("code"), about=about, severity=severity
            )
    if str(words) not in seen:
        about = str(top.get("target") or "").rsplit("/", 1)[-1]
        yield answers.error(status, words, code=top.get("code"), about=about)
