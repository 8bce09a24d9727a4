"""Questions whose SQL is composed once per process; afterwards only their values change.

Composing ten to twenty statements took a third of a page. `prepared` stands before a function that makes a queryset:
the function is called with stand-ins for its values, the SQL is kept, and the stand-ins are known again among its
parameters. Days, times, texts and whole numbers are values, and so are lists of them; None, flags and words of a
`Choices` shape the statement, and each shape is composed once. What the function works out of a value (a day earlier,
a pattern) could not be known again: that is refused when the statement is composed, so it is passed as a value of its
own. Nor does the function look at its values: what depends on one, such as its length, is passed as a flag.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import Enum
from functools import update_wrapper
from itertools import count
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.transaction import TransactionManagementError

from people.kept_plans import KeptPlan

Read = Callable[[Sequence[Any]], Any]

MOST_SHAPES = 300  # of one question: lists of every length up to a page, and room
LONGEST = 200  # values of a list; a longer one belongs to a batch, which composes once for all its rows
MARK = "\ue0a7"  # no text of anybody's holds it
FIRST_NUMBER, FIRST_DAY = 7_205_759_403_792_000, date(9201, 1, 1)
RESERVED = 20_000  # numbers and days around the first that no real value comes near


class prepared:
    """The rows of the queryset that the function makes, as a list of records, tuples, or single values.

    Called with the function's own values by position. TypeError: a value of another kind. ValueError: the statement
    does not hold every value as it was passed.
    """

    def __init__(self, compose: Callable[..., Any]) -> None:
        self.compose = compose
        self.known: dict[Any, Statement | None] = {}
        update_wrapper(self, compose)  # its name and its docstring

    def __call__(self, *values: Any) -> list[Any]:
        if any(len(value) > LONGEST for value in values if isinstance(value, list | tuple)):
            return list(self.compose(*values))
        shape = (connections[DEFAULT_DB_ALIAS].vendor, *map(_shape_of, values))
        if shape not in self.known:
            if len(self.known) >= MOST_SHAPES:
                self.known.clear()
            self.known[shape] = self._composed(values)
        statement = self.known[shape]
        return statement.rows(values) if statement is not None else []

    def _composed(self, values: Sequence[Any]) -> "Statement | None":
        """None: no row can fit, as where a list is empty."""
        stand_ins = list(_stand_ins(values))
        statement = statement_of(self.compose(*stand_ins), self.compose.__qualname__, stand_ins)
        if statement is None and not any(isinstance(value, list | tuple) and not value for value in values):
            raise ValueError(f"{self.compose.__qualname__}: no row can ever fit.")
        return statement


@dataclass(frozen=True, slots=True)
class _Slot:
    """A parameter that is a value: the value, its place in a list, and what the database is given for it."""

    position: int
    value: int
    place: int | None
    convert: Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class Statement:
    """What is sent for a queryset, and how its rows are read."""

    sql: str
    params: list[Any]
    slots: list[_Slot]
    plan: KeptPlan
    converters: list[tuple[int, list[Callable[..., Any]], Any]]
    read: Read
    prefetched: tuple[Any, ...]
    is_locking: bool

    def rows(self, values: Sequence[Any]) -> list[Any]:
        """What the database has now; values: those that the statement was composed with stand-ins for."""
        connection, params = connections[DEFAULT_DB_ALIAS], self.params.copy()
        if self.is_locking and connection.get_autocommit():
            raise TransactionManagementError("Rows are locked inside a transaction only.")
        for slot in self.slots:
            value = values[slot.value] if slot.place is None else values[slot.value][slot.place]
            params[slot.position] = slot.convert(value) if slot.convert else value
        found = [list(row) for row in self._asked(connection, params)]
        for place, converters, expression in self.converters:
            for row in found:
                for convert in converters:
                    row[place] = convert(row[place], expression, connection)
        records = [self.read(row) for row in found]
        if self.prefetched:
            models.prefetch_related_objects(records, *self.prefetched)
        return records

    def _asked(self, connection: Any, params: Sequence[Any]) -> list[Any]:
        if (found := self.plan.rows(connection, params)) is not None:
            return found
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            return list(cursor.fetchall())


def statement_of(rows: Any, name: str = "", stand_ins: Sequence[Any] = ()) -> Statement | None:
    """Of a queryset; None where no row can fit. ValueError: a stand-in of the function `name` is not to be found."""
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    slots = _slots(name, stand_ins, sql, params)
    plan = KeptPlan(sql, params, {slot.position for slot in slots})
    return Statement(sql, list(params), slots, plan, *_readers(rows, compiler), *_after(rows))


def _shape_of(value: Any) -> Any:
    kind = type(value)
    if value is None or kind is bool or isinstance(value, Enum):
        return kind, value
    if kind in _SCALARS:
        return kind
    if kind is list or kind is tuple:
        return (len(value), *{_shape_of(one) for one in value})
    raise TypeError(f"{kind.__name__} is neither a value of a statement nor a shape of it.")


def _stand_ins(values: Sequence[Any]) -> Iterator[Any]:
    numbers = count()
    for value in values:
        if isinstance(value, list | tuple):
            yield [_stand_in(one, next(numbers)) for one in value]
        else:
            yield _stand_in(value, next(numbers))


def _stand_in(value: Any, number: int) -> Any:
    make = _SCALARS.get(type(value))
    return make(number) if make else value


_SCALARS: dict[type, Callable[[int], Any]] = {
    int: lambda number: FIRST_NUMBER + number,
    date: lambda number: FIRST_DAY + timedelta(number),
    time: lambda number: time(23, 58, 59, 990_000 + number),
    str: lambda number: f"{MARK}{number}{MARK}",
}


def _slots(name: str, stand_ins: Sequence[Any], sql: str, params: Sequence[Any]) -> list[_Slot]:
    """Where the values stand. ValueError where one is missing, or left a trace of itself elsewhere."""
    places: dict[Any, tuple[int, int | None, Any]] = {}
    for number, value in enumerate(stand_ins):
        for place, one in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if type(one) in _SCALARS:
                places[_written(one)] = number, place, one
    slots = []
    for position, param in enumerate(params):
        if (known := places.get(_written(param))) is not None:
            number, place, one = known
            slots.append(_Slot(position, number, place, _conversion(type(one), type(param))))
        elif _is_trace(param):
            raise ValueError(f"{name}: {param!r} is worked out of a value; pass it as one.")
    found = {(slot.value, slot.place) for slot in slots}
    if len(found) < len(places) or str(FIRST_NUMBER)[:-4] in sql or MARK in sql:
        raise ValueError(f"{name}: the statement does not hold every value as a parameter.")
    return slots


def _written(value: Any) -> str:
    """The same for a value and for what the database is given for it."""
    return str(value)


def _conversion(kind: type, given: type) -> Callable[[Any], Any] | None:
    return None if given is kind else given


def _is_trace(param: Any) -> bool:
    if isinstance(param, int):
        return abs(param - FIRST_NUMBER) < RESERVED
    if isinstance(param, date):
        return abs(param.year - FIRST_DAY.year) < RESERVED // 365
    return isinstance(param, str) and (MARK in param or param.startswith(("920", "919")) and "-" in param[4:8])


def _readers(rows: Any, compiler: Any) -> tuple[list[tuple[int, list[Callable[..., Any]], Any]], Read]:
    """What turns columns into values of Python, and a row of them into what the queryset gives."""
    fields = [column[0] for column in compiler.select[: compiler.col_count]]
    converters = [(place, list(told), one) for place, (told, one) in compiler.get_converters(fields).items()]
    kind = rows._iterable_class
    if kind is FlatValuesListIterable:
        return converters, lambda row: row[0]
    if kind is ValuesListIterable:
        width = compiler.col_count  # behind them stand columns that only order the rows
        return converters, lambda row: tuple(row[:width])
    if kind is not ModelIterable:
        raise TypeError("A prepared question gives records, tuples or single values.")
    return converters, _record_reader(compiler)


def _record_reader(compiler: Any) -> Read:
    info, annotations = compiler.klass_info, list((compiler.annotation_col_map or {}).items())
    model, (first, *_middle) = info["model"], info["select_fields"]
    last = info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[first:last]]
    related = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]

    def read(row: Sequence[Any]) -> Any:
        record = model.from_db(DEFAULT_DB_ALIAS, names, row[first:last])
        for other in related:
            other.populate(row, record)
        for name, place in annotations:
            setattr(record, name, row[place])
        return record

    return read


def _after(rows: Any) -> tuple[tuple[Any, ...], bool]:
    return rows._prefetch_related_lookups, rows.query.select_for_update
