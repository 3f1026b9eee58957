"""Propose that records become one, or that a merge is taken back. Writes no record.

    manage.py merge suppliers S-100001 S-100007 S-100009 --by steward --reason "One company"
    manage.py merge suppliers S-100001 S-100007 --pick legal_name="Nordwind GmbH" --by steward
    manage.py merge suppliers S-100001 S-100007 --undo --by steward --submit --reason "Two"

The first number is that of the record that stays. It is a draft unless --submit is given,
which needs a reason.
Exit codes: 0 done; 1 it cannot be done, and every clash that is to be picked is named.
"""

import argparse
from typing import Any

from django.core.management.base import CommandError

from mdm import changes
from mdm.management.proposing import ProposingCommand, record_named
from mdm.models import Change


class Command(ProposingCommand):
    """Files a merge, or its inverse, in somebody's name; somebody else approves it."""

    help = "Propose to merge records, or to take a merge back."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("domain", help="The path of the domain, such as suppliers.")
        parser.add_argument("survivor", help="The number of the record that stays.")
        parser.add_argument("others", nargs="+", help="Those that lead to it from then on.")
        parser.add_argument(
            "--pick", action="append", default=[], help="A value by hand, as path=value."
        )
        parser.add_argument("--undo", action="store_true", help="Take the merge back.")
        parser.add_argument(
            "--give", action="append", default=[], help="A path edited since that the other gets."
        )
        super().add_arguments(parser)

    def proposed(self, by: Any, options: dict[str, Any]) -> tuple[Change, list[str]]:
        """The merge of all the others, or the inverse of one."""
        kind, survivor = record_named(options["domain"], options["survivor"])
        others = [record_named(options["domain"], code)[1].pk for code in options["others"]]
        said = {"by": by, "reason": options["reason"], "channel": Change.Channel.COMMAND}
        if not options["undo"]:
            picks = dict(_pick(text) for text in options["pick"])
            return changes.merge(kind, survivor.pk, others, picks, **said), []
        if len(others) != 1:
            raise CommandError("Take merges back one by one: name one other record.")
        given = dict.fromkeys(options["give"], "other")
        return changes.unmerge(kind, survivor.pk, others[0], given, **said), []


def _pick(text: str) -> tuple[str, str]:
    path, mark, value = text.partition("=")
    if not mark:
        raise CommandError(f"{text[:60]!r} is not a path=value.")
    return path, value
