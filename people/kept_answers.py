"""Answers of pages of numbers that PostgreSQL keeps: only what has changed since is counted again (ADR 11).

The rows of an answer belong to portions of 128 deals or leads with neighbouring ids. What each portion adds to it is
kept beside the answer, and a trigger writes down each portion in which anything changes. So the answer of this moment
is what was kept, less what the changed portions added to it, with what they add now: one statement, and as true as
counting all of it. `people.keeping` keeps the answers; what it did not keep, and everything on SQLite, is counted from
the rows.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    Count,
    IntegerField,
    QuerySet,
    Sum,
    Value,
)

from people.composed import Plain, rows_of, statement_of_counts
from people.from_json import as_it_is, reader
from people.models import ChangedPortion, KeptAnswer, KeptPortion
from people.portions import CHANGED, EVERYTHING, MOST_CHANGED, Whose


def kept_rows_of(rows: QuerySet[Any], whose: Whose, whole: QuerySet[Any] | None = None) -> Callable[[], list[Any]]:
    """What `people.composed.rows_of` gives for counts and sums by keys, from what is kept where it is.

    whole: the same, in a form that is quicker where all is counted. Groups of which no row is left do not appear.
    Durations are of whole days. TypeError: not only counts and sums, or what portions do not know of the whole: an
    order, which groups are large enough.
    """
    live, asked = rows_of(rows if whole is None else whole), if_kept(Kept(rows, whose, whole))

    def found() -> list[Any]:
        kept = asked()
        return live() if kept is None else kept[0]

    return found


def kept_count_of(rows: QuerySet[Any], whose: Whose) -> Callable[[], int]:
    """What `people.composed.count_of` gives, from what is kept where it is."""
    counted = kept_tallies_of(rows, whose, n=Count("*"))
    return lambda: counted()["n"]


def kept_tallies_of(rows: QuerySet[Any], whose: Whose, **counts: Count) -> Callable[[], dict[str, int]]:
    """What `people.composed.tallies_of` gives, from what is kept where it is. TypeError: the rows are groups."""
    if rows.query.group_by is not None:
        raise TypeError("The number of groups does not add up.")
    asked = kept_rows_of(in_one(rows).annotate(**counts), whose)

    def tallies() -> dict[str, int]:
        found = asked()
        return dict(zip(counts, found[0][1:], strict=True)) if found else dict.fromkeys(counts, 0)

    return tallies


def in_one(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows as one group, whose key is 1."""
    alone: QuerySet[Any] = rows.order_by().annotate(in_one=Value(1, IntegerField())).values_list("in_one")
    return alone


@dataclass(frozen=True, slots=True)
class Kept:
    """Counts and sums by keys, that may be kept. whole: the same, in a form that is quicker where all is counted."""

    rows: QuerySet[Any]
    whose: Whose
    whole: QuerySet[Any] | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """A statement that is sent together with questions whose answers are kept. read: what each column is told by."""

    sql: str
    params: Sequence[Any]
    read: Sequence[Callable[[Any], Any]]

    @classmethod
    def of_rows(cls, rows: QuerySet[Any]) -> "Beside":
        """The rows of a `values_list`."""
        compiler = rows.query.get_compiler(connection.alias)
        sql, params = compiler.as_sql()
        columns = [column[0] for column in compiler.select[: compiler.col_count]]
        return cls(sql, params, [reader(column.output_field) for column in columns])

    @classmethod
    def of_counts(cls, rows: Mapping[str, QuerySet[Any]]) -> "Beside":
        """One row of what `people.composed.counts_of` counts, in that order."""
        sql, params = statement_of_counts(rows.values())
        return cls(sql, params, [as_it_is] * len(rows))

    def now(self) -> tuple[str, Sequence[Any]]:
        """One text: the rows of this moment."""
        names = ", ".join(f"c{number}" for number in range(len(self.read)))
        return f"SELECT json_agg(json_build_array({names}))::text FROM ({self.sql}) AS now ({names})", self.params

    def rows_from(self, text: str | None) -> list[Any]:
        """Rows as the queryset gives them."""
        rows = json.loads(text, parse_float=Decimal) if text else []
        return [tuple([read(value) for read, value in zip(self.read, row, strict=True)]) for row in rows]


