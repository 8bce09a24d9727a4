"""Settings that one look at a page reads once: nothing changes them while it is composed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Read = TypeVar("Read")

_read: ContextVar[dict[str, object] | None] = ContextVar("read", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """What is asked for inside by `read_once` is read from the database once. For pages that only look."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def read_once(name: str, read: Callable[[], Read]) -> Read:
    """What `read` gives; inside `reading_once` what it gave the first time under this name."""
    kept = _read.get()
    if kept is None:
        return read()
    if name not in kept:
        kept[name] = read()
    return kept[name]  # type: ignore[return-value]
