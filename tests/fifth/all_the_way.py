"""Internal orders in a product that knows them: page, API, change, event, schema, and one twin.

Run by `tests/mdm/test_fifth_domain.py` in a copy of the product; no name in it is of a test module,
so that the product as it is does not collect it.
"""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from jsonschema import Draft202012Validator

from mdm import anchor, canonical, history, keys
from mdm.domains import DOMAINS
from mdm.models import Change, CostCenter, Event
from publishing import delivery, monitor, relay, standing, targets
from publishing.connectors import CONNECTORS
from publishing.connectors.base import Support
from publishing.connectors.coupa import Resource
from publishing.connectors.mapping import Field, Shape
from publishing.connectors.transforms import constant, none_of
from publishing.twins import cli, credentials
from publishing.twins.control import Control
from tests import make
from tests.api.conftest import Caller
from tests.mdm.web.test_propose import opened
from tests.publishing.making import make_target

pytestmark = pytest.mark.usefixtures("reference")
DOMAIN = DOMAINS["internal_order"]
VALUES = {
    "name": "Trade fair 2027",
    "order_type": "event",
    "company_code": "1010",
    "budget": "12500.5",
    "currency": "EUR",
    "months": 9,
    "opened_on": "2026-11-01",
    "is_statistical": True,
    "settlement_rules": [{"receiver": "cc-1001", "share": "60"}],
}


@pytest.fixture
def center(people: dict[str, Any], reference: None) -> CostCenter:
    patch = {"code": "CC-1001", "name": "Marketing", "company_code": "1010"}
    row: CostCenter = make.record(
        "cost_center", patch, by=people["steward"], approvers=people["approver"]
    )
    return row


@pytest.fixture
def program(people: dict[str, Any]) -> Caller:
    return Caller(people["requester"], "read", "propose")


@pytest.fixture
def boss(people: dict[str, Any]) -> Caller:
    return Caller(people["approver"], session=True)


def approve(boss: Caller, number: str) -> Any:
    tag = boss.get(f"/changes/{number}")["ETag"]
    return boss.post(f"/changes/{number}/approve", {}, If_Match=tag).json()


@pytest.fixture
def order(program: Caller, boss: Caller, center: CostCenter) -> Any:
    """A live internal order, proposed by a program and approved by a person."""
    body = {"values": VALUES | {"cost_center": {"code": center.code}}, "reason": "The fair"}
    change = program.post("/internal-orders", body).json()
    assert approve(boss, change["number"])["state"] == "applied"
    return DOMAIN.model.objects.get()


def test_the_database_keeps_its_history_like_any_other(order: Any) -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
    assert anchor.missing(connection) == []
    assert [v.number for v in history.versions(DOMAIN, order.pk)] == [1]


def test_a_program_proposes_and_reads_it(
    program: Caller, boss: Caller, order: Any, center: CostCenter
) -> None:
    listed = program.get("/internal-orders").json()["data"]
    read = program.get(f"/internal-orders/{order.pk}")
    again = program.get(f"/internal-orders/{order.pk}", If_None_Match=read["ETag"])
    patch = {"budget": "20000", "settlement_rules[S9]": {"receiver": "CC-1002", "share": "40"}}
    unread = program.patch(f"/internal-orders/{order.pk}", {"patch": patch})
    body = {"patch": patch, "reason": "A larger stand"}
    change = program.patch(f"/internal-orders/{order.pk}", body, If_Match=read["ETag"]).json()
    approve(boss, change["number"])

    after = program.get(f"/internal-orders/{order.pk}").json()
    rules = read.json()["settlement_rules"]
    assert [one["code"] for one in listed] == ["IO-5001"]
    assert read.json() == VALUES | {
        "schema_version": "1.0",
        "domain": "internal_order",
        "golden_id": str(order.pk),
        "code": "IO-5001",
        "version": 1,
        "status": "active",
        "effective_from": order.effective_from.isoformat(),
        "cost_center": {"golden_id": str(center.pk), "code": "CC-1001"},
        "settlement_rules": [{"id": rules[0]["id"], "receiver": "CC-1001", "share": "60"}],
    }
    assert (again.status_code, unread.status_code) == (304, 428)
    assert (after["version"], after["budget"]) == (2, "20000")
    assert after["settlement_rules"] == [
        *rules, {"id": "S9", "receiver": "CC-1002", "share": "40"},
    ]  # fmt: skip


