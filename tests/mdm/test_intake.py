"""Intake: what systems say is kept as it was said, and becomes a proposal."""

from typing import Any

import pytest

from mdm import changes, intake, keys, vault
from mdm.changes import Malformed
from mdm.errors import NotAllowed, NotFound, Refused
from mdm.models import Change, Key, SourceRecord, SourceRevision, Supplier
from tests import make

pytestmark = pytest.mark.django_db

ACME = {
    "legal_name": "Acme GmbH",
    "country": "DE",
    "payment_terms": "net30",
    "addresses": [{"street": "Ring", "house_number": "1", "city": "Bonn", "country": "Germany"}],
    "contacts": [{"last_name": "Muster", "email": "Max@Example.com"}],
}


@pytest.fixture(autouse=True)
def look_alikes(settings: Any) -> None:
    settings.FIND_CANDIDATES = ["tests.mdm.look_alikes.find"]


@pytest.fixture
def people() -> dict[str, Any]:
    people = make.people()
    make.reference(people)
    for code in ("erp", "procurement"):
        system = {"code": code, "name": code.upper()}
        make.record("system", system, by=people["integrator"], approvers=people["approver"])
    return people


def send(people: dict[str, Any], key: str = "7", system: str = "erp", **values: Any) -> Any:
    said = {**ACME, **values}
    return intake.receive(system, "supplier", key, said, by=people["integrator"])


def accept(people: dict[str, Any], received: Any) -> Supplier:
    changes.decide(received.change, "approve", by=people["approver"], comment="Fine")
    source = SourceRecord.objects.get(pk=received.source_record.pk)
    assert source.golden_id is not None
    return Supplier.objects.get(pk=source.golden_id)


def test_a_message_becomes_a_revision_and_a_proposal_of_a_new_record(people: Any) -> None:
    received = send(people)

    record = accept(people, received)

    assert (received.outcome, received.revision.number, received.change.channel) == (
        "new",
        1,
        "api",
    )
    assert (record.legal_name, record.payment_terms, record.addresses[0]["city"]) == (
        "Acme GmbH",
        "NET30",
        "Bonn",
    )
    assert keys.find("erp", "supplier", "7") == record.golden_id
    assert [str(key) for key in keys.of(record.golden_id)] == ["erp 7"]
    assert SourceRecord.objects.get().state == "linked"


def test_the_same_message_twice_changes_nothing(people: Any) -> None:
    first = send(people)
    again = send(people)
    accept(people, first)
    once_more = send(people)

    assert (again.outcome, again.revision, again.change) == ("unchanged", None, None)
    assert (once_more.outcome, once_more.change) == ("unchanged", None)
    assert (SourceRevision.objects.count(), Change.objects.filter(channel="api").count()) == (1, 1)


def test_what_a_source_says_differently_becomes_a_patch_of_that_alone(people: Any) -> None:
    record = accept(people, send(people))
    item = record.addresses[0]["id"]
    by_hand = changes.draft(
        subject="supplier",
        patch={"trade_name": "Acme", "payment_terms": "NET60"},
        golden_id=record.golden_id,
        by=people["requester"],
    )
    make.approved(by_hand, people["approver"])

    received = send(people, addresses=[{**ACME["addresses"][0], "line2": "Gate 3"}])
    record = accept(people, received)

    part = received.change.parts.get()
    assert received.outcome == "changed"
    assert (part.action, dict(part.patch)) == ("update", {f"addresses[{item}].line2": "Gate 3"})
    assert (record.payment_terms, record.trade_name) == ("NET60", "Acme")


def test_an_item_that_a_source_drops_is_proposed_to_go(people: Any) -> None:
    record = accept(people, send(people))

    received = send(people, addresses=[])

    item = record.addresses[0]["id"]
    assert dict(received.change.parts.get().patch) == {f"addresses[{item}]": None}


def test_a_message_about_a_record_in_an_open_change_replaces_what_it_proposes(people: Any) -> None:
    first = send(people)

    second = send(people, legal_name="Acme Werke GmbH")

    change = Change.objects.get(channel="api")
    part = change.parts.get()
    assert (second.change.pk, second.revision.number) == (first.change.pk, 2)
    assert (part.patch["legal_name"], part.revision_id) == ("Acme Werke GmbH", second.revision.pk)


