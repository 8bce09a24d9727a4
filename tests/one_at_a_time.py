"""Requests of a browser one after the other, where all threads share one connection.

An in-memory SQLite has a single connection. One thread inside a statement waits for Python, to call a function of
Django's, while another holds Python and waits for the statement to end: both would wait for ever.
"""

from collections.abc import Callable
from threading import RLock
from typing import Any

_turn = RLock()


class Middleware:
    """Outermost: nothing of a request is done while another is served."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        with _turn:
            return self.get_response(request)
