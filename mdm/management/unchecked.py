"""A command that starts without Django's system checks.

They load every page and the whole API, which takes longer than most commands. `./run check` and the
start of the installation run them.
"""

from django.core.management.base import BaseCommand


class UncheckedCommand(BaseCommand):
    """What every command of the product is, but those that start or migrate it."""

    requires_system_checks = []
