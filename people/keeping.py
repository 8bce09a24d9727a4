"""Keeping the answers of pages of numbers, so that a page need not count everything (ADR 11). PostgreSQL only."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Max, Sum

from people.kept_answers import Keeper, Question, Together, keeper
from people.models import ChangedPortion, KeptAnswer, KeptPortion
from people.portions import EVERYTHING, MOST_RENEWED
from people.read_once import reading_once

REST = 10  # all is counted again no sooner than after ten times as long as that took
_LOCK = 7_330_511  # of everybody who keeps answers

Look = Callable[[date], Iterable[str]]


def keep_answers(look: Look, day: date, now: datetime) -> int | None:
    """Keep what is asked for by a look at the pages of the day; gives back how many answers there are.

    None: there was nothing to do, somebody else is at it, or all was counted a moment ago. Other days' answers go.
    """
    if connection.vendor != "postgresql" or not _is_due(day, now):
        return None
    with transaction.atomic():
        if not _is_alone():
            return None
        keeping = _Keeping(_taken(), day, now)
        for _page in _looked(look, day, keeping):
            pass
        KeptPortion.objects.exclude(kept__in=keeping.kept_ids).delete()
        KeptAnswer.objects.exclude(pk__in=keeping.kept_ids).delete()
    return len(keeping.kept_ids)


def disagreements(look: Look, day: date) -> list[str]:
    """The pages of the day on which an answer is another than the rows give; each answer once. Empty: none is.

    Outside of transactions: it needs one in which nothing changes.
    """
    if connection.vendor != "postgresql":
        return []
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        comparing, found = _Comparing(), list[str]()
        for page in _looked(look, day, comparing):
            found += [f"{page}: {digest[:12]}" for digest in comparing.wrong]
            comparing.wrong.clear()
    return found


def _looked(look: Look, day: date, keeping: Keeper) -> Iterator[str]:
    token = keeper.set(keeping)
    try:
        with reading_once():
            yield from look(day)
    finally:
        keeper.reset(token)


class _Comparing:
    """Asks for what is kept and counts all as well; wrong: the digests of those that disagree."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.seen: set[str] = set()

    def rows_of(self, question: Question) -> list[Any]:
        """The rows as they are counted."""
        (kept,), counted = Together([question]).merged(), question.counted()
        if Counter(kept) != Counter(counted) and question.digest not in self.seen:
            self.wrong.append(question.digest)
        self.seen.add(question.digest)
        return counted


def forget_answers() -> None:
    """Everything is counted from the rows until it is kept again. Waits for whoever keeps answers."""
    if connection.vendor != "postgresql":
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        KeptPortion.objects.all().delete()
        KeptAnswer.objects.all().delete()


class _Keeping:
    """Counts each answer once: all of it where it is new or everything has changed, else the changed portions."""

    def __init__(self, changed: Sequence[int], day: date, now: datetime) -> None:
        self.is_everything = EVERYTHING in changed or len(changed) > MOST_RENEWED
        self.changed, self.day, self.now = list(changed), day, now
        self.kept_ids: set[int] = set()

    def rows_of(self, question: Question) -> list[Any]:
        """The answer of this moment, kept."""
        kept, is_new = KeptAnswer.objects.get_or_create(
            digest=question.digest, defaults={"counted_on": self.day, "answer": "[]", "kept_at": self.now}
        )
        is_counted = kept.pk in self.kept_ids
        self.kept_ids.add(kept.pk)
        if not is_counted:
            self._count(kept, question, is_whole=is_new or self.is_everything)
        return question.rows_from([(1, kept.answer)])

    def _count(self, kept: KeptAnswer, question: Question, *, is_whole: bool) -> None:
        began = time.perf_counter()
        before = [] if is_whole else [(1, kept.answer)]
        gone = _removed(kept, None if is_whole else self.changed)
        if not is_whole:
            before += [(-1, text) for text in gone]
        if is_whole or self.changed:
            before.append((1, _counted(kept, question, None if is_whole else self.changed)))
        kept.answer = _written(question, before)
        kept.counted_on, kept.kept_at = self.day, self.now
        if is_whole:
            kept.took = time.perf_counter() - began
        kept.save()


