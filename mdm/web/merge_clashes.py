"""Clashes of a merge as its page asks about them, and the answers that somebody types."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mdm import seams
from mdm.changes import combining
from mdm.changes.plans import MergePlan
from mdm.domains import patch as patches
from mdm.domains.golden import LIVE
from mdm.domains.spec import Attribute, Collection, Domain, Kind
from mdm.errors import Invalid, MdmError
from mdm.queries import words as say
from mdm.queries.words import Words
from mdm.survivorship.joining import Clash
from mdm.web import merging_shown, picking
from mdm.web.merging_shown import HAND

EMPTIED = "-"


@dataclass(frozen=True, slots=True)
class Clashing:
    """One clash as the page asks about it: where, what both say, and what was typed."""

    path: str
    label: str
    mine: str
    other: str
    why: str
    name: str  # of the field to pick it by; "" where single items are changed
    options: list[tuple[str, str]]  # flags of items that may be taken away, by field
    is_record: bool = False  # it is answered with a record of the same kind
    typed: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What was typed over the rules, as picks of a merge; and what of it cannot be meant."""

    given: patches.Patch
    typed: dict[str, str]
    wrong: dict[str, str]


def answers(user: Any, kind: Domain, sent: Mapping[str, Any]) -> Answers:
    """The answers by path: records by their number or name, codes of lists as they are there."""
    given: patches.Patch = {}
    typed: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for name, value in sent.items():
        path, text = name.removeprefix(HAND), str(value).strip()
        if not name.startswith(HAND) or not text:
            continue
        typed[path] = text
        try:
            meant = "" if text == EMPTIED else _meant(user, kind, path, text)
            given |= combining.clean(kind, {path: meant})
        except MdmError as error:
            wrong[path] = str(error)
    return Answers(given, typed, wrong)


def _meant(user: Any, kind: Domain, path: str, text: str) -> str:
    what = patches.declared(kind, path)
    if not isinstance(what, Attribute) or not what.refers_to:
        return text
    if what.kind is Kind.REFERENCE:
        return picking.resolve(user, what, text)
    listed = seams.subject(what.refers_to)
    rows = listed.model.objects.filter(status__in=LIVE, code__iexact=text)
    found: str | None = rows.values_list("code", flat=True).first()
    if found is None:
        raise Invalid(text, f"a code of {listed.plural.lower()}")
    return found


def asked(kind: Domain, plan: MergePlan, said: Answers) -> Iterator[Clashing]:
    """Every clash that is not answered yet."""
    words = Words(kind).learn(plan.before.values, *(one.values for one in plan.others))
    words.learn(plan.after.values)
    for clash in plan.clashes:
        yield _clashing(kind, plan, clash, words, said)


def _clashing(kind: Domain, plan: MergePlan, clash: Clash, words: Words, said: Answers) -> Clashing:
    mine, other = (_in_words(kind, clash.path, v, words) for v in (clash.mine, clash.other))
    at = patches.parse(clash.path)
    collection = kind.collection(at.code)
    is_whole = collection is not None and not at.field
    label = collection.label if is_whole and collection else say.label(kind, clash.path)
    attribute = kind.attribute(at.code) if collection is None else None
    return Clashing(
        clash.path,
        label,
        mine,
        other,
        clash.why,
        "" if is_whole else f"{HAND}{clash.path}",
        _flags(plan, collection) if is_whole and collection else [],
        is_record=attribute is not None and attribute.refers_to == kind.code,
        typed=said.typed.get(clash.path, ""),
        wrong=said.wrong.get(clash.path, ""),
    )


def _in_words(kind: Domain, path: str, value: str, words: Words) -> str:
    """A value as a person reads it: names for what it refers to, masked where it is sealed."""
    if not value:
        return ""
    try:
        what = patches.declared(kind, path)
    except Invalid:
        return value
    if isinstance(what, Attribute) and what.refers_to:
        return words.path(path, value) or value
    return combining.shown(kind, path, value)


def _flags(plan: MergePlan, collection: Collection) -> list[tuple[str, str]]:
    """Flags that several items of a collection have, each to be taken away from one of them."""
    items = plan.after.values.get(collection.code) or []
    words = Words(plan.kind).learn(plan.after.values)
    found = []
    for declared in collection.fields:
        holding = [item for item in items if item.get(declared.code) == "true"]
        if declared.kind is Kind.FLAG and len(holding) > 1:
            for item in holding:
                label = f"{declared.label}: {merging_shown.said(words, collection, item)}"
                found.append((f"{HAND}{collection.code}[{item['id']}].{declared.code}", label))
    return found
