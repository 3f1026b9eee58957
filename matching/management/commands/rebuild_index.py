"""Write the match index of the live records again: after a change of the engine's keys."""

import json
from typing import Any

from django.core.management.base import CommandParser

from matching import index
from mdm.domains import DOMAINS
from mdm.management.unchecked import UncheckedCommand


class Command(UncheckedCommand):
    """Rebuild features, keys and word counts, domain by domain. Safe to repeat."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Which domains, and how to answer."""
        parser.add_argument(
            "--domain", choices=list(DOMAINS), help="one domain; all of them otherwise"
        )
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and say how many records there were."""
        codes = [options["domain"]] if options["domain"] else list(DOMAINS)
        counts = {code: index.rebuild(code) for code in codes}
        if options["json"]:
            self.stdout.write(json.dumps(counts))
            return
        for code, count in counts.items():
            self.stdout.write(f"{code}: {count} records")
