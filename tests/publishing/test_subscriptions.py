"""Consumers that must see every event, over real HTTP."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import orjson
import pytest
from django.conf import LazySettings
from django.utils import timezone

from mdm.domains.supplier import Supplier
from mdm.errors import NotAllowed, Refused
from publishing import broadcasting, relay, subscriptions, webhooks
from publishing.models import Attempt, Subscription, SubscriptionLane
from tests.publishing.makers import supplier, update

pytestmark = pytest.mark.usefixtures("reference")


class Consumer:
    """A webhook's other end: keeps what it heard, answers from a script, else 204."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], dict[str, Any], bytes]] = []
        self.script: list[tuple[int, dict[str, str]]] = []
        consumer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                heard = {name.lower(): value for name, value in self.headers.items()}
                consumer.heard.append((heard, orjson.loads(body), body))
                status, headers = consumer.script.pop(0) if consumer.script else (204, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))

    @property
    def versions(self) -> list[int]:
        return [body["data"]["version"] for _, body, _ in self.heard]


@pytest.fixture
def consumer(settings: LazySettings) -> Iterator[Consumer]:
    settings.MDM_PRIVATE_TARGETS = ["127.0.0.1"]
    made = Consumer()
    made.thread.start()
    yield made
    made.server.shutdown()
    made.thread.join()
    made.server.server_close()


@pytest.fixture
def acme(people: dict[str, Any], reference: None) -> Supplier:
    return supplier(people)


@pytest.fixture
def hook(consumer: Consumer, people: dict[str, Any]) -> tuple[Subscription, str]:
    return subscriptions.subscribe(
        "erp", "ERP", consumer.address, by=people["integrator"], from_start=True
    )


def run() -> int:
    SubscriptionLane.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    relay.run()
    return broadcasting.drain()


def lane() -> SubscriptionLane:
    return SubscriptionLane.objects.get()


def test_every_version_is_seen_once_and_in_order(
    acme: Supplier, hook: Any, consumer: Consumer, people: dict[str, Any]
) -> None:
    for name in ("Nord", "Nordwind"):
        update(people, acme, {"trade_name": name})

    run()

    assert consumer.versions == [1, 2, 3]
    assert run() == 0
    assert (lane().state, lane().seen) == ("landed", 3)


def test_an_event_is_a_signed_cloud_event(
    acme: Supplier, hook: tuple[Subscription, str], consumer: Consumer
) -> None:
    run()

    headers, event, body = consumer.heard[0]
    signature = webhooks.sign(hook[1], headers["webhook-id"], headers["webhook-timestamp"], body)
    assert headers["webhook-signature"] == signature
    assert headers["webhook-id"] == event["id"]
    assert (event["specversion"], event["type"]) == ("1.0", "supplier.created.v1")
    assert event["subject"] == f"supplier/{acme.code}"
    assert event["partitionkey"] == str(acme.pk)
    assert event["data"]["legal_name"] == "Nordwind Logistik GmbH"


def test_an_event_holds_to_its_schema(acme: Supplier, hook: Any, consumer: Consumer) -> None:
    from jsonschema import Draft202012Validator  # the one test that needs them
    from referencing import Registry, Resource

    from mdm import canonical
    from mdm.domains.supplier import SUPPLIER

    run()

    schema = canonical.schema(SUPPLIER)
    registry: Any = Registry().with_resource(schema["$id"], Resource.from_contents(schema))
    Draft202012Validator(canonical.event_schema(SUPPLIER), registry=registry).validate(
        consumer.heard[0][1]
    )


def test_sensitive_values_are_masked_unless_the_subscription_takes_full_data(
    consumer: Consumer, hook: Any, people: dict[str, Any]
) -> None:
    supplier(people, **{"contacts[C1]": {"last_name": "Brandt", "email": "ida@nord.example"}})

    run()

    contact = consumer.heard[0][1]["data"]["contacts"][0]
    assert contact["email"].startswith("••••")


