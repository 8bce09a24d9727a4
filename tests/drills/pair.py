"""Two writers on one PostgreSQL database, the second let loose exactly before a chosen statement of the first.

The first writer stops there until the second is done or waits for one of its locks; then it goes on. No time passes by
guess: PostgreSQL itself says who waits for whom.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, connections

from people.refusal import Conflict, Refused

PATIENCE = 180  # seconds; nothing takes as long unless it hangs, on a machine that has much else to do
Verb = Callable[[], object]


@dataclass
class Writer:
    """One person or process at work on a connection of its own."""

    verb: Verb
    stops_before: int = 0  # the n-th statement; 0 never
    statements: int = 0
    error: BaseException | None = None
    backend: int = 0
    has_stopped: threading.Event = field(default_factory=threading.Event)  # or has ended before it came to that
    may_go_on: threading.Event = field(default_factory=threading.Event)
    is_connected: threading.Event = field(default_factory=threading.Event)
    is_done: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        threading.Thread(target=self._work, daemon=True).start()

    @property
    def was_refused(self) -> bool:
        return isinstance(self.error, Refused | Conflict)

    def _work(self) -> None:
        try:
            connection.ensure_connection()
            self.backend = connection.connection.info.backend_pid
            self.is_connected.set()
            with connection.execute_wrapper(self._count):
                self.verb()
        except Exception as error:  # noqa: BLE001 - the test judges what may happen
            self.error = error
        finally:
            connections.close_all()
            self.is_connected.set()
            self.has_stopped.set()
            self.is_done.set()

    def _count(self, execute: Callable[..., Any], *call: Any) -> Any:
        self.statements += 1
        if self.statements == self.stops_before:
            self.has_stopped.set()
            assert self.may_go_on.wait(PATIENCE)
        return execute(*call)


def interleave(first: Verb, second: Verb, *, before: int) -> tuple[Writer, Writer]:
    """Run both to their ends, the second started before the n-th statement of the first."""
    one, other = Writer(first, stops_before=before), Writer(second)
    one.start()
    assert one.has_stopped.wait(PATIENCE), "the first writer hangs"
    other.start()
    assert other.is_connected.wait(PATIENCE)
    while not other.is_done.wait(0.002) and not is_waiting(other.backend):
        pass
    one.may_go_on.set()
    assert one.is_done.wait(PATIENCE), "the first writer hangs"
    assert other.is_done.wait(PATIENCE), "the second writer hangs"
    return one, other


def is_waiting(backend: int) -> bool:
    """Whether that connection waits for a lock that another holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s))", [backend])
        (blockers,) = cursor.fetchone()
    return bool(blockers)