def test_a_rejected_record_is_not_proposed_again_until_it_says_something_new(people: Any) -> None:
    first = send(people)
    changes.decide(first.change, "reject", by=people["approver"], comment="Not ours")

    again = send(people)
    renewed = send(people, payment_terms="NET60")

    assert (again.outcome, again.change) == ("unchanged", None)
    assert (renewed.outcome, renewed.change.state) == ("new", "submitted")


def test_sensitive_values_are_sealed_wherever_they_are_kept(people: Any) -> None:
    received = send(people)

    revision = SourceRevision.objects.get()
    item = revision.standardised["contacts"][0]
    assert vault.is_sealed(item["email"])
    assert vault.unseal(item["email"]) == "max@example.com"
    assert vault.is_sealed(revision.raw["contacts"])
    assert "example.com" not in str(received.change.parts.get().patch).lower()


def test_the_same_name_from_another_system_links_to_the_record(people: Any) -> None:
    record = accept(people, send(people))

    received = send(
        people, "V-1", "procurement", legal_name="ACME GmbH", website="acme.example.com"
    )
    linked = accept(people, received)

    part = received.change.parts.get()
    assert (received.outcome, part.action) == ("linked", "link")
    assert dict(part.patch) == {"website": "https://acme.example.com"}
    assert (linked.pk, linked.version) == (record.pk, 2)
    assert set(Key.objects.values_list("system__code", "key")) == {
        ("erp", "7"),
        ("procurement", "V-1"),
    }


def test_a_second_key_of_one_system_for_one_record_waits_for_a_person(people: Any) -> None:
    accept(people, send(people))

    received = send(people, "8")

    assert (received.outcome, received.change) == ("duplicate", None)
    assert received.source_record.state == "waiting"


def test_what_looks_alike_waits_until_a_steward_says_what_it_is(people: Any) -> None:
    record = accept(people, send(people))
    alike = send(people, "9", "procurement", legal_name="Acme Holding AG", duns="123456789")
    other = send(people, "10", "procurement", legal_name="Acme Tools Ltd")

    same = intake.resolve(alike.source_record, golden_id=record.golden_id, by=people["steward"])
    new = intake.resolve(other.source_record, golden_id=None, by=people["steward"], reason="No")

    assert (alike.outcome, other.outcome) == ("duplicate", "duplicate")
    assert (same.channel, same.parts.get().action, dict(same.parts.get().patch)) == (
        "match",
        "link",
        {"duns": "123456789"},
    )
    assert (new.parts.get().action, new.state) == ("create", "submitted")
    with pytest.raises(Refused, match="which is still open"):
        intake.resolve(alike.source_record, golden_id=None, by=people["steward"])
    with pytest.raises(NotAllowed, match="Data steward"):
        intake.resolve(other.source_record, golden_id=None, by=people["requester"])


def test_every_problem_of_a_message_is_named_at_once(people: Any) -> None:
    with pytest.raises(Malformed) as refusal:
        send(people, colour="red", website="no web", tax_ids=[{"type": "fax", "number": "1"}])

    paths = {problem.path for problem in refusal.value.problems}
    assert paths == {"colour", "website", "tax_ids[1].type"}
    assert SourceRecord.objects.count() == 0


def test_unknown_systems_and_strangers_are_refused(people: Any) -> None:
    with pytest.raises(NotFound, match=r"There are: erp, procurement\."):
        send(people, system="crm")
    with pytest.raises(NotAllowed):
        intake.receive("erp", "supplier", "7", ACME, by=people["auditor"])


def test_references_are_written_as_keys_or_codes(people: Any) -> None:
    parent = accept(people, send(people))

    by_key = send(people, "8", legal_name="Daughter One", parent="7")
    by_code = send(people, "9", legal_name="Sister Two", parent=parent.code)

    for received in (by_key, by_code):
        assert received.change.parts.get().patch["parent"] == str(parent.golden_id)
    with pytest.raises(Malformed, match="a supplier that is known here"):
        send(people, "11", legal_name="Other Three", parent="nobody")


def test_a_period_turned_round_is_refused_where_a_system_says_it(people: Any) -> None:
    period = {"valid_from": "2026-12-31", "valid_to": "2026-01-01"}
    number = {"type": "tin", "country": "DE", "number": "1"}

    with pytest.raises(Malformed) as refusal:
        send(people, tax_ids=[number | period])

    assert "It ends before it begins" in str(refusal.value)
