"""The columns of a file: what each probably means, and what a person says it means."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from mdm import vault
from mdm.domains import get_domain
from mdm.domains.spec import Domain
from mdm.errors import MdmError
from mdm.imports import run as running
from mdm.imports import targets
from mdm.imports.map import ColumnMap, Suggestion, Unmapped
from mdm.imports.rows import secret_columns
from mdm.models import ImportRun
from mdm.standardise import bank_accounts

LEFT_OUT, UNKNOWN = "-", "?"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file, with what it probably means."""

    name: str
    field: str
    chosen: str
    written: str
    reason: str
    is_sure: bool
    samples: Sequence[str]
    is_wrong: bool = False


def mapping(
    run: ImportRun, *, said: Mapping[str, tuple[str, str]] | None = None, refused: Any = None
) -> dict[str, Any]:
    """Every column with sample values and what it probably means."""
    domain = get_domain(run.domain)
    unmapped = set(refused.headers) if isinstance(refused, Unmapped) else set()
    columns = [
        _column(domain, number, one, run.columns, (said or {}).get(one.header), unmapped)
        for number, one in enumerate(running.suggestions(run))
    ]
    return {
        "columns": columns,
        "groups": _groups(domain, [column.chosen for column in columns]),
        "refused": str(refused or ""),
        "open": sum(1 for column in columns if column.chosen == UNKNOWN),
        "left_out": [column.name for column in columns if column.chosen == LEFT_OUT],
    }


def _column(
    domain: Domain,
    number: int,
    one: Suggestion,
    known: Mapping[str, str],
    said: tuple[str, str] | None,
    unmapped: set[str],
) -> Column:
    chosen, written = said or ("", "")
    if not said:
        is_known = one.header in known or one.confidence >= 1
        meant = known.get(one.header, one.target)
        chosen = meant or (LEFT_OUT if is_known else UNKNOWN)
    return Column(
        one.header,
        f"c{number}",
        chosen,
        written,
        one.reason,
        one.confidence >= 0.9,
        [_fit_to_show(domain, one.header, chosen, sample) for sample in one.samples],
        one.header in unmapped,
    )


def _fit_to_show(domain: Domain, header: str, chosen: str, sample: str) -> str:
    """A sample value; masked where the column means something secret, or looks like it."""
    meant = "" if chosen in (LEFT_OUT, UNKNOWN) else chosen
    with suppress(MdmError):
        columns = ColumnMap({header: targets.parse(domain, meant)})
        if header in secret_columns(domain, columns) or bank_accounts.iban(sample):
            return vault.mask(sample)
    return sample


def _groups(domain: Domain, chosen: Sequence[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a column may mean, by group; what is chosen already is always among it."""
    groups: dict[str, list[tuple[str, str]]] = {}
    offered = set()
    for option in targets.options(domain):
        groups.setdefault(option.group, []).append((option.target, option.label))
        offered.add(option.target)
    for target in chosen:
        if target not in offered and target not in (LEFT_OUT, UNKNOWN, ""):
            groups.setdefault("Others", []).append((target, _label(domain, target)))
            offered.add(target)
    return list(groups.items())


def _label(domain: Domain, target: str) -> str:
    try:
        return targets.label(domain, target)
    except MdmError:
        return target


def said_of_columns(
    run: ImportRun, form: QueryDict
) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """What was said of each column: its meaning, "" for left out; and as it was entered."""
    said: dict[str, str] = {}
    entered: dict[str, tuple[str, str]] = {}
    for number, header in enumerate(run.preview.get("headers", ())):
        chosen = form.get(f"c{number}", UNKNOWN)[:200]
        written = form.get(f"w{number}", "").strip()[:200]
        entered[header] = (chosen, written)
        if written:
            said[header] = written
        elif chosen != UNKNOWN:
            said[header] = "" if chosen == LEFT_OUT else chosen
    return said, entered
