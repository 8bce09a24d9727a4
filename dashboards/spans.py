"""Periods side by side: the one asked for, the same days of the months before, and the bars of a chart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dashboards.reports.dimensions import Grain
from people.business_days import DAY, add_months

TREND = 10  # points under a figure
BARS = {Grain.MONTH: 12, Grain.WEEK: 11, Grain.DAY: 21}


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both included."""

    first_on: date
    last_on: date

    def __contains__(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on

    @property
    def is_within_a_month(self) -> bool:
        """Whether all its days belong to one calendar month."""
        return self.first_on.replace(day=1) == self.last_on.replace(day=1)

    def earlier(self, steps: int) -> "Span":
        """So many steps before: within a month the same days of a month before, else the days just before."""
        if self.is_within_a_month:
            return Span(add_months(self.first_on, -steps), add_months(self.last_on, -steps))
        back = (self.last_on - self.first_on + DAY) * steps
        return Span(self.first_on - back, self.last_on - back)


def days_holding(counts: Mapping[date, int], start: int, stop: int) -> tuple[Span, int] | None:
    """The days on which the rows from `start` up to before `stop` lie, and how many lie on these days before them.

    counts: rows per day, in whose order they are. None: there are no such rows.
    """
    passed, first_on, skipped = 0, None, 0
    for day in sorted(day for day, number in counts.items() if number):
        if first_on is None and passed + counts[day] > start:
            first_on, skipped = day, start - passed
        passed += counts[day]
        last_on = day
        if passed >= stop:
            break
    return (Span(first_on, last_on), skipped) if first_on else None


def month_of(day: date) -> Span:
    """The calendar month."""
    return Span(*Grain.MONTH.span(Grain.MONTH.key(day)))


def trend_of(span: Span) -> list[Span]:
    """The spans of a small line, the span itself last. A span longer than a month has the one before it alone."""
    steps = TREND if span.is_within_a_month else 2
    return [span.earlier(step) for step in reversed(range(steps))]


def bars_until(last_on: date, grain: Grain) -> list[Span]:
    """The months, weeks or days of a chart, oldest first; the last one ends on that day."""
    spans: list[Span] = []
    first_on = grain.span(grain.key(last_on))[0]
    while len(spans) < BARS[grain]:
        spans.append(Span(first_on, last_on))
        last_on = first_on - timedelta(days=1)
        first_on = grain.span(grain.key(last_on))[0]
    return spans[::-1]
