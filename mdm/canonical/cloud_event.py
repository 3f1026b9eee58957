"""A version as the outside hears of it: CloudEvents 1.0 in JSON around the canonical payload."""

from typing import Any

from mdm.canonical.json_schema import schema_id
from mdm.domains.spec import Subject

SOURCE = "/touchstone"


def cloud_event(domain: Subject, event: Any, data: Any) -> dict[str, Any]:
    """The event of one row of the event log; `data` is its payload, masked or full."""
    shape = {
        "specversion": "1.0",
        "id": str(event.id),
        "source": SOURCE,
        "type": event.type,
        "subject": f"{domain.code}/{event.code}",
        "time": event.occurred_at.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "dataschema": schema_id(domain),
        "sequence": f"{event.sequence or 0:020d}",
        "partitionkey": str(event.golden_id),
        "correlationid": str(event.change.correlation_id),
        "idempotencykey": f"{event.golden_id}:{event.version}",
        "data": data,
    }
    return shape | ({"traceparent": event.traceparent} if event.traceparent else {})
