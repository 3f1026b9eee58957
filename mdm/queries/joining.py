"""What else a merge touches: who refers to the records that become redirects, what moves along."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mdm import links, permissions
from mdm.domains import DOMAINS
from mdm.domains.golden import Status
from mdm.domains.spec import Domain, Kind
from mdm.models import Key, SourceRecord

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Referrers:
    """Records that refer to a loser by one attribute, and so resolve to the survivor."""

    domain: str
    attribute: str
    label: str
    count: int
    some: tuple[tuple[str, str], ...]  # name and address of a few


@dataclass(frozen=True, slots=True)
class Movement:
    """What changes hands: keys, and source records."""

    keys: tuple[Any, ...]
    sources: tuple[Any, ...]


def referrers(kind: Domain, losers: Iterable[UUID], user: Any) -> list[Referrers]:
    """Who, of what the person may see, refers to these records, by domain and attribute."""
    ids, found = list(losers), []
    for domain in DOMAINS.values():
        for attribute in domain.attributes:
            if attribute.kind is not Kind.REFERENCE or attribute.refers_to != kind.code:
                continue
            rows = domain.model.objects.filter(**{f"{attribute.column}__in": ids})
            rows = permissions.scoped(user, domain.code, rows.exclude(status=Status.MERGED))
            if not permissions.may(user, "see", domain.code) or not (count := rows.count()):
                continue
            some = tuple(
                (str(r), links.record(domain, r.pk)) for r in rows.order_by("code")[:SHOWN]
            )
            label = f"{attribute.label} of {domain.plural.lower()}"
            found.append(Referrers(domain.code, attribute.code, label, count, some))
    return found


def movement(losers: Sequence[UUID]) -> Movement:
    """The keys and source records that would lead to the survivor."""
    keys = Key.objects.filter(golden_id__in=losers).select_related("system")
    sources = SourceRecord.objects.filter(golden_id__in=losers).select_related("system")
    return Movement(
        tuple(keys.order_by("system__code", "key")), tuple(sources.order_by("system__code", "key"))
    )
