"""Propose to put a version of a record back, or to undo an applied change. Writes no record.

    manage.py put_back --change CR-1042 --by steward --dry-run
    manage.py put_back --record suppliers S-100001 --at-version 3 --path payment_terms --by steward

The change stays a draft unless --submit is given. Exit codes: 0 done; 1 it cannot be done.
"""

import argparse
import json
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from mdm import changes
from mdm.domains import domain_by_path
from mdm.errors import MdmError
from mdm.models import Change


class Command(BaseCommand):
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
        parser.add_argument("--by", required=True, help="The user who proposes it.")
        parser.add_argument("--reason", default="", help="Why; the reviewer reads it.")
        parser.add_argument("--submit", action="store_true", help="Put it before its reviewers.")
        parser.add_argument("--dry-run", action="store_true", help="Say it, and file nothing.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        by = get_user_model().objects.filter(username=options["by"]).first()
        if by is None:
            raise CommandError(f"There is no user {options['by'][:40]}.")
        try:
            with transaction.atomic():
                found = self._proposed(by, options)
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except MdmError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(found))
            return
        would = "would be" if options["dry_run"] else "is"
        self.stdout.write(f"{found['number']} {would} {found['state']}: {found['title']}")
        for line in found["left_out"]:
            self.stdout.write(f"left out: {line}")

    def _proposed(self, by: Any, options: dict[str, Any]) -> dict[str, Any]:
        left: list[str] = []
        if options["change"]:
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
            left = [f"{one.choice} of {one.label}. {one.why}" for one in undone.left_out]
        else:
            fresh = self._restored(by, options)
        if options["submit"]:
            fresh = changes.submit(fresh, by=by)
        return {
            "number": fresh.number,
            "state": fresh.state,
            "title": fresh.title,
            "left_out": left,
        }

    def _restored(self, by: Any, options: dict[str, Any]) -> Change:
        path, code = options["record"]
        kind = domain_by_path(path)
        rows = list(kind.model.objects.filter(code=code)[:2])
        if len(rows) != 1 or not options["number"]:
            raise CommandError(
                "Name one record by its domain and number, and an --at-version of it."
            )
        return changes.restore(
            kind,
            rows[0].pk,
            version=options["number"],
            paths=options["path"],
            by=by,
            reason=options["reason"],
            channel=Change.Channel.COMMAND,
        )
