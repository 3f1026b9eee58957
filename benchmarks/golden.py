"""Golden records as the base grows: apply, consolidate, read as of a day, merge.

    ./run bench golden                       bases of 1,000 and 10,000 suppliers, on fresh SQLite
    ./run bench golden 10000 100000          of these sizes; the load alone takes minutes
    MDM_DATABASE_URL=... ./run bench golden  on that (empty) PostgreSQL database

Each line says how long one took; the last tells how much more that is than with the first base.
"""

import sys
from collections.abc import Callable, Sequence
from random import Random
from time import perf_counter
from typing import Any

from benchmarks._fresh import environment

SIZES = (1_000, 10_000)
READS, WRITES, PARTS = 300, 40, 1_000
NAMES = (
    "Nordwind",
    "Harzer Glas",
    "Elbe Stahl",
    "Isar Holz",
    "Main Druck",
    "Saale Bau",
    "Ruhr Licht",
)


def main(sizes: Sequence[int]) -> None:
    """Measure on a database made for it, and end."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests import make

    call_command("migrate", verbosity=0)
    people = make.people()
    make.reference(people)
    for code in ("erp", "proc"):
        row = {"code": code, "name": code}
        make.record("system", row, by=people["integrator"], approvers=people["approver"])
    print(f"{connection.vendor}, one process")
    seen: list[dict[str, float]] = []
    held = 0
    for size in sizes:
        start = perf_counter()
        load(people, held, size)
        print(f"\n{size:,} suppliers of two sources each; loaded in {perf_counter() - start:.0f} s")
        held = size
        seen.append(measured(people))
        for what, each in seen[-1].items():
            growth = each / seen[0][what]
            print(f"  {what:<38} {each * 1000:9.2f} ms each   x{growth:.2f}")


def load(people: dict[str, Any], begin: int, end: int) -> None:
    """Suppliers that two systems speak of: what each says is landed, approved and applied."""
    from mdm.domains.ids import uuid7

    for first in range(begin, end, PARTS):
        numbers = range(first, min(first + PARTS, end))
        golden_ids = {n: uuid7() for n in numbers}
        for system in ("erp", "proc"):
            file(people, system, golden_ids)


def file(people: dict[str, Any], system: str, golden_ids: dict[int, Any]) -> None:
    """One change of as many parts: the first system makes records, the second is linked to them."""
    from mdm import changes, intake
    from mdm.domains import get_domain
    from mdm.domains.ids import uuid7
    from mdm.intake import Outcome, Planned, landing
    from mdm.intake.planning import creation

    domain, is_first = get_domain("supplier"), system == "erp"
    planned = []
    for n, golden_id in golden_ids.items():
        said = values(n, system)
        one = Planned(intake.Message(f"{system}{n}", said), uuid7(), golden_id=golden_id)
        one.name, one.outcome = said["legal_name"], Outcome.NEW if is_first else Outcome.LINKED
        one.patch = creation(domain, said)
        if not is_first:
            one.patch = {path: v for path, v in one.patch.items() if "[" in path}
        planned.append(one)
    landing.land(domain, intake.system_named(system), planned, received_from="bench")
    change = landing.file(
        domain, planned, by=people["steward"], title="Load", reason="Load", channel="import"
    )
    assert change is not None
    change = changes.submit(change, by=people["steward"])
    change = changes.decide(change, "approve", by=people["approver"], comment="Load")
    change = changes.apply_change(change)
    assert change.state == "applied", change.state


def values(n: int, system: str) -> dict[str, Any]:
    """What a system says of the n-th supplier."""
    at = {"id": f"{system}{n}", "street": f"{system} {n}", "city": "Bonn", "country": "DE"}
    return {"legal_name": f"{NAMES[n % 7]} {n} GmbH", "trade_name": system, "addresses": [at]}


def measured(people: dict[str, Any]) -> dict[str, float]:
    """Seconds that one of each takes, with the base as it is."""
    from django.utils import timezone

    from mdm import facts, history, rules
    from mdm.domains.supplier import SUPPLIER, Supplier
    from mdm.survivorship import consolidate

    random = Random(7)
    ids = random.sample(list(Supplier.objects.values_list("pk", flat=True)), READS)
    today = timezone.now().date()
    how = rules.in_force("supplier")
    known = facts.of(SUPPLIER, ids)
    writes = ids[:WRITES]
    pairs = list(zip(ids[WRITES : 2 * WRITES], ids[2 * WRITES : 3 * WRITES], strict=True))
    return {
        "consolidate, facts in memory": each(
            ids, lambda pk: consolidate(SUPPLIER, known[pk], how, day=today)
        ),
        "read the facts and consolidate": each(
            ids, lambda pk: consolidate(SUPPLIER, facts.of(SUPPLIER, [pk])[pk], how, day=today)
        ),
        "read as of a day": each(
            ids, lambda pk: history.as_of(SUPPLIER, pk, effective=today, known=timezone.now())
        ),
        "propose, check, approve, apply": each(
            writes, lambda pk: applied(people, golden_id=pk, patch={"trade_name": str(pk)[-8:]})
        ),
        "merge two": each(
            pairs,
            lambda two: applied(people, golden_id=two[0], other_id=two[1], action="merge"),
        ),
        "and take it back": each(
            pairs,
            lambda two: applied(people, golden_id=two[0], other_id=two[1], action="unmerge"),
        ),
    }


def applied(people: dict[str, Any], **what: Any) -> None:
    """A change of one part, from the proposal to the version."""
    from mdm import changes

    change = changes.draft(subject="supplier", by=people["steward"], reason="To be timed", **what)
    change = changes.submit(change, by=people["steward"])
    change = changes.decide(change, "approve", by=people["approver"], comment="Timed")
    assert change.state == "applied", change.state


def each(of: Sequence[Any], work: Callable[[Any], Any]) -> float:
    """Seconds that the work takes for one, over all of them."""
    start = perf_counter()
    for one in of:
        work(one)
    return (perf_counter() - start) / len(of)


if __name__ == "__main__":
    with environment():
        main([int(size) for size in sys.argv[1:]] or SIZES)
