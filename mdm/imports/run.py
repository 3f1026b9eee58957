"""The life of an imported file: uploaded, mapped, previewed, run. The row is the queue.

    upload -> map_columns -> preview -> start -> perform (here, or in a worker) -> done
                               |  repair             land in chunks, then one change of n parts

Nothing but the run's own row is written before `start`. A run that was killed is taken up again
once its lease is over: what has landed is found again, and the change is filed once.
"""

import hashlib
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mdm import changes, doorbell, intake, ledger, permissions, vault
from mdm.domains import get_domain
from mdm.errors import MdmError, Refused
from mdm.imports import check, map, preview, read, result  # noqa: A004 - the steps by their names
from mdm.imports.check import Checked
from mdm.imports.table import MB, Limits, Table
from mdm.intake import Planned, landing, planning, references, validity
from mdm.models import Change, ImportRun, System

logger = logging.getLogger(__name__)

State = ImportRun.State
LEASE = timedelta(minutes=5)
PATIENCE = timedelta(seconds=15)
CHUNK = 1000
OURS = "It stopped because of an error of ours, which is in the log. Nothing of it was proposed."
RUN_AT_ONCE = 1000  # rows; larger files are run by a worker


def limits() -> Limits:
    """How large a file may be here."""
    return Limits(
        file_bytes=settings.IMPORT_MB * MB,
        rows=settings.IMPORT_ROWS,
        columns=settings.IMPORT_COLUMNS,
    )


def upload(
    system: System | str,
    domain: str,
    file_name: str,
    content: bytes,
    *,
    by: Any,
    encoding: str = "",
    sheet: str = "",
) -> ImportRun:
    """Take a file in. Raises `Unreadable`; the attempt is kept as a failed run without content."""
    kind, sender = get_domain(domain), intake.system_named(system)
    permissions.require(by, "import", kind.code)
    run = ImportRun(
        system=sender,
        domain=kind.code,
        file_name=file_name[-255:],
        content_hash=hashlib.sha256(content).hexdigest(),
        preview={"encoding": encoding, "sheet": sheet, "repairs": {}},
        created_by=by,
    )
    try:
        table = _read(run, content)
    except MdmError as error:
        run.state, run.problem = State.FAILED, str(error)
        run.finished_at = timezone.now()
        run.save(force_insert=True)
        raise
    run.content, run.rows = vault.seal_bytes(run.pk, content), len(table.rows)
    run.preview |= {"headers": list(table.headers), "form": table.form, "notes": list(table.notes)}
    run.save(force_insert=True)
    return run


def _table(run: ImportRun) -> Table:
    content = vault.unseal_bytes(run.pk, bytes(run.content))
    if content is None:
        raise Refused(f"The content of {run.file_name} has been erased; upload it again.")
    return _read(run, content)


def _read(run: ImportRun, content: bytes) -> Table:
    return read.read(
        content,
        run.file_name,
        encoding=run.preview.get("encoding", ""),
        sheet=run.preview.get("sheet", ""),
        limits=limits(),
    )


def suggestions(run: ImportRun) -> list[map.Suggestion]:
    """What each column of the run's file probably means."""
    known = map.remembered(run.system, run.domain)
    return map.suggest(get_domain(run.domain), _table(run), known)


def map_columns(run: ImportRun, columns: Mapping[str, str], *, by: Any) -> ImportRun:
    """Say what every column means ("" leaves it out) and remember it for this system.

    Raises `map.Unmapped` with the columns of which nothing was said, `Refused`, `Invalid`.
    """
    permissions.require(by, "import", run.domain)
    _refuse_started(run)
    complete = map.complete(get_domain(run.domain), run.preview["headers"], columns)
    run.columns, run.state, run.counts = complete.written(), State.UPLOADED, {}
    run.save(update_fields=["columns", "state", "counts"])
    map.remember(run.system, run.domain, run.columns)
    return run


def repair(run: ImportRun, column: str, found: str, instead: str, *, by: Any) -> ImportRun:
    """Take another value for a value of a column, in all its rows; then preview again."""
    permissions.require(by, "import", run.domain)
    _refuse_started(run)
    repairs = dict(run.preview.get("repairs") or {})
    repairs[column] = {**repairs.get(column, {}), found.strip(): instead.strip()}
    run.preview = {**run.preview, "repairs": repairs}
    run.save(update_fields=["preview"])
    return preview_run(run)


def _refuse_started(run: ImportRun) -> None:
    if run.state not in (State.UPLOADED, State.PREVIEWED):
        raise Refused(f"{run.file_name} is {run.get_state_display().lower()}; upload it again.")


def _checked(run: ImportRun) -> tuple[Table, Checked]:
    domain = get_domain(run.domain)
    table = _table(run)
    columns = map.complete(domain, table.headers, run.columns)
    return table, check.check(domain, run.system, table, columns, run.preview.get("repairs"))


def preview_run(run: ImportRun) -> ImportRun:
    """Work out what the file would do, and keep that to be shown. Nothing else is written."""
    _refuse_started(run)
    domain = get_domain(run.domain)
    _, checked = _checked(run)
    planned = planning.plan(domain, run.system, checked.messages)
    references.settle(planned, checked.promised)
    validity.refuse_invalid(domain, planned)
    run.counts = preview.counts(checked, planned)
    run.preview = {**run.preview, **preview.shown(domain, checked, planned)}
    run.state = State.PREVIEWED
    run.save(update_fields=["counts", "preview", "state"])
    return run


