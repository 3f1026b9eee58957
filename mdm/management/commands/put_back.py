"""Propose to put a version of a record back, or to undo an applied change. Writes no record.

    manage.py put_back --change CR-1042 --by steward --dry-run
    manage.py put_back --record suppliers S-100001 --at-version 3 --path payment_terms --by steward

The change stays a draft unless --submit is given. Exit codes: 0 done; 1 it cannot be done.
"""

import argparse
from typing import Any

from django.core.management.base import CommandError

from mdm import changes
from mdm.management.proposing import ProposingCommand, record_named
from mdm.models import Change


class Command(ProposingCommand):
    """Files a change in somebody's name; somebody else approves it."""

    help = "Propose to put back a version of a record, or what a change did."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--change", help="The applied change to undo, such as CR-1042.")
        what.add_argument("--record", nargs=2, help="The path of its domain, and its number.")
        parser.add_argument("--at-version", type=int, dest="number", help="Of the record.")
        parser.add_argument("--path", action="append", help="Only this value; may be repeated.")
        parser.add_argument(
            "--include", action="append", default=[], help="Edited since, as 0:name."
        )
        super().add_arguments(parser)

    def proposed(self, by: Any, options: dict[str, Any]) -> tuple[Change, list[str]]:
        """What was, proposed again; values edited since are left out unless they are included."""
        if not options["change"]:
            return self._restored(by, options), []
        change = Change.objects.filter(number=options["change"]).first()
        if change is None:
            raise CommandError(f"There is no change {options['change'][:40]}.")
        fresh, undone = changes.undo(
            change,
            by=by,
            chosen=options["include"],
            reason=options["reason"],
            channel=Change.Channel.COMMAND,
        )
        return fresh, [f"{one.choice} of {one.label}. {one.why}" for one in undone.left_out]

    def _restored(self, by: Any, options: dict[str, Any]) -> Change:
        if not options["number"]:
            raise CommandError("Say which version, with --at-version.")
        kind, row = record_named(*options["record"])
        return changes.restore(
            kind,
            row.pk,
            version=options["number"],
            paths=options["path"],
            by=by,
            reason=options["reason"],
            channel=Change.Channel.COMMAND,
        )
