"""The volume of work day by day: from the rollup where it is in step with its rows, else from the rows (ADR 8)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from activities.models import Activity, DayVolume, PersonDay
from activities.states import ANSWERED_OUTCOMES, ActivityKind, CallOutcome, Direction
from people.rollups import on_days, trusted, uncounted_days
from people.states import Rollup

VOLUME = Rollup.VOLUME
CALLED = Q(kind=ActivityKind.CALL, direction=Direction.OUTBOUND, outcome__isnull=False)
CONNECTED = CALLED & Q(outcome__in=ANSWERED_OUTCOMES)
APPOINTMENT = Q(outcome=CallOutcome.APPOINTMENT)
DAY_COUNTS = {
    "volume": Count("pk"),
    "calls": Count("pk", filter=CALLED),
    "connected": Count("pk", filter=CONNECTED),
    "appointments": Count("pk", filter=APPOINTMENT),
}

Sort = tuple[date, str, str, str | None, int]  # day, kind, direction, outcome, how many


def volume_of(days: Q) -> QuerySet[Any]:
    """Day, kind, direction and outcome of the rows of these days, with how many there are."""
    rows = Activity.objects.volume().filter(days).order_by()
    return rows.values_list("occurred_on", "kind", "direction", "outcome").annotate(n=Count("pk"))


def work_of(days: Q, *who: str) -> QuerySet[Any]:
    """Day and person of the rows of these days, with DAY_COUNTS."""
    return Activity.objects.volume().filter(days).order_by().values_list("occurred_on", *who).annotate(**DAY_COUNTS)


def volume_by_day(first_on: date, last_on: date) -> list[Sort]:
    """Everybody's, by day and sort. Three queries, four where days are not counted."""
    uncounted = uncounted_days(VOLUME, first_on, last_on)
    kept = trusted(DayVolume.objects.all(), "done_on", first_on, last_on, uncounted)
    found = [(day, kind, direction, outcome or None, n) for day, kind, direction, outcome, n in kept.values_list(
        "done_on", "kind", "direction", "outcome", "rows"
    )]  # fmt: skip
    return [*found, *volume_of(on_days("occurred_on", uncounted))] if uncounted else found


def work_by_person(first_on: date, last_on: date, whose: Q) -> Iterator[tuple[Any, ...]]:
    """Day, name of the person and DAY_COUNTS. whose: a condition on the owner. Three or four queries.

    A day and name comes more than once where several people bear the name: the counts add up.
    """
    uncounted = uncounted_days(VOLUME, first_on, last_on)
    kept = trusted(PersonDay.objects.filter(whose), "done_on", first_on, last_on, uncounted)
    yield from kept.values_list("done_on", "owner__name", *DAY_COUNTS)
    if uncounted:
        yield from work_of(whose & on_days("occurred_on", uncounted), "owner__name")
