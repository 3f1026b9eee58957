"""No way of writing a governed row leaves it without a true history row: the database refuses."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F

from mdm import anchor
from mdm.authorship import Author, Nobody, acting
from mdm.domains.ids import uuid7
from mdm.domains.reference import Unit

History = Unit.history.model


@pytest.fixture
def unit(db: None) -> Unit:
    with acting(Author("tester", "For a test")):
        return Unit.objects.create(code="KG", name="Kilogram", version=1)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def forged(unit: Unit, **facts: Any) -> Any:
    row = unit.history.get()
    row.pk = uuid7()
    for name, value in {"name": "Forged", **facts}.items():
        setattr(row, name, value)
    return row


def raw(unit: Unit) -> None:
    unit.name = "Raw"
    models.Model.save_base(unit, raw=True, force_update=True)


def without_history(unit: Unit) -> None:
    unit.name = "Skipped"
    unit.skip_history_when_saving = True
    unit.save()


def with_expression(unit: Unit) -> None:
    unit.version = F("version") + 1
    unit.save()


def stale(unit: Unit) -> None:
    other = Unit.objects.get(pk=unit.pk)
    with acting(Author("tester", "First")):
        other.name = "First"
        other.save()
    unit.name, unit.code = "Stale", "G"
    unit.save(update_fields=["code"])


def old_head(unit: Unit) -> None:
    first = unit.head_id
    unit.name = "Second"
    unit.save()
    Unit.objects.filter(pk=unit.pk).update(head_id=first, name="Kilogram")


def upsert(unit: Unit) -> None:
    Unit.objects.bulk_create(
        [Unit(golden_id=unit.pk, code="KG", name="Upserted", version=2, head_id=unit.head_id)],
        update_conflicts=True, unique_fields=["golden_id"], update_fields=["name"],
    )  # fmt: skip


def bulk_update(unit: Unit) -> None:
    unit.name = "Bulk"
    Unit.objects.bulk_update([unit], ["name"])


WAYS: dict[str, Callable[[Unit], Any]] = {
    "QuerySet.update": lambda u: Unit.objects.filter(pk=u.pk).update(name="X"),
    "bulk_update": bulk_update,
    "bulk_create": lambda u: Unit.objects.bulk_create(
        [Unit(code="G", name="Gram", version=1, head_id=uuid4())]
    ),
    "bulk_create with update_conflicts": upsert,
    "raw update": lambda u: sql("UPDATE mdm_unit SET name = 'X'"),
    "raw delete": lambda u: sql("DELETE FROM mdm_unit"),
    "_raw_delete": lambda u: Unit.objects.filter(pk=u.pk)._raw_delete("default"),
    "a fixture": raw,
    "skip_history_when_saving": without_history,
    "save with F()": with_expression,
    "stale save(update_fields)": stale,
    "re-use of an old head": old_head,
    "a forged history row": lambda u: forged(u).save(force_insert=True),
    "an edited history row": lambda u: History.objects.filter(golden_id=u.pk).update(name="X"),
    "a deleted history row": lambda u: History.objects.filter(golden_id=u.pk)._raw_delete(
        "default"
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_governed_row_is_never_written_without_a_true_history_row(way: str, unit: Unit) -> None:
    before = list(History.objects.values_list("history_id", "name"))

    with (
        pytest.raises((DatabaseError, ValueError, TypeError)),
        acting(Author("tester", "Bypass")),
        transaction.atomic(),
    ):
        WAYS[way](unit)
        connection.check_constraints()  # what the commit would do

    assert list(History.objects.values_list("history_id", "name")) == before
    assert Unit.objects.get(pk=unit.pk).name == "Kilogram"


def test_history_that_is_switched_off_refuses_the_write(unit: Unit, settings: Any) -> None:
    settings.SIMPLE_HISTORY_ENABLED = False
    unit.name = "Off"

    with pytest.raises(DatabaseError), acting(Author("tester", "Off")), transaction.atomic():
        unit.save()
        connection.check_constraints()


def test_nobody_writes_without_answering_for_it(unit: Unit) -> None:
    unit.name = "Anonymous"

    with pytest.raises(Nobody), transaction.atomic():
        unit.save()


def test_every_trigger_is_installed_after_migrate(db: None) -> None:
    assert anchor.missing(connection) == []
    assert len(anchor.installed(connection)) > 70
