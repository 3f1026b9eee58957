"""Submit, approve and apply per second: one change of many parts, and many changes of one part.

./run bench changes            on a fresh SQLite database
MDM_DATABASE_URL=... ./run bench changes    on that (empty) PostgreSQL database
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from benchmarks._fresh import environment

PARTS, SINGLE = 2_000, 100


@contextmanager
def timed(what: str, count: int) -> Iterator[None]:
    """Print how long the block took, and how many a second that is."""
    start = perf_counter()
    yield
    seconds = perf_counter() - start
    print(f"{what:<42} {count:>6} in {seconds:6.2f} s  {count / seconds:8.0f}/s")


def main() -> None:
    """Measure on a database made for it, and end."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests import make

    call_command("migrate", verbosity=0)
    people = make.people()
    make.reference(people)
    print(f"{connection.vendor}, one process")
    one_of_many(people)
    many_of_one(people)


def one_of_many(people: dict[str, Any]) -> None:
    """A first load: one change that creates many records."""
    from mdm import changes
    from mdm.models import Review
    from tests import make

    specs = [
        changes.PartSpec("supplier", "create", make.SUPPLIER | {"legal_name": f"Nordwind {n} GmbH"})
        for n in range(PARTS)
    ]
    with timed("draft one change of many parts", PARTS):
        change = changes.draft_many(
            specs, by=people["requester"], is_atomic=False, channel="import", title="Load"
        )
    with timed("submit it, checks included", PARTS):
        change = changes.submit(change, by=people["requester"])
    change = changes.decide(change, Review.Verdict.APPROVE, by=people["approver"])
    with timed("apply it, part by part", PARTS):
        change = changes.apply_change(change)
    assert change.state == "applied", change.state


def many_of_one(people: dict[str, Any]) -> None:
    """A day's work: a change for each of many records."""
    from mdm import changes
    from mdm.models import Review, Supplier

    rows = list(Supplier.objects.order_by("pk")[:SINGLE])
    with timed("draft and submit changes of one part", SINGLE):
        singles = [
            changes.submit(
                changes.draft(
                    subject="supplier",
                    golden_id=row.pk,
                    patch={"trade_name": "Nordwind"},
                    by=people["requester"],
                ),
                by=people["requester"],
            )
            for row in rows
        ]
    with timed("approve and apply them", SINGLE):
        for single in singles:
            changes.decide(single, Review.Verdict.APPROVE, by=people["approver"])


if __name__ == "__main__":
    with environment():
        main()
