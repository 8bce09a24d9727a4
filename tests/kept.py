"""Answers that are kept, as tests ask for them (ADR 11): what is told from what is kept, and what the rows say."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from threading import Thread
from typing import Any

from django.db import connection
from django.utils import timezone

from people.keeping import keep_answers
from people.kept_answers import Kept, Question, Together, keeper, kept_rows_of
from people.models import ChangedPortion
from people.portions import EVERYTHING, SHIFT, Whose
from tests.factories import TODAY

NOW = datetime(2025, 7, 31, 9, tzinfo=timezone.get_default_timezone())
_later = count(1)
NUMBERED = ("deals_deal", "leads_lead")
Asking = tuple[Any, Whose]  # a queryset that counts, and which portions its rows belong to


class Counted(Exception):
    """What was asked for is not told from what is kept, so it would be counted."""


def as_kept(rows: Any, whose: Whose) -> Counter[Any]:
    """The rows from what is kept alone."""
    return Counter(kept_rows(Question(Kept(rows, whose))))


def kept_rows(question: Question) -> list[Any]:
    """The answer from what is kept alone; Counted where all would be counted."""
    alone = copy(question)
    alone.whole = lambda: ("'counted'", ())  # type: ignore[method-assign]
    with connection.cursor() as cursor:
        together = Together([alone]).statement
        cursor.execute(together.sql, together.params)
        found = [(sign, text) for _place, sign, text in cursor.fetchall() if text is not None]
    if (1, "counted") in found:
        raise Counted
    return question.rows_from(found)


def as_counted(rows: Any) -> Counter[Any]:
    """The same from the rows of the tables."""
    return Counter(rows)


def agree(*asked: Asking) -> bool:
    """Whether what is kept tells what the rows say, of each question."""
    return all(as_kept(rows, whose) == as_counted(rows) for rows, whose in asked)


def keep(*asked: Asking, day: date = TODAY, now: datetime | None = None) -> int | None:
    """Keep the answers to these questions; at no moment in particular, long after they were kept before."""
    return keep_answers(lambda _day: asking(*asked), day, now or NOW + timedelta(days=next(_later)))


def asking(*asked: Asking) -> Iterator[str]:
    """Ask as a page does."""
    for rows, whose in asked:
        kept_rows_of(rows, whose)()
        yield "page"


def changed() -> set[int]:
    """The portions in which something has changed since the answers were kept."""
    return set(ChangedPortion.objects.values_list("portion", flat=True))


def portion_of(record: Any) -> int:
    """The portion of a deal."""
    return int(record.pk >> SHIFT)


def is_everything_changed() -> bool:
    return EVERYTHING in changed()


def far_apart(step: int = 2**SHIFT) -> None:
    """Each deal and lead that is made from here on lies in a portion of its own."""
    with connection.cursor() as cursor:
        for table in NUMBERED:
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
            cursor.execute(f"ALTER SEQUENCE {cursor.fetchone()[0]} INCREMENT BY {step}")


def counted_rows(question: Question) -> list[Any]:
    """The answer from the rows of the tables; without keys there is a group even where there is no row."""
    width = len(question.read)
    return [tuple(row[:width]) for row in question.every.all() if row[-1]]


@dataclass
class Asked:
    """A question that was asked, and its answer from the rows at that moment."""

    question: Question
    rows: list[Any]


class Listening:
    """Who is asked instead of what is kept: notes each question, and counts it from the rows."""

    def __init__(self) -> None:
        self.asked: dict[str, Asked] = {}

    def rows_of(self, question: Question) -> list[Any]:
        asked = self.asked[question.digest] = Asked(question, counted_rows(question))
        return asked.rows


@contextmanager
def listening() -> Iterator[dict[str, Asked]]:
    """The questions that are asked inside, by their digests."""
    listener = Listening()
    token = keeper.set(listener)
    try:
        yield listener.asked
    finally:
        keeper.reset(token)


def elsewhere(*verbs: Callable[[], object]) -> None:
    """Do that on a connection of its own, to its end."""
    failed: list[Exception] = []

    def work() -> None:
        try:
            for verb in verbs:
                verb()
        except Exception as error:  # noqa: BLE001 - it belongs to the test that started the thread
            failed.append(error)
        finally:
            connection.close()

    thread = Thread(target=work)
    thread.start()
    thread.join()
    for error in failed:
        raise error
