"""Runs the whole installation: broker, web, worker, scheduler, sweeper, and a demo's twins."""

from typing import Any

from django.core.management.base import BaseCommand

from mdm.supervisor.run import run


class Command(BaseCommand):
    help = "Run the whole installation until Ctrl-C or SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        run(self._say)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
