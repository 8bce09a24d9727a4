"""A verb over many records of which some may refuse: the rest is done, and what could not be is named (SC-03)."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db import transaction

from activities.models import Todo
from people.refusal import Conflict, Refused


class Outcome(NamedTuple):
    """How many were done, and the to-dos that were not, each with why."""

    done: int
    refused: list[tuple[Todo, str]]


def one_by_one(todos: Sequence[Todo], verb: Callable[[Todo], object]) -> Outcome:
    """Use the verb on each to-do by itself; one that refuses leaves the others as they are done."""
    refused = []
    for todo in todos:
        try:
            with transaction.atomic():
                verb(todo)
        except (Refused, Conflict) as objection:
            refused.append((todo, str(objection)))
    return Outcome(len(todos) - len(refused), refused)
