"""What would be sent: a target's fields before and after a change, or of a delivery; masked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mdm.checks.findings import Proposal, proposals
from mdm.domains.spec import Domain
from mdm.models import ChangePart
from publishing import preparing, readiness, targets
from publishing.connectors.base import PlannedRequest, Rendered
from publishing.models import Replica
from publishing.readiness import Aim, Readiness


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a target, before and after."""

    target_path: str
    canonical_path: str
    before: str
    after: str
    transform: str

    @property
    def is_changed(self) -> bool:
        """Whether the change moves it."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class TargetPreview:
    """What a change would alter in one target's fields."""

    readiness: Readiness
    lines: tuple[Line, ...]

    @property
    def changed(self) -> tuple[Line, ...]:
        """Only the fields that move."""
        return tuple(line for line in self.lines if line.is_changed)


def of_part(part: ChangePart) -> list[TargetPreview]:
    """Each target's fields before and after a part of a change."""
    proposal = proposals([part])[0]
    if not isinstance(proposal.kind, Domain):
        return []
    return [of_proposal(aim, proposal) for aim in readiness.aims(proposal.kind.code)]


def of_replica(replica: Replica) -> Rendered | None:
    """What a delivery would send now: requests, problems and the way of each value."""
    if replica.wanted_event is None:
        return None
    target = replica.target
    try:
        full = preparing.opened(replica.wanted_event.payload)
    except preparing.Unready:
        return None
    context = preparing.context_for(target, replica=replica, event=replica.wanted_event)
    payload = preparing.allowed(target, full, replica.domain)
    return targets.connector(target).preview(replica.domain, payload, context)


def requests_of(rendered: Rendered | None) -> tuple[PlannedRequest, ...]:
    """The requests of a preview, none where there is none."""
    return rendered.requests if rendered else ()


def of_proposal(aim: Aim, proposal: Proposal) -> TargetPreview:
    """One target's fields before and after what is proposed."""
    after = _payload(proposal, proposal.after)
    rendered = readiness.render(aim, proposal.kind.code, after)
    before: dict[tuple[str, str], str] = {}
    if not proposal.is_new:
        earlier = readiness.render(aim, proposal.kind.code, _payload(proposal, proposal.before))
        before = {(t.canonical_path, t.target_path): str(t.value) for t in earlier.trace}
    traced = {(t.canonical_path, t.target_path): t for t in rendered.trace}
    lines = tuple(
        Line(
            at[1],
            at[0],
            before.get(at, ""),
            str(traced[at].value) if at in traced else "",
            traced[at].transform if at in traced else "",
        )
        for at in dict.fromkeys([*traced, *before])
    )
    made = readiness.ready(aim, proposal.kind.code, after, proposal.after)
    return TargetPreview(made, lines)


def _payload(proposal: Proposal, values: Mapping[str, Any]) -> dict[str, Any]:
    return readiness.payload_of(proposal.kind, dict(values), readiness.code_in_base)
