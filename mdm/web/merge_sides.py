"""Both records of a merge beside what it comes to, as they were when it was planned."""

from dataclasses import dataclass, replace
from typing import Any

from mdm import facts as accepted
from mdm import history, rules, seams, vault
from mdm.domains import patch as patches
from mdm.domains.spec import Domain, Values
from mdm.errors import NotFound
from mdm.models import ChangePart
from mdm.queries import words as say
from mdm.survivorship import Facts, joining
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
    rows = merging_shown.rows(outcome, members, _picked(kind, part, (before, other), after))
    who = say.people({part.change.requested_by.get_username()})
    name = who.get(part.change.requested_by.get_username(), "")
    return Sides(heads, [replace(r, how=f"picked by {name}") if r.by_hand else r for r in rows])


def _picked(
    kind: Domain, part: ChangePart, held: tuple[Values, Values], after: Values
) -> patches.Patch:
    """What is not as the rules had it when the merge was planned: somebody picked it."""
    planned, other_id = part.change.created_at, part.other_id
    earlier = part.change.parts.filter(golden_id=part.golden_id, position__lt=part.position)
    before = [one for one in earlier.values_list("other_id", flat=True) if one]
    ids = [part.golden_id, *before, *([other_id] if other_id else [])]
    facts = accepted.of(kind, ids, until=planned)
    brought = [said for one in before for said in facts[one].statements]
    own = facts[part.golden_id]
    survivor = Side(held[0], Facts((*own.statements, *brought), own.picks))
    in_force = rules.in_force(kind.code, at=planned)
    loser = Side(held[1], facts[ids[-1]])
    (step,) = joining.merge(kind, survivor, [loser], {}, in_force, day=planned.date())
    return {
        attribute.code: after[attribute.code]
        for attribute in kind.attributes
        if attribute.code != "code" and after[attribute.code] != step.after.values[attribute.code]
    }


def _plain(kind: Domain, golden_id: Any, version: int) -> Values:
    return vault.open_values(kind, history.values_at(kind, golden_id, version))


def _head(kind: Domain, letter: str, golden_id: Any, values: Values) -> dict[str, Any]:
    url = row_url(kind, golden_id) + "?follow=no"
    return {"letter": letter, "name": values[kind.name], "code": values["code"], "url": url}
