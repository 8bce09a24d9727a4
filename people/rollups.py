"""Counts kept per day beside the rows they count, and how they stay in step (ADR 8).

A span says which days a rollup has counted, a mark that rows of some days have changed since. Marks are added in the
transaction that changes the rows, so they are seen as soon as the change is. Days outside the span and marked days are
read from the rows; the minute's tick counts them, and takes away the marks that it had seen before it counted.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, Q, QuerySet, Value

from people.business_days import DAY
from people.models import RollupMark, RollupSpan
from people.planner import learn
from people.read_once import read_once
from people.rows import insert_found, insert_rows
from people.states import Rollup

AT_ONCE = timedelta(days=366)
MANY_DAYS = 62  # counted again at once: more than people change in a minute
FOR_EVER = date.max  # a mark up to here holds for every day that there is
REBOOKING_DAYS = 14  # an appointment of the same deal or lead within so many days is the same one, booked again
TAKEN_BACK_DAYS = 7  # a deal that is lost again within so many days, with nobody in touch, had not lived again

MARK = ("rollup", "first_on", "last_on")

Span = tuple[date, date]  # both days included
Tell = Callable[[str], object]
Kept = TypeVar("Kept", bound=Model)


def touch(rollup: str, spans: Iterable[Span]) -> None:
    """The rows of these days change in this transaction; one statement, none where there are no days."""
    touch_each({rollup: spans})


def touch_each(changed: Mapping[str, Iterable[Span]], also: QuerySet[Any] | None = None) -> None:
    """The same for several rollups; one statement. also: marks that the database finds itself, as MARK tells them."""
    marks = [(rollup, *span) for rollup, spans in changed.items() for span in sorted(set(spans))]
    if also is None:
        insert_rows(RollupMark, MARK, marks)
    else:
        insert_found(RollupMark, MARK, also, marks)


def touch_won(records: QuerySet[Any]) -> None:
    """What the calls of these deals or leads belong to changes in this transaction; two statements at most."""
    won = records.filter(activities__outcome="appointment").order_by().values_list("activities__occurred_on", flat=True)
    touch(Rollup.APPOINTMENTS, [(day, day + DAY * REBOOKING_DAYS) for day in won.distinct()])


def forget(rollup: str) -> None:
    """All days are read from their rows until the next refresh has counted them."""
    RollupSpan.objects.filter(rollup=rollup).delete()


def uncounted_days(
    rollup: str, first_on: date, last_on: date, found: Iterable[tuple[str, date, date, int]] | None = None
) -> list[date]:
    """The days of the period that the rollup must not be asked about, in their order; one query for all rollups.

    found: what was read of `spans_and_marks` already; then there is no query.
    """
    found = read_once("rollups", lambda: list(spans_and_marks())) if found is None else found
    known = [(start, end, is_counted) for name, start, end, is_counted in found if name == rollup]
    counted = [(start, end) for start, end, is_counted in known if is_counted]
    if not counted:
        return list(_days(first_on, last_on))
    changed = [(max(start, first_on), min(end, last_on)) for start, end, is_counted in known if not is_counted]
    marked = {day for span in changed for day in _days(*span)}
    ((begins_on, ends_on),) = counted
    return [day for day in _days(first_on, last_on) if not begins_on <= day <= ends_on or day in marked]


def trusted(kept: QuerySet[Kept], column: str, first_on: date, last_on: date, uncounted: list[date]) -> QuerySet[Kept]:
    """The counts of the period without the days that must not be asked about; no query where that is all of them."""
    if len(uncounted) == (last_on - first_on).days + 1:
        return kept.none()
    held = kept.filter(**{f"{column}__range": (first_on, last_on)}).order_by()
    return held.exclude(on_days(column, uncounted)) if uncounted else held


def spans_and_marks(also: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Every rollup with its counted days (1) and those that have changed since (0).

    also: marks that hold for one question alone, as MARK tells them.
    """
    spans = RollupSpan.objects.order_by().values_list(*MARK, Value(1))
    marks = RollupMark.objects.order_by().values_list(*MARK, Value(0)).distinct()
    more = [] if also is None else [also.values_list(*MARK, Value(0)).distinct()]
    return spans.union(marks, *more, all=True)


