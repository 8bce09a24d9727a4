"""Lookups of our own, the same on both databases.

`field__among=ids`: membership in a long list of ids or texts as one parameter, where `__in` would bind every one by
itself. With a thousand, binding them one by one costs the driver more time than the database takes to find the rows.

`field__has_word="東雲"`: the column is a list of words with a space between them, and this is one of them.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler


@models.ForeignObject.register_lookup
@models.Field.register_lookup
class Among(Lookup):
    """The column is one of these whole numbers, or one of these texts; an empty list matches nothing."""

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[int] | Iterable[str]) -> None:
        super().__init__(lhs, list(rhs))

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """PostgreSQL: one array."""
        lhs, params = self.process_lhs(compiler, connection)
        if isinstance(self.lhs.output_field, models.CharField | models.TextField):
            return f"{lhs} = ANY(%s::text[])", (*params, self.rhs)
        return f"{lhs} = ANY(%s::bigint[])", (*params, "{" + ",".join(map(str, self.rhs)) + "}")

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """SQLite, which has no arrays: one JSON list."""
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} IN (SELECT value FROM json_each(%s))", (*params, json.dumps(self.rhs))


@models.Field.register_lookup
class HasWord(Lookup):
    """One of the words of the column, compared as a whole."""

    lookup_name = "has_word"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """PostgreSQL: membership in an array, which a GIN index over the same expression answers."""
        lhs, params = self.process_lhs(compiler, connection)
        return f"string_to_array({lhs}, ' ') @> ARRAY[%s::text]", (*params, self.rhs)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """SQLite, which has no arrays: the word between two spaces."""
        lhs, params = self.process_lhs(compiler, connection)
        return f"instr(' ' || {lhs} || ' ', ' ' || %s || ' ') > 0", (*params, self.rhs)
