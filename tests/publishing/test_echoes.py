"""A target that is also a source sends our own version back: that is no news."""

from typing import Any

import pytest

from mdm import changes, facts, intake
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.models import Change, SourceRevision
from publishing.models import Replica, Target
from tests.publishing.makers import publish, supplier, update

pytestmark = pytest.mark.usefixtures("reference")

LONG = "Nordwind Logistik und Speditionsgesellschaft mit beschränkter Haftung"
OWN = {"legal_name": "Nordwind", "payment_terms": "NET30"}


@pytest.fixture
def told(people: dict[str, Any], reference: None, target: Target) -> Supplier:
    """A supplier that Coupa spoke of, and was then told another name and terms of."""
    record = supplier(people)
    source = intake.receive("coupa", "supplier", "C1", OWN, by=people["integrator"])
    if source.change is None:
        resolved = intake.resolve(
            source.source_record, golden_id=record.pk, by=people["steward"], reason="The same"
        )
        changes.decide(resolved, "approve", by=people["approver"])
    update(people, record, {"legal_name": LONG, "payment_terms": "NET60"})
    publish(target)
    return Supplier.objects.get(pk=record.pk)


def heard(people: dict[str, Any], values: dict[str, Any]) -> str:
    received = intake.receive("coupa", "supplier", "C1", values, by=people["integrator"])
    return f"{received.outcome}: {received.sentence}"


@pytest.mark.parametrize(
    "back",
    [
        {"legal_name": LONG, "payment_terms": "NET60"},
        {"legal_name": LONG.upper(), "payment_terms": "NET60"},
        {"legal_name": LONG[:35]},
        {"legal_name": LONG.replace("ä", "a")},
    ],
)
def test_what_it_was_told_comes_back_and_says_nothing(
    told: Supplier, people: dict[str, Any], back: dict[str, Any]
) -> None:
    before = (Change.objects.count(), SourceRevision.objects.count())

    said = heard(people, back)

    assert said.startswith("unchanged: C1 repeats what it was told of")
    assert (Change.objects.count(), SourceRevision.objects.count()) == before
    statements = facts.of(SUPPLIER, [told.pk])[told.pk].statements
    assert [one.values for one in statements] == [OWN]


@pytest.mark.parametrize(
    "news", [{"legal_name": "Nordwind SE"}, {"legal_name": LONG, "industry": "Glass"}]
)
def test_what_it_was_not_told_is_its_own_word(
    told: Supplier, people: dict[str, Any], news: dict[str, Any]
) -> None:
    assert heard(people, news).startswith("changed")


def test_it_echoes_only_what_landed(told: Supplier, people: dict[str, Any]) -> None:
    Replica.objects.update(landed_version=1)

    assert not heard(people, {"legal_name": LONG, "payment_terms": "NET60"}).startswith(
        "unchanged: C1 repeats"
    )
