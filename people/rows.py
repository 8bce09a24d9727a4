"""Set-based writing, the same on SQLite and PostgreSQL: many rows in one statement, constraints as the only referee.

Why not `bulk_create(ignore_conflicts=True)`: on SQLite it becomes INSERT OR IGNORE, which also swallows NOT NULL
violations (reliability decision 5). ON CONFLICT DO NOTHING raises on everything but the conflict.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django.db import connection, models

Row = Sequence[Any]


def insert_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    constants: Mapping[str, Any] | None = None,
    returning: Sequence[str] = (),
    skip_conflicts: bool = False,
) -> list[tuple[Any, ...]]:
    """Insert rows of `columns` (attnames such as deal_id) and give back the `returning` columns of those inserted.

    constants hold for every row; fields that are named nowhere get their default. With skip_conflicts a row that
    breaks a unique constraint is left out and not returned; every other violation raises IntegrityError. The order of
    the result is not that of the rows: return a key to match them. Dates come back as text on SQLite.
    """
    table = list(rows)
    if not table:
        return []
    fixed = _defaults(model, columns) | dict(constants or {})
    names = ", ".join(_column(model, name) for name in [*columns, *fixed])
    source, params = _source(model, columns, table)
    picked = ", ".join([f"v.{_column(model, name)}" for name in columns] + [_cast(model, name) for name in fixed])
    sql = f"INSERT INTO {_table(model)} ({names}) SELECT {picked} FROM {source} WHERE true"
    if skip_conflicts:
        sql += " ON CONFLICT DO NOTHING"
    if returning:
        sql += " RETURNING " + ", ".join(_column(model, name) for name in returning)
    with connection.cursor() as cursor:
        # Placeholders of the constants stand before those of the source in the statement.
        cursor.execute(sql, [*(_plain(model, name, value) for name, value in fixed.items()), *params])
        return cursor.fetchall() if returning else []


def insert_found(
    model: type[models.Model], columns: Sequence[str], found: "models.QuerySet[Any]", rows: Iterable[Row] = ()
) -> None:
    """Insert what the database itself finds, and rows beside it; one statement.

    found: gives `columns`, which are all that the model has beside its key, in their order.
    """
    table = list(rows)
    picked, params = found.query.sql_with_params()
    names = ", ".join(_column(model, name) for name in columns)
    before: list[Any] = []
    if table:
        source, before = _source(model, columns, table)
        # The type of the first line is that of all.
        picked = f"SELECT {', '.join(f'v.{_column(model, name)}' for name in columns)} FROM {source} UNION {picked}"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {_table(model)} ({names}) {picked}", [*before, *params])


def update_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Row],
    *,
    kept_where_null: Sequence[str] = (),
    expressions: Sequence[str] = (),
    guard: str = "",
    guard_params: Sequence[Any] = (),
) -> list[int]:
    """Set `columns` of the rows named by the first column, `id`; gives back the ids that were changed.

    kept_where_null: columns that keep what they hold in rows whose new value is None. expressions: further assignments
    in SQL, `t` being the table and `v` the new values. guard: a condition in SQL that a row must still meet (D21).
    """
    table = list(rows)
    if not table:
        return []
    source, params = _source(model, columns, table)
    sets = [_assignment(_column(model, name), name in kept_where_null) for name in columns[1:]] + list(expressions)
    sql = f"UPDATE {_table(model)} AS t SET {', '.join(sets)} FROM {source} WHERE t.id = v.id"
    if connection.vendor == "postgresql":
        # Said twice, since by the join alone PostgreSQL reads every row of a large table once per batch.
        sql += f" AND t.id = ANY(%s::{_type(model, columns[0])}[])"
        params = [*params, params[0]]
    if guard:
        sql += f" AND ({guard})"
    with connection.cursor() as cursor:
        cursor.execute(sql + " RETURNING t.id" if connection.vendor == "postgresql" else sql + " RETURNING id",
                       [*params, *guard_params])  # fmt: skip
        return [row[0] for row in cursor.fetchall()]


def _assignment(column: str, is_kept_where_null: bool) -> str:
    return f"{column} = COALESCE(v.{column}, t.{column})" if is_kept_where_null else f"{column} = v.{column}"


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    for field in model._meta.concrete_fields:
        if field.attname == name:
            return field
    raise LookupError(f"{model.__name__} has no column {name}")


@cache
def _column(model: type[models.Model], name: str) -> str:
    return connection.ops.quote_name(str(_field(model, name).column))


def _defaults(model: type[models.Model], columns: Sequence[str]) -> dict[str, Any]:
    blank = model()
    return {
        field.attname: field.pre_save(blank, add=True)
        for field in model._meta.concrete_fields
        if not (field.primary_key or field.generated or field.attname in columns)
    }


def _cast(model: type[models.Model], name: str) -> str:
    if connection.vendor == "sqlite":
        return "%s"
    return f"%s::{_type(model, name)}"


def _type(model: type[models.Model], name: str) -> str:
    return _type_on(connection.vendor, model, name)


@cache
def _type_on(_vendor: str, model: type[models.Model], name: str) -> str:
    field = _field(model, name)
    # The key itself is "bigint GENERATED …" when created; a cast wants what a foreign key to it has.
    return str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection))


def _source(model: type[models.Model], columns: Sequence[str], rows: list[Row]) -> tuple[str, list[Any]]:
    names = ", ".join(_column(model, name) for name in columns)
    if connection.vendor == "sqlite":
        encoders = [_encoder(model, name) for name in columns]
        picked = ", ".join(f"json_extract(value, '$[{n}]') AS {_column(model, name)}" for n, name in enumerate(columns))
        body = json.dumps([[code(value) for code, value in zip(encoders, row, strict=True)] for row in rows])
        return f"(SELECT {picked} FROM json_each(%s)) AS v", [body]
    arrays = [_array(model, name, values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)]
    casts = ", ".join(f"%s::{_type(model, name)}[]" for name in columns)
    return f"unnest({casts}) AS v({names})", arrays


def _encoder(model: type[models.Model], name: str) -> Any:
    if isinstance(_field(model, name), models.JSONField):
        return _json_text
    return _sqlite_value if connection.vendor == "sqlite" else _same


def _array(model: type[models.Model], name: str, values: Iterable[Any]) -> str:
    """A PostgreSQL array in text form: the driver takes ten times as long to write a list of parameters."""
    if isinstance(_field(model, name), models.JSONField):
        return "{" + ",".join([_quoted(_json_text(value)) for value in values]) + "}"
    return "{" + ",".join(map(_element, values)) + "}"


@lru_cache(maxsize=16384, typed=True)  # most columns of a batch hold few values: days, people, codes
def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return _quoted(value)
    return f'"{value.isoformat()}"' if isinstance(value, date) else str(value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(model: type[models.Model], name: str, value: Any) -> Any:
    return _encoder(model, name)(value)


def _same(value: Any) -> Any:
    return value


_json_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _sqlite_value(value: Any) -> Any:
    """The form in which Django itself stores the value on SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
