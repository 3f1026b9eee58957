"""The audit chain: what was decided, revealed, exported, refused; sealed beside the flow.

Each sealed entry's hash covers its own facts and the hash before it, so an edit, a removal or a
reordering is found and its position named.
"""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.utils import timezone

from mdm.models.change import NumberRange
from mdm.models.event import LedgerEntry

SEALED_AT_ONCE = 1000
CHAIN = "ledger"


def append(
    kind: str, *, person: str, subject: str = "", correlation_id: Any = None, **facts: Any
) -> None:
    """Write an entry; it is sealed within seconds. `facts` never hold a secret in clear."""
    LedgerEntry.objects.create(
        kind=kind,
        person=person,
        subject=subject,
        facts=facts,
        correlation_id=correlation_id,
        at=timezone.now(),
    )


def about(subject: str, *, since: UUID) -> list[LedgerEntry]:
    """What was appended about a subject, oldest first.

    Ids sort by time: only entries since `since`, the id of what it is about, are looked at.
    """
    first = UUID(int=since.int >> 80 << 80)
    return list(LedgerEntry.objects.filter(pk__gte=first, subject=subject).order_by("at", "pk"))


def seal() -> int:
    """Give the entries not yet sealed their place in the chain; how many were sealed."""
    with transaction.atomic():
        NumberRange.take(CHAIN, 0, 0)  # the lock: one sealer at a time
        last = LedgerEntry.objects.exclude(sequence=None).order_by("-sequence").first()
        sequence, previous = (last.sequence or 0, last.hash) if last else (0, "")
        fresh = list(LedgerEntry.objects.filter(sequence=None).order_by("id")[:SEALED_AT_ONCE])
        for entry in fresh:
            sequence += 1
            entry.sequence, entry.previous_hash = sequence, previous
            previous = entry.hash = digest(entry)
        LedgerEntry.objects.bulk_update(
            fresh, ["sequence", "previous_hash", "hash"], batch_size=200
        )
    return len(fresh)


def verify() -> tuple[int, int | None]:
    """How many sealed entries were read, and the position of the first that is not right."""
    previous, expected = "", 1
    for entry in LedgerEntry.objects.exclude(sequence=None).order_by("sequence").iterator(5000):
        right = entry.sequence == expected and entry.previous_hash == previous
        if not right or entry.hash != digest(entry):
            return expected - 1, expected
        previous, expected = entry.hash, expected + 1
    return expected - 1, None


def digest(entry: LedgerEntry) -> str:
    """SHA-256 over the entry as sorted JSON, the previous hash included."""
    body = {
        "sequence": entry.sequence,
        "kind": entry.kind,
        "person": entry.person,
        "subject": entry.subject,
        "facts": entry.facts,
        "correlation_id": str(entry.correlation_id or ""),
        "at": _utc(entry.at),
        "previous_hash": entry.previous_hash,
    }
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _utc(at: datetime) -> str:
    return at.astimezone(timezone.get_default_timezone()).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