def if_kept(*asked: Kept, besides: Sequence[Beside] = ()) -> Callable[[], list[list[Any]] | None]:
    """The rows of each, by one statement, when asked; None where the database keeps no answers."""
    if connection.vendor != "postgresql":
        return lambda: None
    try:
        return Together([Question(one) for one in asked], besides).answers
    except EmptyResultSet:
        return lambda: None


class Keeper(Protocol):
    """Who keeps the answers that are asked for, instead of reading what was kept."""

    def rows_of(self, question: "Question") -> list[Any]:
        """The answer of this moment."""


keeper: ContextVar[Keeper | None] = ContextVar("keeper", default=None)


class Question:
    """A statement that counts, in the forms that keeping its answer needs.

    Its columns: keys and values, then of each sum how many rows have a value, and how many rows there are.
    """

    def __init__(self, asked: Kept) -> None:
        self.rows, self.whose = _with_rows(asked.rows), asked.whose
        self.every = self.rows if asked.whole is None else _with_rows(asked.whole)
        compiler = self.rows.query.get_compiler(connection.alias)
        compiler.setup_query()
        columns = [column[0] for column in compiler.select[: compiler.col_count]]
        self.digest = hashlib.sha256(repr(self.by_portion(None)).encode()).hexdigest()
        self.is_key = [not column.contains_aggregate for column in columns]
        if not all(is_key or _adds_up(column) for is_key, column in zip(self.is_key, columns, strict=True)):
            raise TypeError("Only counts and sums add up.")
        self.sums = [place for place, column in enumerate(columns) if isinstance(column, Sum)]
        self.read = [reader(column.output_field) for column in columns[: -1 - len(self.sums)]]
        self.names = [f"c{number}" for number in range(len(columns))]
        self.as_list = f"json_build_array({', '.join(self.names)})"

    def by_portion(self, portions: str | None) -> tuple[str, list[Any]]:
        """The same with the portion behind its columns; of those that the SELECT names, None being all."""
        return self._together(self.rows.annotate(portion=self.whose.portion), portions)

    def now(self) -> tuple[str, list[Any]]:
        """One text: what changed portions add at this moment."""
        return self._as_text(*self._together(self.rows, CHANGED))

    def counted(self) -> list[Any]:
        """Rows as the queryset gives them, all of them counted now."""
        return self.rows_from([(1, Plain(*self.whole()).rows()[0][0] or "[]")])

    def whole(self) -> tuple[str, Sequence[Any]]:
        """One text: all of it, counted from the rows."""
        return self._as_text(*self.every.query.sql_with_params())

    def rows_from(self, parts: Iterable[tuple[int, str]]) -> list[Any]:
        """Rows as the queryset gives them, from the sum of these answers."""
        rows = self.added(parts)
        width = len(self.read)
        for place, known in zip(self.sums, range(width, width + len(self.sums)), strict=True):
            for row in rows:
                row[place] = row[place] if row[known] else None
        return [tuple([read(value) for read, value in zip(self.read, row, strict=False)]) for row in rows]

    def added(self, parts: Iterable[tuple[int, str]]) -> list[list[Any]]:
        """Rows as JSON knows them: the sum of these answers, each with its sign; groups without rows go."""
        totals: dict[tuple[Any, ...], list[Any]] = {}
        keys = [place for place, is_key in enumerate(self.is_key) if is_key]
        sums = [place for place, is_key in enumerate(self.is_key) if not is_key]
        for sign, text in parts:
            for row in json.loads(text, parse_float=Decimal):
                key = tuple([row[place] for place in keys])
                total = totals.get(key)
                if total is None:
                    total = totals[key] = [
                        value if is_key else 0 for value, is_key in zip(row, self.is_key, strict=True)
                    ]
                for place in sums:
                    total[place] += sign * (row[place] or 0)
        return [total for total in totals.values() if total[-1]]

    def _as_text(self, sql: str, params: Any) -> tuple[str, Any]:
        return f"SELECT json_agg({self.as_list})::text FROM ({sql}) AS found ({', '.join(self.names)})", params

    def _together(self, rows: QuerySet[Any], portions: str | None) -> tuple[str, list[Any]]:
        parts = [rows] if portions is None else [rows.filter(part(portions)) for part in self.whose.parts]
        composed = [part.query.sql_with_params() for part in parts]
        sql = " UNION ALL ".join(f"({sql})" for sql, _params in composed)
        return sql, [param for _sql, params in composed for param in params]


