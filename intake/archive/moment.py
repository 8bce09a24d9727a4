"""Reading everything as it stood at one moment, and the numbering that goes on from there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from intake.archive.tables import Table

_SQLITE_LAST = "SELECT name, seq FROM sqlite_sequence"
_POSTGRES_LAST = "SELECT sequencename, COALESCE(last_value, 0) FROM pg_sequences WHERE schemaname = current_schema()"


@contextmanager
def one_moment() -> Iterator[None]:
    """All that is read inside is of one moment, while others go on writing; nothing inside may write.

    SQLite's writer is not held up: the transaction is a deferred one, which never asks for the right to write. Inside
    another transaction there is nothing to do.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            _execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        _execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            _execute("ROLLBACK")


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def last_numbers(tables: list[Table]) -> dict[str, int]:
    """Table → the highest id it ever gave. The ledger keeps ids of records that are gone; they must not come again."""
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRES_LAST if is_postgres else _SQLITE_LAST)
        found = dict(cursor.fetchall())
    names = {table.name: _sequence(table) if is_postgres else table.name for table in tables}
    return {name: int(found[key]) for name, key in names.items() if key in found}


def go_on_from(tables: list[Table], last: Mapping[str, int]) -> None:
    """The next ids are higher than those and than any that stands in its table."""
    with connection.cursor() as cursor:
        for table in tables:
            if table.name in last:
                _set_last(cursor, table, last[table.name])


def _set_last(cursor: Any, table: Table, number: int) -> None:
    if connection.vendor == "postgresql":
        cursor.execute("SELECT setval(%s::regclass, %s, %s)", [_sequence(table), max(number, 1), number > 0])
        return
    cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
    cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, number])


def _sequence(table: Table) -> str:
    return f"{table.name}_{table.model._meta.pk.column}_seq"