def on_days(column: str, days: list[date]) -> Q:
    """That the column holds one of these days; a run of days as a range."""
    runs = list(_merged((day, day) for day in days))
    alone = Q(**{f"{column}__in": [first_on for first_on, last_on in runs if first_on == last_on]})
    together = [Q(**{f"{column}__range": run}) for run in runs if run[0] < run[1]]
    return Q(alone, *together, _connector=Q.OR)


@transaction.atomic
def refresh(
    rollup: str,
    count: Callable[[date, date], None],
    extent: Callable[[], Span | None],
    tell: Tell | None = None,
    reads: Iterable[type[Model]] = (),
    *,
    near: timedelta = DAY,
) -> int:
    """Let `count` write the counts of marked days anew, and of the whole `extent` where nothing was counted before.

    Gives back how many days there were. A second refresh waits for the first. tell: is given a line for each year.
    reads: the tables it counts in, which many days at once are mostly the fault of a large import. near: marked days
    no farther apart than this are counted at once, with the days between them.
    """
    counted = RollupSpan.objects.filter(rollup=rollup).select_for_update().first()
    marks = list(RollupMark.objects.filter(rollup=rollup).order_by("pk").select_for_update())
    marked = [_of_days((mark.first_on, mark.last_on), counted) for mark in marks] if counted else []
    marked = [span for span in marked if span[0] <= span[1]]
    reach = _reach([*marked, (counted.first_on, counted.last_on)] if counted else [*_given(extent())])
    if reach is None:  # there is nothing to count and nothing was, so no day is trusted
        RollupMark.objects.filter(pk__among=[mark.pk for mark in marks]).delete()
    if reach is None or (counted and not marks):
        return 0
    before_and_after = [(reach[0], counted.first_on - DAY), (counted.last_on + DAY, reach[1])] if counted else [reach]
    spans = list(_merged([*before_and_after, *marked]))
    days = sum((last_on - first_on).days + 1 for first_on, last_on in spans)
    if days > MANY_DAYS:
        learn(*reads)
    for first_on, last_on in _merged(spans, near):
        for start, end in _years(first_on, last_on):
            count(start, end)
            if tell:
                tell(f"{rollup}: {start}–{end}")
    RollupSpan.objects.update_or_create(rollup=rollup, defaults={"first_on": reach[0], "last_on": reach[1]})
    RollupMark.objects.filter(pk__among=[mark.pk for mark in marks]).delete()
    return days


def _of_days(mark: Span, counted: RollupSpan) -> Span:
    """A mark that holds for ever means the days that were counted: no others are trusted."""
    first_on, last_on = mark
    return mark if last_on != FOR_EVER else (max(first_on, counted.first_on), counted.last_on)


def _given(span: Span | None) -> Iterator[Span]:
    if span is not None:
        yield span


def _reach(spans: list[Span]) -> Span | None:
    return (min(first_on for first_on, _ in spans), max(last_on for _, last_on in spans)) if spans else None


def _merged(spans: Iterable[Span], near: timedelta = DAY) -> Iterator[Span]:
    """The same days in their order, each once; spans that end before they begin hold none.

    near: what lies no farther apart becomes one span, with the days between.
    """
    current: Span | None = None
    for first_on, last_on in sorted(span for span in spans if span[0] <= span[1]):
        if current is None or first_on > current[1] + near:
            yield from _given(current)
            current = (first_on, last_on)
        else:
            current = (current[0], max(current[1], last_on))
    yield from _given(current)


def _years(first_on: date, last_on: date) -> Iterator[Span]:
    while last_on - first_on >= AT_ONCE:
        yield first_on, first_on + AT_ONCE - DAY
        first_on += AT_ONCE
    yield first_on, last_on


def _days(first_on: date, last_on: date) -> Iterator[date]:
    return (first_on + DAY * n for n in range((last_on - first_on).days + 1))
