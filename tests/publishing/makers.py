"""Records and their versions, made through the real use cases, for the tests of publishing."""

from typing import Any

from django.utils import timezone

from mdm import changes
from mdm.domains.supplier import Supplier
from publishing import delivery, relay
from publishing.models import Replica, Target
from tests import make


def supplier(people: dict[str, Any], **facts: Any) -> Supplier:
    """A live supplier."""
    patch = make.SUPPLIER | facts
    record: Supplier = make.record(
        "supplier", patch, by=people["requester"], approvers=people["approver"]
    )
    return record


def update(
    people: dict[str, Any], record: Any, patch: dict[str, Any], *, action: str = "update"
) -> None:
    """The record's next version."""
    change = changes.draft(
        subject="supplier" if isinstance(record, Supplier) else "cost_center",
        action=action,
        golden_id=record.pk,
        patch=patch,
        by=people["requester"],
        reason="For a test",
    )
    make.approved(change, people["approver"])


def due(**narrowed: Any) -> None:
    """Let time pass until the replicas that wait for a time are due."""
    rows = Replica.objects.filter(due_at__isnull=False, **narrowed)
    rows.update(due_at=timezone.now())


def publish(target: Target) -> Replica:
    """Relay and deliver; the only replica there is."""
    relay.run()
    delivery.drain(target)
    return Replica.objects.get(target=target)
