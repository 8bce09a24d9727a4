"""Answers of pages of numbers that PostgreSQL keeps: only what has changed since is counted again (ADR 11).

The rows of an answer belong to portions of 128 deals or leads with neighbouring ids. What each portion adds to it is kept
beside the answer, and a trigger writes down each portion in which anything changes. So the answer of this moment is what
was kept, less what the changed portions added to it, with what they add now: one statement, and as true as counting all
of it. `people.keeping` keeps the answers; what it did not keep, and everything on SQLite, is counted from the rows.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Count,
    DateField,
    DecimalField,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from people.composed import Plain, rows_of
from people.models import ChangedPortion, KeptAnswer, KeptPortion
from people.read_once import read_once

SHIFT = 7  # 2 ** 7 ids are a portion
NOBODYS = -1  # the portion of what belongs to no deal and no lead; those of leads are below it
EVERYTHING = -(2**62)  # this portion stands for all: a name, a reason, a rule has changed
MOST_CHANGED = 50  # portions; of more it is quicker to count all
CHANGED = f"SELECT DISTINCT portion FROM {ChangedPortion._meta.db_table}"

Part = Callable[[str], Q]


@dataclass(frozen=True, slots=True)
class Whose:
    """Which portion a row belongs to, and the conditions that together find the rows of those that a SELECT names."""

    portion: Func | Case
    parts: Sequence[Part]


class _Portion(Func):
    template = f"(%(expressions)s >> {SHIFT})"
    output_field = BigIntegerField()


class _PortionOfLead(Func):
    template = f"({NOBODYS - 1} - (%(expressions)s >> {SHIFT}))"
    output_field = BigIntegerField()


class _Within(Func):
    """That the id lies in a portion that the SELECT `portions` names."""

    template = (
        "%(expressions)s = ANY(ARRAY(SELECT (%(first)s) + place FROM (%(portions)s) AS chosen (portion),"
        f" generate_series(0, {2**SHIFT - 1}) AS place WHERE portion %(side)s))"
    )
    output_field = BooleanField()


class _HasNobodys(Func):
    template = f"EXISTS(SELECT 1 FROM (%(portions)s) AS chosen (portion) WHERE portion = {NOBODYS})"
    output_field = BooleanField()


def of_deals(path: str = "deal_id") -> Whose:
    """Rows of which each belongs to the deal whose id is there, and depends on nothing of any other deal."""
    return Whose(_Portion(F(path)), (lambda portions: Q(_within_deals(path, portions)),))


def of_deals_or_leads(deal: str = "deal_id", lead: str = "lead_id") -> Whose:
    """The same for rows of a deal, else of a lead, else of nobody."""
    portion = Case(
        When(Q(**{f"{deal}__isnull": False}), then=_Portion(F(deal))),
        When(Q(**{f"{lead}__isnull": False}), then=_PortionOfLead(F(lead))),
        default=Value(NOBODYS, BigIntegerField()),
    )
    of_no_deal, of_no_lead = Q(**{f"{deal}__isnull": True}), Q(**{f"{lead}__isnull": True})
    return Whose(portion, (
        lambda portions: Q(_within_deals(deal, portions)),
        lambda portions: of_no_deal & Q(_within_leads(lead, portions)),
        lambda portions: of_no_deal & of_no_lead & Q(_HasNobodys(portions=portions)),
    ))  # fmt: skip


def _within_deals(path: str, portions: str) -> _Within:
    return _Within(F(path), first=f"portion << {SHIFT}", side=">= 0", portions=portions)


def _within_leads(path: str, portions: str) -> _Within:
    side = f"BETWEEN {EVERYTHING + 1} AND {NOBODYS - 1}"
    return _Within(F(path), first=f"({NOBODYS - 1} - portion) << {SHIFT}", side=side, portions=portions)


def kept_rows_of(rows: QuerySet[Any], whose: Whose) -> Callable[[], list[Any]]:
    """What `people.composed.rows_of` gives for counts and sums by keys, from what is kept where it is.

    Groups of which no row is left do not appear; a sum of nothing is 0. TypeError: something else than counts and sums.
    """
    live = rows_of(rows)
    if connection.vendor != "postgresql":
        return live
    try:
        question = Question(rows, whose, live)
    except EmptyResultSet:
        return live
    return question.answer


def kept_count_of(rows: QuerySet[Any], whose: Whose) -> Callable[[], int]:
    """What `people.composed.count_of` gives, from what is kept where it is."""
    counted = kept_tallies_of(rows, whose, n=Count("*"))
    return lambda: counted()["n"]


def kept_tallies_of(rows: QuerySet[Any], whose: Whose, **counts: Count) -> Callable[[], dict[str, int]]:
    """What `people.composed.tallies_of` gives, from what is kept where it is."""
    alone: QuerySet[Any] = rows.order_by().annotate(in_one=Value(1, IntegerField())).values_list("in_one")
    asked = kept_rows_of(alone.annotate(**counts), whose)

    def tallies() -> dict[str, int]:
        found = asked()
        return dict(zip(counts, found[0][1:], strict=True)) if found else dict.fromkeys(counts, 0)

    return tallies


class Keeper(Protocol):
    """Who keeps the answers that are asked for, instead of reading what was kept."""

    def rows_of(self, question: "Question") -> list[Any]:
        """The answer of this moment."""


keeper: ContextVar[Keeper | None] = ContextVar("keeper", default=None)


class Question:
    """A statement that counts, in the forms that keeping its answer needs. Its columns: keys, values, number of rows."""

    def __init__(self, rows: QuerySet[Any], whose: Whose, live: Callable[[], list[Any]]) -> None:
        self.rows, self.whose, self.live = rows.order_by().annotate(rows_in_all=Count("*")), whose, live
        compiler = self.rows.query.get_compiler(connection.alias)
        sql, params = compiler.as_sql()
        columns = [column[0] for column in compiler.select[: compiler.col_count]]
        self.digest = hashlib.sha256(repr((sql, params)).encode()).hexdigest()
        self.is_key = [not column.contains_aggregate for column in columns]
        if not all(is_key or _adds_up(column) for is_key, column in zip(self.is_key, columns, strict=True)):
            raise TypeError("Only counts and sums add up.")
        self.read = [_reader(column.output_field) for column in columns]
        self.names = [f"c{number}" for number in range(len(columns))]
        self.as_list = f"json_build_array({', '.join(self.names)})"
        self.merging = self._merging()

    def answer(self) -> list[Any]:
        """The rows as they are now."""
        if (keeping := keeper.get()) is not None:
            return keeping.rows_of(self)
        known, changed = read_once("kept answers", _known)
        if self.digest not in known or changed > MOST_CHANGED:
            return self.live()
        found = self.merging.rows()
        if found[0][1] is None:  # somebody has just changed everything, or another day has begun
            return self.live()
        return self.told(self.added((sign, text) for sign, text in found if text))

    def by_portion(self, portions: str | None) -> tuple[str, list[Any]]:
        """The same with the portion behind its columns; of those that the SELECT names, None being all."""
        return self._together(self.rows.annotate(portion=self.whose.portion), portions)

    def added(self, parts: Iterable[tuple[int, str]]) -> dict[tuple[Any, ...], list[Any]]:
        """Values by keys, as JSON knows them: the sum of these answers, each with its sign; groups without rows go."""
        totals: dict[tuple[Any, ...], list[Any]] = {}
        for sign, text in parts:
            for row in json.loads(text, parse_float=Decimal):
                values = [value for value, is_key in zip(row, self.is_key, strict=True) if not is_key]
                key = tuple([value for value, is_key in zip(row, self.is_key, strict=True) if is_key])
                before = totals.get(key)
                totals[key] = [
                    (before[place] if before else 0) + sign * (value or 0) for place, value in enumerate(values)
                ]
        return {key: values for key, values in totals.items() if values[-1]}

    def told(self, totals: Mapping[tuple[Any, ...], Sequence[Any]]) -> list[Any]:
        """Rows as the queryset gives them."""
        return [
            tuple([read(value) for read, value in zip(self.read, self.in_order(key, values), strict=True)][:-1])
            for key, values in totals.items()
        ]

    def in_order(self, key: Iterable[Any], values: Iterable[Any]) -> list[Any]:
        """One row, with each column in its place."""
        keys, sums = iter(key), iter(values)
        return [next(keys if is_key else sums) for is_key in self.is_key]

    def _merging(self) -> Plain:
        """What was kept, what changed portions added to it (-1), and what they add now; NULL first: nothing is kept."""
        now, params = self._together(self.rows, CHANGED)
        kept, portion = KeptAnswer._meta.db_table, KeptPortion._meta.db_table
        changed = ChangedPortion._meta.db_table
        sql = (
            f"WITH kept AS (SELECT id, answer FROM {kept} WHERE digest = %s AND NOT EXISTS"
            f" (SELECT 1 FROM {changed} WHERE portion = {EVERYTHING}))"
            " SELECT 1, (SELECT answer FROM kept)"
            f" UNION ALL SELECT -1, was.answer FROM {portion} was JOIN kept ON kept.id = was.kept_id"
            f" WHERE was.portion IN ({CHANGED})"
            f" UNION ALL SELECT 1, json_agg({self.as_list})::text FROM ({now}) AS now ({', '.join(self.names)})"
        )
        return Plain(sql, [self.digest, *params])

    def _together(self, rows: QuerySet[Any], portions: str | None) -> tuple[str, list[Any]]:
        parts = [rows] if portions is None else [rows.filter(part(portions)) for part in self.whose.parts]
        composed = [part.query.sql_with_params() for part in parts]
        sql = " UNION ALL ".join(f"({sql})" for sql, _params in composed)
        return sql, [param for _sql, params in composed for param in params]


def _known() -> tuple[frozenset[str], int]:
    """What is kept, and how many portions have changed since; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT digest, (SELECT COUNT(*) FROM ({CHANGED} LIMIT {MOST_CHANGED + 1}) changed)"
            f" FROM {KeptAnswer._meta.db_table}"
        )
        found = cursor.fetchall()
    return frozenset(digest for digest, _changed in found), found[0][1] if found else 0


def _adds_up(column: Any) -> bool:
    """Whether the column of a whole is the sum of those of its portions."""
    if isinstance(column, Coalesce):  # a sum of nothing
        column = column.source_expressions[0]
    return isinstance(column, Count | Sum) and not getattr(column, "distinct", False)


def _reader(field: Any) -> Callable[[Any], Any]:
    if isinstance(field, DateField):
        return lambda value: value and date.fromisoformat(value[:10])
    if isinstance(field, DecimalField):
        return lambda value: value if value is None else Decimal(value)
    return lambda value: value
