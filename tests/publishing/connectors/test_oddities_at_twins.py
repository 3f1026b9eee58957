"""What is odd about each target, seen at the simulators."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from publishing.connectors import CONNECTORS
from publishing.connectors.base import Operation, Outcome
from publishing.twins import credentials
from publishing.twins.control import Control
from publishing.twins.server import Server
from tests.publishing.connectors import payloads
from tests.publishing.connectors.lines import TWIN_OF, Line
from tests.publishing.twins.callers import PARTNERS, S4

Open = Callable[[str], Line]


def test_a_stale_etag_is_no_matter_when_nobody_touched_our_fields(
    line: Open, twins: Server, tmp_path: Path
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

    assert [e.status for e in result.exchanges] == [412, 200, 204, 200]
    assert result.outcome is Outcome.OK


def test_what_somebody_changed_in_the_target_is_a_conflict_until_a_person_overwrites_it(
    line: Open,
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
    system: str, line: Open, control: Control
) -> None:
    there = line(system)
    there.deliver(payloads.of("supplier"))
    control.expire_sessions()

    result = there.deliver(payloads.of("supplier", legal_name="Nordwind SE"))

    assert result.outcome is Outcome.OK
    assert sum(e.status in (401, 403) for e in result.exchanges) == 1


@pytest.mark.parametrize("system", CONNECTORS)
def test_wrong_credentials_are_a_matter_of_access(system: str, line: Open) -> None:
    there = line(system)
    wrong = {"client_id": "x", "client_secret": "y", "username": "x", "password": "y"}

    tested = there.connector.test(replace(there.context, credentials=wrong), there.channel)
    delivered = there.deliver(payloads.of("supplier"), credentials=wrong)
    right = there.connector.test(there.context, there.channel)

    assert (tested.outcome, delivered.outcome) == (Outcome.AUTH, Outcome.AUTH)
    assert right.outcome is Outcome.OK


@pytest.mark.parametrize("system", CONNECTORS)
def test_a_payment_term_the_target_does_not_know_is_refused_with_its_place(
    system: str, line: Open
) -> None:
    there = line(system)
    maps = {**there.context.code_maps, "payment_terms": {"NET30": "N061", "NET45": "N061"}}

    refused = there.deliver(payloads.of("supplier"), code_maps=maps)
    mended = there.deliver(payloads.of("supplier"), unsure=True)

    assert refused.outcome is Outcome.BUSINESS_REJECT
    assert "payment_terms" in refused.errors[0].canonical_path
    assert mended.outcome is Outcome.OK


def test_a_name_that_another_supplier_has_in_coupa_gets_our_code_behind_it(
    line: Open, control: Control
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


def test_a_tax_code_goes_to_coupa_as_a_file_and_lands_when_its_list_shows_it(line: Open) -> None:
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


def test_two_countries_with_one_tax_code_need_the_country_in_coupas_code(line: Open) -> None:
    german, french = line("coupa"), line("coupa")
    german.deliver(payloads.of("tax_code"))
    code = payloads.of("tax_code", country="FR")

    refused = french.deliver(code)
    told_apart = french.deliver(code, options={"tax_code_form": "country-code"})

    assert refused.outcome is Outcome.BUSINESS_REJECT
    assert "tax_code_form" in refused.errors[0].message
    assert told_apart.outcome is Outcome.ACCEPTED_ASYNC


def test_a_tax_code_in_s4_is_a_task_until_a_person_has_entered_it(
    line: Open, control: Control
) -> None:
    there = line("sap-s4hana")
    code = payloads.of("tax_code", code="V9")
    options = {"tax_code_path": "/sap/opu/odata/sap/YY1_TAXCODE_CDS/I_TaxCode"}

    blind = there.deliver(code)
    asked = there.deliver(code, options=options)
    control.enter_tax_code("TAXD", "V9", "Input tax, full rate")
    entered = there.deliver(code, options=options)
    context = replace(there.context, options=options)
    confirmed = there.connector.confirm("tax_code", code, context, there.channel)

    assert (blind.outcome, asked.outcome) == (Outcome.MANUAL, Outcome.MANUAL)
    assert "Maintain tax code V9 of DE in S/4HANA in procedure TAXD" in asked.errors[0].message
    assert (entered.outcome, confirmed.outcome) == (Outcome.OK_UNCHANGED,) * 2


def test_other_dates_of_a_cost_center_are_left_to_a_person_and_the_rest_lands(line: Open) -> None:
    there = line("sap-s4hana")
    there.deliver(payloads.of("cost_center"))

    result = there.deliver(payloads.of("cost_center", valid_to="2026-12-31", status="retired"))

    assert result.outcome is Outcome.MANUAL
    assert result.errors[0].canonical_path == "valid_to"
    back = there.read_back(payloads.COST_CENTER)
    assert back["block_primary_actual"] is True


def test_a_retired_record_that_never_was_there_is_not_made(line: Open, control: Control) -> None:
    for system in CONNECTORS:
        result = line(system).deliver(payloads.of("supplier", status="retired"))

        assert (result.outcome, result.operation) == (Outcome.OK_UNCHANGED, Operation.NONE)
        assert control.objects(TWIN_OF[system], "supplier").total == 0


@pytest.mark.parametrize("system", CONNECTORS)
def test_a_block_goes_through_although_the_rest_cannot_be_sent(
    system: str, line: Open, control: Control
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


def test_no_account_number_or_secret_is_in_what_is_kept(line: Open) -> None:
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
