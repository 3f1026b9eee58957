"""Compare the live records of a domain with each other, and keep what a steward should see."""

import json
from typing import Any

from django.core.management.base import CommandParser

from matching import candidates
from mdm.domains import DOMAINS
from mdm.management.unchecked import UncheckedCommand


class Command(UncheckedCommand):
    """Find duplicates in the whole base. Safe to repeat: what was judged stays judged."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Which domains, and how to answer."""
        parser.add_argument(
            "--domain", choices=list(DOMAINS), help="one domain; all of them otherwise"
        )
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and say how many pairs were found."""
        codes = [options["domain"]] if options["domain"] else list(DOMAINS)
        counts = {code: candidates.sweep(code) for code in codes}
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        for code, count in counts.items():
            self.stdout.write(f"{code}: {count} pairs")
