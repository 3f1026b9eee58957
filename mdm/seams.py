"""The places where the outer packages plug in, named in settings by dotted path.

`GOVERNED` adds subjects, `CHANGE_CHECKS` adds checks, `RECORD_WRITTEN` hears of each written
record inside its transaction, `FIND_CANDIDATES` answers who looks like these values, `ECHOES` which
messages of a system say no more than it was told.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from mdm.domains import DOMAINS
from mdm.domains.reference import REFERENCE_LISTS
from mdm.domains.spec import Domain, Subject, Values
from mdm.errors import NotFound
from mdm.models.rules import SURVIVORSHIP_RULES, SYSTEM_TRUSTS
from mdm.models.source import SYSTEMS


@dataclass(frozen=True, slots=True)
class Found:
    """Something that may be the same as what was asked about.

    `owner_kind` is record, source (a waiting source record) or part (of an open change); `zone` is
    "same" or "review"; `evidence` is one mapping per compared attribute, fit to be shown.
    """

    owner_kind: str
    owner_id: str
    label: str
    probability: float
    evidence: Sequence[Mapping[str, Any]]
    zone: str


@cache
def _governed() -> dict[str, Subject]:
    return {s.code: s for s in (import_string(path) for path in settings.GOVERNED)}


def subjects() -> dict[str, Subject]:
    """Every governed kind by its code: domains, lists, systems, rules, what others add."""
    own = {s.code: s for s in (SYSTEMS, SURVIVORSHIP_RULES, SYSTEM_TRUSTS)}
    return {**DOMAINS, **REFERENCE_LISTS, **own, **_governed()}


def subject(code: str) -> Subject:
    """The governed kind of that code. Raises `NotFound`."""
    try:
        return subjects()[code]
    except KeyError:
        raise NotFound(f"There is no governed kind {code!r}.") from None


def change_checks() -> list[Callable[..., Any]]:
    """The checks that other packages add."""
    return [import_string(path) for path in settings.CHANGE_CHECKS]


def record_written(
    domain: Domain, written: Sequence[tuple[UUID, str, Values]], *, stage: str = "record"
) -> None:
    """Tell the others of what was written, inside the writing transaction.

    Each is (owner, label, plain values). `stage` says what the owner now is: record, part (proposed
    by an open change, under the golden id it will have), source (waiting), or gone.
    """
    if written:
        for path in settings.RECORD_WRITTEN:
            import_string(path)(domain, written, stage=stage)


def find_candidates(
    domain: str, values: Values, *, exclude: Iterable[str] = (), limit: int = 10
) -> list[Found]:
    """What is known already and looks like these plain values, most alike first."""
    found = find_candidates_many(domain, [("", values)], exclude=exclude, limit=limit)
    return found.get("", [])


def find_candidates_many(
    domain: str,
    items: Sequence[tuple[str, Values]],
    *,
    exclude: Iterable[str] = (),
    limit: int = 10,
    remember: bool = False,
) -> dict[str, list[Found]]:
    """The same for a file: owner id -> what it looks like, other rows of the file included.

    `remember` keeps what is found for the stewards' queue; the owner ids are then those of source
    records.
    """
    found: dict[str, list[Found]] = {}
    for path in settings.FIND_CANDIDATES:
        answers = import_string(path)(
            domain, items, exclude=frozenset(exclude), limit=limit, remember=remember
        )
        for owner, others in answers.items():
            found.setdefault(owner, []).extend(others)
    return found


def echoes(domain: Domain, system: str, said: Sequence[tuple[UUID, Values]]) -> set[UUID]:
    """Of what a system says of records, plain: the golden ids of which it only repeats us."""
    found: set[UUID] = set()
    for path in settings.ECHOES if said else ():
        found |= import_string(path)(domain, system, said)
    return found
