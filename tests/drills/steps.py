"""The steps of a job, its statements and commits one after the other, and what a drill lets happen at one of them."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection, transaction


@contextmanager
def autocommit() -> Iterator[None]:
    """Every statement commits by itself."""
    with (
        patch.object(transaction.Atomic, "__enter__", lambda block: None),
        patch.object(transaction.Atomic, "__exit__", lambda block, *error: None),
        patch.object(connection.features, "has_select_for_update", new=False),
    ):
        yield


@contextmanager
def before_step(number: int, happens: Callable[[], None]) -> Iterator[None]:
    """Something happens before the n-th statement or commit."""
    steps = iter(range(number - 1, -1, -1))

    def count_down() -> None:
        if next(steps, -1) == 0:
            happens()

    def before_statement(execute: Callable[..., Any], *call: Any) -> Any:
        count_down()
        return execute(*call)

    def before_commit() -> Any:
        count_down()
        return commit()

    commit = connection.commit
    with connection.execute_wrapper(before_statement), patch.object(connection, "commit", before_commit):
        yield


def die() -> None:
    """kill -9 of this very process."""
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def steps_noted() -> Iterator[list[str]]:
    """The steps as they are taken: the first three words of a statement, or COMMIT."""
    noted: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *call: Any) -> Any:
        noted.append(" ".join(str(sql).split(maxsplit=3)[:3]))
        return execute(sql, *call)

    def commit() -> Any:
        noted.append("COMMIT")
        return committed()

    committed = connection.commit
    with connection.execute_wrapper(note), patch.object(connection, "commit", commit):
        yield noted
