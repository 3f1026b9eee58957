"""The checks every change meets. A check is one function with a sentence; `CHECKS` lists them."""

from collections import Counter
from collections.abc import Iterator

from django.utils import timezone

from mdm import links, seams, vault
from mdm.checks import uniqueness
from mdm.checks.findings import FAIL, PASS, WARN, Finding, Inspection, Proposal
from mdm.checks.past import past
from mdm.checks.rivals import rivals
from mdm.domains import cleaning
from mdm.domains import patch as patches
from mdm.domains.golden import LIVE
from mdm.domains.spec import Domain, Kind, Problem
from mdm.models import Change, ChangePart
from mdm.standardise.masks import mask

A_FEW = 200
UNDECIDED = (ChangePart.State.PENDING, ChangePart.State.CONFLICTED)


def validation(inspection: Inspection) -> Iterator[Finding]:
    """Every value is well formed, and the kind's own rules hold."""
    wrong = 0
    for proposal in inspection.proposals:
        for problem in _validated(proposal, inspection):
            wrong += problem.level == "error"
            outcome = FAIL if problem.level == "error" else WARN
            sentence = _without_secret(proposal, problem)
            yield Finding(outcome, "validation", sentence, problem.path, proposal.part)
    if not wrong:
        yield Finding(PASS, "validation", "Every value is well formed and the rules hold.")


def _without_secret(proposal: Proposal, problem: Problem) -> str:
    """The problem in words; a sealed value is masked, for the sentence is kept and shown."""
    at = patches.parse(problem.path)
    item = patches.item_of(proposal.after, at.code, at.item) if at.item else None
    collection = proposal.kind.collection(at.code)
    value = item.get(at.field, "") if item else ""
    if value and item and collection and collection.field(at.field).sealed(item):
        return str(problem).replace(value, mask(value))
    return str(problem)


def _validated(proposal: Proposal, inspection: Inspection) -> Iterator[Problem]:
    if proposal.after["status"] not in LIVE and proposal.after["status"] != "retired":
        yield Problem("status", proposal.after["status"], "a record that can still change")
    yield from cleaning.problems(proposal.kind, proposal.after)
    yield from proposal.kind.links(proposal.after, proposal.before, inspection)


def references(inspection: Inspection) -> Iterator[Finding]:
    """What a value refers to exists and is in use."""
    unknown: Counter[tuple[str, str]] = Counter()
    for proposal in inspection.proposals:
        for path, attribute, value in patches.walk(proposal.kind, proposal.after):
            if patches.get(proposal.before, path) == value and not proposal.is_new:
                continue
            if attribute.kind is Kind.LISTED and not inspection.listed(attribute.refers_to, value):
                unknown[attribute.refers_to, value] += 1
            elif attribute.kind is Kind.REFERENCE:
                yield from _referred(inspection, proposal, path, attribute.refers_to, value)
    for (subject, value), count in unknown.items():
        label = seams.subject(subject).label
        where = f" ({count} parts)" if count > 1 else ""
        sentence = f"{label} {value} is not in the reference list{where}. Add it there first."
        yield Finding(FAIL, "references", sentence, link=links.record(seams.subject(subject), ""))
    if not unknown:
        yield Finding(PASS, "references", "Everything it refers to exists.")


def _referred(
    inspection: Inspection, proposal: Proposal, path: str, domain: str, golden_id: str
) -> Iterator[Finding]:
    other = inspection.values(domain, golden_id)
    if other is None:
        yield Finding(FAIL, "references", f"{path}: there is no such record.", path, proposal.part)
    elif other["status"] not in LIVE:
        sentence = f"{path}: {other['code']} is {other['status']}."
        yield Finding(WARN, "references", sentence, path, proposal.part)


def unique_identifiers(inspection: Inspection) -> Iterator[Finding]:
    """No other live record, and no other open change, has the same code or tax id."""
    wrong = False
    for clash in uniqueness.clashes(inspection.proposals):
        wrong = True
        yield Finding(FAIL, "identifiers", clash.sentence, clash.path, clash.part, clash.link)
    if not wrong:
        yield Finding(PASS, "identifiers", "Its code and identifiers are its own.")


