"""The databases that tests get."""

import os
import subprocess
import sys
import threading

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction


def _names() -> set[str]:
    return set(Group.objects.filter(name__startswith="made by").values_list("name", flat=True))


@pytest.mark.parametrize("turn", [1, 2])
def test_a_committed_database_starts_empty_and_is_seen_by_other_threads(committed_db, turn):
    seen = []
    with transaction.atomic():
        Group.objects.create(name="made by one thread")

    def look() -> None:
        seen.append(_names())
        Group.objects.create(name="made by another thread")
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [{"made by one thread"}]
    assert _names() == {"made by one thread", "made by another thread"}


@pytest.mark.django_db
def test_an_ordinary_test_sees_nothing_of_it():
    assert _names() == set()


def test_a_spare_database_is_for_other_processes(spare_database):
    code = (
        "import django; django.setup(); from django.contrib.auth.models import Group;"
        "Group.objects.create(name='made by a process'); print(Group.objects.count())"
    )

    for expected in ("1", "2"):
        result = subprocess.run(
            [sys.executable, "-c", code.replace("a process", f"a process {expected}")],
            env={**os.environ, **spare_database, "DJANGO_SETTINGS_MODULE": "mdm.settings"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert result.stdout.split() == [expected]


def _reference_to_nobody() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO auth_user_groups (user_id, group_id) VALUES (998, 999)")
    connection.check_constraints()


@pytest.mark.django_db
def test_references_to_nothing_are_found_before_the_end_of_a_test():
    with pytest.raises(Exception, match=r"(?i)foreign key"), transaction.atomic():
        _reference_to_nobody()
