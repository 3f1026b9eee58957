"""What is kept of a file, and what becomes of it when something ends in the middle."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mdm import vault
from mdm.errors import Refused
from mdm.imports import run as imports
from mdm.imports.table import Unreadable
from mdm.models import Change, ImportRun, SourceRevision
from mdm.models.access import SubjectKey
from tests.mdm.imports.files import approve, previewed, ran


def test_a_broken_file_leaves_a_failed_run_and_nothing_else(people: Any) -> None:
    with pytest.raises(Unreadable, match="zip archive"):
        imports.upload("erp", "supplier", "a.csv", b"PK\x03\x04zip", by=people["steward"])

    run = ImportRun.objects.get()
    assert (run.state, bytes(run.content), run.rows) == ("failed", b"", 0)
    assert "zip archive" in run.problem


def test_a_run_starts_once(people: Any) -> None:
    run = previewed(people, "P1,Acme Inc.,,,,\n")
    imports.start(ImportRun.objects.get(pk=run.pk), by=people["steward"])

    with pytest.raises(Refused, match="it cannot be run"):
        imports.start(run, by=people["steward"])


def test_a_run_killed_after_landing_is_taken_up_and_files_its_change_once(
    people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(people, ran(people, "P1,Acme Inc.,Bonn,,,\n"))
    run = previewed(people, "P1,Acme Inc.,Ulm,,,\nP2,Globex,,,,\n")

    class Killed(BaseException):
        pass

    def die(*args: Any, **facts: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(imports, "_file", die)
        with pytest.raises(Killed):
            imports.start(run, by=people["steward"])
    held = imports.resume_due()
    ImportRun.objects.filter(pk=run.pk).update(
        lease_until=timezone.now() - timedelta(seconds=1),
        started_at=timezone.now() - timedelta(minutes=9),
    )
    taken = imports.resume_due()

    run.refresh_from_db()
    assert (held, taken, run.state) == (0, 1, "done")
    actions = sorted(run.change.parts.values_list("action", flat=True))
    assert (actions, SourceRevision.objects.count()) == (["create", "update"], 3)
    assert imports.perform(run).change == run.change
    assert Change.objects.filter(import_run=run.pk).count() == 1


def test_a_file_is_kept_sealed(people: Any) -> None:
    run = previewed(people, "P1,Acme Inc.,Bonn,,,\n")

    kept = bytes(ImportRun.objects.get(pk=run.pk).content)

    assert b"Acme" not in kept
    assert b"Acme Inc." in (vault.unseal_bytes(run.pk, kept) or b"")


def test_a_file_whose_key_was_destroyed_says_so(
    people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = previewed(people, "P1,Acme Inc.,Bonn,,,\n")
    monkeypatch.setattr(vault, "_held", {})  # the moment for which keys are remembered is over
    SubjectKey.objects.filter(pk=run.pk).update(wrapped=None)

    with pytest.raises(Refused, match="erased; upload it again"):
        imports.preview_run(ImportRun.objects.get(pk=run.pk))
