"""Begins a new restore epoch: run it once after the database was restored from a backup.

Versions given since the backup are then given again to other contents; with the epoch in their
idempotency keys, no target takes the new content for a repeat of the old one.
"""

from typing import Any

from django.db import transaction

from mdm import ledger
from mdm.management.unchecked import UncheckedCommand
from publishing import standing
from publishing.models import Replica


class Command(UncheckedCommand):
    help = "Begin a new restore epoch, after the database was restored from a backup."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            state = standing.lock_relay()
            state.epoch += 1
            state.save(update_fields=["epoch"])
            Replica.objects.update(is_in_doubt=True)
            ledger.append("restore_epoch", person="command", subject=str(state.epoch))
        words = "every target is looked at before it is written to"
        self.stdout.write(f"Restore epoch {state.epoch}: {words}.")
