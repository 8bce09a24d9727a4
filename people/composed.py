"""Questions of a page of numbers: composed once for what is asked, and then only sent again.

Such a page asks ten questions that are composed of a hundred expressions each: that took longer than answering them.
`composed_once` stands before what composes; the same arguments, in the same language and with the same settings, give
what was made for them before. It may depend on nothing else: what it reads by `read_once` is read again and compared
before it is used again, and what asks anything else of the database is made anew each time.

The other functions turn querysets into what can be asked again and again.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, update_wrapper
from typing import Any, Generic, NoReturn, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, QuerySet
from django.utils.translation import get_language

from people.kept_plans import KeptPlan
from people.prepared import statement_of
from people.read_once import Noted, is_reading_once, noting, unnoted

MOST = 128  # kept of each function in one process

P = ParamSpec("P")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class _Kept:
    made: Any
    noted: Noted


class KeptOnce:
    """What was made under which name, for as long as what it was made from is read as it was then."""

    __slots__ = ("known",)

    def __init__(self) -> None:
        self.known: dict[Hashable, _Kept] = {}

    def made(self, name: Hashable, make: Callable[[], Made]) -> Made:
        """What stands under the name, else what `make` gives; it is shared, so nobody may change it."""
        kept = self.known.get(name)
        if kept is None or not kept.noted.still_holds():
            with noting() as noted:
                kept = _Kept(make(), noted)
            if not noted.asked_besides:
                if len(self.known) >= MOST:
                    self.known.clear()
                self.known[name] = kept
        made: Made = kept.made
        return made


class composed_once(Generic[P, Made]):
    """What the function gives, for hashable arguments; worked out anew outside of a page that is `reading_once`.

    What it gives is shared by all who ask, so nobody may change it.
    """

    def __init__(self, compose: Callable[P, Made]) -> None:
        self.compose, self.kept = compose, KeptOnce()
        update_wrapper(self, compose)

    def __call__(self, *values: P.args, **named: P.kwargs) -> Made:
        if not is_reading_once():
            return self.compose(*values, **named)
        asked = connection.vendor, get_language(), values, tuple(named.items())
        return self.kept.made(asked, partial(self.compose, *values, **named))


def rows_of(rows: QuerySet[Any]) -> Callable[[], list[Any]]:
    """The rows as they are when asked: records, tuples or single values."""
    statement = statement_of(rows)
    return list if statement is None else partial(statement.rows, ())


def count_of(rows: QuerySet[Any]) -> Callable[[], int]:
    """How many rows there are when asked."""
    found = _captured(lambda: rows.order_by().count())
    return int if found is None else lambda: found.row()[0]


def counts_of(rows: Mapping[str, QuerySet[Any]]) -> Callable[[], dict[str, int]]:
    """How many rows each has when asked: each by its own indexes, all by one statement."""
    none = dict.fromkeys(rows, 0)
    sql, params = statement_of_counts(rows.values())
    if "FROM" not in sql:
        return none.copy
    statement = Plain(sql, params)
    return lambda: dict(zip(rows, statement.row(), strict=True))


def statement_of_counts(rows: Iterable[QuerySet[Any]]) -> tuple[str, list[Any]]:
    """How many rows each has, in one row; 0 is written for those in which nothing can be."""
    composed = [_ids_of(one) for one in rows]
    counts = [f"(SELECT COUNT(*) FROM ({one[0]}) AS counted)" if one else "0" for one in composed]
    return f"SELECT {', '.join(counts)}", [param for one in composed if one for param in one[1]]


def tallies_of(rows: QuerySet[Any], **counts: Count) -> Callable[[], dict[str, int]]:
    """Several counts over the same rows when asked, under their names. TypeError: something else than counts."""
    if not all(type(one) is Count for one in counts.values()):
        raise TypeError("Only counts need no conversion.")
    found = _captured(lambda: rows.order_by().aggregate(**counts))
    if found is None:
        return dict.fromkeys(counts, 0).copy
    return lambda: dict(zip(counts, found.row(), strict=True))


class Plain:
    """A statement whose rows need no conversion."""

    def __init__(self, sql: str, params: Sequence[Any]) -> None:
        self.sql, self.params, self.plan = sql, params, KeptPlan(sql, params, ())

    def rows(self) -> list[Any]:
        """What the database has now."""
        found = self.plan.rows(connection, self.params)
        if found is not None:
            return found
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.params)
            return list(cursor.fetchall())

    def row(self) -> Sequence[int]:
        """The only row."""
        return tuple(self.rows()[0])


def _ids_of(rows: QuerySet[Any]) -> tuple[str, Sequence[Any]] | None:
    """None: nothing can be in it."""
    try:
        sql, params = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql, params


class _Captured(Exception):
    """A statement that was not sent."""


def _captured(ask: Callable[[], object]) -> Plain | None:
    """What Django would ask for that; None where it knows the answer without asking."""

    def capture(_execute: object, sql: str, params: Sequence[Any], *_told: object) -> NoReturn:
        raise _Captured(sql, params)

    is_logged, connection.force_debug_cursor = connection.force_debug_cursor, False  # it is not sent, so not logged
    try:
        with unnoted(), connection.execute_wrapper(capture):
            ask()
    except _Captured as captured:
        return Plain(*captured.args)
    finally:
        connection.force_debug_cursor = is_logged
    return None
