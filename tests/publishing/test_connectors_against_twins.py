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
from tests.publishing.twins.callers import PARTNERS, S4

PASSING = {Outcome.UNKNOWN, Outcome.TRANSIENT}
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
    for version in versions:
        wanted = {name: value for name, value in version.items() if value is not None}
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


def test_a_stale_etag_is_no_matter_when_nobody_touched_our_fields(
    line: Any, twins: Server, tmp_path: Path
) -> None:
    there = line("sap-s4hana")
    there.deliver(payloads.of("supplier"))
    partner = there.parts["", "business_partner", ""].key
    somebody = S4(twins.url, credentials.load(tmp_path))
    somebody.sign_in()
    path = f"{PARTNERS}/A_BusinessPartner('{partner}')"
    somebody.http.patch(path, json={"Industry": "Z1"}, headers={"If-Match": "*"})
    somebody.http.close()

    result = there.deliver(payloads.of("supplier", legal_name="Nordwind SE"))

    assert [e.status for e in result.exchanges] == [412, 200, 204]
    assert result.outcome is Outcome.OK


def test_what_somebody_changed_in_the_target_is_a_conflict_until_a_person_overwrites_it(
    line: Any,
) -> None:
    ours, somebody = line("sap-s4hana"), line("sap-s4hana")
    ours.deliver(payloads.of("supplier"))
    somebody.deliver(payloads.of("supplier", legal_name="Changed by hand"))

    conflict = ours.deliver(payloads.of("supplier", legal_name="Nordwind SE"))
    pushed = ours.deliver(payloads.of("supplier", legal_name="Nordwind SE"), overwrite=True)

    assert conflict.outcome is Outcome.CONFLICT
    assert [e.canonical_path for e in conflict.errors] == ["legal_name"]
    assert "is Changed by hand now" in conflict.errors[0].message
    assert pushed.outcome is Outcome.OK
    assert ours.read_back(payloads.SUPPLIER)["legal_name"] == "Nordwind SE"


@pytest.mark.parametrize("system", CONNECTORS)
def test_a_session_that_ended_is_renewed_once_within_the_try(
    system: str, line: Any, control: Control
) -> None:
    there = line(system)
    there.deliver(payloads.of("supplier"))
    control.expire_sessions()

    result = there.deliver(payloads.of("supplier", legal_name="Nordwind SE"))

    assert result.outcome is Outcome.OK
    assert sum(e.status in (401, 403) for e in result.exchanges) == 1


@pytest.mark.parametrize("system", CONNECTORS)
def test_wrong_credentials_are_a_matter_of_access(system: str, line: Any) -> None:
    there = line(system)
    wrong = {"client_id": "x", "client_secret": "y", "username": "x", "password": "y"}

    tested = there.connector.test(replace(there.context, credentials=wrong), there.channel)
    delivered = there.deliver(payloads.of("supplier"), credentials=wrong)
    right = there.connector.test(there.context, there.channel)

    assert (tested.outcome, delivered.outcome) == (Outcome.AUTH, Outcome.AUTH)
    assert right.outcome is Outcome.OK


@pytest.mark.parametrize("system", CONNECTORS)
def test_a_payment_term_the_target_does_not_know_is_refused_with_its_place(
    system: str, line: Any
) -> None:
    there = line(system)
    maps = {**there.context.code_maps, "payment_terms": {"NET30": "N061", "NET45": "N061"}}

    refused = there.deliver(payloads.of("supplier"), code_maps=maps)
    mended = there.deliver(payloads.of("supplier"), unsure=True)

    assert refused.outcome is Outcome.BUSINESS_REJECT
    assert "payment_terms" in refused.errors[0].canonical_path
    assert mended.outcome is Outcome.OK


def test_a_name_that_another_supplier_has_in_coupa_gets_our_code_behind_it(
    line: Any, control: Control
) -> None:
    first, second = line("coupa"), line("coupa")
    first.deliver(payloads.of("supplier"))
    other = payloads.of("supplier", code="S-100235", legal_name=first_name())

    made = second.deliver(other)
    again = second.deliver({**other, "duns": "123456789"})

    assert (made.outcome, again.outcome) == (Outcome.OK, Outcome.OK)
    held = control.objects("coupa", "supplier", search="S-100235").objects[0]
    assert held.document["name"] == f"{first_name()} (S-100235)"
    assert second.read_back(other)["legal_name"] == first_name()


def first_name() -> str:
    return str(payloads.SUPPLIER["legal_name"])


