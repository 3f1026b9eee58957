"""Of every version, the facts come to its row: by the rules and on the day of that version."""

from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from mdm import changes, facts, intake, rules, vault
from mdm.domains import patch as patches
from mdm.domains.supplier import SUPPLIER, Supplier
from mdm.domains.values import read
from mdm.models import Fact, SourceRecord
from mdm.survivorship import consolidate
from tests import make

pytestmark = pytest.mark.usefixtures("reference")

STREETS = ("Ring", "Wall", "Markt")
NAMES = ("Nordwind GmbH", "Nordwind", "NORDWIND GMBH")


@pytest.fixture
def systems(people: dict[str, Any]) -> None:
    """Two systems, one of them trusted more."""
    for code, authority in (("erp", "80"), ("proc", "")):
        values = {"code": code, "name": code.upper(), "authority": authority}
        make.record("system", values, by=people["integrator"], approvers=people["approver"])


def _address(random: Random) -> dict[str, str]:
    return {"street": random.choice(STREETS), "city": "Bonn", "country": "DE"}


def _say(people: dict[str, Any], random: Random, system: str) -> None:
    values = {
        "legal_name": random.choice(NAMES),
        "trade_name": random.choice(("", "Nord", "Wind")),
        "industry": random.choice(("Glass", "Steel")),
        "addresses": [_address(random) for _ in range(random.randint(0, 2))],
    }
    received = intake.receive(system, "supplier", "K1", values, by=people["integrator"])
    if received.change is not None:
        _decide(people, received.change, random)
    waiting = SourceRecord.objects.filter(state=SourceRecord.State.WAITING).first()
    if waiting is not None:
        record = Supplier.objects.first()
        made = intake.resolve(waiting, golden_id=record and record.pk, by=people["steward"])
        changes.decide(made, "approve", by=people["approver"])


def _decide(people: dict[str, Any], change: Any, random: Random) -> None:
    verdict = "approve" if random.random() < 0.8 else "reject"
    changes.decide(change, verdict, by=people["approver"], comment="Seen")


def _propose(people: dict[str, Any], random: Random, row: Supplier) -> None:
    patch: dict[str, Any] = {"trade_name": f"Nord {random.randint(0, 99)}"}
    if row.addresses and random.random() < 0.5:
        at = random.choice(row.addresses)["id"]
        patch = random.choice(
            ({f"addresses[{at}]": None}, {f"addresses[{at}].city": random.choice(("Ulm", "Köln"))})
        )
    elif random.random() < 0.3:
        patch = {"addresses[H1]": _address(random)}
    pin = random.choice(({}, {}, {"hold": "ever"}, {"hold": "speaks"}))
    path = next(iter(patch))
    pins = {path: pin} if pin and patch[path] is not None else {}
    back = timezone.now().date() - timedelta(days=random.choice((0, 0, 30)))
    change = changes.draft(
        subject="supplier",
        golden_id=row.pk,
        patch=patch,
        pins=pins,
        by=people["requester"],
        reason="Seen on the letterhead",
        effective_from=back,
    )
    change = changes.submit(change, by=people["requester"])
    _decide(people, change, random)


def _check(golden_id: UUID) -> int:
    """Every version of a record; how many."""
    rows = list(Supplier.history.filter(golden_id=golden_id).order_by("version"))
    for row in rows:
        last = Fact.objects.filter(golden_id=golden_id, version=row.version).latest("id")
        known = facts.of(SUPPLIER, [golden_id], until=last.accepted_at)[golden_id]
        golden = consolidate(
            SUPPLIER, known, rules.in_force("supplier", at=last.accepted_at),
            day=last.accepted_at.date(),
        )  # fmt: skip
        stored = vault.open_values(SUPPLIER, read(SUPPLIER, row))
        left = patches.diff(SUPPLIER, golden.values, stored)
        assert {path: value for path, value in left.items() if path != "code"} == {}, row.version
    return len(rows)


@pytest.mark.parametrize(
    "seed", [*range(6), *(pytest.param(n, marks=pytest.mark.long) for n in range(6, 60))]
)
def test_the_facts_of_every_version_come_to_its_row(
    people: dict[str, Any], systems: None, seed: int
) -> None:
    random = Random(seed)
    _say(people, random, "erp")
    for _ in range(12):
        row = Supplier.objects.first()
        if row is None or random.random() < 0.6:
            _say(people, random, random.choice(("erp", "proc")))
        else:
            _propose(people, random, row)

    assert sum(_check(row.pk) for row in Supplier.objects.all()) > 1
