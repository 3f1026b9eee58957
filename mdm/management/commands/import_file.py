"""Bring a system's file in: preview it, or run it and file its change.

    manage.py import_file --system erp --domain supplier vendors.csv --by steward --submit

Exit codes: 0 done, or nothing to do; 1 the file, a column or an argument was refused, nothing was
written; 3 done, but some rows were refused.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

from mdm.domains import DOMAINS
from mdm.errors import MdmError
from mdm.imports import run as imports
from mdm.imports.map import Unmapped
from mdm.imports.preview import LABELS
from mdm.imports.read import ENCODINGS
from mdm.management.unchecked import UncheckedCommand
from mdm.models import ImportRun

SOME_REFUSED = 3
SHOWN_GROUPS = 20


class Command(UncheckedCommand):
    """Safe to repeat: the same file twice changes nothing."""

    help = "Bring a system's file in: preview it, or run it and file its change."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="A CSV file or an Excel workbook (.xlsx).")
        parser.add_argument("--system", required=True, help="Code of the system it comes from.")
        parser.add_argument("--domain", required=True, choices=list(DOMAINS))
        parser.add_argument(
            "--by", help="The account that imports; needed where there are several."
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=TARGET",
            help="What a column means, such as NAME1=legal_name; COLUMN= leaves it out.",
        )
        parser.add_argument(
            "--leave-out-unknown",
            action="store_true",
            help="Leave out columns of which nothing is known, instead of refusing the file.",
        )
        parser.add_argument("--encoding", default="", choices=list(ENCODINGS))
        parser.add_argument("--sheet", default="", help="The sheet of a workbook; the first one.")
        parser.add_argument("--dry-run", action="store_true", help="Show what it would do.")
        parser.add_argument(
            "--submit", action="store_true", help="Submit the change; else it stays a draft."
        )
        parser.add_argument("--result", type=Path, help="Write what became of each row here.")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = self._run(options)
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from error
        except MdmError as error:
            raise CommandError(str(error)) from error
        self._report(run, options)
        if run.state == ImportRun.State.FAILED:
            raise CommandError(run.problem)
        if run.counts.get("refused"):
            sys.exit(SOME_REFUSED)

    def _run(self, options: dict[str, Any]) -> ImportRun:
        by, said = _account(options["by"]), dict(_pair(text) for text in options["map"])
        run = imports.upload(
            options["system"],
            options["domain"],
            options["file"].name,
            options["file"].read_bytes(),
            by=by,
            encoding=options["encoding"],
            sheet=options["sheet"],
        )
        try:
            run = imports.map_columns(run, self._columns(run, said, options), by=by)
            run = imports.preview_run(run)
        except MdmError:
            imports.cancel(run, by=by)
            raise
        if options["dry_run"]:
            return imports.cancel(run, by=by)
        run = imports.start(run, by=by, is_submitted=options["submit"])
        run = imports.perform(run)
        if options["result"]:
            options["result"].write_bytes(imports.result_file(run))
        return run

    def _columns(
        self, run: ImportRun, said: dict[str, str], options: dict[str, Any]
    ) -> dict[str, str]:
        """What was said of the columns, and what is suggested for the others."""
        columns = dict(said)
        taken = {word for written in said.values() for word in written.split()}
        unknown = []
        for suggestion in imports.suggestions(run):
            header = suggestion.header
            if header in said:
                continue
            if suggestion.target and not set(suggestion.target.split()) & taken:
                columns[header] = suggestion.target
            elif suggestion.confidence == 1.0 or options["leave_out_unknown"]:
                columns[header] = ""
            else:
                unknown.append(header)
        if unknown and set(said) <= set(run.preview["headers"]):
            raise Unmapped(unknown)
        return columns

    def _report(self, run: ImportRun, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(_facts(run)))
            return
        for header, target in run.columns.items():
            self.stdout.write(f"  {header} -> {target or '(left out)'}")
        for group in run.preview.get("groups", [])[:SHOWN_GROUPS]:
            values = ", ".join(v["found"] or "(empty)" for v in group["values"][:3])
            self.stdout.write(
                f"{group['level']}: {group['column']}: {values}: expected {group['expected']}. "
                f"{group['hint']} ({group['count']} rows: {', '.join(map(str, group['rows'][:5]))})"
            )
        counts = (f"{run.counts.get(code, 0)} {label.lower()}" for code, label in LABELS.items())
        self.stdout.write(f"{run.counts.get('rows', 0)} rows: {', '.join(counts)}.")
        if run.change is not None:
            change = run.change
            self.stdout.write(f"{change.number} is {change.get_state_display().lower()}.")


def _facts(run: ImportRun) -> dict[str, Any]:
    return {
        "run": str(run.pk),
        "state": run.state,
        "problem": run.problem,
        "columns": run.columns,
        "counts": run.counts,
        "problems": run.preview.get("groups", []),
        "change": run.change.number if run.change else None,
    }


def _pair(text: str) -> tuple[str, str]:
    header, equals, target = text.partition("=")
    if not equals:
        raise CommandError(f"--map {text!r} must be written COLUMN=TARGET.")
    return header.strip(), target.strip()


def _account(name: str | None) -> Any:
    """The account that imports and so may not approve; somebody must answer for it."""
    users = get_user_model().objects.filter(is_active=True)
    if name:
        user = users.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no active account {name!r}.")
        return user
    importers = list(
        users.filter(grants__role__in=imports.permissions.ACTIONS["import"]).distinct()[:2]
    )
    if len(importers) == 1:
        return importers[0]
    raise CommandError("Say who imports, with --by ACCOUNT: somebody must answer for it.")
