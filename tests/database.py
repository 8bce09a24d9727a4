"""Putting the database back to what the migrations left, after a test that commits.

Django's own flush will not do: it deletes the rows that migrations bring (lost reasons, rules, company days), and on
SQLite the append-only tables refuse its DELETE.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"


@dataclass(frozen=True)
class Rows:
    columns: list[str]
    values: list[tuple[Any, ...]]


@dataclass(frozen=True)
class Migrated:
    """What stands in each table of a freshly migrated database."""

    tables: dict[str, Rows]

    @classmethod
    def read(cls) -> "Migrated":
        return cls({table: rows_of(table) for table in connection.introspection.table_names()})

    def restore(self) -> None:
        refill(self.tables)


def refill(tables: dict[str, Rows]) -> None:
    """Empty these tables and write the rows into them with their ids."""
    with transaction.atomic(), connection.cursor() as cursor:
        empty(cursor, list(tables))
        for table, rows in tables.items():
            if rows.values:
                cursor.executemany(insert(table, rows.columns), rows.values)
                count_on(cursor, table, rows)


def rows_of(table: str) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {quoted(table)}")
        return Rows([column[0] for column in cursor.description], cursor.fetchall())


def empty(cursor: Any, tables: list[str]) -> None:
    if connection.vendor == "postgresql":
        empty_on_postgres(cursor, tables)
        return
    cursor.execute(TRIGGERS)
    triggers = cursor.fetchall()
    for name, _sql in triggers:
        cursor.execute(f"DROP TRIGGER {quoted(name)}")
    for table in tables:
        cursor.execute(f"DELETE FROM {quoted(table)}")
    for _name, sql in triggers:
        cursor.execute(sql)


def empty_on_postgres(cursor: Any, tables: list[str]) -> None:
    """A superuser deletes past guards and foreign keys; TRUNCATE, open to any owner, takes a hundred times as long."""
    cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
    if cursor.fetchone() != (True,):
        cursor.execute(f"TRUNCATE {', '.join(map(quoted, tables))}")
        return
    cursor.execute(f"SELECT {', '.join(f'EXISTS (SELECT FROM {quoted(table)})' for table in tables)}")
    filled = [table for table, is_filled in zip(tables, cursor.fetchone(), strict=True) if is_filled]
    cursor.execute("SET LOCAL session_replication_role = replica")
    for table in filled:
        cursor.execute(f"DELETE FROM {quoted(table)}")
    cursor.execute("SET LOCAL session_replication_role = origin")


def count_on(cursor: Any, table: str, rows: Rows) -> None:
    """No number of these rows is given again, although a test may have set PostgreSQL's counter back."""
    if connection.vendor != "postgresql":
        return
    for key in {"id", "history_id"}.intersection(rows.columns):
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [quoted(table), key])
        (counter,) = cursor.fetchone()
        if counter:
            highest = max(row[rows.columns.index(key)] for row in rows.values)
            cursor.execute(f"SELECT setval(%s, greatest(last_value, %s)) FROM {counter}", [counter, highest])


def insert(table: str, columns: list[str]) -> str:
    names = ", ".join(map(quoted, columns))
    return f"INSERT INTO {quoted(table)} ({names}) VALUES ({', '.join(['%s'] * len(columns))})"


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)
