"""Which column means what: suggested from headers and contents, remembered per system, checked.

headers ─┬─ remembered from the last file of this system
         ├─ known names (SAP, Coupa, what people write), labels, near spellings
         └─ what the cells look like (IBAN, e-mail, VAT number …)
                ↓ a person confirms
         Mapping: every column has a target or is left out on purpose
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from rapidfuzz import fuzz

from mdm.domains.spec import Attribute, Subject
from mdm.errors import Invalid, Refused
from mdm.imports import synonyms, targets
from mdm.imports.table import Table
from mdm.imports.targets import KEY, Target
from mdm.models import ImportMapping, System
from mdm.standardise import bank_accounts, codes, contacts, dates, places, tax_ids

NEAR = 88
LOOKS_LIKE = 0.9
SAMPLE = 100
# What a column's cells may give away, by the cleaning that only such values pass.
TELLING: tuple[tuple[Callable[[str], str], str], ...] = (
    (bank_accounts.iban, "IBANs"),
    (contacts.email, "e-mail addresses"),
    (codes.lei, "Legal Entity Identifiers"),
    (places.country, "countries"),
    (contacts.website, "web addresses"),
    (dates.iso, "dates"),
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a column probably means, why, and how sure that is; no target when nobody knows."""

    header: str
    target: str
    reason: str
    confidence: float
    samples: tuple[str, ...] = ()


class Unmapped(Refused):
    """Columns that nobody has said anything about. They are not ignored silently."""

    code = "unknown_columns"

    def __init__(self, headers: Sequence[str]) -> None:
        self.headers = tuple(headers)
        super().__init__(
            f"Nothing is known about the column {', '.join(f'“{h}”' for h in headers)}. "
            "Say what it means, or leave it out on purpose."
        )


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Every column of a file with what it means; those without targets are left out on purpose."""

    columns: dict[str, tuple[Target, ...]]

    def by_target(self) -> dict[str, str]:
        """Target, as it is written, to its column."""
        return {str(t): header for header, meant in self.columns.items() for t in meant}

    def written(self) -> dict[str, str]:
        """The form that is remembered: header -> targets."""
        return {header: " ".join(str(t) for t in meant) for header, meant in self.columns.items()}


def suggest(
    subject: Subject, table: Table, remembered: Mapping[str, str] | None = None
) -> list[Suggestion]:
    """For each column of a file its most likely meaning; no target is given twice."""
    known = remembered or {}
    offers = [
        (offer, position)
        for position, header in enumerate(table.headers)
        for offer in _offers(subject, table, header, known)
    ]
    chosen: dict[str, Suggestion] = {}
    taken: set[str] = set()
    for offer, _ in sorted(offers, key=lambda o: (-o[0].confidence, o[1])):
        words = set(offer.target.split())
        if offer.header in chosen or words & taken:
            continue
        chosen[offer.header] = offer
        taken |= words
    return [chosen.get(header, _unknown(table, header)) for header in table.headers]


def _unknown(table: Table, header: str) -> Suggestion:
    return Suggestion(header, "", "nothing is known about it", 0.0, tuple(table.sample(header)))


def _offers(
    subject: Subject, table: Table, header: str, known: Mapping[str, str]
) -> Iterator[Suggestion]:
    samples = tuple(table.sample(header))
    if header in known:
        reason = "as last time" if known[header] else "left out last time"
        yield Suggestion(header, known[header], reason, 1.0, samples)
        return
    folded = fold(header)
    for target, name, sure in _names(subject):
        if name == folded:
            yield Suggestion(header, target, "its name", sure, samples)
        elif len(folded) > 4 and (score := fuzz.ratio(name, folded)) >= NEAR:
            yield Suggestion(header, target, f"its name is like “{name}”", score / 130, samples)
    if not any(name == folded for _, name, _ in _names(subject)):
        yield from _by_contents(subject, table, header, samples)


def _names(subject: Subject) -> Iterator[tuple[str, str, float]]:
    """Every name by which a column may be called: target, folded name, how sure it makes."""
    key = synonyms.KEY_TARGETS.get(subject.code, KEY)
    for name in synonyms.KEY_NAMES.get(subject.code, "").split():
        yield key, name, 0.98
    for target, names in synonyms.NAMES.get(subject.code, {}).items():
        for rank, name in enumerate(names.split()):
            yield target, name, 0.95 - rank / 1000
    for attribute in subject.attributes:
        yield attribute.code, fold(attribute.code), 0.94
        yield attribute.code, fold(attribute.label), 0.93
    for option in targets.options(subject):
        if "[" in option.target:
            yield option.target, fold(option.target), 0.94
            yield option.target, fold(option.label), 0.92
    for name in synonyms.KEY_NAMES[""].split():
        yield key, name, 0.90


def fold(name: str) -> str:
    """A name as it is compared: small letters and digits, no accents."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    return re.sub(r"[^a-z0-9]", "", plain)


