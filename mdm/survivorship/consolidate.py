"""Accepted facts in, golden values out, each with its reason. Pure.

    statements -> what each source says now -> rank by the rule -> a person's pick over it -> value

Code and status are not consolidated: a record has its own. Invariant, tested per version: what the
facts of a version come to, by the rules and on the day of that version, is the row of that version.
"""

from collections.abc import Collection as Container
from collections.abc import Sequence
from datetime import date
from typing import Final

from mdm.domains import cleaning
from mdm.domains import patch as patches
from mdm.domains.spec import Attribute, Subject, Values
from mdm.survivorship import items
from mdm.survivorship.facts import Facts, Pick, Voice, voices
from mdm.survivorship.golden import Golden, Losing, Reason, holds
from mdm.survivorship.ranking import contenders, deciding, ranked
from mdm.survivorship.rules import USUAL, Rules

OWN: Final = ("code",)


def consolidate(
    kind: Subject, facts: Facts, rules: Rules = USUAL, *, day: date | None = None
) -> Golden:
    """The golden values of a record on a day, as its facts and the rules of its domain give them.

    Every attribute is there, "" or [] where nobody says anything. `day` is needed where trust
    decays or pins end; without one nothing has.
    """
    day = day or date.min
    heard = voices(kind, facts.statements)
    flaws = flawed(kind, heard)
    picks = _standing(facts.picks)
    golden = Golden(patches.blank(kind))
    for attribute in kind.attributes:
        if attribute.code in OWN:
            continue
        at_fault = flaws.get(attribute.code, ())
        reason = _scalar(attribute, heard, picks.get(attribute.code), rules, day, at_fault)
        if reason is not None:
            golden.values[attribute.code] = reason.value
            golden.reasons[attribute.code] = reason
    for collection in kind.collections:
        own = {p: pick for p, pick in picks.items() if patches.parse(p).code == collection.code}
        at_fault = flaws.get(collection.code, ())
        held, reasons = items.survive(collection, heard, own, rules, day, at_fault)
        golden.values[collection.code] = held
        golden.reasons |= reasons
    return golden


def _standing(picks: Sequence[Pick]) -> dict[str, Pick]:
    """The latest pick of each path; a whole item picked later replaces what was picked inside."""
    standing: dict[str, Pick] = {}
    for pick in sorted(picks, key=lambda p: (p.order, p.path)):
        at = patches.parse(pick.path)
        if at.item and not at.field:
            for inside in [p for p in standing if p.startswith(f"{pick.path}.")]:
                del standing[inside]
        standing.pop(pick.path, None)
        standing[pick.path] = pick
    return standing


def flawed(kind: Subject, heard: Sequence[Voice]) -> dict[str, set[str]]:
    """Per attribute or collection, the sources whose value breaks a rule of the domain.

    Looked for only where sources contend: a single source's flaw changes nothing.
    """
    if len(heard) < 2:
        return {}
    found: dict[str, set[str]] = {}
    for voice in heard:
        values: Values = patches.blank(kind)
        values |= {code: said.value for code, said in voice.scalars.items()}
        values |= {c: [s.value for s in held.values()] for c, held in voice.items.items()}
        for problem in cleaning.broken(kind, values):
            found.setdefault(patches.parse(problem.path).code, set()).add(voice.source)
    return found


def _scalar(
    attribute: Attribute,
    heard: Sequence[Voice],
    pick: Pick | None,
    rules: Rules,
    day: date,
    flawed: Container[str],
) -> Reason | None:
    code, group = attribute.code, attribute.group
    said = [(v, v.scalars[code]) for v in heard if code in v.scalars]
    rule = rules.rule(code, group)
    speaking = [(v, s) for v, s in said if s.value]
    inorder = ranked(contenders(speaking, rules, (code, group), day, flawed), rule)
    winner = inorder[0].said if inorder else None
    spoke_at = max((s.spoke_at for _, s in said), default=None)
    changed_at = winner.changed_at if winner else None
    losing = [Losing(c.value, c.voice.source, c.said.since) for c in inorder]
    if pick is not None and holds(pick, day, changed_at=changed_at, spoke_at=spoke_at):
        others = tuple(one for one in losing if one.value != pick.value)
        return Reason(
            pick.value, pick.by, since=pick.at, hold=pick.hold, until=pick.until, losing=others
        )
    if winner is None:
        return None
    first = inorder[0]
    others = tuple(one for one in losing[1:] if one.value != winner.value)
    if pick is not None and pick.value != winner.value and pick.hold != "none":
        others = (Losing(pick.value, pick.by, pick.at, is_person=True), *others)
    return Reason(
        winner.value,
        first.voice.source,
        first.voice.system,
        deciding(inorder, rule),
        rule.code,
        winner.since,
        losing=others,
        trust=first.trust,
    )
