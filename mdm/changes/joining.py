"""Propose that records become one, that one becomes two again, or that a source leaves a record."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from mdm.changes import combining, plans
from mdm.changes.drafting import draft_many
from mdm.changes.spec import PartSpec
from mdm.domains.spec import Domain
from mdm.models import Change, ChangePart

Action = ChangePart.Action
Channel = Change.Channel


@transaction.atomic
def merge(
    kind: Domain,
    survivor: UUID,
    others: Sequence[UUID],
    picks: Mapping[str, Any] | None = None,
    *,
    by: Any,
    reason: str = "",
    channel: str = Channel.PAGE,
) -> Change:
    """A draft that makes others redirects to the survivor: one part each, all or none.

    `picks` are values for paths of the survivor, chosen by hand over the rules. Raises `Malformed`
    with every clash that is not picked, `NotFound`, `NotAllowed`, `Refused`.
    """
    picked = dict(picks or {})
    specs = [
        PartSpec(kind.code, Action.MERGE, picked, survivor, other_id=other)
        for other in dict.fromkeys(others)
    ] or [PartSpec(kind.code, Action.MERGE, picked, survivor)]
    names = _names(kind, [*dict.fromkeys(others), survivor])
    title = f"Merge {' and '.join(names[:-1])} into {names[-1]}" if len(names) > 1 else ""
    return draft_many(specs, by=by, title=title, reason=reason, channel=channel)


@transaction.atomic
def unmerge(
    kind: Domain,
    survivor: UUID,
    loser: UUID,
    choices: Mapping[str, str] | None = None,
    *,
    by: Any,
    reason: str = "",
    channel: str = Channel.PAGE,
) -> Change:
    """A draft that takes a merge back. `choices` says per path who keeps an edit made since:
    "survivor", as without a word, or "other". Raises `Malformed`, `NotFound`, `Refused`.
    """
    combining.may(kind, by)
    names = _names(kind, [loser, survivor])
    return draft_many(
        combining.unmerge_specs(kind, survivor, loser, choices or {}),
        by=by,
        title=f"Unmerge {' from '.join(names)}",
        reason=reason,
        channel=channel,
    )


@transaction.atomic
def unlink(
    kind: Domain,
    golden_id: UUID,
    source: UUID,
    keep: Mapping[str, Any] | None = None,
    *,
    by: Any,
    reason: str = "",
    channel: str = Channel.PAGE,
) -> Change:
    """A draft that takes a source off a record, as if it had never been linked.

    `keep` are values given by hand, such as a name that only the source knew. Raises `Malformed`
    where the record would lack what it needs, `NotFound`, `NotAllowed`, `Refused`.
    """
    combining.may(kind, by)
    spec = combining.unlink_spec(kind, golden_id, source, keep or {})
    plan = plans.unlink(kind, golden_id, source)
    title = f"Unlink {plan.source} from {plan.row}"
    return draft_many([spec], by=by, title=title, reason=reason, channel=channel)


def _names(kind: Domain, ids: Sequence[UUID]) -> list[str]:
    rows = kind.model.objects.in_bulk(list(ids))
    return [str(rows[i]) for i in ids if i in rows]
