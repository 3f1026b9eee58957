"""Did it arrive, why not, what now: the queries behind the publishing monitor."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mdm import permissions
from mdm.domains.supplier import Supplier
from mdm.models import Change
from publishing import causes, delivery, figures, monitor, relay, standing, sweeper
from publishing.connectors.base import Outcome
from publishing.models import Attempt, Replica, Target
from publishing.monitor import Filter
from tests import make
from tests.publishing.fake import Fake, ended
from tests.publishing.makers import publish, supplier, update

pytestmark = pytest.mark.usefixtures("reference")


@pytest.fixture
def acme(people: dict[str, Any], reference: None) -> Supplier:
    return supplier(people)


@pytest.fixture
def two(people: dict[str, Any], target: Target, fake: Fake, acme: Supplier) -> tuple[Any, Any]:
    """A delivery that landed, and one that was refused."""
    other = supplier(people, legal_name="Suedwind AG")
    fake.script = [ended(Outcome.BUSINESS_REJECT, "No such terms", path="payment_terms")]
    relay.run()
    Replica.objects.filter(golden_id=other.pk).update(lane=0)
    delivery.drain(target)
    return Replica.objects.get(golden_id=acme.pk), Replica.objects.get(golden_id=other.pk)


def listed(people: dict[str, Any], **narrowed: str) -> list[str]:
    rows = monitor.deliveries(Filter(**narrowed), by=people["auditor"])
    return sorted(rows.values_list("code", flat=True))


def test_deliveries_are_found_by_state_target_domain_and_cause(
    two: tuple[Replica, Replica], people: dict[str, Any]
) -> None:
    landed, refused = two

    assert listed(people) == [landed.code, refused.code]
    assert listed(people, state="landed") == [landed.code]
    assert listed(people, state="needs_person") == [refused.code]
    assert listed(people, state="pending") == []
    assert listed(people, target="coupa", domain="supplier") == [landed.code, refused.code]
    assert listed(people, target="sap") == []
    assert listed(people, cause=refused.cause) == [refused.code]


def test_deliveries_are_found_by_what_somebody_has_in_hand(
    two: tuple[Replica, Replica], people: dict[str, Any]
) -> None:
    landed, _ = two
    change = Change.objects.get(parts__golden_id=landed.golden_id)

    for text in (landed.code, landed.code.lower(), "nordwind", f"K-{landed.code}", change.number):
        assert listed(people, text=text) == [landed.code], text
    for uuid in (landed.golden_id, landed.pk, change.correlation_id):
        assert listed(people, text=str(uuid)) == [landed.code]
    assert listed(people, text="nobody") == []


def test_nobody_sees_deliveries_of_records_they_may_not_see(
    two: tuple[Replica, Replica],
) -> None:
    elsewhere = make.person("elsewhere", "auditor", domain="project")
    nobody = make.person("nobody")

    for person in (elsewhere, nobody):
        assert monitor.deliveries(Filter(), by=person).count() == 0
        assert monitor.find(two[0].pk, by=person) is None
        assert monitor.did_it_arrive(two[0].code, by=person) == []


def test_company_codes_narrow_what_is_seen(
    people: dict[str, Any], target: Target, fake: Fake, reference: None
) -> None:
    supplier(people, **{"company_views[V1]": {"company_code": "1010"}})
    relay.run()
    insider = make.person("insider", "auditor", company_code="1010")
    outsider = make.person("outsider", "auditor", company_code="2000")

    assert monitor.deliveries(Filter(), by=insider).count() == 1
    assert monitor.deliveries(Filter(), by=outsider).count() == 0


def test_a_record_says_where_it_is(
    acme: Supplier, target: Target, fake: Fake, new_target: Callable[..., Target]
) -> None:
    new_target("sap", countries="US")
    new_target("erp", domains="project")
    publish(target)

    found = {p.target.code: p for p in monitor.where_it_is(acme.pk)}

    here = found["coupa"]
    assert (here.state, here.wanted, here.landed, here.key) == ("landed", 1, 1, "K-S-100001")
    assert here.sentence.startswith("Version 1 reached Coupa as K-S-100001 at ")
    assert found["sap"].state == "skipped"
    assert found["erp"].sentence == "Erp takes no suppliers."


def test_a_record_that_is_only_approved_says_that_it_is_about_to_go(
    acme: Supplier, target: Target
) -> None:
    (place,) = monitor.where_it_is(acme.pk)

    assert place.sentence == "Version 1 is approved and about to be queued."


def test_the_timeline_tells_what_happened_and_how_long_it_took(
    two: tuple[Replica, Replica],
) -> None:
    found = monitor.detail(two[0])

    assert [step.label for step in found.timeline] == ["Approved", "Sent", "Landed"]
    assert found.timeline[0].after is None
    assert all(step.after is not None for step in found.timeline[1:])
    assert found.idempotency_key.endswith(":coupa")
    assert found.payload["legal_name"] == "Nordwind Logistik GmbH"
    assert [part.key for part in found.keys] == [f"K-{two[0].code}"]


def test_a_retry_says_when_it_comes(acme: Supplier, target: Target, fake: Fake) -> None:
    fake.script = [ended(Outcome.TRANSIENT, "Lock held by MILLER")]

    words = monitor.sentence(publish(target))

    assert words.startswith("Coupa could not take it now: Lock held by MILLER. Try 2 comes at ")


def test_reasons_are_counted_with_what_to_do(two: tuple[Replica, Replica]) -> None:
    (found,) = causes.stuck()

    assert (found.kind, found.replicas, found.tries) == ("business", 1, 1)
    assert found.cause == "business_reject · payment_terms · E1 · No such terms"
    assert "No such terms" in found.sentence
    assert (sum(found.trend), len(found.trend)) == (1, 24)


def test_a_targets_health_is_told_in_figures(
    two: tuple[Replica, Replica], target: Target, people: dict[str, Any]
) -> None:
    (found,) = figures.health()

    assert (found.word, found.success_percent, found.queue) == ("well", 50.0, 0)
    assert (found.dead, found.manual, found.blocked) == (1, 0, 0)
    assert found.p50 is not None
    assert found.p95 is not None
    assert timedelta(0) < found.p50 <= found.p95 < timedelta(minutes=1)

    standing.pause(target, by=people["integrator"], because="Month end")
    assert figures.health()[0].word == "paused"


def test_outcomes_are_counted_by_the_hour(two: tuple[Replica, Replica]) -> None:
    hours = figures.outcomes_by_hour()

    assert len(hours) == 24
    assert hours[-1][1] == {"ok": 1, "business_reject": 1}
    assert figures.outcomes_by_hour(target="sap")[-1][1] == {}


def test_health_is_the_age_of_the_oldest_due_row(
    acme: Supplier, target: Target, people: dict[str, Any]
) -> None:
    relay.run()
    Replica.objects.update(due_at=timezone.now() - timedelta(minutes=2))

    age = figures.oldest_due()
    assert age is not None
    assert timedelta(minutes=2) <= age < timedelta(minutes=3)

    standing.pause(target, by=people["integrator"], because="Month end")
    assert figures.oldest_due() is None


def test_a_sweep_needs_no_broker(
    acme: Supplier, target: Target, fake: Fake, people: dict[str, Any]
) -> None:
    update(people, acme, {"trade_name": "Nord"})
    one = sweeper.Sweeper()
    one._start = lambda name, work: work()  # type: ignore[method-assign]  # here, not in a thread

    one.sweep()
    Replica.objects.update(due_at=timezone.now() - timedelta(seconds=5))
    one.sweep()

    assert Replica.objects.get().landed_version == 2
    assert figures.heartbeats()["sweeper"] < timedelta(seconds=5)


def test_the_lists_cost_the_same_number_of_queries_for_one_row_and_for_four(
    people: dict[str, Any], target: Target, fake: Fake, django_assert_num_queries: Any
) -> None:
    permissions.grants(people["auditor"])  # read once per person
    for count in (1, 4):
        while Replica.objects.count() < count:
            supplier(people, legal_name=f"Supplier {Replica.objects.count()}")
            relay.run()
        delivery.drain(target)
        with django_assert_num_queries(2):
            rows = monitor.deliveries(Filter(), by=people["auditor"]).prefetch_related("parts")
            assert len([monitor.sentence(row) for row in rows]) == count
        Replica.objects.filter(target=target).update(state="paused")
        with django_assert_num_queries(2):
            assert len([monitor.sentence(row) for row in rows.all()]) == count
        Replica.objects.filter(landed_version=1).update(state="landed")
    assert Attempt.objects.count() == 4
