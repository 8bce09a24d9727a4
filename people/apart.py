"""A verb over many records in which one that is refused does not stop the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import transaction

from people.refusal import Refused

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Aside(Generic[Record]):
    """A record that was left as it is, and why."""

    record: Record
    why: str


@dataclass(frozen=True, slots=True)
class Sorted(Generic[Record]):
    """What the verb was done to, and what was set aside."""

    done: list[Record]
    aside: list[Aside[Record]]


def to_each_that_can(records: Sequence[Record], verb: Callable[[list[Record]], object]) -> Sorted[Record]:
    """Do the verb to all records at once; the one it refuses is set aside with the reason, and the rest tried again.

    The verb takes the records left, is atomic, and names the refused one by its position.
    """
    rest, aside = list(records), []
    while rest:
        try:
            with transaction.atomic():
                verb(rest)
        except Refused as refused:
            aside.append(Aside(rest.pop(refused.position), " ".join(refused.errors.values())))
        else:
            break
    return Sorted(rest, aside)


def rehearse(records: Sequence[Record], verb: Callable[[list[Record]], object]) -> Sorted[Record]:
    """What `to_each_that_can` would do now; nothing is written."""
    with transaction.atomic():
        found = to_each_that_can(records, verb)
        transaction.set_rollback(True)
    return found
