"""What refers to a record that the target does not have yet waits for it, visibly."""

from typing import Any

import pytest

from publishing import delivery, relay
from publishing.connectors.base import Outcome
from publishing.models import Replica, Target
from tests import make
from tests.publishing.fake import Fake, ended
from tests.publishing.makers import due

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def pair(people: dict[str, Any], target: Target) -> tuple[Any, Any]:
    """A cost center, and one below it."""
    who = {"by": people["requester"], "approvers": people["approver"]}
    top = make.record("cost_center", {"name": "Sales", "controlling_area": "A000"}, **who)
    below = {"name": "Sales DACH", "controlling_area": "A000", "parent": str(top.pk)}
    return top, make.record("cost_center", below, **who)


def state_of(record: Any) -> Replica:
    return Replica.objects.get(golden_id=record.pk)


def queue_last(record: Any) -> None:
    """Let the record's delivery come after the others."""
    Replica.objects.filter(golden_id=record.pk).update(lane=2)


def test_a_record_waits_for_the_one_it_refers_to(
    pair: tuple[Any, Any], target: Target, fake: Fake
) -> None:
    top, below = pair
    relay.run()
    queue_last(top)
    fake.script = [ended(Outcome.TRANSIENT, "busy")]

    delivery.drain(target)

    blocked = state_of(below)
    assert (blocked.state, blocked.tries, blocked.waits_for) == ("blocked", 0, str(top.pk))
    assert blocked.last_sentence == (
        f"Waits for cost center {top.code}, which Coupa does not have yet."
    )
    assert [s.payload["code"] for s in fake.sent] == [top.code]


def test_it_is_sent_as_soon_as_the_other_has_landed(
    pair: tuple[Any, Any], target: Target, fake: Fake
) -> None:
    top, below = pair
    relay.run()
    queue_last(top)

    delivery.drain(target)

    assert (state_of(top).state, state_of(below).state) == ("landed", "landed")
    assert [s.payload["code"] for s in fake.sent] == [top.code, below.code]


def test_it_says_when_the_other_was_refused(
    pair: tuple[Any, Any], target: Target, fake: Fake
) -> None:
    top, below = pair
    fake.script = [ended(Outcome.BUSINESS_REJECT, "No")]
    relay.run()

    delivery.drain(target)
    due()
    delivery.drain(target)

    assert state_of(top).state == "dead"
    assert state_of(below).last_sentence == (
        f"Waits for cost center {top.code}, which Coupa does not have yet and which was refused."
    )


def test_what_the_target_is_not_to_have_is_not_waited_for(
    pair: tuple[Any, Any], target: Target, fake: Fake
) -> None:
    top, below = pair
    relay.run()
    Replica.objects.filter(golden_id=top.pk).update(state="skipped", due_at=None)

    delivery.drain(target)

    assert state_of(below).state == "landed"


def test_a_missed_bell_is_made_good_by_looking_again(
    pair: tuple[Any, Any], target: Target, fake: Fake
) -> None:
    top, below = pair
    relay.run()
    queue_last(top)
    fake.script = [ended(Outcome.TRANSIENT, "busy")]
    delivery.drain(target)
    Replica.objects.filter(golden_id=top.pk).update(state="landed", landed_version=1, due_at=None)

    due()
    delivery.drain(target)

    assert state_of(below).state == "landed"
