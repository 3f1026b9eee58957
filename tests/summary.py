"""Adds up the parts of a test run: `python -m tests.summary FOLDER name=status ...`.

A part is a result file FOLDER/name.xml, or a command that has only its exit status. The last line
is the whole: N passed, N failed, N skipped.
"""

import sys
from pathlib import Path
from typing import NamedTuple

from defusedxml import ElementTree

NOTHING_COLLECTED = 5


class Counts(NamedTuple):
    """How many tests ended how."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def counts(result: Path, status: int) -> Counts:
    """Of one part; one that ended badly counts as failed although no test of it did."""
    if not result.exists():
        return Counts(passed=int(status == 0), failed=int(status != 0))
    total = failed = skipped = 0
    for suite in ElementTree.parse(result).getroot().iter("testsuite"):
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    failed_otherwise = status not in {0, NOTHING_COLLECTED} and not failed
    return Counts(max(0, total - failed - skipped), failed + failed_otherwise, skipped)


def reasons(result: Path) -> list[str]:
    """Why tests were skipped, each reason once."""
    if not result.exists():
        return []
    skips = ElementTree.parse(result).getroot().iter("skipped")
    return sorted({(skip.get("message") or "").strip() for skip in skips} - {""})


def main(folder: Path, parts: list[str]) -> int:
    print("\n== Summary")
    whole = Counts()
    for part in parts:
        name, _, status = part.partition("=")
        result = folder / f"{name}.xml"
        one = counts(result, int(status))
        whole = Counts(*(a + b for a, b in zip(whole, one, strict=True)))
        print(f"  {name:<10} {one}")
        for reason in reasons(result):
            print(f"             skipped: {reason}")
    print(whole)
    return whole.failed > 0 or whole.passed == 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
