"""What would follow for a record, were a source's message accepted: the patch that people see."""

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from mdm import facts as accepted
from mdm import rules, vault
from mdm.domains import patch as patches
from mdm.domains.spec import Domain
from mdm.intake.messages import Message
from mdm.models import Change, ChangePart, Fact, System
from mdm.survivorship import Facts, Golden, Hold, Statement, consolidate

LAST = "~"  # after the places of all who joined before


class Consequences:
    """The facts of many records, read together, and what one more statement makes of them."""

    def __init__(self, domain: Domain, system: System) -> None:
        self._domain, self._system = domain, system
        self._rules = rules.in_force(domain.code)
        self._facts: dict[UUID, Facts] = {}
        self._today = timezone.now().date()

    def read(self, golden_ids: Iterable[UUID]) -> None:
        """Read what was accepted about these records, unless it has been read."""
        new = {i for i in golden_ids if i not in self._facts}
        if new:
            self._facts |= accepted.of(self._domain, new)

    def patch(self, golden_id: UUID, source: UUID, message: Message, number: int) -> patches.Patch:
        """How the record's golden values would change; {} when by no value."""
        self.read([golden_id])
        facts = self._facts[golden_id]
        own = [s for s in facts.statements if s.source == str(source)]
        said = Statement(
            source=str(source),
            system=self._system.code,
            number=number,
            values=message.values,
            received=timezone.now(),
            said=message.at.updated_at or message.at.created_at,
            is_deleted=message.at.deleted_at is not None,
            joined=own[0].joined if own else LAST,
        )
        before = self._golden(facts)
        after = self._golden(facts.with_statement(said))
        return patches.diff(self._domain, before.values, after.values)

    def _golden(self, facts: Facts) -> Golden:
        return consolidate(self._domain, facts, self._rules, day=self._today)


def awaiting_word(golden_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the records that have a value pinned until a source speaks of it again."""
    pinned = Fact.objects.filter(golden_id__in=list(golden_ids)).exclude(pins={})
    return {
        golden_id
        for golden_id, pins in pinned.values_list("golden_id", "pins")
        if any(pin.get("hold") == Hold.SPEAKS for pin in pins.values())
    }


def without_rejected(patch: patches.Patch, part: ChangePart | None) -> patches.Patch:
    """The patch without what somebody rejected just so when the source said it before."""
    if part is None or part.change.state != Change.State.REJECTED:
        return patch
    rejected = vault.open_patch(part.patch)
    return {
        path: value
        for path, value in patch.items()
        if path not in rejected or rejected[path] != value
    }