def start(run: ImportRun, *, by: Any, is_submitted: bool = True) -> ImportRun:
    """Run the file: at once when it is small, else in a worker. Its change is submitted at the end
    unless it is to stay a draft. Raises `Refused` when it was started already."""
    permissions.require(by, "import", run.domain)
    details = {**run.preview, "is_submitted": is_submitted}
    started = ImportRun.objects.filter(pk=run.pk, state=State.PREVIEWED).update(
        state=State.RUNNING, started_at=timezone.now(), rows_done=0, preview=details
    )
    run.refresh_from_db()
    if not started:
        raise Refused(f"{run.file_name} is {run.get_state_display().lower()}; it cannot be run.")
    ledger.append("import.started", person=by.get_username(), subject=run.file_name, rows=run.rows)
    if run.rows <= RUN_AT_ONCE:
        return perform(run)
    doorbell.ring("mdm.run_import", str(run.pk))
    return run


def cancel(run: ImportRun, *, by: Any) -> ImportRun:
    """Give up a file before it is run. What has run is undone by a change."""
    permissions.require(by, "import", run.domain)
    _refuse_started(run)
    run.state, run.finished_at = State.CANCELLED, timezone.now()
    run.save(update_fields=["state", "finished_at"])
    return run


def due() -> QuerySet[ImportRun]:
    """Runs that nobody works on: just started, or left behind by a killed worker."""
    begun = Q(started_at__lt=timezone.now() - PATIENCE)  # its worker had time to come
    return ImportRun.objects.filter(_free(), begun, state=State.RUNNING)


def resume_due() -> int:
    """Take up the runs that are due; how many."""
    taken = list(due())
    for run in taken:
        perform(run)
    return len(taken)


def _free() -> Q:
    return Q(lease_until=None) | Q(lease_until__lt=timezone.now())


def perform(run: ImportRun) -> ImportRun:
    """Do the work of a started run. Safe to call twice, or after a kill."""
    claimed = ImportRun.objects.filter(_free(), pk=run.pk, state=State.RUNNING)
    if claimed.update(lease_until=timezone.now() + LEASE):
        run.refresh_from_db()
        try:
            _perform(run)
        except MdmError as error:
            _finish(run, State.FAILED, problem=str(error))
        except Exception:
            logger.exception("import %s stopped", run.pk)
            _finish(run, State.FAILED, problem=OURS)
            raise
    run.refresh_from_db()
    return run


def _perform(run: ImportRun) -> None:
    domain = get_domain(run.domain)
    _, checked = _checked(run)
    planned = planning.classify(domain, run.system, checked.messages)
    _land(run, planned)
    planning.decide(domain, run.system, planned, remember=True)
    references.settle(planned, checked.promised)
    validity.refuse_invalid(domain, planned)
    change = _file(run, planned)
    run.counts = preview.counts(checked, planned)
    run.result = result.result(domain, checked, planned)
    is_draft = change is not None and change.state == Change.State.DRAFT
    if change is not None and is_draft and run.preview.get("is_submitted", True):
        changes.submit(change, by=run.created_by)
    _finish(run, State.DONE)


def _land(run: ImportRun, planned: list[Planned]) -> None:
    """Land the rows in chunks, each a transaction of its own: others can write in between."""
    for begin in range(0, len(planned), CHUNK):
        chunk = planned[begin : begin + CHUNK]
        landing.land(
            get_domain(run.domain),
            run.system,
            chunk,
            received_from=run.created_by.get_username(),
            import_run=run.pk,
        )
        ImportRun.objects.filter(pk=run.pk).update(
            rows_done=begin + len(chunk), lease_until=timezone.now() + LEASE
        )


@transaction.atomic
def _file(run: ImportRun, planned: list[Planned]) -> Change | None:
    """The one change of the run; a run that was killed after filing it finds it again."""
    if filed := Change.objects.filter(import_run=run.pk).first():
        return filed
    change = landing.file(
        get_domain(run.domain),
        planned,
        by=run.created_by,
        title=f"{run.file_name} from {run.system.name}",
        reason=f"Imported from {run.file_name}.",
        channel=Change.Channel.IMPORT,
        import_run=run.pk,
    )
    ImportRun.objects.filter(pk=run.pk).update(change=change)
    return change


def _finish(run: ImportRun, state: str, problem: str = "") -> None:
    ImportRun.objects.filter(pk=run.pk).update(
        state=state,
        problem=problem,
        counts=run.counts,
        result=run.result,
        rows_done=run.rows,
        finished_at=timezone.now(),
        lease_until=None,
    )
    logger.info("import of %s rows is %s", run.rows, state)


def result_file(run: ImportRun) -> bytes:
    """What became of each row, as CSV; the codes are those that records have by now."""
    return result.with_codes(get_domain(run.domain), bytes(run.result)) if run.result else b""


def refused_file(run: ImportRun) -> bytes:
    """The refused rows as CSV, in their own columns and with the reason."""
    table, checked = _checked(run)
    return result.refused(table, checked)