def test_its_own_rules_hold(program: Caller) -> None:
    rules = [{"receiver": "A", "share": "60"}, {"receiver": "B", "share": "60"}]

    answer = program.post("/internal-orders", {"values": {"name": "X", "settlement_rules": rules}})

    assert answer.status_code == 422
    assert "at most 100 % together" in answer.json()["detail"]
    assert not DOMAIN.model.objects.exists()


def test_its_schema_is_served_and_its_payload_and_event_follow_it(
    program: Caller, order: Any
) -> None:
    served = program.client.get(
        "/api/schemas/internal_order.v1.json", headers=program.headers
    ).json()
    event = Event.objects.get(golden_id=order.pk)
    payload = orjson.loads(bytes(event.payload.masked))

    assert served == orjson.loads(orjson.dumps(canonical.schema(DOMAIN)))
    Draft202012Validator(served, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        payload
    )
    assert (event.type, event.version) == ("internal_order.created.v1", 1)
    assert "/api/v1/internal-orders/{golden_id}" in program.get("/schema/").json()["paths"]


def test_it_has_its_pages(client: Client, people: dict[str, Any], order: Any) -> None:
    client.force_login(people["steward"])
    form = opened(client, "/internal-orders/new/") | {"name": "Summer party", "budget": "900"}

    sent = client.post("/internal-orders/new/", form | {"_do": "submit", "about_reason": "June"})
    change = Change.objects.order_by("-id")[0]
    pages = {
        at: client.get(at).content.decode()
        for at in (
            "/",
            "/internal-orders/",
            "/internal-orders/?q=fair&company_code=1010&sort=-budget",
            f"/internal-orders/{order.pk}/",
            f"/internal-orders/{order.pk}/history/",
            f"/internal-orders/{order.pk}/propose/",
            "/search/?q=trade+fair",
            f"/changes/{change.number}/",
        )
    }

    assert sent["Location"] == f"/changes/{change.number}/"
    assert change.title == "New internal order Summer party"
    assert [at for at, page in pages.items() if "Internal order" not in page] == []
    assert all("Trade fair 2027" in page for at, page in list(pages.items())[1:6])
    assert "CC-1001" in pages[f"/internal-orders/{order.pk}/"]
    assert "IO-5001" in pages["/search/?q=trade+fair"]


@pytest.fixture
def coupa(
    people: dict[str, Any], tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """A Coupa that takes internal orders as values of its lookup Project: the mapping alone."""
    speaks = CONNECTORS["coupa"]
    shape = Shape(
        "internal_order",
        (
            Field("name", "name", required=True),
            Field("code", "external-ref-num", required=True),
            Field("code", "external-ref-code", required=True),
            Field("code", "lookup.name", how=constant("Project"), create_only=True),
            Field("status", "active", how=none_of("active unless ended"), is_block=True),
        ),
    )
    where = Resource("/api/lookup_values", "external-ref-code")
    for table, value in (
        ("supported", Support.WRITE),
        ("shapes", shape),
        ("resources", where),
    ):
        monkeypatch.setitem(getattr(speaks, table), DOMAIN.code, value)
    settings.MDM_PRIVATE_TARGETS = ["127.0.0.1"]
    server = cli.open_server("127.0.0.1", 0, tmp_path)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    target = make_target(people, "coupa", address=f"{server.url}/coupa")
    held = credentials.load(tmp_path)
    given = {"client_id": held.coupa_client_id, "client_secret": held.coupa_client_secret}
    standing.set_credentials(target, given, by=people["integrator"])
    yield target, Control(server.url)
    targets.close_channels()
    server.stop()
    thread.join()
    server.server_close()
    server.board.close()


def test_it_reaches_a_target_that_has_a_mapping_for_it(
    coupa: Any, order: Any, client: Client, people: dict[str, Any]
) -> None:
    target, twin = coupa
    relay.run()
    delivery.drain(target)

    (place,) = monitor.where_it_is(order.pk)
    (there,) = [o for o in twin.objects("coupa", "cost_center").objects if o.code == order.code]
    client.force_login(people["steward"])
    page = client.get(f"/publishing/where/{order.pk}/").content.decode()
    assert place.sentence.startswith("Version 1 reached Coupa"), place.sentence
    assert (there.name, there.key, there.document["lookup"]["name"]) == (
        "Trade fair 2027",
        place.key,
        "Project",
    )
    assert keys.find("coupa", "internal_order", there.key) == order.pk
    assert there.key in page
