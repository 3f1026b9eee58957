"""The connectors against the simulators: each was written from the contracts alone."""

from collections.abc import Callable

import pytest

from publishing.connectors import CONNECTORS
from publishing.connectors.base import Operation, Outcome
from publishing.twins.control import Control
from tests.publishing.connectors import payloads
from tests.publishing.connectors.lines import TWIN_OF, Line, prepare

PASSING = {Outcome.UNKNOWN, Outcome.TRANSIENT}
WRITES = [(system, domain) for system in CONNECTORS for domain in payloads.WRITTEN]
Open = Callable[[str], Line]


@pytest.mark.parametrize(("system", "domain"), WRITES)
def test_a_record_is_created_left_alone_when_equal_and_updated_when_not(
    system: str, domain: str, line: Open, control: Control
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
    system: str, domain: str, line: Open, control: Control
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
    assert there.is_like(payload)


CHANGES = {
    "supplier": [
        {"legal_name": "Nordwind SE", "payment_terms": "NET60"},
        {"payment_terms": None},
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
    system: str, domain: str, unsure: bool, line: Open
) -> None:
    there = line(system)
    payload = prepare(there, domain)
    there.deliver(payload)

    for changes in CHANGES[domain]:
        payload = {k: v for k, v in {**payload, **changes}.items() if v is not None}
        result = there.deliver(payload, unsure=unsure)

        assert result.outcome in (Outcome.OK, Outcome.OK_UNCHANGED), (changes, result.errors)
        assert result.operation is not Operation.CREATE
        assert there.is_like(payload)
        assert there.deliver(payload).exchanges == ()


@pytest.mark.parametrize(("system", "domain"), WRITES)
@pytest.mark.parametrize("seed", range(4))
def test_under_a_storm_of_faults_it_lands_once_and_whole(
    system: str, domain: str, seed: int, line: Open, control: Control
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

    assert there.is_like(wanted)
    assert control.objects(TWIN_OF[system], domain, search=payload["code"]).total == 1
    assert not any(control.state()[TWIN_OF[system]].doubled.values())


def test_a_cost_center_three_levels_down_lands_below_its_parent_in_coupa(line: Open) -> None:
    there = line("coupa")
    above = ""
    for code in ("DE00", "DE1010", "DE1010-20"):
        parent = {"parent": {"golden_id": payloads.HEADER["golden_id"], "code": above}}
        payload = payloads.of("cost_center", code=code, name=code, **(parent if above else {}))

        done = there.deliver(payload)
        again = there.deliver(payload, unsure=True)

        assert (done.outcome, again.outcome) == (Outcome.OK, Outcome.OK_UNCHANGED), done.errors
        there.forget()
        above = code