def _by_contents(
    subject: Subject, table: Table, header: str, samples: tuple[str, ...]
) -> Iterator[Suggestion]:
    values = table.sample(header, SAMPLE)
    if len(values) < 2:
        return
    if _share(values, _is_vat) >= LOOKS_LIKE and _known(subject, "tax_ids[vat].number"):
        yield Suggestion(
            header, "tax_ids[vat].number", "its cells look like VAT numbers", 0.6, samples
        )
    for clean, what in TELLING:
        fitting = [o.target for o in targets.options(subject) if _cleans(subject, o, clean)]
        if fitting and _share(values, partial(_passes, clean)) >= LOOKS_LIKE:
            target = fitting[0] if clean is not dates.iso or len(fitting) == 1 else ""
            yield Suggestion(header, target, f"its cells look like {what}", 0.5, samples)
            return


def _cleans(subject: Subject, option: targets.Option, clean: Callable[[str], str]) -> bool:
    if " " in option.target:
        return False
    what = targets.declared(subject, targets.parse(subject, option.target)[0])
    return isinstance(what, Attribute) and what.clean is clean


def _known(subject: Subject, written: str) -> bool:
    try:
        return bool(targets.parse(subject, written))
    except Invalid:
        return False


def _share(values: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, values)) / len(values)


def _passes(clean: Callable[[str], str], value: str) -> bool:
    try:
        return bool(clean(value))
    except Invalid:
        return False


def _is_vat(value: str) -> bool:
    number = codes.letters_and_digits(value)
    return (
        bool(re.fullmatch(r"[A-Z]{2}[A-Z0-9]{7,13}", number))
        and not _passes(bank_accounts.iban, value)
        and tax_ids.problem("vat", number[:2], number) == ""
    )


def complete(subject: Subject, headers: Sequence[str], columns: Mapping[str, str]) -> ColumnMap:
    """The meaning of every column, checked as a whole. Raises `Unmapped`, `Invalid`, `Refused`."""
    missing = [header for header in columns if header not in headers]
    if missing:
        raise Refused(
            f"The file has no column {', '.join(f'“{h}”' for h in missing)}. "
            f"It has: {', '.join(headers)}."
        )
    unknown = [header for header in headers if header not in columns]
    if unknown:
        raise Unmapped(unknown)
    meant = {header: targets.parse(subject, columns[header]) for header in headers}
    _refuse_twice(meant)
    named = {str(target) for many in meant.values() for target in many}
    for target, words in ((KEY, "the system's own key of each row"), (subject.name, "its name")):
        if target not in named:
            raise Refused(
                f"No column is mapped to {target}: {words}. Choose the column that has it."
            )
    return ColumnMap(meant)


def _refuse_twice(meant: Mapping[str, Sequence[Target]]) -> None:
    at: dict[str, list[str]] = {}
    for header, many in meant.items():
        for target in many:
            at.setdefault(str(target), []).append(header)
    for written, headers in at.items():
        if len(headers) > 1:
            raise Refused(
                f"{written} is given to {len(headers)} columns ({', '.join(headers)}). Keep one."
            )


def remembered(system: System, domain: str) -> dict[str, str]:
    """What was said of this system's columns the last time."""
    row = ImportMapping.objects.filter(system=system, domain=domain).first()
    return dict(row.columns) if row else {}


def remember(system: System, domain: str, columns: Mapping[str, str]) -> None:
    """Keep what was said of these columns, beside what is known of others."""
    row, _ = ImportMapping.objects.get_or_create(system=system, domain=domain)
    row.columns = {**row.columns, **columns}
    row.save()