def duplicates(inspection: Inspection) -> Iterator[Finding]:
    """Nothing that is known already looks like what is created."""
    new = [p for p in inspection.proposals if p.is_new and isinstance(p.kind, Domain)]
    if inspection.change.channel == Change.Channel.IMPORT:
        sentence = "Every row was matched against the base when the file was read."
        yield Finding(PASS, "duplicates", sentence)
        return
    found = False
    for proposal in new[:A_FEW]:
        own = {str(proposal.part.golden_id), str(proposal.part.pk)}
        for other in seams.find_candidates(
            proposal.kind.code, proposal.after, exclude=own, limit=3
        ):
            found = True
            word = "is" if other.zone == "same" else "looks like"
            sure = min(other.probability, 0.999)
            sentence = f"It {word} {other.label} ({sure:.1%} sure)."
            link = (
                links.record(proposal.kind, other.owner_id) if other.owner_kind == "record" else ""
            )
            yield Finding(
                FAIL if other.zone == "same" else WARN,
                "duplicates",
                sentence,
                "",
                proposal.part,
                link,
            )
    if not found:
        yield Finding(
            PASS, "duplicates", "Nothing known looks like it." if new else "It creates nothing new."
        )


def conflicts(inspection: Inspection) -> Iterator[Finding]:
    """Nobody else touches the same value, wants the same code, or rules about the same."""
    moved = [*_moved(inspection), *rivals(inspection)]
    yield from moved
    mine = {p.part.golden_id: p.part for p in inspection.proposals}
    clashing = []
    ids = list(mine)
    for start in range(0, len(ids), 500):
        others = ChangePart.objects.filter(
            golden_id__in=ids[start : start + 500],
            change__state__in=Change.OPEN,
            state=ChangePart.State.PENDING,
        ).exclude(change=inspection.change)
        for other in others.select_related("change"):
            part = mine[other.golden_id]
            if any(patches.clashes(a, b) for a in part.patch for b in other.patch):
                clashing.append((part, other.change))
    for part, change in clashing[:A_FEW]:
        sentence = f"{change.number} wants the same values; the second one applied is in conflict."
        yield Finding(WARN, "conflicts", sentence, "", part, links.change(change.number))
    if not clashing and not moved:
        yield Finding(PASS, "conflicts", "No other open change touches these values.")


def _moved(inspection: Inspection) -> Iterator[Finding]:
    """Values that became something else than was seen, and than is proposed."""
    failed = inspection.change.state == Change.State.CONFLICTED
    outcome, end = (FAIL, "it was not written") if failed else (WARN, "it would be in conflict")
    for proposal in inspection.proposals[:A_FEW]:
        part = proposal.part
        if proposal.is_new or part.state not in UNDECIDED:
            continue
        seen, patch = vault.open_patch(part.seen), vault.open_patch(part.patch)
        for path, was in seen.items():
            now = patches.get(proposal.before, path)
            if path in (*patch, "status") and now not in (was, patch.get(path)):
                sentence = f"{path}: changed since it was seen; {end}."
                yield Finding(outcome, "conflicts", sentence, path, part)


def effective_day(inspection: Inspection) -> Iterator[Finding]:
    """A change dated back counts from a day on which its record was there."""
    day = inspection.change.effective_from
    if day is None or day >= timezone.now().date():
        return
    for proposal in [p for p in inspection.proposals if not p.is_new][:A_FEW]:
        first = proposal.kind.model.history.filter(golden_id=proposal.part.golden_id, version=1)
        begins = first.values_list("effective_from", flat=True).first()
        if begins is not None and day < begins:
            sentence = (
                f"The record begins on {begins:%-d %b %Y}, after the day it would count from."
            )
            yield Finding(WARN, "effective_day", sentence, "", proposal.part)


CHECKS = (
    validation,
    references,
    unique_identifiers,
    duplicates,
    conflicts,
    effective_day,
    past,
)
CHEAP = {
    "validation": validation,
    "references": references,
    "identifiers": unique_identifiers,
    "conflicts": conflicts,
}
"""Those that may be run again at any time, by the code of what they say."""
