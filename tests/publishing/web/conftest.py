"""Pages over deliveries: two suppliers at a scripted target, and a world of real simulators."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from mdm import changes
from mdm.models import Change, Grant
from mdm.seams import subject
from publishing import delivery, relay, standing
from publishing.connectors.base import Outcome
from publishing.models import Replica, Target
from publishing.twins import cli, credentials
from publishing.twins.control import Control
from tests import make
from tests.publishing.fake import Fake, ended
from tests.publishing.makers import supplier
from tests.publishing.making import make_target

IBAN, EMAIL, SURNAME = "DE89370400440532013000", "j.petersen@nordwind.example", "Petersen"
SUPPLIER: dict[str, Any] = {
    "legal_name": "Nordwind Logistik GmbH",
    "category": "organization",
    "country": "DE",
    "language": "de",
    "currency": "EUR",
    "payment_terms": "NET30",
    "addresses[A1]": {
        "street": "Hafenstrasse",
        "house_number": "12",
        "city": "Hamburg",
        "postal_code": "20457",
        "region": "DE-HH",
        "country": "DE",
        "is_default": "true",
        "purposes": "registered,remit_to",
    },
    "contacts[C1]": {
        "first_name": "Jörg",
        "last_name": SURNAME,
        "email": EMAIL,
        "purposes": "primary,orders",
    },
    "company_views[V1]": {
        "company_code": "1010",
        "payment_terms": "NET30",
        "reconciliation_account": "21100000",
    },
    "purchasing_views[P1]": {"organization": "1010", "currency": "EUR"},
    "bank_accounts[B1]": {"holder": "Nordwind", "country": "DE", "iban": IBAN},
}


@pytest.fixture
def browse(people: dict[str, Any]) -> Callable[..., Client]:
    """A browser of one of the people."""

    def browser(who: Any) -> Client:
        client = Client()
        client.force_login(people[who] if isinstance(who, str) else who)
        return client

    return browser


@pytest.fixture
def integrator(browse: Callable[..., Client]) -> Client:
    """A browser of the person who manages publishing."""
    return browse("integrator")


@pytest.fixture
def auditor(browse: Callable[..., Client]) -> Client:
    """A browser of somebody who only looks."""
    return browse("auditor")


@pytest.fixture
def outsider(people: dict[str, Any]) -> Client:
    """A browser of somebody who sees suppliers of another company code only."""
    person = make.person("outsider", "requester", domain="supplier", company_code="9999")
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def stranger(people: dict[str, Any]) -> Client:
    """A browser of somebody who has no role."""
    client = Client()
    client.force_login(make.person("stranger"))
    return client


@pytest.fixture
def dead(people: dict[str, Any], reference: None, target: Target, fake: Fake) -> Replica:
    """A delivery that the target refused, of a supplier of company code 1010."""
    view = {"company_code": "1010", "payment_terms": "NET30"}
    supplier(people, **{"company_views[V1]": view})
    words = "Payment terms NET30 not defined"
    fake.script = [ended(Outcome.BUSINESS_REJECT, words, path="payment_terms")]
    relay.run()
    delivery.drain(target)
    return Replica.objects.get()


@pytest.fixture
def more(people: dict[str, Any], target: Target, fake: Fake) -> Callable[[int], None]:
    """So many more refused deliveries, each for a reason of its own."""

    def publish(count: int) -> None:
        for n in range(count):
            supplier(people, legal_name=f"Supplier {n}")
            fake.script.append(ended(Outcome.BUSINESS_REJECT, f"Reason {'abcd'[n]}"))
        relay.run()
        delivery.drain(target)

    return publish


@dataclass
class World:
    """Both simulators with a target each, and what was published to them."""

    people: dict[str, Any]
    control: Control
    coupa: Target
    s4: Target

    def publish(self) -> None:
        """Relay and deliver until nothing is due any more."""
        relay.run()
        for target in (self.coupa, self.s4):
            delivery.drain(target)

    def make(self, kind: str, patch: dict[str, Any], *, paying: bool = False) -> Any:
        """A live record; with `paying` its payment data is approved as that must be."""
        change = changes.draft(
            subject=kind, action="create", patch=patch, by=self.people["steward"]
        )
        return _applied(self.people, change, paying=paying)

    def at(self, target: Target, record: Any) -> Replica:
        return Replica.objects.get(target=target, golden_id=record.pk)


def _applied(people: dict[str, Any], change: Change, *, paying: bool) -> Any:
    who = [people["payer"], people["payer_too"]] if paying else [people["approver"]]
    change = make.approved(change, *who)
    if change.state == Change.State.COOLING:
        over = timezone.now() - timedelta(seconds=1)
        Change.objects.filter(pk=change.pk).update(cooling_until=over)
        changes.apply_due()
    part = change.parts.get()
    return subject(part.subject).model.objects.get(pk=part.golden_id)


@pytest.fixture
def world(
    people: dict[str, Any], reference: None, tmp_path: Path, settings: LazySettings
) -> Iterator[World]:
    """The simulators on a free port, reached over HTTP as the product reaches them."""
    settings.MDM_PRIVATE_TARGETS = ["127.0.0.1"]
    settings.MDM_DEMO = True
    server = cli.open_server("127.0.0.1", 0, tmp_path)
    settings.MDM_TWINS_LISTEN = server.server_address[:2]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    held = credentials.load(tmp_path)
    for name in ("payer", "payer_too"):
        Grant.objects.create(user=people[name], role=Grant.Role.APPROVER)
    coupa = make_target(people, "coupa", address=f"{server.url}/coupa")
    s4 = make_target(people, "s4", connector="sap-s4hana", address=f"{server.url}/s4")
    bank = changes.draft(
        subject="target", golden_id=s4.pk, patch={"takes_bank_data": "true"}, by=people["steward"]
    )
    s4 = _applied(people, bank, paying=True)
    given = {"client_id": held.coupa_client_id, "client_secret": held.coupa_client_secret}
    standing.set_credentials(coupa, given, by=people["integrator"])
    given = {"username": held.s4_user, "password": held.s4_password}
    standing.set_credentials(s4, given, by=people["integrator"])
    yield World(people, Control(server.url), coupa, s4)
    server.stop()
    thread.join()
    server.server_close()
    server.board.close()


@pytest.fixture
def published(world: World) -> Any:
    """A supplier with bank account and contact that both targets have."""
    record = world.make("supplier", SUPPLIER, paying=True)
    world.publish()
    assert {r.state for r in Replica.objects.all()} == {"landed"}, [
        r.last_sentence for r in Replica.objects.all()
    ]
    return record
