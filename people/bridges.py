"""Short runs of business days beside long runs of days off: 連休のはざま, when routines break (S4-01)."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from people.business_days import DAY, BusinessCalendar

LONGEST_BRIDGE = 3  # business days in a row
SHORTEST_HOLIDAY = 3  # days off in a row
REACH = timedelta(days=31)  # no run of days off is longer, so every run that touches the period is seen whole

Span = tuple[date, date]


def bridges(calendar: BusinessCalendar, first_on: date, last_on: date) -> list[Span]:
    """First and last day of every run of at most 3 business days with at least 3 days off right before or after it.

    Those that begin between first_on and last_on, earliest first.
    """
    runs = list(_runs(calendar, first_on - REACH, last_on + REACH))
    return [
        run
        for before, run, after in zip(runs, runs[1:], runs[2:], strict=False)
        if first_on <= run[0] <= last_on
        and calendar.is_business_day(run[0])
        and _length(run) <= LONGEST_BRIDGE
        and max(_length(before), _length(after)) >= SHORTEST_HOLIDAY
    ]


def _runs(calendar: BusinessCalendar, first_on: date, last_on: date) -> Iterator[Span]:
    days = (first_on + DAY * n for n in range((last_on - first_on).days + 1))
    for _is_business_day, run in groupby(days, calendar.is_business_day):
        found = list(run)
        yield found[0], found[-1]


def _length(run: Span) -> int:
    return (run[1] - run[0]).days + 1
