"""Announce a version: frozen payload, live version and event, in the approving transaction."""

import hashlib
from secrets import token_hex
from typing import Any
from uuid import UUID

from mdm import canonical, doorbell, permissions, seams, vault
from mdm.domains import patch as patches
from mdm.domains.spec import Domain, Kind, Values
from mdm.models import ChangePart, Event, LiveVersion, Payload

VERBS = {
    ChangePart.Action.CREATE: "created",
    ChangePart.Action.BLOCK: "blocked",
    ChangePart.Action.UNBLOCK: "unblocked",
    ChangePart.Action.RETIRE: "retired",
    ChangePart.Action.REACTIVATE: "reactivated",
    ChangePart.Action.MERGE: "merged",
    ChangePart.Action.UNMERGE: "unmerged",
}


def announce(
    domain: Domain, row: Any, values: Values, part: ChangePart, *, verb: str = ""
) -> Event:
    """Freeze the version that was just written and put its event into the outbox.

    `values` are plain, and read back from the row, so that payload and hash are what is stored.
    """
    payload = _freeze(domain, row, values)
    codes = ",".join(permissions.company_codes_of(domain, values))
    live = LiveVersion(
        golden_id=row.golden_id,
        domain=domain.code,
        version=row.version,
        payload=payload,
        merged_into=row.merged_into,
        company_codes=codes,
    )
    LiveVersion.objects.bulk_create(
        [live],
        update_conflicts=True,
        unique_fields=["golden_id"],
        update_fields=["version", "payload", "merged_into", "company_codes"],
    )
    event = Event.objects.create(
        type=f"{domain.code}.{verb or VERBS.get(ChangePart.Action(part.action), 'updated')}.v1",
        domain=domain.code,
        golden_id=row.golden_id,
        code=row.code,
        version=row.version,
        payload=payload,
        change=part.change,
        effective_from=row.effective_from,
        company_codes=codes,
        traceparent=f"00-{part.change.correlation_id.hex}-{token_hex(8)}-01",
    )
    doorbell.ring("publishing.relay")
    return event


def full_bytes(payload: Payload) -> bytes:
    """The payload with nothing masked; masked where its subject has been erased."""
    if payload.sealed is None:
        return bytes(payload.masked)
    return vault.unseal_bytes(payload.golden_id, bytes(payload.sealed)) or bytes(payload.masked)


def _freeze(domain: Domain, row: Any, values: Values) -> Payload:
    shape = canonical.payload(
        domain,
        values,
        golden_id=row.golden_id,
        version=row.version,
        status=row.status,
        effective_from=row.effective_from,
        merged_into=row.merged_into,
        references=_codes(domain, row, values),
    )
    full = canonical.dumps(shape)
    masked = canonical.dumps(canonical.masked(domain, shape))
    digest = hashlib.sha256(full).hexdigest()
    payload = Payload(
        hash=digest,
        golden_id=row.golden_id,
        masked=masked,
        sealed=vault.seal_bytes(row.golden_id, full) if full != masked else None,
        masked_hash=hashlib.sha256(masked).hexdigest(),
    )
    Payload.objects.bulk_create([payload], ignore_conflicts=True)
    return payload


def _codes(domain: Domain, row: Any, values: Values) -> dict[str, str]:
    """The code of each record this one refers to."""
    referred = [
        (attribute.refers_to, value)
        for _, attribute, value in patches.walk(domain, values)
        if attribute.kind is Kind.REFERENCE
    ]
    if row.merged_into:
        referred.append((domain.code, str(row.merged_into)))
    return {value: _code(subject, UUID(value)) for subject, value in referred}


def _code(subject: str, golden_id: UUID) -> str:
    rows = seams.subject(subject).model.objects.filter(pk=golden_id)
    return rows.values_list("code", flat=True).first() or ""