def test_a_tax_code_goes_to_coupa_as_a_file_and_lands_when_its_list_shows_it(line: Any) -> None:
    there = line("coupa")
    context = there.context

    sent = there.deliver(payloads.of("tax_code"))
    read = there.connector.confirm("tax_code", payloads.of("tax_code"), context, there.channel)
    again = there.deliver(payloads.of("tax_code"))
    retired = there.deliver(payloads.of("tax_code", status="retired"))

    assert (sent.outcome, sent.operation) == (Outcome.ACCEPTED_ASYNC, Operation.CREATE)
    assert (read.outcome, read.parts[0].kind) == (Outcome.OK, "tax_code")
    assert again.outcome is Outcome.OK_UNCHANGED
    assert (retired.outcome, retired.operation) == (Outcome.ACCEPTED_ASYNC, Operation.DEACTIVATE)
    back = there.read_back(payloads.TAX_CODE)
    assert back == {
        "code": "V1",
        "country": "DE",
        "name": "Input tax, full rate",
        "status": "retired",
        "rates": [{"rate_percent": "19"}],
    }


def test_two_countries_with_one_tax_code_need_the_country_in_coupas_code(line: Any) -> None:
    german, french = line("coupa"), line("coupa")
    german.deliver(payloads.of("tax_code"))
    code = payloads.of("tax_code", country="FR")

    refused = french.deliver(code)
    told_apart = french.deliver(code, options={"tax_code_form": "country-code"})

    assert refused.outcome is Outcome.BUSINESS_REJECT
    assert "tax_code_form" in refused.errors[0].message
    assert told_apart.outcome is Outcome.ACCEPTED_ASYNC


def test_a_tax_code_in_s4_is_a_task_until_a_person_has_entered_it(
    line: Any, control: Control
) -> None:
    there = line("sap-s4hana")
    code = payloads.of("tax_code", code="V9")
    options = {"tax_code_path": "/sap/opu/odata/sap/YY1_TAXCODE_CDS/I_TaxCode"}

    blind = there.deliver(code)
    asked = there.deliver(code, options=options)
    control.enter_tax_code("TAXD", "V9", "Input tax, full rate")
    entered = there.deliver(code, options=options)

    assert (blind.outcome, asked.outcome) == (Outcome.MANUAL, Outcome.MANUAL)
    assert "Maintain tax code V9 of DE in S/4HANA in procedure TAXD" in asked.errors[0].message
    assert entered.outcome is Outcome.OK_UNCHANGED


def test_other_dates_of_a_cost_center_are_left_to_a_person_and_the_rest_lands(line: Any) -> None:
    there = line("sap-s4hana")
    there.deliver(payloads.of("cost_center"))

    result = there.deliver(payloads.of("cost_center", valid_to="2026-12-31", status="retired"))

    assert result.outcome is Outcome.MANUAL
    assert result.errors[0].canonical_path == "valid_to"
    back = there.read_back(payloads.COST_CENTER)
    assert back["block_primary_actual"] is True


def test_a_retired_record_that_never_was_there_is_not_made(line: Any, control: Control) -> None:
    for system in CONNECTORS:
        result = line(system).deliver(payloads.of("supplier", status="retired"))

        assert (result.outcome, result.operation) == (Outcome.OK_UNCHANGED, Operation.NONE)
        assert control.objects(TWIN_OF[system], "supplier").total == 0


@pytest.mark.parametrize("system", CONNECTORS)
def test_a_block_goes_through_although_the_rest_cannot_be_sent(
    system: str, line: Any, control: Control
) -> None:
    there = line(system)
    there.deliver(payloads.of("supplier"))

    blocked = there.deliver(
        payloads.of("supplier", status="blocked", payment_terms="N999", legal_name="x" * 200)
    )
    full = there.deliver(payloads.of("supplier", status="blocked"))

    assert blocked.outcome is Outcome.OK
    assert {e.severity for e in blocked.errors} == {"warning"}
    back = there.read_back(payloads.SUPPLIER)
    if system == "coupa":
        held = control.objects("coupa", "supplier").objects[0]
        assert held.document["on-hold"] is True
    else:
        assert back["status"] == "blocked"
    assert full.outcome in (Outcome.OK, Outcome.OK_UNCHANGED)


def test_no_account_number_or_secret_is_in_what_is_kept(line: Any) -> None:
    for system in CONNECTORS:
        there = line(system)
        results = [
            there.deliver(payloads.of("supplier")),
            there.deliver(
                payloads.item(payloads.of("supplier"), "bank_accounts", "B1", iban="DE1")
            ),
            there.deliver(payloads.of("supplier", legal_name="Nordwind SE"), unsure=True),
        ]

        kept = repr([result.exchanges for result in results])
        for secret in ("DE89370400440532013000", *there.context.credentials.values()):
            assert secret not in kept
        assert "Idempotency" not in kept
        assert "CR-4711" in kept
