"""What a merge, its inverse and an unlink come to: patches, worked out before anybody agrees. Pure.

merge     rules over the facts of both -> what only the other has -> picks by hand, over it
unmerge   the facts without what the merge brought; what was edited since is kept, and told
unlink    the facts without one source
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from mdm import merging
from mdm.domains import patch as patches
from mdm.domains.spec import Collection, Kind, Subject, Values
from mdm.survivorship.consolidate import consolidate
from mdm.survivorship.facts import Facts
from mdm.survivorship.golden import Golden
from mdm.survivorship.rules import Rules

LAST: Final = "~"  # after the places of all who joined before
ANOTHER: Final = "another record or none, for it would point at itself once they are one"
SURVIVOR, OTHER = "survivor", "other"


@dataclass(frozen=True, slots=True)
class Side:
    """A record as a plan takes it: its plain values and its facts."""

    values: Values
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two values of which only one can stay, and no rule says which: a person has to pick."""

    path: str
    mine: str
    other: str
    why: str
    expected: str = "one of the two"


@dataclass(frozen=True, slots=True)
class Merging:
    """What a merge writes into the survivor, what that comes to, and what is still to be picked."""

    patch: patches.Patch
    after: Side
    golden: Golden
    clashes: tuple[Clash, ...] = ()


def merge(
    kind: Subject,
    survivor: Side,
    losers: Sequence[Side],
    picks: patches.Patch,
    rules: Rules,
    *,
    day: date,
) -> list[Merging]:
    """One step per loser, in their order; each builds on what the one before came to.

    A pick counts from the loser on whose value it is, or else from the last.
    """
    steps: list[Merging] = []
    for n, loser in enumerate(losers):
        is_last = n == len(losers) - 1
        said = {
            path: value
            for path, value in picks.items()
            if is_last
            or patches.get(survivor.values, path) == value
            or any(patches.get(one.values, path) == value for one in losers[: n + 1])
        }
        one = _step(kind, survivor, loser, said, rules, day, f"{LAST}{n:03}")
        ids = {str(side.values.get("golden_id", "")) for side in (survivor, *losers)}
        clashes = (*_clashing(kind, one, loser, picks), *_round(kind, one.after.values, ids))
        broken = _broken(kind, survivor.values, one.after.values) if is_last else ()
        steps.append(replace(one, clashes=(*clashes, *broken)))
        survivor = one.after
    return steps


def _step(
    kind: Subject,
    survivor: Side,
    loser: Side,
    picks: patches.Patch,
    rules: Rules,
    day: date,
    place: str,
) -> Merging:
    brought = tuple(replace(said, joined=place) for said in loser.facts.statements)
    facts = Facts((*survivor.facts.statements, *brought), survivor.facts.picks)
    golden = consolidate(kind, facts, rules, day=day)
    before = consolidate(kind, survivor.facts, rules, day=day)
    ruled = patches.diff(kind, before.values, golden.values)
    by_rule = patches.apply(survivor.values, ruled)
    added = merging.additions(kind, by_rule, loser.values)
    there = patches.apply(by_rule, added)
    chosen = {path: value for path, value in picks.items() if _has(there, path, value)}
    patch = merging.chosen(survivor.values, ruled | added, chosen)
    after = patches.apply(survivor.values, patch)
    return Merging(patches.diff(kind, survivor.values, after), Side(after, facts), golden)


def _has(values: Values, path: str, value: object) -> bool:
    """Whether a pick has a place; one inside an item that is not there has none."""
    at = patches.parse(path)
    return not at.field or patches.item_of(values, at.code, at.item) is not None


def _clashing(
    kind: Subject, one: Merging, loser: Side, picks: Mapping[str, object]
) -> Iterator[Clash]:
    """Items that are the same one and say different things, where no source's rule decides."""
    for collection in kind.collections:
        for item in loser.values.get(collection.code) or []:
            same = merging.same_item(collection, one.after.values.get(collection.code) or [], item)
            if same is not None:
                yield from _differing(collection, one.golden, same, item, picks)


def _differing(
    collection: Collection,
    golden: Golden,
    mine: Mapping[str, str],
    other: Mapping[str, str],
    picks: Mapping[str, object],
) -> Iterator[Clash]:
    at = f"{collection.code}[{mine['id']}]"
    for declared in collection.fields:
        path, theirs = f"{at}.{declared.code}", other.get(declared.code, "")
        ours = mine.get(declared.code, "")
        if not theirs or ours == theirs or declared.kind is Kind.SET or {path, at} & set(picks):
            continue
        reason = golden.reasons.get(path)
        if reason is not None and any(lost.value == theirs for lost in reason.losing):
            continue
        why = f"The same {collection.singular.lower()} says two things."
        yield Clash(path, ours, theirs, why)


def _round(kind: Subject, after: Values, ids: Iterable[str]) -> Iterator[Clash]:
    """A record that would come to point at itself."""
    for attribute in kind.attributes:
        is_own = attribute.kind is Kind.REFERENCE and attribute.refers_to == kind.code
        value = after.get(attribute.code, "")
        if is_own and value and value in set(ids):
            why = "It would point at itself once they are one."
            yield Clash(attribute.code, value, "", why, ANOTHER)


