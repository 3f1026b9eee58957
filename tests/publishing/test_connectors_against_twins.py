"""The connectors against the simulators, over real HTTP: each written from the contracts alone."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from publishing.addresses import Guard
from publishing.connectors import CONNECTORS
from publishing.connectors.auth import CredentialCache
from publishing.connectors.base import Context, Operation, Outcome, Part, Result
from publishing.connectors.connector import Connector
from publishing.connectors.conversation import Channel
from publishing.http import Session
from publishing.twins import cli, credentials
from publishing.twins.control import Control
from publishing.twins.server import Server
from tests.publishing.connectors import payloads
from tests.publishing.connectors.payloads import Payload

TWIN_OF = {"coupa": "coupa", "sap-s4hana": "s4"}
WRITES = [
    (system, domain) for system in CONNECTORS for domain in ("supplier", "cost_center", "project")
]


class Line:
    """One target with what the engine would remember of one record in it."""

    def __init__(self, system: str, url: str, folder: Path) -> None:
        known = credentials.load(folder)
        secrets = {
            "coupa": {
                "client_id": known.coupa_client_id,
                "client_secret": known.coupa_client_secret,
            },
            "sap-s4hana": {"username": known.s4_user, "password": known.s4_password},
        }
        self.connector: Connector = CONNECTORS[system]
        self.session = Session(Guard(["127.0.0.1"]))
        self.channel = Channel(self.session, CredentialCache())
        self.parts: dict[Any, Part] = {}
        self.context = Context(
            f"{url}/{TWIN_OF[system]}",
            credentials=secrets[system],
            code_maps=self.connector.DEFAULT_MAPS,
            timeout=5,
            correlation_id="CR-4711",
        )

    def deliver(self, payload: Payload, **changes: Any) -> Result:
        context = replace(self.context, parts=tuple(self.parts.values()), **changes)
        result = self.connector.deliver(payload["domain"], payload, context, self.channel)
        for part in result.parts:
            self.parts.pop(part.place, None)
            if not part.gone:
                self.parts[part.place] = part
        return result

    def read_back(self, payload: Payload) -> dict[str, Any] | None:
        context = replace(self.context, parts=tuple(self.parts.values()))
        return self.connector.read_back(payload["domain"], context, self.channel, payload["code"])

    def forget(self) -> None:
        self.parts.clear()


@pytest.fixture
def twins(tmp_path: Path) -> Iterator[Server]:
    server = cli.open_server("127.0.0.1", 0, tmp_path)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.stop()
    thread.join()
    server.server_close()
    server.board.close()


@pytest.fixture
def control(twins: Server) -> Control:
    return Control(twins.url)


@pytest.fixture
def line(twins: Server, tmp_path: Path) -> Iterator[Any]:
    lines: list[Line] = []

    def open_line(system: str) -> Line:
        lines.append(Line(system, twins.url, tmp_path))
        return lines[-1]

    yield open_line
    for each in lines:
        each.session.close()


def prepare(line: Line, domain: str) -> Payload:
    """The payload of a domain, with what it refers to already there."""
    if domain == "project" and line.connector.code == "sap-s4hana":
        done = line.deliver(payloads.of("cost_center"))
        assert done.outcome is Outcome.OK, done
        line.forget()
    return payloads.of(domain)


@pytest.mark.parametrize(("system", "domain"), WRITES)
def test_a_record_is_created_left_alone_when_equal_and_updated_when_not(
    system: str, domain: str, line: Any, control: Control
) -> None:
    there = line(system)
    payload = prepare(there, domain)
    name = "legal_name" if domain == "supplier" else "name"

    created = there.deliver(payload)
    again = there.deliver(payload)
    looked = there.deliver(payload, unsure=True)
    changed = there.deliver({**payload, name: "Another name"})
    back = there.read_back(payload)

    assert (created.outcome, created.operation) == (Outcome.OK, Operation.CREATE), created.errors
    assert (again.outcome, again.exchanges) == (Outcome.OK_UNCHANGED, ())
    assert looked.outcome is Outcome.OK_UNCHANGED, looked.exchanges
    assert (changed.outcome, changed.operation) == (Outcome.OK, Operation.UPDATE), changed.errors
    assert back is not None
    assert back[name] == "Another name"
    assert control.objects(TWIN_OF[system], domain, search=payload["code"]).total == 1


@pytest.mark.parametrize(("system", "domain"), WRITES)
def test_a_lost_answer_is_unknown_and_the_next_try_finds_what_was_made(
    system: str, domain: str, line: Any, control: Control
) -> None:
    there = line(system)
    payload = prepare(there, domain)
    there.connector.test(there.context, there.channel)  # sign in before anything goes wrong
    control.set_faults(TWIN_OF[system], rate=1.0, kinds=["drop_after"], only_writes=True)

    lost = there.deliver(payload)
    control.set_faults(TWIN_OF[system])
    found = there.deliver(payload, unsure=True)

    assert lost.outcome is Outcome.UNKNOWN
    assert found.outcome in (Outcome.OK, Outcome.OK_UNCHANGED), found.errors
    assert control.objects(TWIN_OF[system], domain, search=payload["code"]).total == 1
    assert (
        there.connector.differences(
            domain,
            payload,
            replace(there.context, parts=tuple(there.parts.values())),
            there.channel,
        )
        == []
    )


CHANGES = {
    "supplier": [
        {"legal_name": "Nordwind SE", "payment_terms": "NET60"},
        {"website": None, "search_name": None, "duns": None, "language": "en"},
        {"contacts": [], "payment_block": True},
        {"addresses": payloads.SUPPLIER["addresses"][:1]},
        {"status": "blocked", "purchasing_views": []},
        {"status": "active", "tax_ids": [], "bank_accounts": []},
        {"status": "retired"},
    ],
    "cost_center": [
        {"name": "Marketing", "short_name": None, "block_commitment": True},
        {"names": [], "category": None, "owner": None},
        {"names": [{"id": "N2", "language": "fr", "name": "Mercatique"}], "status": "blocked"},
        {"status": "retired"},
    ],
    "project": [
        {"name": "Warehouse automation, second stage", "end_date": "2027-06-30"},
        {"lifecycle": "completed", "block_time": True},
        {"tasks": payloads.PROJECT["tasks"][1:], "description": None},
        {"tasks": [], "profit_center": "PC-1"},
        {"status": "retired", "lifecycle": "closed"},
    ],
}


@pytest.mark.parametrize("unsure", [False, True])
@pytest.mark.parametrize(("system", "domain"), WRITES)
def test_whatever_changes_the_target_then_has_just_that(
    system: str, domain: str, unsure: bool, line: Any
) -> None:
    there = line(system)
    payload = prepare(there, domain)
    there.deliver(payload)

    for changes in CHANGES[domain]:
        payload = {k: v for k, v in {**payload, **changes}.items() if v is not None}
        result = there.deliver(payload, unsure=unsure)

        assert result.outcome in (Outcome.OK, Outcome.OK_UNCHANGED), (changes, result.errors)
        assert result.operation is not Operation.CREATE
        known = replace(there.context, parts=tuple(there.parts.values()))
        assert there.connector.differences(domain, payload, known, there.channel) == []
        assert there.deliver(payload).exchanges == ()


@pytest.mark.parametrize(("system", "domain"), WRITES)
@pytest.mark.parametrize("seed", range(4))
def test_under_a_storm_of_faults_it_lands_once_and_whole(
    system: str, domain: str, seed: int, line: Any, control: Control
) -> None:
    there = line(system)
    payload = prepare(there, domain)
    control.set_faults(TWIN_OF[system], rate=0.35, seed=seed, slow_seconds=0.01)

    versions = [payload, *({**payload, **c} for c in CHANGES[domain][:3])]
    for wanted in versions:
        wanted = {name: value for name, value in wanted.items() if value is not None}
        unsure = False
        for _ in range(60):
            result = there.deliver(wanted, unsure=unsure)
            if result.outcome in (Outcome.OK, Outcome.OK_UNCHANGED):
                break
            assert result.outcome in PASSING, (result.outcome, result.errors)
            unsure = True
        assert result.outcome in (Outcome.OK, Outcome.OK_UNCHANGED), result.errors
    control.set_faults(TWIN_OF[system])

    known = replace(there.context, parts=tuple(there.parts.values()))
    assert there.connector.differences(domain, wanted, known, there.channel) == []
    assert control.objects(TWIN_OF[system], domain, search=payload["code"]).total == 1
    assert not any(control.state()[TWIN_OF[system]].doubled.values())


PASSING = {Outcome.UNKNOWN, Outcome.TRANSIENT, Outcome.CONFIGURATION}  # a redirect stops a target
