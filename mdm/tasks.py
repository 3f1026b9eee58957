"""Celery tasks of the package: each takes an id, fetches, calls."""

from celery import shared_task

from mdm import changes, due, turning
from mdm.imports import run
from mdm.models import Change, ImportRun


@shared_task(name="mdm.apply_change", ignore_result=True)
def apply_change(pk: str) -> None:
    """Apply an approved change that is too large for a request."""
    changes.apply_change(Change.objects.get(pk=pk))


@shared_task(name="mdm.take_up", ignore_result=True)
def take_up() -> None:
    """Take up what has come due."""
    due.take_up()


@shared_task(name="mdm.flip_due", ignore_result=True)
def flip_due() -> None:
    """Propose what time alone turns today."""
    turning.propose_due()


@shared_task(name="mdm.run_import", ignore_result=True)
def run_import(pk: str) -> None:
    """Run a file that is too large for a request."""
    run.perform(ImportRun.objects.get(pk=pk))
