"""Django's migrate, with the triggers taken off before tables change and put back after.

A table rebuild on SQLite drops triggers silently, and on PostgreSQL an old trigger does not know a
new column; so they are always those of the models as they are now.
"""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from mdm import anchor


class Command(Migrate):
    """Apply migrations, then install every trigger."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run Django's command between taking the triggers off and putting them back."""
        connection = connections[options["database"]]
        if options["plan"] or options["check_unapplied"]:
            super().handle(*args, **options)
            return
        anchor.drop(connection)
        try:
            super().handle(*args, **options)
        finally:
            count = anchor.install(connection)
        if options["verbosity"]:
            self.stdout.write(f"  {count} triggers keep history and four eyes.")