def _removed(kept: KeptAnswer, portions: Sequence[int] | None) -> list[str]:
    """Take away what these portions added, None being all; gives back what that was."""
    held = KeptPortion.objects.filter(kept=kept)
    if portions is None:
        held.delete()
        return []
    found = held.filter(portion__among=portions)
    texts = list(found.values_list("answer", flat=True))
    found.delete()
    return texts


def _counted(kept: KeptAnswer, question: Question, portions: Sequence[int] | None) -> str:
    """Keep what these portions add, and give back their sum; one statement, so that both are of one moment."""
    chosen = None if portions is None else f"SELECT unnest('{{{','.join(map(str, portions))}}}'::bigint[])"
    sql, params = question.by_portion(chosen)
    names = zip(question.names, question.is_key, strict=True)
    keys = [name for name, is_key in zip(question.names, question.is_key, strict=True) if is_key]
    summed = ", ".join(name if is_key else f"SUM({name}) AS {name}" for name, is_key in names)
    grouped = f" GROUP BY {', '.join(keys)}" if keys else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found ({', '.join(question.names)}, portion) AS MATERIALIZED ({sql}),"
            f" held AS (INSERT INTO {KeptPortion._meta.db_table} (kept_id, portion, answer)"
            f" SELECT %s, portion, json_agg({question.as_list})::text FROM found GROUP BY portion)"
            f" SELECT json_agg({question.as_list})::text FROM (SELECT {summed} FROM found{grouped}) AS whole",
            [*params, kept.pk],
        )
        return cursor.fetchone()[0] or "[]"


def _written(question: Question, parts: Iterable[tuple[int, str]]) -> str:
    """The sum of these answers as JSON; decimals as they are."""
    return "[" + ",".join(f"[{','.join(map(_json, row))}]" for row in question.added(parts)) + "]"


def _json(value: Any) -> str:
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def _taken() -> list[int]:
    """The portions that have changed so far; nobody else misses them before this transaction has ended.

    Those that somebody may still know too little of stay changed, and are counted again the next time.
    """
    settled = _settled()
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH taken AS (DELETE FROM {ChangedPortion._meta.db_table} WHERE id <= %s)"
            f" SELECT DISTINCT portion FROM {ChangedPortion._meta.db_table}",
            [settled],
        )
        return [portion for (portion,) in cursor.fetchall()]


def _settled() -> int:
    """The last changed portion that was written while nobody else had written one without having ended; 0: unknown.

    A trigger may have looked which other deals a row concerns before one of them was written: that one must not be
    taken before the trigger's own transaction has ended. Whoever has written a portion holds a lock on their table, so
    a lock that is granted at once shows that there is nobody; it is given back at once.
    """
    before = transaction.savepoint()
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {ChangedPortion._meta.db_table} IN SHARE MODE NOWAIT")
            cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {ChangedPortion._meta.db_table}")
            return int(cursor.fetchone()[0])
    except OperationalError:
        return 0
    finally:
        transaction.savepoint_rollback(before)


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _is_due(day: date, now: datetime) -> bool:
    """Whether something has changed or the day is new; where all would be counted, whether that was long ago."""
    kept = KeptAnswer.objects.filter(counted_on=day).aggregate(took=Sum("took"), at=Max("kept_at"))
    if kept["at"] is None:
        return True
    changed = (
        ChangedPortion.objects.order_by("portion").values_list("portion", flat=True).distinct()[: MOST_RENEWED + 1]
    )
    portions = list(changed)
    if len(portions) <= MOST_RENEWED and EVERYTHING not in portions:
        return bool(portions)
    return bool(now - kept["at"] >= timedelta(seconds=REST * kept["took"]))
