"""One replica on its way: claim, attempt before bytes, answer, write-back under the lease."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from mdm import keys
from mdm.domains.supplier import Supplier
from publishing import delivery, relay
from publishing.connectors.base import Outcome, Result
from publishing.delivery import Claim
from publishing.models import Attempt, RelayState, Replica, ReplicaPart, Target, TargetState
from tests.publishing.fake import Fake, ended, landed
from tests.publishing.makers import due, publish, supplier, update

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def acme(people: dict[str, Any], reference: None) -> Supplier:
    return supplier(people)


def claimed(target: Target) -> Claim:
    found = delivery.claim(target)
    assert isinstance(found, Claim)
    return found


def test_a_delivery_lands_with_its_key_and_says_so(
    acme: Supplier, target: Target, fake: Fake
) -> None:
    replica = publish(target)

    attempt = Attempt.objects.get()
    assert (replica.state, replica.landed_version, replica.tries) == ("landed", 1, 0)
    assert (replica.last_sentence, replica.cause, replica.lease_token) == (
        "Coupa has it.",
        "",
        None,
    )
    assert (attempt.number, attempt.outcome, attempt.operation) == (1, "ok", "create")
    assert attempt.payload_hash == replica.landed_hash == attempt.event.payload_id
    assert keys.find("coupa", "supplier", "K-S-100001") == acme.pk


def test_the_attempt_is_written_down_before_the_connector_is_called(
    acme: Supplier, target: Target, fake: Fake
) -> None:
    seen: list[Attempt] = []

    def look(payload: Any, context: Any) -> Result:
        seen.extend(Attempt.objects.filter(finished_at=None))
        return landed("K-1")

    fake.script = [look]
    publish(target)

    assert [(a.number, a.idempotency_key) for a in seen] == [
        (1, fake.sent[0].context.idempotency_key)
    ]


def test_the_key_of_a_try_names_epoch_record_version_state_and_target(
    acme: Supplier, target: Target, fake: Fake
) -> None:
    publish(target)

    attempt = Attempt.objects.get()
    state = attempt.payload_hash[:16]
    assert attempt.idempotency_key == f"1:{acme.pk}:1:{state}:coupa"


def test_a_new_epoch_changes_the_key(acme: Supplier, target: Target, fake: Fake) -> None:
    relay.run()
    RelayState.objects.update(epoch=2)

    delivery.drain(target)

    assert Attempt.objects.get().idempotency_key.startswith("2:")


def test_only_the_newest_version_is_sent(
    acme: Supplier, target: Target, fake: Fake, people: dict[str, Any]
) -> None:
    for name in ("Nord", "Nordwind", "NW"):
        update(people, acme, {"trade_name": name})

    publish(target)

    assert [s.version for s in fake.sent] == [4]


def test_news_during_a_try_is_sent_after_it(
    acme: Supplier, target: Target, fake: Fake, people: dict[str, Any]
) -> None:
    def meanwhile(payload: Any, context: Any) -> Result:
        update(people, acme, {"trade_name": "Nord"})
        relay.run()
        return landed("K-1")

    fake.script = [meanwhile]
    replica = publish(target)

    assert [s.version for s in fake.sent] == [1, 2]
    assert (replica.state, replica.landed_version) == ("landed", 2)


def test_a_claimed_replica_is_nobody_elses(acme: Supplier, target: Target, fake: Fake) -> None:
    relay.run()
    claimed(target)

    assert delivery.claim(target) is None


def test_whoever_outlived_its_lease_writes_nothing(
    acme: Supplier, target: Target, fake: Fake
) -> None:
    def taken_over(payload: Any, context: Any) -> Result:
        Replica.objects.update(lease_token=uuid4())
        return landed("K-1")

    fake.script = [taken_over]
    relay.run()

    result = delivery.deliver(claimed(target))

    assert result is None
    assert Replica.objects.get().landed_version == 0
    assert Attempt.objects.get().finished_at is None
    assert not ReplicaPart.objects.exists()


def test_a_try_that_was_cut_short_is_unknown_and_the_next_one_looks_first(
    acme: Supplier, target: Target, fake: Fake
) -> None:
    relay.run()
    stranded = claimed(target)
    delivery._begin(
        stranded, delivery.prepare(stranded.replica, target, stranded.fares, stranded.until)
    )
    past = timezone.now() - timedelta(seconds=1)
    Replica.objects.update(lease_until=past, due_at=past)

    delivery.drain(target)

    first, second = Attempt.objects.order_by("number")
    assert (first.outcome, second.outcome) == ("unknown", "ok")
    assert [s.context.unsure for s in fake.sent] == [True]
    assert Replica.objects.get().state == "landed"


def test_a_replica_that_was_claimed_and_never_begun_is_simply_sent(
    acme: Supplier, target: Target, fake: Fake
) -> None:
    relay.run()
    claimed(target)
    past = timezone.now() - timedelta(seconds=1)
    Replica.objects.update(lease_until=past, due_at=past)

    delivery.drain(target)

    assert [(a.number, a.outcome) for a in Attempt.objects.all()] == [(1, "ok")]
    assert fake.sent[0].context.unsure is False


def test_an_unknown_answer_is_found_out_with_the_same_key(
    acme: Supplier, target: Target, fake: Fake
) -> None:
    fake.script = [ended(Outcome.UNKNOWN, "no answer")]
    replica = publish(target)
    assert replica.state == "unknown"

    due()
    delivery.drain(target)

    one, two = fake.sent
    assert one.context.idempotency_key == two.context.idempotency_key
    assert (one.context.unsure, two.context.unsure) == (False, True)
    assert Replica.objects.get().state == "landed"


def test_a_doubt_survives_a_transient_failure(acme: Supplier, target: Target, fake: Fake) -> None:
    fake.script = [ended(Outcome.UNKNOWN), ended(Outcome.TRANSIENT, "busy")]
    publish(target)
    for _ in range(2):
        due()
        delivery.drain(target)

    assert [s.context.unsure for s in fake.sent] == [False, True, True]


def test_after_eight_tries_a_person_decides(acme: Supplier, target: Target, fake: Fake) -> None:
    fake.script = [ended(Outcome.TRANSIENT, "Service unavailable") for _ in range(9)]
    replica = publish(target)
    for _ in range(9):
        due()
        TargetState.objects.update(breaker_tries=0, breaker_failures=0, open_until=None)
        delivery.drain(target)

    replica.refresh_from_db()
    assert (replica.state, replica.tries, len(fake.sent)) == ("dead", 8, 8)
    assert replica.last_sentence == (
        "Given up, tried 8 times. Coupa last said: Service unavailable."
    )


def test_a_connector_that_fails_stops_this_record_alone(
    acme: Supplier, target: Target, fake: Fake, people: dict[str, Any]
) -> None:
    other = supplier(people, legal_name="Suedwind AG")

    def broken(payload: Any, context: Any) -> Result:
        raise KeyError("oops")

    fake.script = [broken]
    relay.run()
    delivery.drain(target)

    states = dict(Replica.objects.values_list("golden_id", "state"))
    assert states == {acme.pk: "dead", other.pk: "landed"}


def test_bank_data_goes_only_where_it_may(
    acme: Supplier, target: Target, fake: Fake, people: dict[str, Any]
) -> None:
    payload = {"bank_accounts": [{"id": "B1"}], "code": "S-1"}

    from publishing.preparing import allowed  # the pure part of what this is about

    assert allowed(target, payload, "supplier") == {"code": "S-1"}
    target.takes_bank_data = True
    assert allowed(target, payload, "supplier") == payload


def test_what_was_accepted_is_asked_about_and_not_sent_again(
    acme: Supplier, target: Target, fake: Fake
) -> None:
    fake.script = [Result(Outcome.ACCEPTED_ASYNC)]
    replica = publish(target)
    assert (replica.state, replica.landed_version) == ("accepted", 0)

    due()
    delivery.drain(target)

    replica.refresh_from_db()
    assert (len(fake.sent), len(fake.confirmed)) == (1, 1)
    assert (replica.state, replica.landed_version) == ("landed", 1)


def test_the_bytes_of_an_erased_subject_are_never_sent_masked(
    target: Target, fake: Fake, people: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from mdm import vault  # only here: erasing is another use case's work
    from mdm.models import SubjectKey

    monkeypatch.setattr(vault, "HELD_FOR", 0.0)
    acme = supplier(people, **{"contacts[C1]": {"last_name": "Brandt", "email": "a@b.example"}})
    SubjectKey.objects.filter(subject=acme.pk).update(wrapped=None, destroyed_at=timezone.now())

    replica = publish(target)

    assert (replica.state, fake.sent) == ("dead", [])
    assert "erased" in replica.last_sentence
