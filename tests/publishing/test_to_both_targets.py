"""Records on their way to Coupa and S/4HANA, with the real connectors, over HTTP to the twins."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import LazySettings

from mdm import changes, keys
from mdm.domains import get_domain
from mdm.models import Review
from publishing import codemaps, delivery, joining, monitor, relay, replay, standing
from publishing.models import Replica, Target
from publishing.twins import cli, credentials
from publishing.twins.control import Control
from tests import make
from tests.publishing.makers import due, update
from tests.publishing.making import make_target

pytestmark = pytest.mark.usefixtures("reference")
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
    "tax_ids[T1]": {"type": "vat", "country": "DE", "number": "DE136695976"},
    "company_views[V1]": {
        "company_code": "1010",
        "payment_terms": "NET30",
        "reconciliation_account": "21100000",
    },
    "purchasing_views[P1]": {"organization": "1010", "currency": "EUR"},
}


@dataclass
class World:
    """Both twins, the targets set up for them, and the people."""

    people: dict[str, Any]
    control: Control
    coupa: Target
    s4: Target

    def publish(self) -> None:
        """Relay and deliver until nothing is due any more."""
        relay.run()
        for target in (self.coupa, self.s4):
            delivery.drain(target)

    def make(self, kind: str, patch: dict[str, Any]) -> Any:
        return make.record(
            kind, patch, by=self.people["requester"], approvers=self.people["approver"]
        )

    def at(self, target: Target, record: Any) -> Replica:
        return Replica.objects.get(target=target, golden_id=record.pk)


@pytest.fixture
def world(people: dict[str, Any], tmp_path: Path, settings: LazySettings) -> Iterator[World]:
    settings.MDM_PRIVATE_TARGETS = ["127.0.0.1"]
    server = cli.open_server("127.0.0.1", 0, tmp_path)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    held = credentials.load(tmp_path)
    coupa = make_target(people, "coupa", address=f"{server.url}/coupa")
    s4 = make_target(people, "s4", connector="sap-s4hana", address=f"{server.url}/s4")
    by = people["integrator"]
    given = {"client_id": held.coupa_client_id, "client_secret": held.coupa_client_secret}
    standing.set_credentials(coupa, given, by=by)
    given = {"username": held.s4_user, "password": held.s4_password}
    standing.set_credentials(s4, given, by=by)
    yield World(people, Control(server.url), coupa, s4)
    server.stop()
    thread.join()
    server.server_close()
    server.board.close()


def test_a_supplier_reaches_both_targets_with_their_keys(world: World) -> None:
    acme = world.make("supplier", SUPPLIER)

    world.publish()

    places = {p.target.code: p for p in monitor.where_it_is(acme.pk)}
    assert {code: p.sentence.split(" at ")[0] for code, p in places.items()} == {
        "coupa": "Version 1 reached Coupa as 1",
        "s4": "Version 1 reached S4 as 1000000001",
    }
    for code, twin in (("coupa", "coupa"), ("s4", "s4")):
        (there,) = world.control.objects(twin, "supplier").objects
        assert (there.code, there.key) == (acme.code, places[code].key)
        assert keys.find(code, "supplier", there.key) == acme.pk


def test_a_change_updates_what_is_there(world: World) -> None:
    acme = world.make("supplier", SUPPLIER)
    world.publish()

    update(world.people, acme, {"payment_terms": "NET60", "legal_name": "Nordwind AG"})
    world.publish()

    for target, twin in ((world.coupa, "coupa"), (world.s4, "s4")):
        replica = world.at(target, acme)
        (there,) = world.control.objects(twin, "supplier").objects
        assert (replica.state, replica.landed_version) == ("landed", 2), replica.last_sentence
        assert there.name == "Nordwind AG"


def test_every_domain_goes_where_the_contracts_say(world: World) -> None:
    dates = {"valid_from": "2026-01-01", "valid_to": "9999-12-31"}
    center = world.make(
        "cost_center",
        {"name": "Marketing DACH", "controlling_area": "A000", "company_code": "1010"}
        | {"category": "F", "owner": "Jonas Weber", "currency": "EUR", "hierarchy_node": "0001"}
        | dates,
    )
    project = world.make(
        "project",
        {"name": "Warehouse automation", "company_code": "1010", "controlling_area": "A000"}
        | {"cost_center": str(center.pk), "start_date": "2026-02-01", "end_date": "2026-12-31"}
        | {"project_type": "YP", "profile": "YP05", "currency": "EUR"},
    )
    tax = world.make(
        "tax_code",
        {"code": "V1", "name": "Input tax 19 %", "country": "DE", "tax_type": "vat"}
        | {"direction": "input", "procedure": "TAXD"}
        | {"rates[R1]": {"rate_percent": "19", "valid_from": "2021-01-01"}},
    )

    for _ in range(3):
        world.publish()
        due()

    found = {
        (target.code, record.code): world.at(target, record)
        for target in (world.coupa, world.s4)
        for record in (center, project, tax)
    }
    states = {at: replica.state for at, replica in found.items()}
    said = {at: replica.last_sentence for at, replica in found.items()}
    assert "dead" not in states.values(), "\n".join(said.values())
    assert states == {
        ("coupa", center.code): "landed",
        ("coupa", project.code): "landed",
        ("coupa", tax.code): "landed",
        ("s4", center.code): "landed",
        ("s4", project.code): "landed",
        ("s4", tax.code): "manual",
    }, said


def test_a_refusal_is_shown_in_their_words_and_mended_by_the_code_map(world: World) -> None:
    people = world.people
    acme = world.make("supplier", SUPPLIER)
    wrong = codemaps.patch("s4", "payment_terms", "NET30", "N061")
    who = {"by": people["steward"], "approvers": people["approver"]}
    entry = make.record("code_map", wrong, **who)

    world.publish()

    refused = world.at(world.s4, acme)
    assert refused.state == "dead"
    assert "N061" in refused.last_sentence
    assert refused.last_sentence.startswith("S4 refused it: ")
    assert world.at(world.coupa, acme).state == "landed"

    right = {"theirs": codemaps.maps(world.s4).maps["payment_terms"]["NET60"]}
    change = changes.draft(
        subject="code_map", golden_id=entry.pk, patch=right, by=people["steward"], reason="Mend it"
    )
    changes.submit(change, by=people["steward"])
    changes.decide(change, Review.Verdict.APPROVE, by=people["approver"])
    replay.replay(Replica.objects.filter(state="dead"), by=people["integrator"])
    delivery.drain(world.s4)

    assert world.at(world.s4, acme).state == "landed"
    assert world.control.objects("s4", "supplier").total == 1


def test_replaying_what_landed_changes_nothing_there(world: World) -> None:
    acme = world.make("supplier", SUPPLIER)
    world.publish()
    before = [world.control.objects(t, "supplier").objects[0].version for t in ("coupa", "s4")]

    for _ in range(2):
        replay.replay(Replica.objects.all(), by=world.people["integrator"])
        world.publish()

    after = [world.control.objects(t, "supplier").objects[0].version for t in ("coupa", "s4")]
    assert after == before
    assert [world.at(t, acme).last_outcome for t in (world.coupa, world.s4)] == [
        "ok_unchanged",
        "ok_unchanged",
    ]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "error_500", "invalid_json"])
def test_whatever_goes_wrong_once_there_is_one_record_in_the_end(kind: str, world: World) -> None:
    acme = world.make("supplier", SUPPLIER)
    world.control.set_faults("*", rate=0.5, kinds=[kind], seed=7)

    for _ in range(7):
        world.publish()
        due()
    world.control.set_faults("*")
    world.publish()

    for target, twin in ((world.coupa, "coupa"), (world.s4, "s4")):
        replica = world.at(target, acme)
        assert replica.state == "landed", replica.last_sentence
        assert world.control.objects(twin, "supplier").total == 1
        assert world.control.state()[twin].doubled.get("supplier", []) == []


def test_a_wrong_password_suspends_the_target_until_it_is_mended(
    world: World, tmp_path: Path
) -> None:
    acme = world.make("supplier", SUPPLIER)
    by = world.people["integrator"]
    standing.set_credentials(world.s4, {"username": "X", "password": "wrong"}, by=by)

    world.publish()

    assert world.at(world.s4, acme).state == "paused"
    held = credentials.load(tmp_path)
    given = {"username": held.s4_user, "password": held.s4_password}
    standing.set_credentials(world.s4, given, by=by)
    world.publish()
    assert world.at(world.s4, acme).state == "landed"


def test_an_expired_session_is_renewed_without_anybody_noticing(world: World) -> None:
    acme = world.make("supplier", SUPPLIER)
    world.publish()
    world.control.expire_sessions()

    update(world.people, acme, {"legal_name": "Nordwind AG"})
    world.publish()

    assert [world.at(t, acme).landed_version for t in (world.coupa, world.s4)] == [2, 2]


def test_a_merge_blocks_the_loser_in_each_target_and_an_unmerge_brings_it_back(
    world: World,
) -> None:
    kept = world.make("supplier", SUPPLIER)
    tax_id = {"type": "vat", "country": "DE", "number": "DE811907980"}
    lost = world.make(
        "supplier", SUPPLIER | {"legal_name": "Altes Kontor AG", "tax_ids[T1]": tax_id}
    )
    world.publish()
    before = {t: _keys(world.at(t, lost)) for t in (world.coupa, world.s4)}
    steward, approver = world.people["steward"], world.people["approver"]
    kind = get_domain("supplier")
    merge = changes.merge(kind, kept.pk, [lost.pk], by=steward)
    said = {one.target: one.said for one in joining.merging(kind, kept.pk, [lost.pk])}
    make.approved(merge, approver, comment="The same")
    world.publish()
    assert {state_of(world, t, lost) for t in (world.coupa, world.s4)} == {"merged"}
    assert "is blocked there and keeps its key" in said[world.coupa.name]

    back = changes.unmerge(kind, kept.pk, lost.pk, by=steward)
    said = {one.target: one.said for one in joining.unmerging(kind, lost.pk)}
    make.approved(back, approver, comment="Two")
    world.publish()

    assert {state_of(world, t, lost) for t in (world.coupa, world.s4)} == {"active"}
    assert {t: _keys(world.at(t, lost)) for t in (world.coupa, world.s4)} == before
    assert "makes it active again" in said[world.s4.name]


def _keys(replica: Replica) -> list[tuple[str, str, str]]:
    return sorted(replica.parts.values_list("kind", "part_id", "key"))


def state_of(world: World, target: Target, record: Any) -> str:
    """The status of the version that has landed."""
    replica = world.at(target, record)
    assert replica.state == Replica.State.LANDED, (replica.state, replica.last_sentence)
    payload: Any = replica.wanted_event and replica.wanted_event.payload
    return str(orjson.loads(bytes(payload.masked))["status"])
