"""What an answer means, as far as all targets agree; each connector reads its own words first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from publishing.connectors.base import Error, Outcome, Trace

PASSING = frozenset({302, 303, 307, 408, 421, 423, 425, 429})  # no redirect is followed
NOT_HERE = frozenset({300, 301, 304, 305, 308, 404, 410})
BUSINESS = frozenset({400, 409, 422})
MAX_MESSAGE = 2000


def by_status(status: int) -> Outcome:
    """The outcome a status alone stands for."""
    if 200 <= status < 300:
        return Outcome.ACCEPTED_ASYNC if status == 202 else Outcome.OK
    if status in NOT_HERE:
        return Outcome.CONFIGURATION
    if status in PASSING or status >= 500:
        return Outcome.TRANSIENT
    if status in (401, 403):
        return Outcome.AUTH
    if status == 412:
        return Outcome.CONFLICT
    return Outcome.BUSINESS_REJECT if status in BUSINESS else Outcome.DEFECT


def as_json(body: Any) -> Any:
    """A body as the object it holds; text that is no JSON stays text."""
    if not isinstance(body, str):
        return body
    try:
        return json.loads(body) if body.lstrip()[:1] in ("{", "[") else body
    except (ValueError, RecursionError):
        return body


def header(headers: Mapping[str, str], name: str) -> str:
    """A header whatever the case of its name."""
    return next((value for key, value in headers.items() if key.lower() == name.lower()), "")


def error(
    status: int, message: Any, *, code: Any = "", about: Any = "", severity: str = "error"
) -> Error:
    """One complaint, within the lengths of the contract."""
    words = " ".join(str(message or "").split())[:MAX_MESSAGE]
    return Error(
        str(code or status)[:80], words or f"HTTP {status}", str(about or "")[:200], "", severity
    )


def placed(errors: Sequence[Error], trace: Sequence[Trace]) -> tuple[Error, ...]:
    """The complaints with the attribute of ours each is about, as far as it can be told."""
    return tuple(each if each.canonical_path else _placed(each, trace) for each in errors)


def _placed(complaint: Error, trace: Sequence[Trace]) -> Error:
    origin = _origin(complaint, trace)
    if origin is None:
        return complaint
    theirs = str(origin.value) if origin.codes else ""
    return replace(
        complaint,
        canonical_path=origin.canonical_path,
        codes=origin.codes,
        ours=origin.ours,
        theirs=theirs,
    )


def _origin(complaint: Error, trace: Sequence[Trace]) -> Trace | None:
    """By the field it names; else by the longest field name that its words contain."""
    name = _words(complaint.field)
    for each in trace:
        if name and _words(each.target_path) == name:
            return each
    for each in trace:
        if name and _words(each.target_path).endswith(f" {name}"):
            return each
    return _named_in(complaint.message, trace)


def _named_in(message: str, trace: Sequence[Trace]) -> Trace | None:
    """The attribute whose field, or whose value, has the longest name that the words contain."""
    said, best = f" {_words(message)} ", 3
    found: Trace | None = None
    for each in trace:
        names = [each.target_path, *each.target_path.split(".")]
        if isinstance(each.value, str):
            names.append(each.value)
        for name in map(_words, names):
            if len(name) > best and f" {name} " in said:
                found, best = each, len(name)
    return found


def _words(name: str) -> str:
    """A field's name as the words it is made of, lower-case."""
    spaced = "".join(
        f" {c}" if c.isupper() and i and name[i - 1].islower() else c for i, c in enumerate(name)
    )
    return " ".join("".join(c if c.isalnum() else " " for c in spaced).lower().split())
