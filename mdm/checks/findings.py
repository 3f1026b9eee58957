"""What a check says, and what it may ask: the values a part leads to, and other records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from mdm import seams, vault
from mdm.clocks import STATUS_AFTER
from mdm.domains import patch as patches
from mdm.domains.golden import LIVE, Status
from mdm.domains.spec import Subject, Values
from mdm.domains.values import read
from mdm.models import Change, ChangePart, CheckResult

PASS, WARN, FAIL = CheckResult.Outcome.PASS, CheckResult.Outcome.WARN, CheckResult.Outcome.FAIL


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence of a check about a change, a part of it, or one value."""

    outcome: str
    code: str
    sentence: str
    path: str = ""
    part: ChangePart | None = None
    link: str = ""


@dataclass
class Proposal:
    """A part with the plain values before it and after it."""

    part: ChangePart
    kind: Subject
    before: Values
    after: Values

    @property
    def is_new(self) -> bool:
        """Whether the subject does not exist yet."""
        return self.part.action == ChangePart.Action.CREATE


def proposals(parts: Sequence[ChangePart]) -> list[Proposal]:
    """Each part with what the record holds now and what it would hold, in plain values."""
    rows = _rows(parts)
    result = []
    joined: dict[UUID, Values] = {}  # what earlier merges of the same change come to
    for part in parts:
        kind = seams.subject(part.subject)
        row = rows.get(part.golden_id)
        before = vault.open_values(kind, read(kind, row)) if row else _nothing(kind, part.golden_id)
        before = joined.get(part.golden_id, before)
        patch = vault.open_patch(part.patch)
        after = patches.apply(before, patch)
        after["status"] = status_after(part, before["status"], patch)
        if part.action == ChangePart.Action.MERGE:
            joined[part.golden_id] = after
        result.append(Proposal(part, kind, before, after))
    return result


def status_after(part: ChangePart, before: str, patch: patches.Patch) -> str:
    """What the record is after the part; only an unmerge says so in its patch."""
    if part.action == ChangePart.Action.UNMERGE:
        return str(patch.get("status", before))
    return str(STATUS_AFTER.get(ChangePart.Action(part.action), before))


def _nothing(kind: Subject, golden_id: UUID) -> Values:
    return patches.blank(kind) | {"status": "", "golden_id": str(golden_id), "extensions": {}}


def _rows(parts: Sequence[ChangePart]) -> dict[UUID, Any]:
    wanted: dict[str, list[UUID]] = {}
    for part in parts:
        if part.action != ChangePart.Action.CREATE:
            wanted.setdefault(part.subject, []).append(part.golden_id)
    rows: dict[UUID, Any] = {}
    for code, ids in wanted.items():
        for start in range(0, len(ids), 500):
            rows |= seams.subject(code).model.objects.in_bulk(ids[start : start + 500])
    return rows


@dataclass
class Inspection:
    """A change under check: its proposals, and a lookup that sees them as if they were applied."""

    change: Change
    proposals: list[Proposal]
    _seen: dict[tuple[str, str], Values | None] = field(default_factory=dict)

    @cached_property
    def proposed(self) -> dict[tuple[str, str], Values]:
        """What the change itself would make of each record it touches; of a loser, its survivor."""
        found = {(p.kind.code, str(p.part.golden_id)): p.after for p in self.proposals}
        return found | {
            (p.kind.code, str(p.part.other_id)): found[p.kind.code, str(p.part.golden_id)]
            for p in self.proposals
            if p.part.action == ChangePart.Action.MERGE
        }

    @cached_property
    def lists(self) -> dict[str, dict[str, Mapping[str, str]]]:
        """Reference lists read so far: list -> code -> row."""
        return {}

    def values(self, domain: str, golden_id: str) -> Values | None:
        """The values of another record, following a merge to its survivor."""
        if found := self.proposed.get((domain, golden_id)):
            return found
        if (domain, golden_id) not in self._seen:
            kind = seams.subject(domain)
            row = kind.model.objects.filter(pk=golden_id).first() if _is_uuid(golden_id) else None
            if row is not None and row.status == Status.MERGED:
                row = kind.model.objects.filter(pk=row.merged_into).first()
            self._seen[domain, golden_id] = read(kind, row) if row is not None else None
        return self._seen[domain, golden_id]

    def users(self, domain: str, attribute: str, golden_id: str) -> list[str]:
        """Codes of live records that point at this one, after the change."""
        pointing = {f"{attribute}_id": golden_id, "status__in": LIVE}
        rows = seams.subject(domain).model.objects.filter(**pointing)
        leaving = {
            key[1]
            for key, after in self.proposed.items()
            if key[0] == domain and after["status"] not in LIVE
        }
        found = rows.exclude(pk__in=leaving).order_by("code").values_list("code", flat=True)
        return list(found[:20])

    def pointing(self, domain: str, attribute: str, golden_id: str) -> list[Values]:
        """The live records that point at this one, as the change would leave them."""
        kind = seams.subject(domain)
        rows = kind.model.objects.filter(**{f"{attribute}_id": golden_id, "status__in": LIVE})
        held = {str(row.pk): read(kind, row) for row in rows}
        mine = {key[1]: after for key, after in self.proposed.items() if key[0] == domain}
        found = held | mine
        return [values for values in found.values() if values[attribute] == golden_id]

    def listed(self, subject: str, code: str) -> Mapping[str, str] | None:
        """A live row of a reference list."""
        if subject not in self.lists:
            kind = seams.subject(subject)
            stored = kind.model.objects.filter(status__in=LIVE)
            rows = {row.code: {"code": row.code, "name": row.name} for row in stored}
            mine = (after for (code, _), after in self.proposed.items() if code == subject)
            self.lists[subject] = rows | {a["code"]: a for a in mine if a["status"] in LIVE}
        return self.lists[subject].get(code)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def shown(values: Iterable[str], most: int = 5) -> str:
    """A few of many, and a word for the rest."""
    known = list(values)
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(known[:most]) + more
