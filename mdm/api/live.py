"""The live version of a record: found in one query, seen only by right, served as it was stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse

from mdm import ledger, permissions
from mdm.api import auth, conditions
from mdm.api.errors import Problem
from mdm.domains.spec import Domain
from mdm.models import LiveVersion
from mdm.tokens import Bearer

COLUMNS = (
    "golden_id",
    "version",
    "merged_into",
    "company_codes",
    "payload_id",
    "payload__masked_hash",
    "payload__masked",
)
LONGEST_WAY = 20
PREPARED = LiveVersion._meta.pk.get_db_prep_value
UUID_OF = LiveVersion._meta.pk.to_python


@dataclass(frozen=True, slots=True)
class Live:
    """What a read needs of a record's live version."""

    golden_id: UUID
    version: int
    merged_into: UUID | None
    company_codes: str
    full_hash: str
    masked_hash: str
    masked: bytes

    @property
    def tags(self) -> tuple[str, str]:
        """The ETags of its masked and of its full form."""
        return (
            conditions.etag(self.version, self.masked_hash),
            conditions.etag(self.version, self.full_hash),
        )


def find(domain: Domain, golden_id: UUID) -> Live | None:
    """The live version of a record, in one query."""
    try:
        row = _row(golden_id)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()  # it had been lost meanwhile; a read may be repeated
        row = _row(golden_id)
    if row is None or row[-1] != domain.code:
        return None
    own, version, merged_into, *rest, _ = row
    return Live(UUID_OF(own), version, UUID_OF(merged_into), *rest)


def _row(golden_id: UUID) -> Any:
    # The query itself finds out whether the connection lives, and saves a round trip.
    connection.health_check_done = True  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(_statement(connection.vendor), [PREPARED(golden_id, connection)])
        return cursor.fetchone()


@cache
def _statement(vendor: str) -> str:
    """The query by golden id as the ORM writes it, once: writing it costs more than running it."""
    query = LiveVersion.objects.filter(golden_id=UUID(int=0)).values_list(*COLUMNS, "domain").query
    sql, parameters = query.sql_with_params()
    if len(parameters) != 1:
        raise AssertionError("the query by golden id has one parameter")
    return str(sql)


def many(domain: Domain, golden_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """The stored masked bytes of records, by golden id."""
    rows = LiveVersion.objects.filter(domain=domain.code, golden_id__in=golden_ids)
    return {pk: bytes(body) for pk, body in rows.values_list("golden_id", "payload__masked")}


def see(domain: Domain, golden_id: str | UUID, user: Any) -> Live:
    """The live version. Not found when there is none, or none that the person may see."""
    live = find(domain, read_id(domain, golden_id))
    if live is None or not sees(domain, live, user):
        raise Problem("not-found", f"There is no {domain.label.lower()} {golden_id}.")
    return live


def sees(domain: Domain, live: Live, user: Any) -> bool:
    """Whether the person may see the record."""
    codes = [code for code in live.company_codes.split(",") if code]
    return permissions.may(user, "see", domain.code, codes)


def read_id(domain: Domain, golden_id: str | UUID) -> UUID:
    """The golden id in an address; what is not one is not found."""
    try:
        return golden_id if isinstance(golden_id, UUID) else UUID(golden_id)
    except ValueError:
        shown = str(golden_id)[:80]
        raise Problem(
            "not-found", f"There is no {domain.label.lower()} {shown}: that is not a golden id."
        ) from None


def require_reveal(domain: Domain, live: Live, user: Any, bearer: Bearer | None) -> None:
    """The person, and the token, may see sealed values; that they do is written to the ledger."""
    auth.require_scope(bearer, "reveal")
    codes = [code for code in live.company_codes.split(",") if code]
    permissions.require(user, "reveal", domain.code, codes)
    ledger.append(
        "record.revealed",
        person=user.get_username(),
        subject=f"{domain.code} {live.golden_id}",
        version=str(live.version),
        channel=f"token {bearer.name}" if bearer else "api",
    )


def serve(meta: Mapping[str, Any], body: bytes | memoryview, tag: str) -> HttpResponse:
    """Stored bytes with their ETag, or 304 when the caller has them."""
    if "HTTP_IF_NONE_MATCH" in meta and conditions.is_known(meta["HTTP_IF_NONE_MATCH"], tag):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(bytes(body), "application/json")
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def survivor(domain: Domain, live: Live) -> Live:
    """The record at the end of a chain of merges."""
    for _ in range(LONGEST_WAY):
        if live.merged_into is None:
            return live
        following = find(domain, live.merged_into)
        if following is None:
            return live
        live = following
    return live
