"""Make an API token for an account; its text is printed once, and never again."""

import argparse
import json
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError

from mdm import tokens
from mdm.errors import MdmError
from mdm.management.unchecked import UncheckedCommand


class Command(UncheckedCommand):
    """`manage.py create_token integrator --name "Order system" --scope read --scope source`."""

    help = "Make an API token for an account; its text is printed once."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("username", help="The account that the token speaks for.")
        parser.add_argument("--name", default="API", help="What the token is for.")
        parser.add_argument(
            "--scope",
            action="append",
            choices=tokens.SCOPES,
            help="May be given more than once; read when left out.",
        )
        parser.add_argument("--days", type=int, default=90, help="How long it lives (90).")
        parser.add_argument("--json", action="store_true", help="Print one JSON object.")

    def handle(self, *args: Any, **options: Any) -> None:
        users = get_user_model().objects
        user = users.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"There is no account {options['username']!r}.")
        try:
            token, text = tokens.issue(
                user,
                name=options["name"],
                scopes=options["scope"] or ["read"],
                lifetime=timedelta(days=options["days"]),
                by="command line",
            )
        except MdmError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            facts = {"token": text, "id": str(token.id), "scopes": token.scopes}
            self.stdout.write(json.dumps(facts | {"expires_at": token.expires_at.isoformat()}))
            return
        self.stdout.write(text)
        self.stderr.write(
            f"Speaks for {user} with scope {', '.join(token.scopes)} until "
            f"{token.expires_at:%Y-%m-%d %H:%M} UTC. It is not shown again."
        )
