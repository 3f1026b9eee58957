"""Changes under review, and the browsers of those who look at them."""

import re
from typing import Any

from django.test import Client

from mdm import changes
from mdm.domains.supplier import Supplier
from mdm.models import Change
from tests import make

OLD_IBAN, NEW_IBAN = "DE89370400440532013000", "DE75512108001245126199"
BANK = {"holder": "Nordwind", "country": "DE", "iban": OLD_IBAN, "bank_name": "Commerzbank"}


def browser(user: Any) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(user)
    return client


def submitted(
    people: dict[str, Any],
    record: Any,
    patch: dict[str, Any],
    *,
    by: str = "requester",
    **facts: Any,
) -> Change:
    """A change of a supplier, before its reviewers."""
    change = changes.draft(
        subject="supplier", golden_id=record.pk, patch=patch, by=people[by], **facts
    )
    return changes.submit(change, by=people[by])


def bank_change(people: dict[str, Any], rich: Supplier) -> Change:
    """The account of a supplier becomes another one."""
    patch = {"bank_accounts[B1].iban": NEW_IBAN}
    return submitted(people, rich, patch, title="Bank account of Nordwind", reason="Moved")


def in_conflict(people: dict[str, Any], record: Any) -> Change:
    """An approved change that found another value than it was made against."""
    second = submitted(people, record, {"trade_name": "Second", "industry": "Logistics"})
    first = submitted(people, record, {"trade_name": "First"})
    changes.decide(first, "approve", by=people["approver"])
    return changes.decide(second, "approve", by=people["approver"])


def imported(people: dict[str, Any], count: int) -> Change:
    """A change of many new suppliers, before its reviewers."""
    specs = [
        changes.PartSpec("supplier", "create", make.SUPPLIER | {"legal_name": f"Haus {n:03d} AG"})
        for n in range(count)
    ]
    change = changes.draft_many(
        specs, by=people["steward"], title="A list", channel="import", is_atomic=False
    )
    return changes.submit(change, by=people["steward"])


def words(page: Any) -> str:
    """What a page says, without its markup."""
    text = page.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("&nbsp;", " ")
