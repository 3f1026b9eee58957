"""Database triggers that make history and four eyes facts of the database, not habits of the code.

For every governed model: no update without a new head, no history row that differs from its
governed row, no edit or removal of history, no hard delete. For reviews: nobody approves a change
they requested or edited. Installed after every `migrate`; `missing()` says what is not there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper

from mdm.domains.golden import Governed
from mdm.models.change import ChangeAuthor, Review
from mdm.models.event import Payload
from mdm.models.source import Fact, SourceRevision

IMMUTABLE = (Payload, Fact, SourceRevision)
PREFIX = "mdm_keep_"


@dataclass(frozen=True, slots=True)
class Trigger:
    """One rule of the database: refuse the event on the table when the condition holds."""

    name: str
    table: str
    when: str  # BEFORE UPDATE, AFTER INSERT …
    refuse_if: str  # SQL over NEW and OLD; "" refuses always
    message: str


def governed_models() -> list[type[Governed]]:
    """Every concrete governed model, of all packages."""
    return [m for m in apps.get_models() if issubclass(m, Governed)]


def triggers(vendor: str) -> Iterator[Trigger]:
    """Every trigger this installation must have."""
    for model in governed_models():
        yield from _governed(model, vendor)
    for fixed in IMMUTABLE:
        table = fixed._meta.db_table
        for event in ("UPDATE", "DELETE"):
            name = f"{PREFIX}{table}_{event.lower()}"
            yield Trigger(name, table, f"BEFORE {event}", "", f"{table} is append-only")
    yield from _four_eyes()


def _governed(model: type[Governed], vendor: str) -> Iterator[Trigger]:
    table, history = model._meta.db_table, model.history.model._meta.db_table  # type: ignore[attr-defined]
    old_head = f"EXISTS (SELECT 1 FROM {history} h WHERE h.history_id = NEW.head_id)"
    same_head = "NEW.head_id = OLD.head_id"
    yield Trigger(
        f"{PREFIX}{table}_update",
        table,
        "BEFORE UPDATE",
        f"{same_head} OR {old_head}",
        f"{table} is written only with a new history row",
    )
    yield Trigger(
        f"{PREFIX}{table}_insert", table, "BEFORE INSERT", old_head, f"{table} takes a new head"
    )
    yield Trigger(
        f"{PREFIX}{table}_delete", table, "BEFORE DELETE", "", f"{table} is never deleted"
    )
    yield Trigger(
        f"{PREFIX}{history}_insert",
        history,
        "AFTER INSERT",
        f"NOT EXISTS (SELECT 1 FROM {table} g WHERE {_equal(model, vendor)})",
        f"{history} must say what {table} holds",
    )
    for event in ("UPDATE", "DELETE"):
        name = f"{PREFIX}{history}_{event.lower()}"
        yield Trigger(name, history, f"BEFORE {event}", "", f"{history} is append-only")


def _equal(model: type[Governed], vendor: str) -> str:
    """Every tracked column of the history row equals the governed row's."""
    same = "IS NOT DISTINCT FROM" if vendor == "postgresql" else "IS"
    fields = [f for f in model._meta.concrete_fields if f.name != "head"]
    columns = [f'g."{f.column}" {same} NEW."{f.column}"' for f in fields]
    return " AND ".join(["g.head_id = NEW.history_id", *columns])


def _four_eyes() -> Iterator[Trigger]:
    review, author = Review._meta.db_table, ChangeAuthor._meta.db_table
    is_author = (
        f"NEW.verdict = 'approve' AND EXISTS (SELECT 1 FROM {author} a "
        "WHERE a.change_id = NEW.change_id AND a.user_id = NEW.by_id)"
    )
    message = "a change is decided by somebody else than those who wrote it"
    yield Trigger(f"{PREFIX}{review}_insert", review, "BEFORE INSERT", is_author, message)
    rewritten = (
        "NEW.by_id <> OLD.by_id OR NEW.verdict <> OLD.verdict OR NEW.change_id <> OLD.change_id"
    )
    revived = "(OLD.voided_at IS NOT NULL AND NEW.voided_at IS NULL)"
    rehashed = "NEW.content_hash <> OLD.content_hash"
    refuse = f"{rewritten} OR {revived} OR {rehashed}"
    yield Trigger(
        f"{PREFIX}{review}_update", review, "BEFORE UPDATE", refuse, "a review is never rewritten"
    )
    yield Trigger(
        f"{PREFIX}{review}_delete", review, "BEFORE DELETE", "", "a review is never deleted"
    )
    for event in ("UPDATE", "DELETE"):
        name = f"{PREFIX}{author}_{event.lower()}"
        yield Trigger(name, author, f"BEFORE {event}", "", "authorship is never taken back")


def install(connection: BaseDatabaseWrapper) -> int:
    """Put every trigger in place; how many there are."""
    drop(connection)
    existing = set(connection.introspection.table_names())
    count = 0
    with connection.cursor() as cursor:
        for trigger in triggers(connection.vendor):
            if trigger.table not in existing:
                continue
            for statement in _statements(trigger, connection.vendor):
                cursor.execute(statement)
            count += 1
    return count


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away, for a migration that rebuilds tables."""
    with connection.cursor() as cursor:
        for name in installed(connection):
            if connection.vendor == "postgresql":
                cursor.execute(f'DROP FUNCTION IF EXISTS "{name}" CASCADE')
            else:
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')


def installed(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Name -> table of the triggers of ours that the database has."""
    query = (
        "SELECT t.tgname, c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema() "
        "WHERE t.tgname LIKE %s"
        if connection.vendor == "postgresql"
        else "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [f"{PREFIX}%"])
        return dict(cursor.fetchall())


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that should be there and are not."""
    have = installed(connection)
    return [t.name for t in triggers(connection.vendor) if t.name not in have]


def _statements(trigger: Trigger, vendor: str) -> Iterator[str]:
    message = trigger.message.replace("'", "''")
    if vendor != "postgresql":
        condition = f"WHEN {trigger.refuse_if}" if trigger.refuse_if else ""
        yield (
            f'CREATE TRIGGER "{trigger.name}" {trigger.when} ON "{trigger.table}" FOR EACH ROW '
            f"{condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    test = trigger.refuse_if or "true"
    row = "OLD" if trigger.when.endswith("DELETE") else "NEW"
    yield (
        f'CREATE FUNCTION "{trigger.name}"() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN '
        f"IF {test} THEN RAISE EXCEPTION '{message}' "
        "USING ERRCODE = 'integrity_constraint_violation'; "
        f"END IF; RETURN {row}; END $body$"
    )
    yield (
        f'CREATE TRIGGER "{trigger.name}" {trigger.when} ON "{trigger.table}" FOR EACH ROW '
        f'EXECUTE FUNCTION "{trigger.name}"()'
    )
    if trigger.when.endswith("DELETE"):
        yield (
            f'CREATE TRIGGER "{trigger.name}_all" BEFORE TRUNCATE ON "{trigger.table}" '
            f'EXECUTE FUNCTION "{trigger.name}"()'
        )
