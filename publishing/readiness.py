"""Is a record ready for the targets that would get it? Asked while a change is still being edited.

    values -> canonical payload -> rendered with each target's code maps -> problems per target

A record that is ready for no target is a legitimate record; the check warns and says why.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from mdm import canonical, permissions, seams
from mdm.checks.findings import PASS, WARN, Finding, Inspection, Proposal
from mdm.domains import DOMAINS
from mdm.domains import patch as patches
from mdm.domains.golden import LIVE
from mdm.domains.spec import Domain, Kind, Values
from mdm.models import ChangePart
from publishing import preparing, sentences, targets
from publishing.connectors.base import Context, Problem, Rendered
from publishing.models import Target

ONE_BY_ONE = 20  # parts up to which every problem of every part is told
SAMPLE = 200  # parts of a larger change that are looked at
NOBODY = UUID(int=0)
CodeOf = Callable[[str, str], str]
Aim = tuple[Target, Context]


@dataclass(frozen=True, slots=True)
class Readiness:
    """What one target makes of a record."""

    target: Target
    left_out: str = ""  # why its filter does not take it
    problems: tuple[Problem, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether it would be sent, and nothing stands in the way."""
        return not self.left_out and not self.problems


def readiness(
    domain: str,
    values: Values,
    *,
    code_of: CodeOf | None = None,
    among: Sequence[Aim] | None = None,
) -> list[Readiness]:
    """What each target that deals with the domain makes of plain values."""
    payload = payload_of(DOMAINS[domain], values, code_of or code_in_base)
    return [ready(aim, domain, payload, values) for aim in among or aims(domain)]


def check(inspection: Inspection) -> Iterator[Finding]:
    """Each record is ready for the targets that would get it, or it is said what is missing."""
    concerned = [p for p in inspection.proposals if isinstance(p.kind, Domain) and _is_sent(p)]
    if not concerned:
        return
    looked_at = concerned if len(concerned) <= SAMPLE else concerned[:: len(concerned) // SAMPLE]
    found: dict[Target, list[tuple[Proposal, Readiness]]] = defaultdict(list)
    among = {code: aims(code) for code in {p.kind.code for p in looked_at}}
    code_of = _coded_by(inspection)
    for proposal in looked_at:
        code = proposal.kind.code
        for one in readiness(code, proposal.after, code_of=code_of, among=among[code]):
            found[one.target].append((proposal, one))
    for target, seen in found.items():
        of = "" if len(looked_at) == len(concerned) else f" in a sample of {len(looked_at)}"
        yield from _findings(target, seen, of)


def _findings(
    target: Target, seen: Sequence[tuple[Proposal, Readiness]], of: str
) -> Iterator[Finding]:
    unready = [(p, r) for p, r in seen if r.problems]
    left_out = [(p, r) for p, r in seen if r.left_out]
    ready = len(seen) - len(unready) - len(left_out)
    if len(seen) <= ONE_BY_ONE:
        yield from _one_by_one(target, unready)
    else:
        yield from _by_cause(target, unready, of)
    if left_out:
        words = left_out[0][1].left_out if len(left_out) == 1 else f"{len(left_out)} records."
        yield Finding(PASS, "readiness", f"Not sent to {target.name}: {words}")
    if ready and not unready:
        count = "" if len(seen) == 1 else f" ({ready} of {len(seen)} records{of})"
        yield Finding(PASS, "readiness", f"Ready for {target.name}{count}.")


def _one_by_one(target: Target, unready: Iterable[tuple[Proposal, Readiness]]) -> Iterator[Finding]:
    for proposal, one in unready:
        for problem in one.problems:
            words = f"Not ready for {target.name}: {said(proposal.kind.code, problem)}"
            path = problem.canonical_path
            yield Finding(WARN, "readiness", words, path, proposal.part, _link(target, problem))


def _by_cause(
    target: Target, unready: Iterable[tuple[Proposal, Readiness]], of: str
) -> Iterator[Finding]:
    """One line per cause with its count, so that a file of thousands stays readable."""
    causes: dict[tuple[str, str, str], list[tuple[Proposal, Problem]]] = defaultdict(list)
    for proposal, one in unready:
        for problem in one.problems:
            label = sentences.label(proposal.kind.code, problem.canonical_path)
            found = problem.found if problem.code == "missing_code" else ""
            causes[problem.code, label, found].append((proposal, problem))
    for cases in sorted(causes.values(), key=len, reverse=True):
        proposal, problem = cases[0]
        records = len({id(p.part) for p, _ in cases})
        words = f"{records} records{of} are not ready for {target.name}"
        example = f"such as {proposal.part.label}: {said(proposal.kind.code, problem)}"
        yield Finding(WARN, "readiness", f"{words}, {example}", link=_link(target, problem))


def said(domain: str, problem: Problem) -> str:
    """A problem in a sentence, secret values masked."""
    path = problem.canonical_path
    if problem.code == "required":
        return sentences.needed(domain, path)
    found = sentences.shown(domain, path, problem.found)
    hint = sentences.labelled(problem.hint, domain, path)
    return f"{sentences.label(domain, path)} “{found}”, expected {problem.expected}. {hint}"


def _link(target: Target, problem: Problem) -> str:
    if problem.code != "missing_code":
        return ""
    try:
        return reverse("code-maps", args=[target.code])
    except NoReverseMatch:
        return ""


def _is_sent(proposal: Proposal) -> bool:
    return proposal.after["status"] in LIVE and proposal.part.action != ChangePart.Action.RETIRE


def aims(domain: str) -> list[Aim]:
    """The targets whose business the domain is, each with what its connector may know."""
    return [
        (target, preparing.context_for(target))
        for target in targets.live()
        if targets.takes_domain(target, domain)
    ]


def ready(aim: Aim, domain: str, payload: Mapping[str, Any], values: Values) -> Readiness:
    """What one target makes of a payload."""
    target = aim[0]
    facts = targets.Facts(
        domain,
        values.get("status") or "active",
        tuple(permissions.company_codes_of(DOMAINS[domain], values)),
        values.get("country", ""),
    )
    if left_out := targets.refusal(target, facts):
        return Readiness(target, left_out)
    return Readiness(target, problems=render(aim, domain, payload).problems)


def render(aim: Aim, domain: str, payload: Mapping[str, Any]) -> Rendered:
    """What the target would be sent, masked."""
    target, context = aim
    allowed = preparing.allowed(target, payload, domain)
    return targets.connector(target).preview(domain, allowed, context)


def payload_of(kind: Domain | Any, values: Values, code_of: CodeOf) -> dict[str, Any]:
    """The canonical form the values would have; a record without a number yet has a stand-in."""
    named = dict(values) | {"code": values.get("code") or "NEW"}
    return canonical.payload(
        kind,
        named,
        golden_id=values.get("golden_id") or NOBODY,
        version=1,
        status=values.get("status") or "active",
        effective_from=None,
        references={
            value: code_of(attribute.refers_to, value)
            for _, attribute, value in patches.walk(kind, values)
            if attribute.kind is Kind.REFERENCE
        },
    )


def _coded_by(inspection: Inspection) -> CodeOf:
    def code_of(domain: str, golden_id: str) -> str:
        found = inspection.values(domain, golden_id)
        return (found or {}).get("code") or "NEW"

    return code_of


def code_in_base(domain: str, golden_id: str) -> str:
    """The code a record has now."""
    rows = seams.subject(domain).model.objects.filter(pk=golden_id)
    found: str | None = rows.values_list("code", flat=True).first()
    return found or ""
