"""The product's invariants, asked after every step of a story: the SQL of each is made once and sent again.

Making the statements takes Django twenty times as long as a small database takes to answer them.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from followups.invariants import INVARIANTS, Invariant

Question = Callable[[], Iterable[Any]]


def broken() -> list[tuple[str, list[Any]]]:
    """The codes of the invariants that do not hold, with the ids of the records."""
    answers = [(code, list(ask())) for code, ask in _questions()]
    return [(code, found) for code, found in answers if found]


@cache
def _questions() -> tuple[tuple[str, Question], ...]:
    return tuple((invariant.code, _question(invariant)) for invariant in INVARIANTS)


def _question(invariant: Invariant) -> Question:
    sent: list[str] = []
    with connection.execute_wrapper(lambda execute, sql, *rest: sent.append(sql) or execute(sql, *rest)):
        asked = invariant.broken_by()
    if sent or not isinstance(asked, QuerySet):
        return invariant.broken_by  # it reads first and asks then: not the same statement each time
    compiled = asked.query.sql_with_params()
    return lambda: _send(*compiled)


def _send(sql: str, params: tuple[Any, ...]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
