"""Serve the simulators of the targets until stopped."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from mdm.management.unchecked import UncheckedCommand
from publishing.twins import cli


class Command(UncheckedCommand):
    help = "Serve the simulators of the targets (Coupa, SAP S/4HANA) until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        host, port = settings.MDM_TWINS_LISTEN
        cli.add_arguments(parser, host=host, port=port, data=Path(settings.MDM_DATA) / "twins")

    def handle(self, *args: Any, **options: Any) -> None:
        cli.run(options["host"], options["port"], options["data"], sync=options["sync"])
