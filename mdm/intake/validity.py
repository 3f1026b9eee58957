"""Would what is planned pass the checks that no change may fail? Those that would not are refused
here, one by one, so that one bad row does not stop a file."""

from collections.abc import Sequence

from mdm import checks
from mdm.checks import builtin
from mdm.domains.ids import uuid7
from mdm.domains.spec import Domain
from mdm.intake.planning import ACTIONS, Outcome, Planned
from mdm.models import Change, ChangePart

MUST_PASS = (builtin.validation, builtin.references)


def refuse_invalid(domain: Domain, planned: Sequence[Planned]) -> None:
    """Turn those into refused ones whose record would be invalid, and say why."""
    parts = [
        (
            one,
            ChangePart(
                subject=domain.code,
                golden_id=one.golden_id or uuid7(),
                action=ACTIONS[one.outcome],
                patch=one.patch,
            ),
        )
        for one in planned
        if one.outcome in ACTIONS
    ]
    if not parts:
        return
    inspection = checks.Inspection(
        Change(channel=Change.Channel.IMPORT), checks.proposals([part for _, part in parts])
    )
    owner = {part.pk: one for one, part in parts}
    for check in MUST_PASS:
        for finding in check(inspection):
            if finding.outcome == checks.FAIL and finding.part is not None:
                one = owner[finding.part.pk]
                said = "" if one.outcome is not Outcome.REFUSED else f"{one.sentence} "
                one.outcome, one.sentence = Outcome.REFUSED, f"{said}{finding.sentence}"
