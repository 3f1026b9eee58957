"""Fill an empty installation with demo data; only with MDM_DEMO."""

import argparse
from typing import Any

from django.core.management.base import CommandError

from mdm.demo import seed
from mdm.errors import MdmError
from mdm.management.unchecked import UncheckedCommand


class Command(UncheckedCommand):
    """Deterministic, and safe to repeat: what was seeded is left alone."""

    help = "Fill an empty installation with demo data; only with MDM_DEMO."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--size", choices=seed.SIZES, default=seed.SIZES[0], help="How much of it."
        )
        parser.add_argument(
            "--seed", type=int, default=seed.SEED, help="Another number tells another story."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            is_new = seed.seed(options["seed"])
        except MdmError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stdout.write("Seeded." if is_new else "The demo data is here already.")
