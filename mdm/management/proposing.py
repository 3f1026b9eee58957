"""A command that proposes a change in somebody's name; somebody else approves it."""

import argparse
import json
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.db import transaction

from mdm import changes, seams
from mdm.domains import domain_by_path
from mdm.domains.spec import Domain
from mdm.errors import MdmError
from mdm.management.unchecked import UncheckedCommand
from mdm.models import Change, ChangePart
from mdm.queries import differences


class ProposingCommand(UncheckedCommand):
    """What such commands have in common. They write no record.

    The change stays a draft unless --submit is given. Exit codes: 0 done; 1 it cannot be done.
    """

    parts: list[dict[str, Any]]

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
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
                change, left = self.proposed(by, options)
                if options["submit"]:
                    change = changes.submit_explained(change, by=by)
                self.parts = _parts(change)
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except MdmError as error:
            raise CommandError(str(error)) from error
        self._tell(change, left, options)

    def proposed(self, by: Any, options: dict[str, Any]) -> tuple[Change, list[str]]:
        """The draft, and what was left out of it, a sentence each."""
        raise NotImplementedError

    def _tell(self, change: Change, left: list[str], options: dict[str, Any]) -> None:
        is_dry = options["dry_run"]
        if options["json"]:
            # the number of a dry run goes to the next change
            found: dict[str, Any] = {} if is_dry else {"number": change.number}
            found |= {"state": change.state, "title": change.title}
            found |= {"parts": self.parts, "left_out": left}
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        who = "It would be" if is_dry else f"{change.number} is"
        self.stdout.write(f"{who} {change.state}: {change.title}")
        for part in self.parts:
            self.stdout.write(f"{part['label']}: {part['action']}")
            for one in part["values"]:
                old, new = one["before"] or "(none)", one["after"] or "(none)"
                self.stdout.write(f"  {one['path']}: {old} -> {new}")
        for line in left:
            self.stdout.write(f"left out: {line}")


def _parts(change: Change) -> list[dict[str, Any]]:
    """What it would write, part by part: before and after in words, secrets masked."""
    return [
        {
            "label": part.label,
            "action": part.action,
            "values": [
                {"path": row.path, "before": row.old, "after": row.new} for row in _rows(part)
            ],
        }
        for part in change.parts.order_by("position")
    ]


def _rows(part: ChangePart) -> list[differences.Row]:
    before = {path: part.seen.get(path) for path in part.patch}  # a merge has seen other things too
    return differences.rows(seams.subject(part.subject), part.patch, before)


def record_named(path: str, code: str) -> tuple[Domain, Any]:
    """The one record of a domain, by its path, with a number."""
    kind = domain_by_path(path)
    rows = list(kind.model.objects.filter(code=code)[:2])
    if not rows:
        raise CommandError(f"There is no {kind.label.lower()} {code[:40]}.")
    if len(rows) > 1:
        raise CommandError(f"More than one {kind.label.lower()} has the number {code[:40]}.")
    return kind, rows[0]
