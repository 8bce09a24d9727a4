"""Requests of a browser and the test itself one after the other, where all threads share one connection.

An in-memory SQLite has a single connection. One thread inside a statement waits for Python, to call a function of
Django's, while another holds Python and waits for the statement to end: both would wait for ever. And what one thread
begins as its own transaction the other would find itself inside of. So a request is served whole, and the test reads
and writes between requests; while it is inside a transaction it is left alone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import RLock
from typing import Any
from unittest import mock

from django.db import connection
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.transaction import Atomic

_turn = RLock()


class Middleware:
    """Outermost: nothing of a request is done while another is served."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        with _turn:
            return self.get_response(request)


def _in_turn(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def wait_and_call(self: Any, *arguments: Any) -> Any:
        with _turn:
            return method(self, *arguments)

    return wait_and_call


class _Cursor(SQLiteCursorWrapper):
    """Statements and the reading of their rows, each in turn."""

    execute = _in_turn(SQLiteCursorWrapper.execute)
    executemany = _in_turn(SQLiteCursorWrapper.executemany)
    fetchone = _in_turn(SQLiteCursorWrapper.fetchone)
    fetchmany = _in_turn(SQLiteCursorWrapper.fetchmany)
    fetchall = _in_turn(SQLiteCursorWrapper.fetchall)
    close = _in_turn(SQLiteCursorWrapper.close)
    __next__ = _in_turn(SQLiteCursorWrapper.__next__)


def _enter(self: Atomic) -> None:
    _turn.acquire()
    try:
        _enter_alone(self)
    except BaseException:
        _turn.release()
        raise


def _leave(self: Atomic, *error: Any) -> None:
    try:
        _leave_alone(self, *error)
    finally:
        _turn.release()


_enter_alone, _leave_alone = Atomic.__enter__, Atomic.__exit__


@contextmanager
def taking_turns() -> Iterator[None]:
    """The shared connection serves one thread at a time, for as long as the block lasts."""

    def cursor(name: str | None = None) -> _Cursor:
        return connection.connection.cursor(factory=_Cursor)

    with (
        mock.patch.object(connection, "create_cursor", cursor),
        mock.patch.object(Atomic, "__enter__", _enter),
        mock.patch.object(Atomic, "__exit__", _leave),
    ):
        yield
