"""What a merge or an unmerge does in each target: who is updated, blocked there, active again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from mdm.domains.spec import Domain
from mdm.queries.words import listing
from publishing import readiness
from publishing.models import Replica, ReplicaPart

NEW = "gets the survivor's new version, and the other one as merged"


@dataclass(frozen=True, slots=True)
class Followed:
    """What one target must do, in a sentence."""

    target: str
    said: str


def merging(kind: Domain, survivor: UUID, losers: Sequence[UUID]) -> Iterator[Followed]:
    """What each target that takes the domain gets of a merge."""
    for target, _ in readiness.aims(kind.code):
        there = _there(target.pk, [survivor, *losers])
        known = [there[one] for one in losers if one in there]
        if not there:
            yield Followed(target.name, f"{NEW}; it has neither yet.")
            continue
        first = "is updated" if survivor in there else "is created there, for it has no key yet"
        others = listing([f"{r.code}{_key(r)}" for r in known])
        does = "is blocked there and keeps its key"
        if len(known) > 1:
            does = "are blocked there and keep their keys"
        rest = f"; {others} {does}" if known else ""
        yield Followed(target.name, f"{NEW}. The survivor {first}{rest}.")


def unmerging(kind: Domain, loser: UUID) -> Iterator[Followed]:
    """What each target gets of the record that lives again."""
    for target, _ in readiness.aims(kind.code):
        replica = _there(target.pk, [loser]).get(loser)
        if replica is None:
            yield Followed(target.name, "gets it as new, for it has no key there.")
        else:
            said = f"makes it active again under the key it has there{_key(replica)}."
            yield Followed(target.name, said)


def _there(target: UUID, golden_ids: Sequence[UUID]) -> dict[UUID, Replica]:
    """The records that a target has: something of them has landed."""
    rows = Replica.objects.filter(
        target_id=target, golden_id__in=golden_ids, landed_version__gt=0
    ).order_by("code")
    return {row.golden_id: row for row in rows}


def _key(replica: Replica) -> str:
    parts = ReplicaPart.objects.filter(replica=replica).exclude(key="").order_by("pk")
    key = parts.values_list("key", flat=True).first()
    return f" ({key})" if key else ""
