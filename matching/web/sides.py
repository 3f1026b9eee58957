"""The two sides of a pair, whatever each is: a golden record, a proposed one, a waiting source."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from matching.models import Candidate, OwnerKind
from mdm import intake, links, vault
from mdm.domains import get_domain
from mdm.domains import patch as patches
from mdm.domains.spec import Domain, Values
from mdm.domains.values import read
from mdm.models import Change, ChangePart, Key, SourceRecord


@dataclass(frozen=True, slots=True)
class Side:
    """One of two things that may be the same. `values` are plain and never leave unmasked."""

    owner: UUID
    kind: OwnerKind
    letter: str
    name: str
    what: str  # "golden record", "ERP", "proposed by CR-1042"
    code: str
    url: str
    values: Values
    keys: int = 0
    since: Any = None

    @property
    def is_record(self) -> bool:
        """Whether it is a golden record already."""
        return self.kind is OwnerKind.RECORD


def sides_of(candidate: Candidate) -> tuple[Side, Side] | None:
    """Both sides, the left one as A; None when one of them is no longer there."""
    domain = get_domain(candidate.domain)
    left = side(domain, candidate.left, OwnerKind(candidate.left_kind), "A")
    right = side(domain, candidate.right, OwnerKind(candidate.right_kind), "B")
    return (left, right) if left is not None and right is not None else None


def side(domain: Domain, owner: UUID, kind: OwnerKind, letter: str) -> Side | None:
    """One side as it is now; a proposed record that has come to be is a record."""
    row = domain.model.objects.filter(pk=owner).first()
    if row is not None:
        return of_record(domain, row, letter)
    if kind is OwnerKind.SOURCE:
        return _of_source(owner, letter)
    return _of_part(domain, owner, letter)


def of_record(domain: Domain, row: Any, letter: str) -> Side:
    """A golden record as a side."""
    return Side(
        owner=row.pk,
        kind=OwnerKind.RECORD,
        letter=letter,
        name=getattr(row, domain.name),
        what="golden record",
        code=row.code,
        url=links.record(domain, row.pk),
        values=vault.open_values(domain, read(domain, row)),
        keys=Key.objects.filter(golden_id=row.pk).count(),
        since=row.created_at,
    )


def _of_source(owner: UUID, letter: str) -> Side | None:
    source = SourceRecord.objects.filter(pk=owner).select_related("system").first()
    revision = source.revisions.order_by("-number").first() if source else None
    if source is None or revision is None:
        return None
    return Side(
        owner=owner,
        kind=OwnerKind.SOURCE,
        letter=letter,
        name=source.name or source.key,
        what=source.system.name,
        code=source.key,
        url=links.record(get_domain(source.domain), source.golden_id) if source.golden_id else "",
        values=intake.plain_values(revision),
        keys=1,
        since=revision.received_at,
    )


def _of_part(domain: Domain, owner: UUID, letter: str) -> Side | None:
    part = (
        ChangePart.objects.filter(golden_id=owner, change__state__in=Change.OPEN)
        .select_related("change")
        .order_by("-id")
        .first()
    )
    if part is None:
        return None
    blank = patches.blank(domain) | {"status": "", "extensions": {}}
    return Side(
        owner=owner,
        kind=OwnerKind.PART,
        letter=letter,
        name=part.label,
        what="proposed by",
        code=part.change.number,
        url=links.change(part.change.number),
        values=patches.apply(blank, vault.open_patch(part.patch)),
        since=part.change.submitted_at or part.change.created_at,
    )
