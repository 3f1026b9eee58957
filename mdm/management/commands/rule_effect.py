"""What a change of rules or trust would flip, over all records, before anybody approves it.

    manage.py rule_effect CR-1042 --json

Exit codes: 0 done; 1 there is no such change, or it is about no rule.
"""

import argparse
import json
from typing import Any

from django.core.management.base import CommandError

from mdm import effects
from mdm.effects import Effect
from mdm.errors import MdmError
from mdm.management.unchecked import UncheckedCommand
from mdm.models import Change
from mdm.queries import flips


class Command(UncheckedCommand):
    """Reads only: nothing is written, however often it runs."""

    help = "Say what a change of rules or trust would flip, over all records."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("change", help="The number of the change, such as CR-1042.")
        parser.add_argument("--limit", type=int, default=20, help="Records to print.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        change = Change.objects.filter(number=options["change"]).first()
        if change is None:
            raise CommandError(f"There is no change {options['change'][:40]}.")
        parts = list(change.parts.filter(subject__in=effects.RULING))
        if not any(effects.bears(part) for part in parts):
            raise CommandError(f"{change.number} changes no rule, no trust and no authority.")
        try:
            found = effects.effect(parts, most=max(0, options["limit"]))
        except MdmError as error:
            raise CommandError(str(error)) from error
        targets = flips.payloads(found)
        if options["json"]:
            self.stdout.write(json.dumps(flips.as_json(found) | {"targets": targets}))
            return
        self._write(found, targets)

    def _write(self, found: Effect, targets: list[str]) -> None:
        self.stdout.write(flips.sentence(found))
        for line in targets:
            self.stdout.write(line)
        for one in flips.lines(found):
            self.stdout.write(f"{one.record}, {one.label}: {one.before} -> {one.after}")
