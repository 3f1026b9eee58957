"""Both records of a merge beside what it comes to, as they were when it was planned."""

from dataclasses import dataclass
from typing import Any

from mdm import history, seams, vault
from mdm.domains import patch as patches
from mdm.domains.spec import Domain, Values
from mdm.errors import NotFound
from mdm.models import ChangePart
from mdm.survivorship.joining import Side
from mdm.web import merging_shown
from mdm.web.merging_shown import Member, Row
from mdm.web.page import row_url

A, B = "A", "B"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a merge makes of the survivor."""

    kind: Domain
    before: Side
    after: Side


@dataclass(frozen=True, slots=True)
class Sides:
    """The rows in which survivor and loser differ, with what is kept of each, and their heads."""

    members: list[dict[str, Any]]
    rows: list[Row]


def of(part: ChangePart) -> Sides | None:
    """Both sides of a part that merges; None for any other, or where a version is not kept."""
    kind = seams.subject(part.subject)
    version = part.seen.get("other_version", "")
    if part.action != ChangePart.Action.MERGE or not version or not isinstance(kind, Domain):
        return None
    try:
        before = _plain(kind, part.golden_id, part.seen_version)
        other = _plain(kind, part.other_id, int(version))
    except NotFound:
        return None
    earlier = ChangePart.objects.filter(
        change=part.change_id, golden_id=part.golden_id, position__lt=part.position
    )
    for one in earlier.order_by("position"):
        before = patches.apply(before, vault.open_patch(one.patch))
    after = patches.apply(before, vault.open_patch(part.patch))
    outcome = Outcome(kind, Side(before), Side(after))
    members = [Member(A, before), Member(B, other)]
    heads = [_head(kind, A, part.golden_id, before), _head(kind, B, part.other_id, other)]
    return Sides(heads, merging_shown.rows(outcome, members, {}))


def _plain(kind: Domain, golden_id: Any, version: int) -> Values:
    return vault.open_values(kind, history.values_at(kind, golden_id, version))


def _head(kind: Domain, letter: str, golden_id: Any, values: Values) -> dict[str, Any]:
    url = row_url(kind, golden_id) + "?follow=no"
    return {"letter": letter, "name": values[kind.name], "code": values["code"], "url": url}