def _broken(kind: Subject, before: Values, after: Values) -> Iterator[Clash]:
    """Rules of the domain that hold for the survivor, and would not for what they come to."""
    known = {str(problem) for problem in kind.rules(before)}
    for problem in kind.rules(after):
        if problem.level == "error" and str(problem) not in known:
            why = f"Expected {problem.expected.rstrip('.')}."
            yield Clash(problem.path, problem.found, "", why, problem.expected.rstrip("."))


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did to its survivor, from its fact: what it wrote, its order, who came along."""

    written: patches.Patch
    order: str
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class Edited:
    """A value that the merge brought and somebody edited since; `keeps` says who has the edit."""

    path: str
    brought: object
    now: object
    keeps: str = SURVIVOR


@dataclass(frozen=True, slots=True)
class Unmerging:
    """What an unmerge writes into the survivor, and the edits of which it has to be said whose."""

    patch: patches.Patch
    edited: tuple[Edited, ...] = ()


def unmerge(
    kind: Subject,
    survivor: Side,
    merged: Merged,
    choices: Mapping[str, str],
    rules: Rules,
    *,
    day: date,
) -> Unmerging:
    """The survivor without the loser's sources and without what the merge wrote.

    An edit since stays with the survivor, unless `choices` says per path that the other takes it.
    """
    edited = tuple(_edited(kind, survivor, merged, choices))
    given = {e.path for e in edited if e.keeps == OTHER}
    rest = without(survivor.facts, merged, given)
    now = consolidate(kind, survivor.facts, rules, day=day)
    then = consolidate(kind, rest, rules, day=day)
    after = patches.apply(survivor.values, patches.diff(kind, now.values, then.values))
    kept = {e.path: e.now for e in edited if e.keeps == SURVIVOR}
    return Unmerging(patches.diff(kind, survivor.values, patches.apply(after, kept)), edited)


def without(facts: Facts, merged: Merged, given: Iterable[str] = ()) -> Facts:
    """The facts there would be, had the merge not been; nor edits since that the other takes."""
    paths = list(given)
    return Facts(
        tuple(s for s in facts.statements if s.source not in merged.sources),
        tuple(
            pick
            for pick in facts.picks
            if pick.order != merged.order
            and not (
                pick.order > merged.order and any(patches.clashes(pick.path, p) for p in paths)
            )
        ),
    )


def _edited(
    kind: Subject, survivor: Side, merged: Merged, choices: Mapping[str, str]
) -> Iterator[Edited]:
    since = dict.fromkeys(p.path for p in survivor.facts.picks if p.order > merged.order)
    for path, brought in merged.written.items():
        if any(patches.clashes(path, one) for one in since):
            now = patches.get(survivor.values, path)
            if now != brought:
                yield Edited(path, brought, now, choices.get(path, SURVIVOR))


def returned(
    kind: Subject, loser: Side, facts_now: Facts, edited: Iterable[Edited], rules: Rules, *,
    day: date,
) -> patches.Patch:  # fmt: skip
    """What the loser gets beyond what it was: its own sources' word since, edits given to it.

    `loser.facts` are those at the merge, `facts_now` the same record's with what was said since.
    """
    then = consolidate(kind, loser.facts, rules, day=day)
    now = consolidate(kind, facts_now, rules, day=day)
    after = patches.apply(loser.values, patches.diff(kind, then.values, now.values))
    for one in edited:
        if one.keeps == OTHER:
            after = patches.apply(after, _as_its_own(kind, after, one))
    return patches.diff(kind, loser.values, after)


def _as_its_own(kind: Subject, values: Values, one: Edited) -> patches.Patch:
    """An edit at the survivor's path, at the path that the loser has for the same item."""
    at = patches.parse(one.path)
    collection = kind.collection(at.code)
    if collection is None or at.field:
        return {one.path: one.now}
    items = values.get(at.code) or []
    brought = one.brought if isinstance(one.brought, Mapping) else {}
    same = next((i for i in items if _bare(i) == _bare(brought)), None)
    same = same or merging.same_item(collection, items, brought)
    wanted = same["id"] if same else merging.free(at.item, {i["id"] for i in items})
    value = {**one.now, "id": wanted} if isinstance(one.now, Mapping) else None
    return {f"{at.code}[{wanted}]": value}


def _bare(item: Mapping[str, str]) -> dict[str, str]:
    return {code: text for code, text in item.items() if code != "id" and text}


def unlink(
    kind: Subject,
    record: Side,
    source: str,
    order: str,
    keep: patches.Patch,
    rules: Rules,
    *,
    day: date,
) -> patches.Patch:
    """The record as if the source had never been linked; `order` is that of the link's own fact."""
    left = record.facts.without(source)
    rest = Facts(left.statements, tuple(p for p in left.picks if p.order != order))
    now = consolidate(kind, record.facts, rules, day=day)
    then = consolidate(kind, rest, rules, day=day)
    gone = patches.diff(kind, now.values, then.values)
    patch = merging.chosen(record.values, gone, keep)
    return patches.diff(kind, record.values, patches.apply(record.values, patch))
