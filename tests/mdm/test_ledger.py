"""The audit chain: gap-free, and any tampering is found and its position named."""

from collections.abc import Callable

import pytest

from mdm import ledger
from mdm.models import LedgerEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> list[LedgerEntry]:
    for n in range(6):
        ledger.append("test", person="tester", subject=f"S{n}", note=str(n))
    ledger.seal()
    return list(LedgerEntry.objects.order_by("sequence"))


def test_entries_are_sealed_in_order_without_a_gap(chain: list[LedgerEntry]) -> None:
    ledger.append("test", person="tester")
    ledger.seal()

    assert [e.sequence for e in LedgerEntry.objects.order_by("sequence")] == [1, 2, 3, 4, 5, 6, 7]
    assert ledger.verify() == (7, None)
    assert ledger.seal() == 0


TAMPERING: dict[str, tuple[Callable[[], object], int]] = {
    "an edit": (lambda: LedgerEntry.objects.filter(sequence=3).update(person="other"), 3),
    "an edited fact": (lambda: LedgerEntry.objects.filter(sequence=2).update(facts={}), 2),
    "a removal": (lambda: LedgerEntry.objects.filter(sequence=4).delete(), 4),
    "a cut head": (lambda: LedgerEntry.objects.filter(sequence=1).delete(), 1),
    "a new hash": (lambda: LedgerEntry.objects.filter(sequence=5).update(hash="0" * 64), 5),
}


@pytest.mark.parametrize("way", TAMPERING)
def test_tampering_is_found_and_its_position_named(way: str, chain: list[LedgerEntry]) -> None:
    tamper, position = TAMPERING[way]
    tamper()

    assert ledger.verify()[1] == position
