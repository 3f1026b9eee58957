"""The crosswalk: which record a system's own key names, and under which keys a record is known."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from mdm.errors import Conflict
from mdm.models.source import Key, System

AT_ONCE = 500


def assign(
    system: System, domain: str, key: str, golden_id: UUID, *, scope: str = "", part: str = ""
) -> Key:
    """From now on the key names this record, or this part of it. Saying it twice changes nothing.

    Raises `Conflict` when it names another record: only an unlink frees a key.
    """
    row, _ = Key.objects.get_or_create(
        system=system,
        domain=domain,
        scope=scope,
        key=key,
        part=part,
        defaults={"golden_id": golden_id},
    )
    if row.golden_id != golden_id:
        raise Conflict(f"The key {key} of {system.name} already names another record.")
    return row


def find(system: str, domain: str, key: str, *, scope: str = "", part: str = "") -> UUID | None:
    """The record that a key names, by the system's code; None when nobody has assigned it."""
    named = Key.objects.filter(
        system__code=system, domain=domain, scope=scope, key=key, part=part
    ).values_list("golden_id", flat=True)
    return named.first()


def find_many(
    system: str, domain: str, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], UUID]:
    """The same for many: (scope, key) -> record, for those that are assigned."""
    wanted = list(keys)
    found: dict[tuple[str, str], UUID] = {}
    for start in range(0, len(wanted), AT_ONCE):
        batch = set(wanted[start : start + AT_ONCE])
        rows = Key.objects.filter(
            system__code=system, domain=domain, part="", key__in={key for _, key in batch}
        ).values_list("scope", "key", "golden_id")
        found |= {(scope, key): golden for scope, key, golden in rows if (scope, key) in batch}
    return found


def of(golden_id: UUID) -> QuerySet[Key]:
    """Every key of a record and of its parts, by system."""
    return (
        Key.objects.filter(golden_id=golden_id)
        .select_related("system")
        .order_by("system__code", "scope", "part", "key")
    )
