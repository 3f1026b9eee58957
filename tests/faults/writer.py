"""The people of a fault test, in a process of their own: they set up, approve, and wait.

    python -m tests.faults.writer set_up TWINS_URL   both targets, reference data
    python -m tests.faults.writer approve FROM TO    each supplier's next version, one change each
    python -m tests.faults.writer wait SECONDS       until every target has what is wanted

Each prints one JSON document: what was approved, or what is still behind.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdm.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first
from django.contrib.auth import get_user_model  # noqa: E402

from mdm import changes  # noqa: E402
from mdm.domains.supplier import Supplier  # noqa: E402
from publishing import standing  # noqa: E402
from publishing.models import Replica  # noqa: E402
from publishing.twins import credentials  # noqa: E402
from tests import make  # noqa: E402
from tests.publishing.making import make_target  # noqa: E402

OPTIONS = {"lease_seconds": "6", "per_second": "500"}
ADDRESS = {
    "street": "Hafenstrasse",
    "house_number": "12",
    "city": "Hamburg",
    "postal_code": "20457",
    "country": "DE",
    "is_default": "true",
    "purposes": "registered,remit_to",
}


def set_up(url: str) -> Any:
    """Both targets, with short leases, so that a strand is short too."""
    people = make.people()
    make.reference(people)
    held = credentials.load(Path(settings.MDM_DATA) / "twins")
    for code, connector, given in (
        (
            "coupa",
            "coupa",
            {"client_id": held.coupa_client_id, "client_secret": held.coupa_client_secret},
        ),
        ("s4", "sap-s4hana", {"username": held.s4_user, "password": held.s4_password}),
    ):
        target = make_target(
            people, code, connector=connector, address=f"{url}/{code}", options=OPTIONS
        )
        standing.set_credentials(target, given, by=people["integrator"])
    return {"targets": 2}


def approve(first: str, last: str) -> Any:
    """The next version of suppliers number `first` to `last`, each in a change of its own."""
    users = {u.get_username(): u for u in get_user_model().objects.all()}
    done = []
    for number in range(int(first), int(last)):
        code = f"S-{number:06d}"
        row = Supplier.objects.filter(code=code).first()
        version = row.version + 1 if row else 1
        name = f"Supplier {number} version {version}"
        patch: dict[str, Any] = {"legal_name": name}
        if row is None:
            patch |= {"code": code, "country": "DE", "payment_terms": "NET30", "currency": "EUR"}
            patch |= {"category": "organization", "language": "de", "addresses[A1]": ADDRESS}
        change = changes.draft(
            subject="supplier",
            action="update" if row else "create",
            golden_id=row.pk if row else None,
            patch=patch,
            by=users["requester"],
            reason="Fault test",
        )
        change = make.approved(change, users["approver"])
        assert change.state == "applied", (code, change.state)
        known = {"code": code, "version": version, "name": name}
        done.append(known | {"correlation_id": str(change.correlation_id)})
    return done


def wait(seconds: str) -> Any:
    """What is behind when nothing is any more, or the time is up."""
    ends = time.monotonic() + float(seconds)
    while (left := _behind()) and time.monotonic() < ends:
        time.sleep(0.5)
    return left


def _behind() -> list[dict[str, Any]]:
    from mdm.models import Event  # what is not relayed yet is behind too

    rows = Replica.objects.exclude(state="landed").select_related("target")
    behind = [
        {"target": r.target.code, "code": r.code, "state": r.state, "said": r.last_sentence}
        for r in rows
    ]
    return behind + [{"event": str(e)} for e in Event.objects.filter(sequence=None)]


if __name__ == "__main__":
    verb, *arguments = sys.argv[1:]
    answer = {"set_up": set_up, "approve": approve, "wait": wait}[verb](*arguments)
    sys.stdout.write(json.dumps(answer))
