"""Knocks at each target: does its address answer, do the credentials open the door?"""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from mdm.management.unchecked import UncheckedCommand
from publishing import sentences, targets
from publishing.addresses import AddressRefused
from publishing.connectors.base import Outcome
from publishing.models import Target
from publishing.preparing import context_for


class Command(UncheckedCommand):
    help = "Test the address and the credentials of targets; nothing is changed there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("codes", nargs="*", help="codes of targets; all of them without any")

    def handle(self, *args: Any, **options: Any) -> None:
        failed = 0
        for target in targets.live():
            if options["codes"] and target.code not in options["codes"]:
                continue
            words = _refusal(target)
            failed += bool(words)
            self.stdout.write(f"{target.code}: {words or 'lets us in'}")
        if failed:
            raise CommandError(f"{failed} of the targets cannot be reached.")


def _refusal(target: Target) -> str:
    """Why it does not let us in, as a sentence; "" when it does."""
    try:
        result = targets.connector(target).test(context_for(target), targets.channel(target))
    except AddressRefused as refused:
        return str(refused)
    if result.outcome is Outcome.OK:
        return ""
    return sentences.said(result.errors) or result.outcome.value
