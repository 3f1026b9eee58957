"""Add the countries, currencies and units that are missing; run it after each `migrate`."""

from typing import Any

from mdm import reference_data
from mdm.management.unchecked import UncheckedCommand


class Command(UncheckedCommand):
    """Safe to repeat: rows that are there are left alone."""

    help = "Add the countries, currencies and units that are missing."

    def handle(self, *args: Any, **options: Any) -> None:
        added = reference_data.load()
        if options["verbosity"]:
            self.stdout.write(f"{added} rows added." if added else "Nothing is missing.")
