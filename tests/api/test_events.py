"""The feed of events: relayed ones only, in order, as CloudEvents, masked, within what is seen."""

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from mdm import canonical
from mdm.domains import DOMAINS
from mdm.models import Event, LedgerEntry
from tests import make
from tests.api.conftest import Caller, problem


def relayed():
    """Give every event its place, as the relay does."""
    for number, event in enumerate(Event.objects.order_by("id"), start=1):
        Event.objects.filter(pk=event.pk).update(sequence=number)


def test_a_feed_is_read_from_the_beginning_and_goes_on(reader, new_supplier):
    first, second = new_supplier(), new_supplier(legal_name="Südwind AG")
    relayed()

    one = reader.get("/events?limit=1").json()
    two = reader.get(f"/events?since={one['next']}").json()
    end = reader.get(f"/events?since={two['next']}").json()

    assert [e["partitionkey"] for e in one["data"]] == [str(first.golden_id)]
    assert [e["partitionkey"] for e in two["data"]] == [str(second.golden_id)]
    assert end == {"data": [], "next": two["next"]}


def test_an_event_is_a_cloud_event_around_the_canonical_payload(reader, sealed_supplier):
    relayed()

    (event,) = reader.get("/events").json()["data"]

    schemas = canonical.index(DOMAINS.values())
    registry = Registry().with_resources(
        [(s["$id"], Resource.from_contents(s)) for s in schemas.values()]
    )
    validator = Draft202012Validator(schemas["supplier-event.v1"], registry=registry)
    assert list(validator.iter_errors(event)) == []
    assert event["type"] == "supplier.created.v1"
    assert event["subject"] == f"supplier/{sealed_supplier.code}"
    assert event["sequence"] == "00000000000000000001"
    assert event["data"]["bank_accounts"][0]["iban"] == "•••• 3000"


def test_an_event_that_is_not_relayed_is_not_in_the_feed(reader, supplier):
    assert Event.objects.count() == 1

    assert reader.get("/events").json() == {"data": [], "next": "0"}


def test_a_feed_in_full_needs_the_right_and_is_in_the_ledger(people, sealed_supplier):
    relayed()
    allowed = Caller(people["steward"], "read", "reveal")
    refused = Caller(people["integrator"], "read", "reveal")

    (event,) = allowed.get("/events?reveal=true&domain=supplier").json()["data"]

    assert event["data"]["bank_accounts"][0]["iban"] == "DE89370400440532013000"
    assert LedgerEntry.objects.filter(kind="events.revealed", person="steward").exists()
    assert problem(refused.get("/events?reveal=true")) == (403, "not-allowed")


def test_a_feed_holds_what_the_account_may_see(people, reference, supplier):
    center = {"code": "CC-1", "name": "Marketing", "company_code": "1010"}
    make.record("cost_center", center, by=people["steward"], approvers=people["approver"])
    relayed()

    def domains(user):
        return [e["subject"].split("/")[0] for e in Caller(user).get("/events").json()["data"]]

    assert domains(people["auditor"]) == ["supplier", "cost_center"]
    assert domains(make.person("a", "auditor", company_code="1010")) == ["supplier", "cost_center"]
    assert domains(make.person("b", "auditor", company_code="2020")) == ["supplier"]
    assert domains(make.person("c", "auditor", domain="cost_center")) == ["cost_center"]
    assert domains(make.person("d")) == []


@pytest.mark.parametrize("since", ["-1", "x", "1.5", "9" * 19, "", "٣"])
def test_a_place_that_is_none_is_refused(reader, db, since):
    assert problem(reader.get(f"/events?since={since}")) == (400, "invalid-parameter")


@pytest.mark.parametrize("rows", [1, 4])
def test_a_feed_costs_one_query(reader, new_supplier, django_assert_num_queries, rows):
    for _ in range(rows):
        new_supplier()
    relayed()
    reader.get("/events")

    with django_assert_num_queries(1):
        assert len(reader.get("/events").json()["data"]) == rows
