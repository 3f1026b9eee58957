"""Many workers, one queue: each delivery is one worker's, and a kill loses none. Real commits."""

import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from publishing import delivery, relay, standing
from publishing.connectors import CONNECTORS
from publishing.connectors.base import Result
from publishing.limits import Limits
from publishing.models import Attempt, Replica, Target
from tests import make
from tests.publishing.fake import Fake, landed
from tests.publishing.makers import supplier
from tests.publishing.making import make_target

THREADS, RECORDS = 6, 24


@pytest.fixture
def crowd(
    committed_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Any, Target, Fake]]:
    """Suppliers waiting for a target, in a database whose commits are real."""
    fake = Fake()
    monkeypatch.setattr(Fake, "limits", Limits(per_second=10_000, parallel=THREADS, burst=10_000))
    monkeypatch.setitem(CONNECTORS, "coupa", fake)
    people = make.people()
    make.reference(people)
    target = make_target(people)
    for n in range(RECORDS):
        supplier(people, legal_name=f"Supplier {n}")
    yield people, target, fake
    connections.close_all()


def together(*work: Any) -> None:
    """Run each in a thread of its own, with a connection of its own; errors are raised here."""
    failures: list[BaseException] = []

    def run(one: Any) -> None:
        try:
            one()
        except BaseException as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_many_workers_deliver_each_record_once(crowd: tuple[Any, Target, Fake]) -> None:
    _, target, fake = crowd
    relay.run()

    together(*[lambda: delivery.drain(target, seconds=20)] * THREADS)

    sent = Counter(s.payload["code"] for s in fake.sent)
    assert len(sent) == RECORDS
    assert set(sent.values()) == {1}
    assert set(Replica.objects.values_list("state", flat=True)) == {"landed"}
    assert Attempt.objects.count() == RECORDS


def test_many_relayers_give_each_event_one_number_without_gaps(
    crowd: tuple[Any, Target, Fake],
) -> None:
    from mdm.models import Event  # what this test is about, and no other

    together(*[relay.run] * THREADS)

    numbers = sorted(Event.objects.values_list("sequence", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert Replica.objects.count() == RECORDS


def test_one_due_replica_is_claimed_by_one_of_many(crowd: tuple[Any, Target, Fake]) -> None:
    _, target, _ = crowd
    relay.run()
    chosen = Replica.objects.order_by("pk").first()
    assert chosen is not None
    Replica.objects.exclude(pk=chosen.pk).update(due_at=None, state="landed")
    found: list[Any] = []

    together(*[lambda: found.append(delivery.claim(target))] * THREADS)

    assert sum(isinstance(one, delivery.Claim) for one in found) == 1


def test_news_relay_and_delivery_at_once_keep_the_order_per_record(
    crowd: tuple[Any, Target, Fake],
) -> None:
    people, target, fake = crowd
    relay.run()
    seen: dict[str, list[int]] = {}
    lock = threading.Lock()

    def slowly(payload: Any, context: Any) -> Result:
        with lock:
            seen.setdefault(str(payload["code"]), []).append(int(payload["version"]))
        return landed(f"K-{payload['code']}")

    fake.script = [slowly] * 500

    def news() -> None:
        from tests.publishing.makers import update  # a writer beside the workers

        for row in list(Replica.objects.order_by("pk")[:6]):
            update(people, _record(row), {"trade_name": "New"})
            relay.run()

    together(news, *[lambda: delivery.drain(target, seconds=20)] * 2, lambda: _hold(people, target))
    standing.resume(target, by=people["integrator"])
    relay.run()
    delivery.drain(target)

    assert all(versions == sorted(set(versions)) for versions in seen.values())
    behind = [r.code for r in Replica.objects.all() if r.landed_version != r.wanted_version]
    assert behind == []
    assert not Replica.objects.filter(due_at__lte=timezone.now()).exists()


def _hold(people: dict[str, Any], target: Target) -> None:
    """Pause and resume in the middle of it all."""
    standing.pause(target, by=people["integrator"], because="Test")
    standing.resume(target, by=people["integrator"])


def _record(replica: Replica) -> Any:
    from mdm.domains.supplier import Supplier  # the record behind the delivery

    return Supplier.objects.get(pk=replica.golden_id)
