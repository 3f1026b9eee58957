"""Wants the live version of records at a target: its first load, or after its filter changed."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from mdm.domains import DOMAINS
from mdm.errors import MdmError
from mdm.management.unchecked import UncheckedCommand
from publishing import relay, targets


class Command(UncheckedCommand):
    help = "Send the live version of every record a target takes and does not have."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", help="code of the target")
        parser.add_argument("--domain", choices=sorted(DOMAINS), default="")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            target = targets.find(options["target"])
        except MdmError as error:
            raise CommandError(str(error)) from None
        relay.run()
        count = relay.want_live(target, domain=options["domain"])
        self.stdout.write(f"{count} records are wanted at {target.name}.")