def test_a_refused_event_stops_its_own_lane_until_it_is_replayed(
    acme: Supplier, hook: Any, consumer: Consumer, people: dict[str, Any]
) -> None:
    other = supplier(people, legal_name="Suedwind AG")
    update(people, acme, {"trade_name": "Nord"})
    consumer.script = [(400, {})]

    run()

    stuck = SubscriptionLane.objects.get(golden_id=acme.pk)
    assert (stuck.state, stuck.seen) == ("dead", 0)
    assert SubscriptionLane.objects.get(golden_id=other.pk).state == "landed"

    subscriptions.replay(stuck, by=people["integrator"])
    run()

    mine = [b for _, b, _ in consumer.heard if b["partitionkey"] == str(acme.pk)]
    assert [b["data"]["version"] for b in mine] == [1, 1, 2]
    assert mine[0]["id"] == mine[1]["id"]


def test_an_event_is_passed_over_only_by_a_person_with_a_reason(
    acme: Supplier, hook: Any, consumer: Consumer, people: dict[str, Any]
) -> None:
    update(people, acme, {"trade_name": "Nord"})
    consumer.script = [(400, {})]
    run()

    with pytest.raises(Refused, match="Say why"):
        subscriptions.skip(lane(), by=people["integrator"], because="")
    with pytest.raises(NotAllowed):
        subscriptions.skip(lane(), by=people["requester"], because="x")
    subscriptions.skip(lane(), by=people["integrator"], because="Known to be broken")
    run()

    assert consumer.versions == [1, 2]
    assert [a.outcome for a in Attempt.objects.order_by("number")] == [
        "business_reject",
        "skipped",
        "ok",
    ]


def test_an_unsteady_consumer_is_tried_again_when_it_asks(
    acme: Supplier, hook: Any, consumer: Consumer
) -> None:
    consumer.script = [(503, {"Retry-After": "30"})]

    run()

    assert lane().state == "waiting"
    gate = Subscription.objects.get().gate_until
    assert gate is not None
    assert gate > timezone.now() + timedelta(seconds=25)
    assert run() == 0

    Subscription.objects.update(gate_until=None)
    run()
    assert consumer.versions == [1, 1]
    assert lane().state == "landed"


def test_a_consumer_that_is_gone_is_paused_and_loses_nothing(
    acme: Supplier, hook: tuple[Subscription, str], consumer: Consumer, people: dict[str, Any]
) -> None:
    consumer.script = [(410, {})]
    run()
    assert Subscription.objects.get().paused_by == "publishing"
    assert run() == 0

    subscriptions.resume(hook[0], by=people["integrator"])
    run()

    assert (consumer.versions, lane().state) == ([1, 1], "landed")


def test_a_new_subscription_begins_with_what_comes(
    acme: Supplier, consumer: Consumer, people: dict[str, Any]
) -> None:
    relay.run()
    subscriptions.subscribe("late", "Late", consumer.address, by=people["integrator"])
    update(people, acme, {"trade_name": "Nord"})

    run()

    assert consumer.versions == [2]


def test_a_subscription_hears_only_of_its_domains(
    acme: Supplier, consumer: Consumer, people: dict[str, Any]
) -> None:
    subscriptions.subscribe(
        "p", "P", consumer.address, by=people["integrator"], domains=["project"], from_start=True
    )

    assert (run(), consumer.heard) == (0, [])


def test_full_data_is_granted_only_by_those_who_may_reveal_it(
    consumer: Consumer, people: dict[str, Any]
) -> None:
    with pytest.raises(NotAllowed, match="reveal"):
        subscriptions.subscribe(
            "x", "X", consumer.address, by=people["integrator"], takes_full_data=True
        )


def test_the_secret_is_kept_encrypted(hook: tuple[Subscription, str]) -> None:
    assert hook[1].startswith("whsec_")
    assert hook[1] not in Subscription.objects.get().secret


def test_an_address_inside_the_house_is_refused(people: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="https"):
        subscriptions.subscribe("x", "X", "http://10.0.0.1/hook", by=people["integrator"])
