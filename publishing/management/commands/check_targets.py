"""Knocks at each target: does its address answer, do the credentials open the door?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from publishing import sentences, targets
from publishing.connectors.base import Outcome
from publishing.preparing import context_for


class Command(BaseCommand):
    help = "Test the address and the credentials of targets; nothing is changed there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("codes", nargs="*", help="codes of targets; all of them without any")

    def handle(self, *args: Any, **options: Any) -> None:
        failed = 0
        for target in targets.live():
            if options["codes"] and target.code not in options["codes"]:
                continue
            result = targets.connector(target).test(context_for(target), targets.channel(target))
            good = result.outcome is Outcome.OK
            failed += not good
            words = "lets us in" if good else sentences.said(result.errors) or result.outcome.value
            self.stdout.write(f"{target.code}: {words}")
        if failed:
            raise CommandError(f"{failed} of the targets cannot be reached.")
