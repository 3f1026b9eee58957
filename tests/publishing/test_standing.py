"""When a target is left alone: gated, suspended, broken, paused, busy."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mdm.domains.supplier import Supplier
from mdm.errors import NotAllowed, Refused
from mdm.models import LedgerEntry
from publishing import delivery, relay, standing, targets
from publishing.connectors.base import Outcome
from publishing.limits import Limits
from publishing.models import Attempt, Replica, Target, TargetState
from tests import make
from tests.publishing.fake import Fake, ended
from tests.publishing.makers import due, supplier

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def many(people: dict[str, Any], reference: None) -> list[Supplier]:
    return [supplier(people, legal_name=f"Supplier {n}") for n in range(3)]


def states() -> list[str]:
    return sorted(Replica.objects.values_list("state", flat=True))


def test_a_retry_after_gates_the_whole_target(
    many: list[Supplier], target: Target, fake: Fake
) -> None:
    fake.script = [ended(Outcome.TRANSIENT, "slow down", retry_after=60.0)]
    relay.run()

    delivery.drain(target)

    gate = targets.state(target).gate_until
    assert len(fake.sent) == 1
    assert states() == ["ready", "ready", "waiting"]
    assert gate is not None
    assert gate > timezone.now() + timedelta(seconds=55)


def test_after_the_gate_everything_is_sent(
    many: list[Supplier], target: Target, fake: Fake
) -> None:
    fake.script = [ended(Outcome.TRANSIENT, "slow down", retry_after=60.0)]
    relay.run()
    delivery.drain(target)
    TargetState.objects.update(gate_until=timezone.now())
    due()

    delivery.drain(target)

    assert states() == ["landed"] * 3


@pytest.mark.parametrize("outcome", [Outcome.AUTH, Outcome.CONFIGURATION])
def test_a_closed_door_suspends_the_target_and_uses_up_no_try(
    outcome: Outcome, many: list[Supplier], target: Target, fake: Fake
) -> None:
    fake.script = [ended(outcome, "Wrong password")]
    relay.run()

    delivery.drain(target)

    row = targets.state(target)
    assert states() == ["paused"] * 3
    assert set(Replica.objects.values_list("tries", flat=True)) == {0}
    assert row.suspended_because == "Wrong password."
    assert LedgerEntry.objects.filter(kind="target_suspended").count() == 1


def test_new_credentials_resume_a_suspended_target(
    many: list[Supplier], target: Target, fake: Fake, people: dict[str, Any]
) -> None:
    fake.script = [ended(Outcome.AUTH, "Wrong password")]
    relay.run()
    delivery.drain(target)

    standing.set_credentials(target, {"client_id": "new"}, by=people["integrator"])
    delivery.drain(target)

    assert states() == ["landed"] * 3
    assert fake.sent[-1].context.credentials == {"client_id": "new"}


def test_credentials_are_kept_encrypted(target: Target, people: dict[str, Any]) -> None:
    standing.set_credentials(target, {"password": "hunter22"}, by=people["integrator"])

    assert "hunter22" not in TargetState.objects.get().credentials
    assert "hunter22" not in str(list(LedgerEntry.objects.values_list("facts", flat=True)))
    assert targets.credentials(targets.state(target)) == {"password": "hunter22"}


def test_ten_tries_of_which_half_fail_open_the_breaker(
    people: dict[str, Any], target: Target, fake: Fake
) -> None:
    for n in range(12):
        supplier(people, legal_name=f"Supplier {n}")
    fake.script = [ended(Outcome.TRANSIENT, "down") for _ in range(10)]
    relay.run()

    delivery.drain(target)

    row = targets.state(target)
    assert len(fake.sent) == 10
    assert row.openings == 1
    assert row.open_until is not None
    assert row.open_until > timezone.now()


def test_after_the_pause_one_probe_goes_and_the_rest_follows_when_it_lands(
    many: list[Supplier], target: Target, fake: Fake
) -> None:
    relay.run()
    targets.state(target)
    TargetState.objects.update(open_until=timezone.now(), openings=1)

    first = delivery.claim(target)
    second = delivery.claim(target)
    assert isinstance(first, delivery.Claim)
    assert isinstance(second, timedelta)
    delivery.deliver(first)
    delivery.drain(target)

    assert states() == ["landed"] * 3
    assert targets.state(target).open_until is None


def test_no_more_run_at_once_than_the_target_bears(
    many: list[Supplier], fake: Fake, new_target: Callable[..., Target]
) -> None:
    target = new_target(options={"parallel": "2"})
    relay.run()

    found = [delivery.claim(target) for _ in range(3)]

    assert [isinstance(one, delivery.Claim) for one in found] == [True, True, False]


def test_a_target_is_driven_no_faster_than_its_limit(
    many: list[Supplier], target: Target, fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(fake), "limits", Limits(per_second=0.01, parallel=4, burst=2))
    relay.run()

    delivery.drain(target)

    assert len(fake.sent) == 2
    assert states() == ["landed", "landed", "ready"]


def test_a_pause_holds_back_what_is_queued_and_says_by_whom(
    many: list[Supplier], target: Target, people: dict[str, Any]
) -> None:
    relay.run()

    standing.pause(target, by=people["integrator"], because="Month end")

    assert states() == ["paused"] * 3
    assert targets.state(target).stopped_because == "Paused by integrator: Month end"
    assert delivery.drain(target) == 0


def test_a_pause_needs_a_reason_and_the_right(target: Target, people: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="Say why"):
        standing.pause(target, by=people["integrator"], because=" ")
    with pytest.raises(NotAllowed, match="Integrator or Administrator"):
        standing.pause(target, by=people["requester"], because="I want to")


def test_who_publishes_one_domain_of_a_target_does_not_stop_the_others(target: Target) -> None:
    bound = make.person("bound", "integrator", domain="supplier")
    for act in (standing.pause, standing.set_credentials):
        said = {"because": "Month end"} if act is standing.pause else {"given": {}}
        with pytest.raises(NotAllowed, match="for cost centers"):
            act(target, by=bound, **said)
    with pytest.raises(NotAllowed):
        standing.resume(target, by=bound)

    assert not targets.state(target).is_stopped


def test_an_address_that_is_not_allowed_suspends_the_target(
    many: list[Supplier], fake: Fake, new_target: Callable[..., Target]
) -> None:
    target = new_target(address="http://169.254.169.254/latest")

    relay.run()
    delivery.drain(target)

    assert fake.sent == []
    assert "169.254.169.254" in targets.state(target).suspended_because
    assert Attempt.objects.get().outcome == "configuration"


def test_a_scheduled_target_gets_it_at_its_next_slot(
    many: list[Supplier], fake: Fake, new_target: Callable[..., Target]
) -> None:
    later = timezone.now() + timedelta(hours=2)
    target = new_target(mode="scheduled", options={"send_at": f"{later:%H:%M}"})

    relay.run()

    slots = {r.due_at for r in Replica.objects.all()}
    assert slots == {later.replace(second=0, microsecond=0)}
    assert delivery.drain(target) == 0


def test_a_delivery_that_landed_is_the_sign_that_all_is_well(
    many: list[Supplier], target: Target, fake: Fake
) -> None:
    relay.run()
    delivery.drain(target)

    row = targets.state(target)
    assert row.last_ok_at is not None
    assert (row.breaker_tries, row.breaker_failures) == (3, 0)


@pytest.mark.parametrize("change", [{"status": "retired"}, {"mode": "shadow"}])
def test_a_target_that_is_out_of_use_gets_nothing_that_was_queued_before(
    change: dict[str, str], many: list[Supplier], target: Target, fake: Fake
) -> None:
    relay.run()
    for name, value in change.items():
        setattr(target, name, value)  # as the next version of the target would say

    delivery.drain(target)

    assert (fake.sent, states()) == ([], ["paused"] * 3)


def test_what_a_manual_target_holds_back_is_sent_when_somebody_releases_it(
    many: list[Supplier],
    fake: Fake,
    new_target: Callable[..., Target],
    people: dict[str, Any],
) -> None:
    target = new_target(mode="manual")
    relay.run()
    one = Replica.objects.filter(golden_id=many[0].pk)
    with pytest.raises(NotAllowed):
        standing.release(one, by=people["requester"])

    assert standing.release(one, by=people["integrator"]) == 1
    delivery.drain(target)

    assert states() == ["landed", "paused", "paused"]


def test_one_record_that_cannot_go_does_not_stop_the_others(
    many: list[Supplier], target: Target, fake: Fake
) -> None:
    fake.script = [ended(Outcome.BUSINESS_REJECT, "No"), ended(Outcome.UNKNOWN, "lost")]
    relay.run()

    delivery.drain(target)

    assert states() == ["dead", "landed", "unknown"]
