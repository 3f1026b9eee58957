"""Propose what time alone turns: pins that ended, trust that decayed.

    manage.py flip_due --json

Exit code: 0, whether anything was due or not.
"""

import argparse
import json
from typing import Any

from mdm import turning
from mdm.management.unchecked import UncheckedCommand


class Command(UncheckedCommand):
    """Safe to repeat: one change per domain and day, and no record in two of them."""

    help = "Propose what time alone turns: pins that ended, trust that decayed."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Count what is due; propose nothing."
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        due = turning.due_count()
        made = [] if options["dry_run"] else turning.propose_due()
        if options["json"]:
            numbers = [change.number for change in made]
            self.stdout.write(json.dumps({"due": due, "changes": numbers}))
            return
        self.stdout.write(f"{due} records are due.")
        for change in made:
            self.stdout.write(f"{change.number}: {change.title}.")
