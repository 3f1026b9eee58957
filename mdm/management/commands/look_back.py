"""A record as it was valid on a day, as known on a day; sealed values masked.

    manage.py look_back suppliers S-100001 --as-of 2026-03-01 --known-at 2026-06-01 --json

Exit codes: 0 done; 1 there is no such record, or it was not there.
"""

import argparse
import json
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.management.base import CommandError

from mdm import history, vault
from mdm.clocks import Clocks
from mdm.domains import DOMAINS, domain_by_path
from mdm.errors import MdmError
from mdm.management.unchecked import UncheckedCommand


def day(text: str) -> date:
    """A day of the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-03-01.") from error


class Command(UncheckedCommand):
    """Reads only."""

    help = "Say what a record was on a day, as known on a day."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("domain", choices=[d.path for d in DOMAINS.values()], help="Its path.")
        parser.add_argument("code", help="The record's number, such as S-100001.")
        parser.add_argument("--as-of", type=day, help="The business day; today when left out.")
        parser.add_argument("--known-at", type=day, help="Known by the end of this day (UTC).")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = domain_by_path(options["domain"])
        rows = list(kind.model.objects.filter(code=options["code"])[:2])
        if len(rows) != 1:
            many = "More than one" if rows else "No"
            raise CommandError(
                f"{many} {kind.label.lower()} has the number {options['code'][:40]}."
            )
        known_on = options["known_at"]
        known = datetime.combine(known_on, time.max, tzinfo=UTC) if known_on else None
        try:
            past = history.past(kind, rows[0].pk, Clocks.at(options["as_of"], known))
        except MdmError as error:
            raise CommandError(str(error)) from error
        values = vault.mask_values(kind, past.values)
        if options["json"]:
            self.stdout.write(json.dumps(values | {"version": past.version}, ensure_ascii=False))
            return
        self.stdout.write(f"{values['code']}, {values['status']}, version {past.version}")
        for code, value in values.items():
            if value and code not in ("code", "status", "golden_id"):
                said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                self.stdout.write(f"{code}: {said}")
