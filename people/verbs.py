"""A verb does all of its work or nothing."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

_is_within_verb: ContextVar[bool] = ContextVar("_is_within_verb", default=False)


def all_or_nothing(verb: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """`transaction.atomic` for verbs that call each other: the outermost alone marks where the database goes back to.

    What a verb inside refuses takes all of them back: an outer one that went on after it would be stopped by the
    database's next statement. Saving a call runs six verbs; a mark for each was a fifth of its statements.
    """

    @wraps(verb)
    def whole(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        is_outermost = not _is_within_verb.get()
        mark = _is_within_verb.set(True)
        try:
            with transaction.atomic(savepoint=is_outermost):
                return verb(*args, **kwargs)
        finally:
            _is_within_verb.reset(mark)

    return whole


def within_a_mark(verb: Callable[[], Answer]) -> Callable[[], Answer]:
    """The verb for a caller who has marked already and passes on what the verb raises, as `VerbForm.attempt` does."""

    def joined() -> Answer:
        mark = _is_within_verb.set(True)
        try:
            return verb()
        finally:
            _is_within_verb.reset(mark)

    return joined
