"""What one transaction writes together, and everything that must hold of each row it wrote."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from mdm import identifiers, outbox, seams, vault
from mdm.changes.accepting import Known
from mdm.checks.findings import Proposal, proposals
from mdm.domains.spec import Domain, Kind, Subject, Values, no_links
from mdm.domains.values import read
from mdm.models import ChangePart, Fact, NumberRange

Action = ChangePart.Action
JOINING = (Action.MERGE, Action.UNMERGE)


@dataclass
class Together:
    """The parts that one transaction writes: each sees the others as if they were written."""

    parts: Sequence[ChangePart]
    written: list[tuple[Domain, tuple[UUID, str, Values]]] = field(default_factory=list)
    given_back: dict[UUID, tuple[Fact, tuple[UUID, ...], tuple[int, ...]]] = field(
        default_factory=dict
    )  # by survivor: the merge that is taken back, the sources and keys that return

    @cached_property
    def known(self) -> Known:
        """What was accepted about their records, and the rules in force."""
        return Known(self.parts)

    def lock_links(self) -> None:
        """Let no other transaction move links of the same kinds until this one has ended.

        The first lock a transaction takes, so that nobody waits for it while holding a row. Records
        that are joined or taken apart are then locked all at once, in golden-id order.
        """
        for code in sorted({part.subject for part in self.parts if moves_links(part)}):
            NumberRange.take(f"links of {code}", 0, 0)
        joined: dict[str, set[UUID]] = {}
        for part in self.parts:
            if part.action in JOINING and part.other_id is not None:
                joined.setdefault(part.subject, set()).update((part.golden_id, part.other_id))
        for code, ids in sorted(joined.items()):
            rows = seams.subject(code).model.objects.select_for_update(no_key=True)
            list(rows.filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))

    def tell(self) -> None:
        """Tell the other packages of the records that were written, inside the transaction."""
        latest = {(domain.code, facts[0]): facts for domain, facts in self.written}
        for domain in {domain.code: domain for domain, _ in self.written}.values():
            seams.record_written(
                domain, [f for (code, _), f in latest.items() if code == domain.code]
            )

    @cached_property
    def proposals(self) -> list[Proposal]:
        """What each of them leads to."""
        return proposals(self.parts)


def moves_links(part: ChangePart) -> bool:
    """Whether an existing row may come to point elsewhere, or stop being there for others.

    A new record breaks nothing: nobody points at it but parts that were checked together with it.
    Of settings only one may be about the same, which another change may have written meanwhile.
    """
    kind = seams.subject(part.subject)
    if part.action in JOINING:
        return True
    if kind.links is no_links:
        return False
    if not kind.is_domain:
        return part.action != Action.RETIRE
    if part.action == Action.CREATE:
        return False
    pointing = {a.code for a in kind.attributes if a.kind is Kind.REFERENCE}
    return part.action == Action.RETIRE or not pointing.isdisjoint(part.patch)


def publish(
    kind: Subject, row: Any, part: ChangePart, together: Together, *, verb: str = ""
) -> None:
    """Everything that must hold of a written row, in the same transaction."""
    values = vault.open_values(kind, read(kind, row))
    identifiers.rewrite(kind, row.golden_id, values, is_new=row.version == 1)
    if isinstance(kind, Domain):
        together.written.append((kind, (row.golden_id, str(row), values)))
        outbox.announce(kind, row, values, part, verb=verb)