class Together:
    """Several questions, asked by one statement."""

    def __init__(self, questions: Sequence[Question], besides: Sequence[Beside] = ()) -> None:
        self.questions, self.besides = questions, besides
        statements = [_merging(place, question) for place, question in enumerate(questions)]
        statements += [_part(place, 1, beside.now()) for place, beside in enumerate(besides, len(questions))]
        params = [param for _sql, given in statements for param in given]
        self.statement = Plain(" UNION ALL ".join(sql for sql, _params in statements), params)

    def answers(self) -> list[list[Any]]:
        """The rows of each as they are now; kept, where somebody keeps answers."""
        if (keeping := keeper.get()) is None:
            return self.merged()
        told = [one.rows_from(Plain(*one.now()).rows()[0][0]) for one in self.besides]
        return [*(keeping.rows_of(question) for question in self.questions), *told]

    def merged(self) -> list[list[Any]]:
        """The rows of each, from what is kept where it is."""
        parts: list[list[tuple[int, str]]] = [[] for _one in (*self.questions, *self.besides)]
        for place, sign, text in self.statement.rows():
            if text is not None:
                parts[place].append((sign, text))
        kept = [question.rows_from(of_one) for question, of_one in zip(self.questions, parts, strict=False)]
        besides = zip(self.besides, parts[len(self.questions) :], strict=True)
        return kept + [one.rows_from(text[0][1] if text else None) for one, text in besides]


def _merging(place: int, question: Question) -> tuple[str, Sequence[Any]]:
    """Place, sign and text of what is to be added up: what was kept, less what changed portions added to it, with what
    they add now; all of it where it is not kept, or too much has changed.
    """
    (now, params), (whole, others) = _part(place, 1, question.now()), _part(place, 1, question.whole())
    kept, portion, changed = (model._meta.db_table for model in (KeptAnswer, KeptPortion, ChangedPortion))
    sql = (
        f"(WITH kept AS MATERIALIZED (SELECT id, answer FROM {kept} WHERE digest = '{question.digest}'"
        f" AND NOT EXISTS (SELECT 1 FROM {changed} WHERE portion = {EVERYTHING})"
        f" AND (SELECT COUNT(*) FROM ({CHANGED}) AS changed) <= {MOST_CHANGED})"
        f" SELECT {place}, 1, answer FROM kept"
        # An array, so that they are found by their index however many portions PostgreSQL believes to have changed.
        f" UNION ALL SELECT {place}, -1, answer FROM {portion}"
        f" WHERE kept_id = (SELECT id FROM kept) AND portion = ANY(ARRAY({CHANGED}))"
        f" UNION ALL {now} WHERE EXISTS (SELECT 1 FROM kept)"
        f" UNION ALL {whole} WHERE NOT EXISTS (SELECT 1 FROM kept))"
    )
    return sql, [*params, *others]


def _part(place: int, sign: int, asked: tuple[str, Sequence[Any]]) -> tuple[str, Sequence[Any]]:
    sql, params = asked
    return f"SELECT {place}, {sign}, ({sql})", params


def _with_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With how many rows have a value for each sum, and how many there are."""
    if rows.query.order_by or rows.query.distinct or rows.query.is_sliced or rows.query.where.contains_aggregate:
        raise TypeError("Portions know no order and no groups of the whole.")
    sums = [one for one in rows.query.annotation_select.values() if isinstance(one, Sum)]
    known = {f"known_{place}": Count(one.get_source_expressions()[0]) for place, one in enumerate(sums)}
    counted: QuerySet[Any] = rows.annotate(**known, rows_in_all=Count("*"))
    return counted


def _adds_up(column: Any) -> bool:
    """Whether the column of a whole is the sum of those of its portions."""
    is_plain = not getattr(column, "distinct", False)
    return is_plain and (isinstance(column, Count) or isinstance(column, Sum) and not column.filter)
