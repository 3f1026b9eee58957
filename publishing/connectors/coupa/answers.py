"""Coupa's complaints: JSON in three forms, or XML."""

import html
import re
from collections.abc import Mapping
from typing import Any

from publishing.connectors import answers
from publishing.connectors.base import Error, Outcome

_XML_ERROR = re.compile(r"<error>(.{0,2000}?)</error>", re.DOTALL)
_TAKEN = re.compile(r"has already been taken|already exists", re.IGNORECASE)


def classify(status: int, headers: Mapping[str, str], body: Any) -> tuple[Outcome, list[Error]]:
    """By status; a 400 whose every complaint is that something is taken is a duplicate."""
    outcome = answers.by_status(status)
    if outcome in (Outcome.OK, Outcome.ACCEPTED_ASYNC):
        return outcome, []
    errors = [answers.error(status, text, about=field) for field, text in _complaints(body)]
    errors = errors or [answers.error(status, body if isinstance(body, str) else "")]
    taken = [_TAKEN.search(error.message) is not None for error in errors]
    if outcome is Outcome.BUSINESS_REJECT and all(taken):
        outcome = Outcome.DUPLICATE
    return outcome, errors


def _complaints(body: Any) -> list[tuple[str, str]]:
    """Field (where named) and words of each complaint."""
    found = answers.as_json(body)
    if isinstance(found, str):
        return [("", html.unescape(text)) for text in _XML_ERROR.findall(found)]
    errors = found.get("errors") if isinstance(found, Mapping) else None
    if isinstance(errors, list):
        return [("", str(text)) for text in errors]
    if not isinstance(errors, Mapping):
        return []
    complaints = []
    for field, texts in errors.items():
        name = "" if field == "error" else str(field)
        each = texts if isinstance(texts, list) else [texts]
        complaints += [(name, f"{name} {text}".strip()) for text in each]
    return complaints
