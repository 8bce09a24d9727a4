"""Settings that one look at a page reads once: nothing changes them while it is composed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import connection

Read = TypeVar("Read")

_read: ContextVar[dict[str, object] | None] = ContextVar("read", default=None)
_noted: ContextVar["Noted | None"] = ContextVar("noted", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """What is asked for inside by `read_once` is read from the database once. For pages that only look."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def is_reading_once() -> bool:
    """Whether this is such a page."""
    return _read.get() is not None


def read_once(name: str, read: Callable[[], Read]) -> Read:
    """What `read` gives; inside `reading_once` what it gave the first time under this name."""
    kept, noted = _read.get(), _noted.get()
    if kept is None:
        return read()
    if name not in kept:
        with unnoted():
            kept[name] = read()
    if noted is not None:
        noted.read[name] = read, kept[name]
    return kept[name]  # type: ignore[return-value]


@dataclass(slots=True)
class Noted:
    """What was read by `read_once` under which name, and how much was asked of the database besides."""

    read: dict[str, tuple[Callable[[], Any], Any]] = field(default_factory=dict)
    asked_besides: int = 0

    def still_holds(self) -> bool:
        """Whether all of it would be read again."""
        return all(read_once(name, read) == value for name, (read, value) in self.read.items())


@contextmanager
def noting() -> Iterator[Noted]:
    """What is worked out inside depends on; what is noted inside of it is noted for the outer one too."""
    noted, outer = Noted(), _noted.get()

    def count(execute: Callable[..., Any], *told: Any) -> Any:
        noted.asked_besides += _noted.get() is not None
        return execute(*told)

    token = _noted.set(noted)
    try:
        with connection.execute_wrapper(count):
            yield noted
    finally:
        _noted.reset(token)
        if outer is not None:
            outer.read |= noted.read


@contextmanager
def unnoted() -> Iterator[None]:
    """What is asked inside is on nobody's note."""
    token = _noted.set(None)
    try:
        yield
    finally:
        _noted.reset(token)
