"""Moves along whatever is due, without the broker, until SIGTERM or Ctrl-C."""

import signal
from typing import Any

from django.core.management.base import CommandParser

from mdm.management.unchecked import UncheckedCommand
from publishing.sweeper import POLL, Sweeper


class Command(UncheckedCommand):
    help = "Find due events, changes and deliveries, and move them along, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="go round once and end")
        parser.add_argument("--poll", type=float, default=POLL, help="seconds between two rounds")

    def handle(self, *args: Any, **options: Any) -> None:
        sweeper = Sweeper()
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, lambda *_: sweeper.stop())
        if options["once"]:
            sweeper.sweep()
            sweeper.stop()
        sweeper.run(poll=options["poll"])
