"""Run every check on a change and keep what they say on it, like checks on a pull request."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from mdm import seams
from mdm.checks.builtin import CHEAP, CHECKS
from mdm.checks.findings import FAIL, PASS, WARN, Finding, Inspection, Proposal, proposals
from mdm.models import Change, ChangePart, CheckResult

__all__ = [
    "CHEAP",
    "FAIL",
    "PASS",
    "WARN",
    "Finding",
    "Inspection",
    "Proposal",
    "failed",
    "preview",
    "proposals",
    "run",
    "run_again",
]

KEPT_PER_CHECK = 500
BLOCKING = ("validation", "references")


def preview(change: Change, parts: Sequence[ChangePart]) -> list[Finding]:
    """What the checks say, without keeping it: for a form that is still being filled in."""
    inspection = Inspection(change, proposals(parts))
    return [finding for check in [*CHECKS, *seams.change_checks()] for finding in check(inspection)]


def run(change: Change) -> list[Finding]:
    """Run every check now and replace what they said before."""
    parts = list(change.parts.all())
    findings = preview(change, parts)
    with transaction.atomic():
        CheckResult.objects.filter(change=change).delete()
        CheckResult.objects.bulk_create(_rows(change, findings), batch_size=200)
    return findings


def run_again(change: Change, codes: Iterable[str] = tuple(CHEAP)) -> None:
    """Replace what some of the cheap checks said before with what they say now."""
    codes = list(codes)
    inspection = Inspection(change, proposals(list(change.parts.all())))
    findings = [finding for code in codes for finding in CHEAP[code](inspection)]
    with transaction.atomic():
        CheckResult.objects.filter(change=change, code__in=codes).delete()
        CheckResult.objects.bulk_create(_rows(change, findings), batch_size=200)


def failed(change: Change) -> list[CheckResult]:
    """The failures kept on the change."""
    return list(CheckResult.objects.filter(change=change, outcome=FAIL))


def _rows(change: Change, findings: Iterable[Finding]) -> list[CheckResult]:
    kept: dict[str, int] = {}
    rows: list[CheckResult] = []
    for finding in findings:
        kept[finding.code] = kept.get(finding.code, 0) + 1
        if kept[finding.code] <= KEPT_PER_CHECK:
            facts: dict[str, Any] = {
                name: getattr(finding, name)
                for name in ("outcome", "code", "sentence", "path", "part", "link")
            }
            rows.append(CheckResult(change=change, content_hash=change.content_hash, **facts))
    return rows
