"""Repairs that rules offer: periods of neighbours cut or stretched so that all fit together."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from mdm.checks.findings import Inspection, proposals
from mdm.domains import cleaning
from mdm.domains.spec import Problem, Subject
from mdm.models import Change, ChangePart


def repairs(
    kind: Subject, golden_id: UUID, patch: Mapping[str, Any], *, action: str
) -> list[Problem]:
    """What is wrong with a proposed patch that one value each would put right."""
    part = ChangePart(subject=kind.code, golden_id=golden_id, action=action, patch=dict(patch))
    inspection = Inspection(Change(), proposals([part]))
    (proposal,) = inspection.proposals
    found = [
        *cleaning.problems(kind, proposal.after),
        *kind.links(proposal.after, proposal.before, inspection),
    ]
    return [problem for problem in found if problem.repair]


def repaired(found: list[Problem]) -> dict[str, str]:
    """The ready patch that takes them all."""
    return {problem.path: problem.repair for problem in found}
