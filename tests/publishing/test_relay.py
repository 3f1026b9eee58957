"""From approved versions to what each target should have."""

from collections.abc import Callable
from typing import Any

import pytest

from mdm.domains.supplier import Supplier
from mdm.models import Event
from publishing import relay, standing
from publishing.models import Replica, Target
from tests.publishing.fake import Fake
from tests.publishing.makers import supplier, update

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def acme(people: dict[str, Any], reference: None) -> Supplier:
    return supplier(people)


def test_events_get_a_sequence_without_gaps_and_in_order_per_record(
    acme: Supplier, target: Target, people: dict[str, Any]
) -> None:
    update(people, acme, {"trade_name": "Nord"})
    other = supplier(people, legal_name="Suedwind AG")

    count = relay.run()

    found = [(e.golden_id, e.version, e.sequence) for e in Event.objects.order_by("sequence")]
    assert count == 3
    assert found == [(acme.pk, 1, 1), (acme.pk, 2, 2), (other.pk, 1, 3)]


def test_a_replica_wants_the_newest_version_and_is_due(
    acme: Supplier, target: Target, people: dict[str, Any]
) -> None:
    update(people, acme, {"trade_name": "Nord"})

    relay.run()

    replica = Replica.objects.get()
    assert (replica.wanted_version, replica.landed_version, replica.state) == (2, 0, "ready")
    assert (replica.code, replica.label) == ("S-100001", "Nordwind Logistik GmbH")
    assert replica.due_at is not None


def test_relaying_twice_changes_nothing(acme: Supplier, target: Target) -> None:
    relay.run()
    before = list(Replica.objects.values())

    assert relay.run() == 0
    assert list(Replica.objects.values()) == before


def test_news_leaves_the_lease_and_the_tries_under_way_alone(
    acme: Supplier, target: Target, people: dict[str, Any]
) -> None:
    relay.run()
    Replica.objects.update(state="sending", lease_token=acme.pk, tries=3)

    update(people, acme, {"trade_name": "Nord"})
    relay.run()

    replica = Replica.objects.get()
    assert (replica.state, replica.lease_token, replica.tries) == ("sending", acme.pk, 3)
    assert replica.wanted_version == 2


def test_news_takes_up_a_dead_delivery_with_fresh_tries(
    acme: Supplier, target: Target, people: dict[str, Any]
) -> None:
    relay.run()
    Replica.objects.update(state="dead", due_at=None, tries=8)

    update(people, acme, {"trade_name": "Nord"})
    relay.run()

    replica = Replica.objects.get()
    assert (replica.state, replica.tries, replica.wanted_version) == ("ready", 0, 2)
    assert replica.due_at is not None


def test_a_target_that_does_not_take_the_record_is_skipped_with_the_reason(
    acme: Supplier, fake: Fake, new_target: Callable[..., Target]
) -> None:
    new_target(countries="US")

    relay.run()

    replica = Replica.objects.get()
    assert (replica.state, replica.wanted_version) == ("skipped", 0)
    assert replica.skipped == "Coupa takes US; this one is in DE."


def test_a_record_that_a_target_has_is_sent_although_its_filter_would_leave_it_out(
    acme: Supplier, target: Target, people: dict[str, Any]
) -> None:
    relay.run()
    Replica.objects.update(state="landed", landed_version=1, due_at=None)

    update(people, acme, {}, action="retire")
    relay.run()

    replica = Replica.objects.get()
    assert (replica.state, replica.wanted_version, replica.lane) == ("ready", 2, 0)


@pytest.mark.parametrize("mode", ["manual", "shadow"])
def test_a_target_that_waits_for_somebody_gets_its_replicas_paused(
    mode: str, acme: Supplier, fake: Fake, new_target: Callable[..., Target]
) -> None:
    new_target(mode=mode)

    relay.run()

    replica = Replica.objects.get()
    assert (replica.state, replica.due_at, replica.wanted_version) == ("paused", None, 1)


def test_what_is_relayed_while_a_target_is_paused_is_sent_when_it_is_resumed(
    acme: Supplier, target: Target, people: dict[str, Any]
) -> None:
    standing.pause(target, by=people["integrator"], because="Month end")
    relay.run()
    assert Replica.objects.get().state == "paused"

    count = standing.resume(target, by=people["integrator"])

    assert count == 1
    assert Replica.objects.get().state == "ready"


def test_a_target_that_is_new_can_be_given_what_was_there_before_it(
    acme: Supplier, fake: Fake, new_target: Callable[..., Target]
) -> None:
    relay.run()
    target = new_target()

    assert relay.want_live(target) == 1
    assert relay.want_live(target) == 0
    assert Replica.objects.get().wanted_version == 1
