"""Merge records, take a merge back, unlink a source: each a change whose patch is planned whole.

The plan is made when it is drafted, so a merge in a draft is written out before anything else is
looked at; what is approved is what is written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from mdm import permissions, seams
from mdm.changes import plans
from mdm.changes.malformed import Malformed
from mdm.changes.moving import OTHER_VERSION
from mdm.changes.plans import MergePlan
from mdm.changes.spec import PartSpec
from mdm.domains import cleaning
from mdm.domains import patch as patches
from mdm.domains.golden import Status
from mdm.domains.spec import Domain, Kind, Problem, Subject
from mdm.errors import Refused
from mdm.models import ChangePart
from mdm.seams import subject
from mdm.standardise.masks import mask

Action = ChangePart.Action
PLANNED = (Action.MERGE, Action.UNMERGE, Action.UNLINK)
PICK = "Pick one: give this value, or the other, by hand."
GIVE = "Give another value by hand."


def explicit(specs: Sequence[PartSpec], by: Any) -> list[PartSpec]:
    """The parts with every merge and unmerge written out; the rest as they are.

    Raises `Malformed` with everything that has to be picked first.
    """
    if not any(spec.action in PLANNED and not spec.is_clean for spec in specs):
        return list(specs)
    result: list[PartSpec] = []
    for spec in specs:
        if spec.is_clean or spec.action not in PLANNED:
            result.append(spec)
        elif spec.action == Action.MERGE:
            if not any(_is_same_merge(spec, one) for one in result):
                own = [s for s in specs if _is_same_merge(spec, s) and not s.is_clean]
                result += _merge_specs(own, by)
        else:
            result += _planned(spec, by)
    return result


def _is_same_merge(spec: PartSpec, other: PartSpec) -> bool:
    return (spec.action, spec.subject, spec.golden_id) == (
        other.action,
        other.subject,
        other.golden_id,
    )


def _merge_specs(specs: Sequence[PartSpec], by: Any) -> list[PartSpec]:
    first = specs[0]
    kind = _domain(first.subject)
    may(kind, by)
    others = [spec.other_id for spec in specs if spec.other_id is not None]
    if first.golden_id is None or len(others) < len(specs):
        raise Refused(plans.NOBODY)
    picks = clean(kind, {path: value for spec in specs for path, value in spec.patch.items()})
    plan = plans.merge(kind, first.golden_id, others, picks)
    for one in (plan.before, *plan.others):
        may(kind, by, permissions.company_codes_of(kind, one.values))
    require_picked(plan, picks)
    return [
        replace(first, patch=step.patch, other_id=row.pk, is_clean=True)
        for step, row in zip(plan.steps, plan.losers, strict=True)
    ]


def _planned(spec: PartSpec, by: Any) -> list[PartSpec]:
    kind = _domain(spec.subject)
    may(kind, by)
    if spec.golden_id is None or spec.other_id is None:
        raise Refused("It names a record, and what leaves it.")
    if spec.action == Action.UNLINK:
        return [unlink_spec(kind, spec.golden_id, spec.other_id, spec.patch)]
    return unmerge_specs(kind, spec.golden_id, spec.other_id, {})


def unmerge_specs(
    kind: Domain, survivor_id: UUID, loser_id: UUID, choices: Mapping[str, str]
) -> list[PartSpec]:
    """Two parts: the survivor without what the merge brought, and the other one as it was."""
    plan = plans.unmerge(kind, survivor_id, loser_id, choices)
    if unknown := set(choices) - {one.path for one in plan.edited}:
        raise Malformed([Problem(p, p, "a value edited since the merge") for p in sorted(unknown)])
    back = {**plan.returned, "status": plan.status}
    both = ((survivor_id, loser_id, plan.step.patch), (loser_id, survivor_id, back))
    return [
        PartSpec(kind.code, Action.UNMERGE, patch, own, other_id=other, is_clean=True)
        for own, other, patch in both
    ]


def unlink_spec(
    kind: Domain, golden_id: UUID, source_id: UUID, keep: Mapping[str, Any]
) -> PartSpec:
    """The record as if the source had never been linked, but for values that are given by hand."""
    plan = plans.unlink(kind, golden_id, source_id, clean(kind, keep))
    after = patches.apply(plans.current(kind, plan.row), plan.patch)
    wrong = [p for p in cleaning.problems(kind, after) if p.level == "error"]
    if wrong:
        raise Malformed(
            [Problem(p.path, p.found, p.expected, "Give it by hand to unlink.") for p in wrong]
        )
    return PartSpec(
        kind.code, Action.UNLINK, plan.patch, golden_id, other_id=source_id, is_clean=True
    )


def clean(kind: Subject, picks: Mapping[str, Any]) -> patches.Patch:
    """Picks as they are meant. Raises `Malformed`."""
    cleaned, problems = cleaning.clean_patch(kind, picks)
    if problems:
        raise Malformed(problems)
    return cleaned


def require_picked(plan: MergePlan, picks: patches.Patch) -> None:
    """Nothing is lost because two values clash: somebody picks. Raises `Malformed` with each."""
    problems = [_unpicked(plan.kind, clash) for clash in plan.clashes]
    there = [step.after.values for step in plan.steps]
    for path, value in picks.items():
        at = patches.parse(path)
        if not at.item or (value is None and not at.field):
            continue
        if not any(patches.item_of(values, at.code, at.item) for values in there):
            problems.append(Problem(path, path, "an item of one of the records"))
    if problems:
        raise Malformed(problems)


def _unpicked(kind: Subject, clash: Any) -> Problem:
    mine, other = (shown(kind, clash.path, value) for value in (clash.mine, clash.other))
    if other:
        return Problem(clash.path, f"{mine or 'nothing'} and {other}", clash.expected, PICK)
    return Problem(clash.path, _called(kind, clash.path, mine), clash.expected, GIVE)


def _called(kind: Subject, path: str, value: str) -> str:
    """A value, or the name of the record that it refers to."""
    attribute = kind.attribute(path)
    if attribute is None or attribute.kind is not Kind.REFERENCE or not value:
        return value
    return str(seams.subject(attribute.refers_to).model.objects.filter(pk=value).first() or value)


def shown(kind: Subject, path: str, value: str) -> str:
    """A value as it may be shown to anybody: masked where some item's is sealed."""
    at = patches.parse(path)
    collection = kind.collection(at.code)
    if collection is None or not at.field or not value:
        return value
    return mask(value) if collection.field(at.field).sealed({"type": "personal"}) else value


def seen_of_other(spec: PartSpec, rows: Mapping[UUID, Any]) -> patches.Patch:
    """What a merge was planned with, beside the survivor: the version of the other record."""
    if spec.action != Action.MERGE or spec.other_id is None:
        return {}
    other = rows.get(spec.other_id)
    if other is None or other.status == Status.MERGED:
        raise Refused("The other record is merged already, or does not exist.")
    return {OTHER_VERSION: str(other.version)}


def may(kind: Domain, by: Any, codes: Iterable[str] = ()) -> None:
    """Refuse who may not both see the records, propose changes of them, and decide duplicates."""
    known = list(codes)
    for right in ("see", "propose", "decide_match"):
        permissions.require(by, right, kind.code, known)


def _domain(code: str) -> Domain:
    kind = subject(code)
    if not isinstance(kind, Domain):
        raise Refused(f"{kind.plural} are not merged or unlinked: only records of a domain are.")
    return kind
