"""Trying again and giving up, by a person."""

from collections.abc import Callable
from typing import Any

import pytest

from mdm.errors import NotAllowed, Refused
from mdm.models import LedgerEntry
from publishing import delivery, monitor, relay, replay, standing
from publishing.connectors.base import Outcome
from publishing.models import Attempt, Replica, Target
from publishing.replay import Which
from tests.publishing.fake import Fake, ended
from tests.publishing.makers import publish, supplier, update

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def dead(people: dict[str, Any], target: Target, fake: Fake) -> Replica:
    """A delivery that the target refused."""
    supplier(people)
    fake.script = [ended(Outcome.BUSINESS_REJECT, "Unknown payment terms")]
    return publish(target)


def everything() -> Any:
    return Replica.objects.all()


def test_a_replay_sends_the_same_version_under_the_same_key(
    dead: Replica, target: Target, fake: Fake, people: dict[str, Any]
) -> None:
    assert replay.replay(everything(), by=people["integrator"]) == 1
    delivery.drain(target)

    one, two = Attempt.objects.order_by("number")
    assert (one.idempotency_key, one.payload_hash) == (two.idempotency_key, two.payload_hash)
    assert Replica.objects.get().state == "landed"
    assert LedgerEntry.objects.filter(kind="delivery_replayed").count() == 1


def test_replaying_twice_sends_once(
    dead: Replica, target: Target, fake: Fake, people: dict[str, Any]
) -> None:
    assert replay.replay(everything(), by=people["integrator"]) == 1
    assert replay.replay(everything(), by=people["integrator"]) == 0
    delivery.drain(target)

    assert len(fake.sent) == 2


def test_the_same_version_is_not_sent_once_a_newer_one_is_wanted(
    dead: Replica, target: Target, people: dict[str, Any]
) -> None:
    update(people, _record(dead), {"trade_name": "Nord"})
    relay.run()
    Replica.objects.update(state="dead", due_at=None)

    assert replay.preview(everything(), Which.SAME).count == 0
    found = replay.preview(everything(), Which.CURRENT)
    assert (found.count, found.newer, found.by_target) == (1, 1, {"coupa": 1})


def test_what_is_under_way_is_left_out(dead: Replica, people: dict[str, Any]) -> None:
    Replica.objects.update(state="sending")

    found = replay.preview(everything())

    assert (found.count, found.left_out) == (0, 1)
    assert replay.replay(everything(), by=people["integrator"]) == 0


def test_a_stopped_target_keeps_its_replays_until_it_is_resumed(
    dead: Replica, target: Target, people: dict[str, Any]
) -> None:
    standing.pause(target, by=people["integrator"], because="Month end")

    assert replay.preview(everything()).stopped == ("Coupa",)
    replay.replay(everything(), by=people["integrator"])

    assert Replica.objects.get().state == "paused"


def test_a_replay_may_push_over_what_was_changed_by_hand(
    dead: Replica, target: Target, fake: Fake, people: dict[str, Any]
) -> None:
    replay.replay(everything(), by=people["integrator"], overwrite=True)
    delivery.drain(target)

    assert fake.sent[-1].context.overwrite is True
    assert Replica.objects.get().overwrite is False


def test_giving_up_needs_a_reason_and_keeps_it(dead: Replica, people: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="Say why"):
        replay.discard(dead, by=people["integrator"], because="")

    replay.discard(dead, by=people["integrator"], because="Wrong company")

    found = Replica.objects.get()
    assert (found.state, found.skipped) == ("skipped", "Given up by integrator: Wrong company")
    assert LedgerEntry.objects.filter(kind="delivery_discarded").count() == 1


def test_what_landed_cannot_be_given_up(dead: Replica, people: dict[str, Any]) -> None:
    Replica.objects.update(state="landed")

    with pytest.raises(Refused, match="at rest"):
        replay.discard(dead, by=people["integrator"], because="Wrong")


def test_after_giving_up_the_next_version_is_sent_again(
    dead: Replica, target: Target, people: dict[str, Any]
) -> None:
    replay.discard(dead, by=people["integrator"], because="Wrong company")
    update(people, _record(dead), {"trade_name": "Nord"})

    assert publish(target).landed_version == 2


def test_a_task_for_a_person_is_done_when_they_say_so(
    people: dict[str, Any], target: Target, fake: Fake
) -> None:
    supplier(people)
    fake.script = [ended(Outcome.MANUAL, "Maintain S-100001 in Coupa by hand")]
    replica = publish(target)
    assert replica.state == "manual"
    assert replica.last_sentence == (
        "Coupa has no way to write it. Maintain S-100001 in Coupa by hand. Then mark it as done."
    )

    replay.done_by_hand(replica, by=people["integrator"], note="FTXP, transport K901")

    replica.refresh_from_db()
    found = monitor.detail(replica)
    assert (found.replica.state, found.replica.landed_version) == ("landed", 1)
    assert monitor.sentence(found.replica).startswith("Version 1 reached Coupa by hand at ")
    last = found.timeline[-1]
    assert (last.label, last.sentence) == (
        "Done by hand",
        "integrator maintained it there by hand. FTXP, transport K901",
    )


def test_replaying_needs_the_right_to_publish(dead: Replica, people: dict[str, Any]) -> None:
    with pytest.raises(NotAllowed):
        replay.replay(everything(), by=people["requester"])


def test_a_shadow_target_is_never_replayed(
    people: dict[str, Any], fake: Fake, new_target: Callable[..., Target]
) -> None:
    new_target(mode="shadow")
    supplier(people)
    relay.run()

    assert replay.replay(everything(), by=people["integrator"]) == 0


def _record(replica: Replica) -> Any:
    from mdm.domains.supplier import Supplier  # the record behind the delivery

    return Supplier.objects.get(pk=replica.golden_id)
